using CrmSuite.Analytics.Findings;
using CrmSuite.Analytics.Runs;
using CrmSuite.Analytics.Segments;
using CrmSuite.Analytics.Tests.Store;
using CrmSuite.Contracts;
using CrmSuite.Contracts.Analytics;
using CrmSuite.Contracts.Sales;

namespace CrmSuite.Analytics.Tests.Findings;

/// <summary>From facts to what is told of memberships, over rows, proposals and the journal.</summary>
public sealed class FindingTellerTests : IAsyncLifetime
{
    static readonly DateTime Day = new(2021, 3, 1, 12, 0, 0, DateTimeKind.Utc);

    Company company = null!;

    public async ValueTask InitializeAsync() => company = await Company.Open();

    public async ValueTask DisposeAsync() => await company.DisposeAsync();

    [Fact]
    public async Task A_change_is_told_once_and_a_second_look_a_refilling_or_a_repeated_proposal_tells_nothing()
    {
        var customer = Guid.NewGuid();
        Order(customer, Day);
        await company.Settle();
        await Publish("buyers", "orders >= 2");
        Assert.Empty(await company.Tell());

        var second = Order(customer, Day.AddDays(1));
        await company.Settle();
        await Drain();
        var entered = new SegmentEntered(Segment.IdOf("buyers"), "buyers", 1, customer, Day.AddDays(1), second.EventId, "orders >= 2");
        Assert.Equal([(entered, Day.AddDays(1))], await company.Tell());

        await company.Query("update analytics.segment_checkpoint set position = -1");
        await Drain();
        Assert.Single(await company.Tell());

        await company.Query("delete from analytics.segment_membership; delete from analytics.segment_state");
        await Drain();
        Assert.Single(await company.Tell());
        Assert.Equal((1, 0, true), await Filled("buyers"));

        await using (var connection = await company.Database.OpenConnectionAsync())
        {
            await Proposal.Add(connection, [new(entered, Day.AddDays(1), second.EventId), new(entered, Day.AddDays(1), second.EventId)], default);
        }

        Assert.Single(await company.Tell());
    }

    [Fact]
    public async Task Whom_a_rule_holds_when_it_is_published_is_counted_and_told_when_he_leaves()
    {
        var customers = Enumerable.Range(0, 3).Select(_ => Guid.NewGuid()).ToArray();
        var orders = customers.Select(customer => Order(customer, Day).Id).ToArray();
        await company.Settle();
        await Publish("buyers", "orders >= 1");
        Assert.Empty(await company.Tell());
        Assert.Equal((3, 0, true), await Filled("buyers"));

        var cancelled = company.Add("sales.order", orders[0], new OrderCancelled(orders[0], customers[0], "mistake"), Day.AddDays(5));
        await company.Settle();
        await Drain();
        var left = Assert.IsType<SegmentLeft>(Assert.Single(await company.Tell()).Finding);
        Assert.Equal(new(Segment.IdOf("buyers"), "buyers", 1, customers[0], Day.AddDays(5), cancelled, "orders >= 1"), left);

        await Publish("buyers", "orders >= 2");
        Assert.Single(await company.Tell());
        Assert.Equal((0, 2, true), await Filled("buyers"));

        Order(customers[1], Day.AddDays(6));
        await company.Settle();
        await Drain();
        Assert.Equal((2, customers[1]), (await company.Tell())[^1].Finding is SegmentEntered back ? (back.Version, back.CustomerId) : default);
    }

    [Fact]
    public async Task The_passing_of_time_is_told_at_the_instant_it_was_due_and_a_late_fact_sets_it_right()
    {
        await company.Query($"update analytics.segment_checkpoint set told_to = '{Day.AddDays(-2):O}'");
        await Publish("fresh", "orders in last 10 days >= 1", Day.AddDays(-1));
        var customer = Guid.NewGuid();
        var first = Order(customer, Day);
        await company.Settle();
        Assert.True(await company.Segments.WorkOnce(default, Day.AddDays(1)));
        var entered = new SegmentEntered(Segment.IdOf("fresh"), "fresh", 1, customer, Day, first.EventId, "orders in last 10 days >= 1");
        Assert.Equal([(entered, Day)], await company.Tell());

        await Drain(Day.AddDays(9));
        Assert.Single(await company.Tell());
        await Drain(Day.AddDays(11));
        var left = new SegmentLeft(Segment.IdOf("fresh"), "fresh", 1, customer, Day.AddDays(10), null, "orders in last 10 days >= 1");
        Assert.Equal((left, Day.AddDays(10)), (await company.Tell())[^1]);

        Order(customer, Day.AddDays(9));
        await company.Settle();
        await Drain(Day.AddDays(12));
        var told = await company.Tell();
        Assert.Equal(3, told.Count);
        Assert.Equal((entered, Day.AddDays(10)), told[^1]);
    }

    [Fact]
    public async Task A_fact_that_was_taken_back_takes_the_entry_back()
    {
        await Publish("french", "country = \"France\" and orders >= 1");
        var customer = Guid.NewGuid();
        company.Add("acquisition.customer", customer, new Contracts.Acquisition.CustomerCorrected(customer, "typo", Country: "France"), Day);
        Order(customer, Day.AddDays(1));
        await company.Settle();
        await Drain();
        company.Add("acquisition.customer", customer, new Contracts.Acquisition.CustomerCorrected(customer, "typo", Country: "Latvia"), Day);
        await company.Settle();
        await Drain();
        var left = Assert.IsType<SegmentLeft>((await company.Tell())[^1].Finding);
        Assert.Equal((Day.AddDays(1), (Guid?)null), (left.LeftAt, left.CauseEventId));
    }

    [Fact]
    public async Task A_new_run_of_scores_is_told_as_a_fact()
    {
        var customers = Enumerable.Range(0, 5).Select(_ => Guid.NewGuid()).ToArray();
        for (var i = 0; i < customers.Length; i++)
        {
            Order(customers[i], Day, 100 * (i + 1));
        }

        await company.Settle();
        await Publish("best", "rfm-m = 5");
        await Run.Ask(company.Database, Guid.NewGuid(), Run.Scores, new(Day.AddDays(1)), default);
        Assert.True(await company.Runs.WorkOnce(default));
        await Drain();
        var entered = Assert.IsType<SegmentEntered>(Assert.Single(await company.Tell()).Finding);
        Assert.Equal((customers[4], Day.AddDays(1), (Guid?)null), (entered.CustomerId, entered.EnteredAt, entered.CauseEventId));
        Assert.Equal((1, 0, false), await Filled("best"));
    }

    [Fact]
    public async Task Several_tellers_at_once_tell_each_finding_once_and_in_order()
    {
        await Publish("buyers", "orders >= 1");
        var customers = Enumerable.Range(0, 50).Select(_ => Guid.NewGuid()).ToArray();
        foreach (var customer in customers)
        {
            Order(customer, Day);
        }

        await company.Settle();
        await Drain();
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => company.Findings.TellOnce(default)));
        Assert.Equal(customers.Order(), (await company.Tell()).Select(told => ((SegmentEntered)told.Finding).CustomerId).Order());
    }

    [Fact]
    public async Task Told_one_by_one_it_comes_to_who_is_in_whatever_the_order_of_facts_and_of_time()
    {
        await company.Query($"update analytics.segment_checkpoint set told_to = '{Day.AddDays(-2):O}'");
        await Publish("regular", "orders in last 30 days >= 2", Day.AddDays(-1));
        await Publish("asleep", "orders >= 1 and orders in last 20 days = 0", Day.AddDays(-1));
        var random = new Random(11);
        var customers = Enumerable.Range(0, 20).Select(_ => Guid.NewGuid()).ToArray();
        for (var now = Day; now < Day.AddDays(120); now = now.AddDays(random.Next(1, 12)))
        {
            foreach (var _ in Enumerable.Range(0, random.Next(15)))
            {
                var customer = customers[random.Next(customers.Length)];
                var at = now.AddDays(-random.Next(random.Next(2) == 0 ? 3 : 60)).AddMinutes(random.Next(600));
                var order = Order(customer, at);
                if (random.Next(5) == 0)
                {
                    company.Add("sales.order", order.Id, new OrderCancelled(order.Id, customer, "mistake"), at.AddDays(random.Next(10)));
                }
            }

            await company.Settle();
            await Drain(now);
        }

        var told = (await company.Query("select told_to from analytics.segment_checkpoint")).Single()[0];
        var inside = new HashSet<(Guid, Guid)>();
        foreach (var (finding, _) in await company.Tell())
        {
            Assert.True(finding switch
            {
                SegmentEntered e => inside.Add((e.SegmentId, e.CustomerId)),
                SegmentLeft e => inside.Remove((e.SegmentId, e.CustomerId)),
                _ => false,
            }, $"{finding} was told twice in a row.");
        }

        var rows = await company.Query($"""
            select segment_id, customer_id from analytics.segment_membership where valid_from <= '{told:O}' and (valid_to is null or valid_to > '{told:O}')
            """);
        Assert.True(rows.Count > 5);
        Assert.Equal(rows.Select(row => ((Guid)row[0]!, (Guid)row[1]!)).Order(), inside.Order());
    }

    (Guid Id, Guid EventId) Order(Guid customer, DateTime at, long minor = 100)
    {
        var order = Guid.NewGuid();
        return (order, company.Add("sales.order", order, new OrderPlaced(order, customer, "shop", $"{order}", new(minor, "EUR"), []), at));
    }

    async Task Publish(string name, string text, DateTime? at = null)
    {
        new PublishSegment(text).Read(out var rule);
        await company.Journal.Decide<Segment>(Segment.IdOf(name), Company.Cause(at), segment => segment.Publish(name, rule!), default);
        await company.Relay();
        await Drain(at);
    }

    async Task Drain(DateTime? now = null)
    {
        while (await company.Segments.WorkOnce(default, now))
        {
        }
    }

    async Task<(int Came, int Went, bool Silent)> Filled(string name)
    {
        var filling = (await SegmentMembership.Filled(company.Database, Segment.IdOf(name), default))!;
        Assert.NotNull(filling.FilledAt);
        return (filling.Came, filling.Went, filling.Silent);
    }
}
