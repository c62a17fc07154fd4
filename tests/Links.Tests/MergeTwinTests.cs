using CrmSuite.Acquisition.Links;
using CrmSuite.Analytics.Customers;
using CrmSuite.Contracts;
using CrmSuite.Contracts.Acquisition;
using CrmSuite.Journal;
using CrmSuite.Loyalty.Points;
using CrmSuite.Sales.Contacts;
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
    const int StepsOfPart = 220;
    const int CustomersMax = 6;

    static readonly string[] Departments = ["acquisition", "sales", "service", "loyalty"];

    /// <summary>What is about the company alone; every other view has to have rows of customers.</summary>
    static readonly string[] NameNoCustomer =
    [
        "acquisition AssignmentRuleList", "acquisition RosterList", "acquisition ScoreTableList",
        "sales ApprovalFlowList", "sales CorridorList", "sales ForecastHistory", "sales PeriodList", "sales ProductList", "sales QuotaList", "sales RateList",
        "sales StageTableList", "sales TaxTableList",
        "analytics BooksInForce", "analytics KnownPacks", "analytics ModelCard", "analytics SegmentDefinitions",
    ];

    /// <summary>What only links touch: the twin has none.</summary>
    static readonly string[] NameLinks =
    [
        "acquisition LinkList", "acquisition LinkedCustomers", "sales LinkedCustomers", "service LinkedCustomers", "loyalty LinkedCustomers",
    ];

    [Fact]
    public void Merged_and_unmerged_a_customer_is_in_every_department_the_twin_who_never_was()
    {
        var (viaFacts, told, before, onJointCards) = (0, new HashSet<string>(), new HashSet<string>(), new HashSet<string>());
        for (var seed = 1; seed <= Seeds; seed++)
        {
            var (merged, twin) = (new World(), new World());
            var links = Play(seed, merged, isMerged: true);
            Play(seed, twin, isMerged: false);
            var via = merged.Log.Where(entry => entry.Meta.ViaLink is not null).ToList();
            var (never, now) = (twin.Views(_ => true), merged.Views(_ => true));

            Same(seed, never, merged.Views(entry => entry.Meta.ViaLink is null), merged.Touched(IsOfLink));
            OnlyTouched(seed, never, now, merged.Touched(entry => IsOfLink(entry) || entry.Meta.ViaLink is not null));
            Listed(via, merged);
            foreach (var department in Departments)
            {
                Assert.All(Enumerable.Range(0, CustomersMax).Select(CustomerOf), customer => Assert.False(merged.GroupOf(department, customer).IsJoint));
            }

            Assert.All(via, entry => Assert.Contains(entry.Meta.ViaLink!.Value, links));
            viaFacts += via.Count;
            told.UnionWith(twin.Log.Select(entry => entry.Name));
            before.UnionWith(never.Where(view => view.Value.Count > 0).Select(view => view.Key));
            before.UnionWith(NameLinks.Where(view => now[view].Count > 0));
            onJointCards.UnionWith(merged.Touched(entry => entry.Meta.ViaLink is not null).Where(view => view.Value.Count > 0).Select(view => view.Key));
        }

        Assert.True(viaFacts > Seeds, $"Only {viaFacts} facts were made from joint cards.");
        Assert.Equal("", string.Join(' ', EventNames.All.Where(IsOfCustomer).Except(told)));
        var ofCustomers = World.AllViews.Select(view => view.Name).Except(NameNoCustomer).ToList();
        Assert.Empty(ofCustomers.Except(before));
        Assert.Empty(ofCustomers.Except(NameLinks).Except(onJointCards));
    }

    [Fact]
    public void What_is_said_to_name_no_customer_has_no_column_for_one() => Assert.All(NameNoCustomer, name =>
        Assert.DoesNotContain(Assert.Single(World.AllViews, view => view.Name == name).Row.GetProperties(), column =>
            column.Name is "CustomerId" or "AccountId" or "LeadId"));

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

        foreach (var publish in Traffic.Published)
        {
            Step(() => Assert.True(publish(world)));
        }

        Guid[] customers = [.. Enumerable.Range(0, CustomersMax).Select(CustomerOf)];
        foreach (var customer in customers)
        {
            Step(() => Assert.True(world.Decide<Customer>(customer, noun => noun.Register(new(Country: "Austria"), customer))));
            // Enough that nobody's points are ever used up: what a joint card earns is then spent by nobody.
            Step(() => Assert.True(world.Decide<PointsAccount>(EarningRule.MemberId(customer), noun =>
                noun.Grant(new(customer, 100_000, "welcome"), customer, world.Now))));
            // Known before, so that it is not a joint card that makes him known.
            Step(() => Assert.True(world.Decide<Contact>(customer, noun => noun.Add(new(customer, Name: PersonalData.From("Ann")), customer))));
        }

        void Act(bool isJoint, Func<Traffic> traffic)
        {
            var (life, noun, choice, number) = (random.Next(Traffic.Lives.Count), random.Next(Traffic.Nouns), random.Next(1_000), step);
            Step(() => traffic().Act(life, noun, choice, number), isJoint);
        }

        void OfEveryDay()
        {
            for (var i = 0; i < StepsOfPart; i++)
            {
                Act(isJoint: false, () => new(world, "own", customers));
            }
        }

        OfEveryDay();
        var chain = customers.OrderBy(_ => random.Next()).Take(random.Next(2, 4)).ToArray();
        var pairs = chain.Zip(chain.Skip(1)).ToList();
        pairs.ForEach(pair => Step(() => Make(world, pair.First, pair.Second), isOfMerge: true));
        if (random.Next(2) == 0)
        {
            Step(() => Undo(world, pairs[0].First, pairs[0].Second), isOfMerge: true);
            Step(() => Make(world, pairs[0].First, pairs[0].Second), isOfMerge: true);
        }

        for (var i = 0; i < StepsOfPart; i++)
        {
            if (random.Next(2) == 0)
            {
                var pair = pairs[random.Next(pairs.Count)];
                Act(isJoint: true, () => JointCard(world, pair.First, pair.Second, chain));
            }
            else
            {
                Act(isJoint: false, () => new(world, "own", customers));
            }
        }

        foreach (var pair in pairs.OrderBy(_ => random.Next()))
        {
            Step(() => Undo(world, pair.First, pair.Second), isOfMerge: true);
        }

        OfEveryDay();
        return [.. pairs.Select(pair => Link.IdOf(pair.First, pair.Second))];
    }

    /// <summary>What is done on the joint card names the survivor and the link, in whichever department.</summary>
    static Traffic JointCard(World world, Guid one, Guid other, Guid[] members)
    {
        var group = world.GroupOf("sales", one);
        Assert.Equal(members.Order(), group.Members.Order());
        Assert.All(Departments, department => Assert.Equal(group.Members, world.GroupOf(department, other).Members));
        return new(world, "joint", [group.Survivor], new(Link.IdOf(one, other), group.Survivor));
    }

    static void Make(World world, Guid one, Guid other) =>
        Assert.True(world.Decide<Link>(Link.IdOf(one, other), link => link.Make(new(one, other, "same-person"), SideOf(world, one), SideOf(world, other),
            new(80, 1))));

    static void Undo(World world, Guid one, Guid other) =>
        Assert.True(world.Decide<Link>(Link.IdOf(one, other), link => link.Undo(new("father-and-son"))));

    static Side SideOf(World world, Guid id)
    {
        var customer = world.State<Customer>(id);
        return new(customer, world.Log.First(entry => entry.Category == Customer.Category && entry.Id == id).OccurredAt, [customer]);
    }

    /// <summary>What was made and undone has left nothing in any row of the twin; only the links themselves have rows of their own.</summary>
    static void Same(
        int seed, IReadOnlyDictionary<string, IReadOnlyDictionary<Guid, string>> twin, IReadOnlyDictionary<string, IReadOnlyDictionary<Guid, string>> merged,
        IReadOnlyDictionary<string, IReadOnlySet<Guid>> ofLinks) => Assert.All(twin, view =>
        {
            var more = merged[view.Key].Where(row => view.Value.ContainsKey(row.Key) || !ofLinks[view.Key].Contains(row.Key)).OrderBy(row => row.Key);
            Assert.True(view.Value.OrderBy(row => row.Key).SequenceEqual(more),
                $"seed {seed}, {view.Key}: {view.Value.Except(more).FirstOrDefault()} is {more.Except(view.Value).FirstOrDefault()}");
        });

    /// <summary>Nothing differs but what a listed fact, or the link itself, has touched.</summary>
    static void OnlyTouched(
        int seed, IReadOnlyDictionary<string, IReadOnlyDictionary<Guid, string>> twin, IReadOnlyDictionary<string, IReadOnlyDictionary<Guid, string>> merged,
        IReadOnlyDictionary<string, IReadOnlySet<Guid>> touched) =>
        Assert.All(twin, view => Assert.Empty(view.Value.Except(merged[view.Key]).Concat(merged[view.Key].Except(view.Value))
            .Where(row => !touched[view.Key].Contains(row.Key)).Select(row => $"seed {seed}, {view.Key}: {row}")));

    /// <summary>Analytics lists every fact that was made from a joint card, and each carries the survivor's id.</summary>
    static void Listed(List<Recorded> via, World world)
    {
        var listed = world.Log.Where(entry => CustomerFacts.Keys(entry).Any()).Select(entry => CustomerFacts.Fold(entry.EventId, null, entry)!).Where(row =>
            row.ViaLink is not null).ToList();

        Assert.Equal(via.Select(entry => entry.EventId), listed.Select(row => row.EventId));
        var survivors = world.Log.Select(entry => entry.Event).OfType<LinkMade>().Select(made => made.CustomerId).ToHashSet();
        Assert.All(listed, row => Assert.Contains(row.CustomerId, survivors));
    }

    // Analytics decides by the passing of time, and a link is made in one world alone.
    static bool IsOfCustomer(string name) => EventNames.TypeOf(name)! is var type && typeof(ICustomerFact).IsAssignableFrom(type)
        && !typeof(IRetired).IsAssignableFrom(type) && !name.StartsWith("analytics.", StringComparison.Ordinal)
            && !name.StartsWith("acquisition.link-", StringComparison.Ordinal);

    static bool IsOfLink(Recorded entry) => entry.Event is ILinkFact;

    static Guid CustomerOf(int number) => Ids.Derive("customer", $"{number}");
}
