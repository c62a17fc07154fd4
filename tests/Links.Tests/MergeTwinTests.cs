using CrmSuite.Acquisition.Links;
using CrmSuite.Analytics.Customers;
using CrmSuite.Contracts;
using CrmSuite.Contracts.Acquisition;
using CrmSuite.Contracts.Service;
using CrmSuite.Journal;
using CrmSuite.Loyalty.Points;
using CrmSuite.Sales.Contacts;
using CrmSuite.Sales.Credits;
using CrmSuite.Sales.Orders;
using CrmSuite.Service.Cases;
using Customer = CrmSuite.Acquisition.Customers.Customer;
using Link = CrmSuite.Acquisition.Links.Link;

namespace CrmSuite.Links.Tests;

/// <summary>
/// Rulings 8 and 32: customers are merged, there is traffic in all departments, they are un-merged; then every view of every department is, row by row, that of the twin
/// who was never merged, except for the facts that were made from the joint card, which are listed.
/// </summary>
public sealed class MergeTwinTests
{
    const int Seeds = 40;
    const int StepsOfPart = 40;
    const int CustomersMax = 6;

    static readonly string[] Departments = ["acquisition", "sales", "service", "loyalty"];

    [Fact]
    public void Merged_and_unmerged_a_customer_is_in_every_department_the_twin_who_never_was()
    {
        var (viaFacts, viaDepartments) = (0, new HashSet<string>());
        for (var seed = 1; seed <= Seeds; seed++)
        {
            var (merged, twin) = (new World(), new World());
            var links = Play(seed, merged, isMerged: true);
            Play(seed, twin, isMerged: false);
            var via = merged.Log.Where(entry => entry.Meta.ViaLink is not null).ToList();

            Same(seed, twin.Views(_ => true), merged.Views(entry => !IsOfLink(entry) && entry.Meta.ViaLink is null));
            OnlyTouched(seed, twin.Views(_ => true), merged.Views(_ => true), merged.Touched(entry => IsOfLink(entry) || entry.Meta.ViaLink is not null));
            Listed(via, merged);
            foreach (var department in Departments)
            {
                Assert.All(Enumerable.Range(0, CustomersMax).Select(CustomerOf), customer => Assert.False(merged.GroupOf(department, customer).IsJoint));
            }

            Assert.All(via, entry => Assert.Contains(entry.Meta.ViaLink!.Value, links));
            viaFacts += via.Count;
            viaDepartments.UnionWith(via.Select(entry => entry.Department));
        }

        Assert.True(viaFacts > Seeds, $"Only {viaFacts} facts were made from joint cards.");
        Assert.Equal(["loyalty", "sales", "service"], viaDepartments.Order(StringComparer.Ordinal));
    }

    /// <summary>Registration and first points; a merge of two or three; traffic, part of it from the joint card; the un-merge; traffic again.</summary>
    static HashSet<Guid> Play(int seed, World world, bool isMerged)
    {
        var random = new Random(seed);
        var step = 0;
        void Step(Action act, bool isOfMerge = false)
        {
            step++;
            if (!isOfMerge || isMerged)
            {
                world.Begin(step);
                act();
            }
        }

        for (var i = 0; i < CustomersMax; i++)
        {
            var customer = CustomerOf(i);
            Step(() => Assert.True(world.Decide<Customer>(customer, noun => noun.Register(new(Country: "Austria"), customer))));
            // Enough that nobody's points are ever used up: what a joint card earns is then spent by nobody.
            Step(() => Assert.True(world.Decide<PointsAccount>(EarningRule.MemberId(customer), noun => noun.Grant(new(customer, 100_000, "welcome"), customer, world.Now))));
        }

        void Traffic()
        {
            for (var i = 0; i < StepsOfPart; i++)
            {
                var (kind, who, number, other) = (random.Next(9), CustomerOf(random.Next(CustomersMax)), step, random.Next(1, step + 1));
                Step(() => Act(world, kind, who, number, other));
            }
        }

        Traffic();
        var chain = Enumerable.Range(0, CustomersMax).Select(CustomerOf).OrderBy(_ => random.Next()).Take(random.Next(2, 4)).ToArray();
        var pairs = chain.Zip(chain.Skip(1)).ToList();
        pairs.ForEach(pair => Step(() => Make(world, pair.First, pair.Second), isOfMerge: true));
        if (random.Next(2) == 0)
        {
            Step(() => Undo(world, pairs[0].First, pairs[0].Second), isOfMerge: true);
            Step(() => Make(world, pairs[0].First, pairs[0].Second), isOfMerge: true);
        }

        for (var i = 0; i < StepsOfPart; i++)
        {
            if (random.Next(4) == 0)
            {
                var (kind, pair, number) = (random.Next(3), pairs[random.Next(pairs.Count)], step);
                Step(() => ActOnJointCard(world, kind, pair.First, pair.Second, chain, number), isOfMerge: true);
            }
            else
            {
                var (kind, who, number, other) = (random.Next(9), CustomerOf(random.Next(CustomersMax)), step, random.Next(1, step + 1));
                Step(() => Act(world, kind, who, number, other));
            }
        }

        foreach (var pair in pairs.OrderBy(_ => random.Next()))
        {
            Step(() => Undo(world, pair.First, pair.Second), isOfMerge: true);
        }

        Traffic();
        return [.. pairs.Select(pair => Link.IdOf(pair.First, pair.Second))];
    }

    /// <summary>What people do every day; what is refused changes nothing in either world.</summary>
    static void Act(World world, int kind, Guid who, int number, int other)
    {
        var (money, order, support) = (new Money(1_000 + (number * 37 % 900), "EUR"), Ids.Derive("order", "shop", $"o-{other}"), Ids.Derive("case", $"{other}"));
        _ = kind switch
        {
            0 => Place(world, who, $"o-{number}", money, null),
            1 => world.Decide<Order>(order, noun => noun.Pay(new(noun.Due), Ids.Derive("payment", $"{number}"))),
            2 => world.Decide<Order>(order, noun => noun.Return(new(Amount: new(300, "EUR")), Ids.Derive("return", $"{number}"))),
            3 => world.Decide<Credit>(Ids.Derive("credit", "shop", $"c-{number}"), noun => noun.Issue(new("shop", $"c-{number}", new(200, "EUR"), who), who)),
            4 => world.Decide<Case>(Ids.Derive("case", $"{number}"), noun => noun.Open(new(who, "phone", CaseKind.Fault), Ids.Derive("case", $"{number}"))),
            5 => world.Decide<Case>(support, noun => noun.Resolve(new("worn-part", "replaced"))),
            6 => world.Decide<PointsAccount>(EarningRule.MemberId(who), noun => noun.Redeem(new(5 + (number % 20)), Ids.Derive("redemption", $"{number}"), world.Now)),
            7 => world.Decide<Customer>(who, noun => noun.Correct(new("moved", City: $"City {number}"))),
            _ => world.Decide<Contact>(who, noun => noun.Add(new(who, Language: "de"), who)),
        };
    }

    /// <summary>What is done on the joint card names the survivor and the link, in whichever department.</summary>
    static void ActOnJointCard(World world, int kind, Guid one, Guid other, Guid[] members, int number)
    {
        var group = world.GroupOf("sales", one);
        Assert.Equal(members.Order(), group.Members.Order());
        Assert.All(Departments, department => Assert.Equal(group.Members, world.GroupOf(department, other).Members));
        var (survivor, via) = (group.Survivor, new ViaLink(Link.IdOf(one, other), group.Survivor));
        if (kind == 0)
        {
            var support = Ids.Derive("case", $"joint-{number}");
            Assert.True(world.Decide<Case>(support, noun => noun.Open(new(survivor, "mail", CaseKind.Request), support), via));
            return;
        }

        Assert.True(Place(world, survivor, $"joint-{number}", new(2_500, "EUR"), via));
        if (kind == 2)
        {
            Assert.True(world.Decide<Order>(Ids.Derive("order", "shop", $"joint-{number}"), noun => noun.Pay(new(noun.Due), Ids.Derive("payment", $"{number}")), via));
        }
    }

    static bool Place(World world, Guid who, string number, Money money, ViaLink? via) =>
        world.Decide<Order>(Ids.Derive("order", "shop", number), noun => noun.Place(new("shop", number, money, who), who), via);

    static void Make(World world, Guid one, Guid other) =>
        Assert.True(world.Decide<Link>(Link.IdOf(one, other), link => link.Make(new(one, other, "same-person"), SideOf(world, one), SideOf(world, other), new(80, 1))));

    static void Undo(World world, Guid one, Guid other) =>
        Assert.True(world.Decide<Link>(Link.IdOf(one, other), link => link.Undo(new("father-and-son"))));

    static Side SideOf(World world, Guid id)
    {
        var entries = world.Log.Where(entry => entry.Category == Customer.Category && entry.Id == id).ToList();
        var customer = entries.Aggregate(Customer.Initial, (state, entry) => Customer.Evolve(state, entry.Event));
        return new(customer, entries[0].OccurredAt, [customer]);
    }

    static void Same(int seed, IReadOnlyDictionary<string, IReadOnlyDictionary<Guid, string>> twin, IReadOnlyDictionary<string, IReadOnlyDictionary<Guid, string>> merged) =>
        Assert.All(twin, view => Assert.True(view.Value.OrderBy(row => row.Key).SequenceEqual(merged[view.Key].OrderBy(row => row.Key)),
            $"seed {seed}, {view.Key}: {view.Value.Except(merged[view.Key]).FirstOrDefault()} is {merged[view.Key].Except(view.Value).FirstOrDefault()}"));

    /// <summary>Nothing differs but what a listed fact, or the link itself, has touched.</summary>
    static void OnlyTouched(
        int seed, IReadOnlyDictionary<string, IReadOnlyDictionary<Guid, string>> twin, IReadOnlyDictionary<string, IReadOnlyDictionary<Guid, string>> merged,
        IReadOnlyDictionary<string, IReadOnlySet<Guid>> touched) =>
        Assert.All(twin, view => Assert.Empty(view.Value.Except(merged[view.Key]).Concat(merged[view.Key].Except(view.Value))
            .Where(row => !touched[view.Key].Contains(row.Key)).Select(row => $"seed {seed}, {view.Key}: {row}")));

    /// <summary>Analytics lists every fact that was made from a joint card, and each carries the survivor's id.</summary>
    static void Listed(List<Recorded> via, World world)
    {
        var listed = world.Log.Where(entry => CustomerFacts.Keys(entry).Any()).Select(entry => CustomerFacts.Fold(entry.EventId, null, entry)!).Where(row => row.ViaLink is not null).ToList();

        Assert.Equal(via.Select(entry => entry.EventId), listed.Select(row => row.EventId));
        var survivors = world.Log.Select(entry => entry.Event).OfType<LinkMade>().Select(made => made.CustomerId).ToHashSet();
        Assert.All(listed, row => Assert.Contains(row.CustomerId, survivors));
    }

    static bool IsOfLink(Recorded entry) => entry.Event is ILinkFact;

    static Guid CustomerOf(int number) => Ids.Derive("customer", $"{number}");
}
