using CrmSuite.Analytics.Segments;
using CrmSuite.Analytics.Tests.Store;
using CrmSuite.Contracts.Acquisition;
using CrmSuite.Contracts.Sales;
using NodaTime;

namespace CrmSuite.Analytics.Tests.Segments;

/// <summary>Memberships kept while facts arrive, late ones and repeated evaluations among them, against memberships made at once from all facts.</summary>
public sealed class SegmentKeeperTests(OnlineRetail retail)
{
    static readonly DateTime Day = new(2021, 3, 1, 12, 0, 0, DateTimeKind.Utc);

    [Fact]
    public async Task Kept_event_by_event_in_any_order_it_is_what_all_facts_give_at_once()
    {
        await using var company = await Company.Open();
        await Publish(company, "regular", "orders in last 90 days >= 3 and not country = \"Latvia\"");
        await Publish(company, "asleep", "orders >= 1 and orders in last 60 days = 0");
        await Drain(company);

        var random = new Random(7);
        var customers = Enumerable.Range(0, 40).Select(_ => Guid.NewGuid()).ToArray();
        var facts = Enumerable.Range(0, 400).Select(i => (Customer: customers[random.Next(40)], At: Day.AddMinutes(random.Next(500_000)), Kind: random.Next(6), Order: Guid.NewGuid())).ToArray();
        foreach (var part in facts.Chunk(80))
        {
            foreach (var (customer, at, kind, order) in part)
            {
                if (kind == 0)
                {
                    var country = random.Next(2) == 0 ? "Latvia" : "France";
                    company.Add("acquisition.customer", customer, new CustomerCorrected(customer, "moved", Country: country), at);
                }
                else
                {
                    company.Add("sales.order", order, new OrderPlaced(order, customer, "shop", $"{order}", new(100, "EUR"), []), at);
                    if (kind == 1)
                    {
                        company.Add("sales.order", order, new OrderCancelled(order, customer, "mistake"), at.AddDays(3));
                    }
                }
            }

            await company.Settle();
            await Drain(company);
        }

        var live = await Rows(company);
        Assert.True(live.Count > 40);
        await company.Query("delete from analytics.segment_membership; delete from analytics.segment_state");
        await Drain(company);
        Assert.Equal(live, await Rows(company));
        Assert.Empty(await company.Query("""
            select * from analytics.segment_membership as a join analytics.segment_membership as b using (segment_id, customer_id)
            where a.valid_from < b.valid_from and (a.valid_to is null or a.valid_to > b.valid_from)
            """));
        Assert.Empty(await company.Query("""
            select * from analytics.segment_membership as m where entered_by is not null
            and not exists (select from analytics.customer_orders where event_id = m.entered_by or cancelled_by = m.entered_by)
            and not exists (select from analytics.customer_profile_changes where event_id = m.entered_by)
            """));
    }

    [Fact]
    public async Task A_new_version_closes_the_stays_of_the_old_one_and_a_retired_segment_holds_nobody()
    {
        await using var company = await Company.Open();
        var customer = Guid.NewGuid();
        var order = Guid.NewGuid();
        company.Add("sales.order", order, new OrderPlaced(order, customer, "shop", "1", new(100, "EUR"), []), Day);
        await company.Settle();
        await Publish(company, "buyers", "orders >= 1");
        await Drain(company);
        var first = Assert.Single(await Stays(company, customer));
        Assert.Equal((1, Day, (DateTime?)null), (first.Version, first.ValidFrom, first.ValidTo));

        await Publish(company, "buyers", "orders >= 2");
        await Drain(company);
        Assert.Equal("version 1 superseded", Assert.Single(await Stays(company, customer)).LeftLeaf);

        await Publish(company, "buyers", "orders <= 9");
        await company.Journal.Decide<Segment>(Segment.IdOf("buyers"), Company.Cause(), segment => segment.Retire("buyers", new("unused")), default);
        await company.Relay();
        await Drain(company);
        var last = (await Stays(company, customer))[^1];
        Assert.Equal((3, "version 3 published"), (last.Version, last.EnteredLeaf));
        Assert.NotNull(last.ValidTo);
        Assert.Equal(0, await SegmentMembership.Count(company.Database, Segment.IdOf("buyers"), DateTime.UtcNow.AddDays(1), default));
    }

    [Fact]
    public async Task Members_of_Online_Retail_on_any_day_are_those_that_the_file_gives()
    {
        var company = await retail.Company;
        await Publish(company, "frequent", "orders in last 90 days >= 4 and revenue >= 500.00 GBP");
        await Drain(company);
        var orders = ReferenceData.OnlineRetail().Where(invoice => !invoice.Cancelled).Select(invoice => (invoice.Customer, At: OnlineRetail.Utc(invoice.LocalTime), invoice.Revenue)).ToList();
        foreach (var at in (DateTime[])[new(2011, 2, 1, 0, 0, 0, DateTimeKind.Utc), new(2011, 6, 8, 15, 0, 0, DateTimeKind.Utc), new(2011, 12, 9, 12, 50, 0, DateTimeKind.Utc), new(2012, 1, 20, 0, 0, 0, DateTimeKind.Utc)])
        {
            var expected = orders.Where(order => order.At <= at).GroupBy(order => order.Customer)
                .Where(customer => customer.Count(order => order.At > at.AddDays(-90)) >= 4 && customer.Sum(order => order.Revenue) >= 500)
                .Select(customer => ReferenceData.CustomerId(customer.Key)).Order();
            var found = await company.Rows<Stay>(SegmentMembership.Members(Segment.IdOf("frequent"), at), "customer_id");
            Assert.Equal(expected, found.Select(stay => stay.CustomerId).Order());
        }
    }

    static async Task Publish(Company company, string name, string text)
    {
        new PublishSegment(text).Read(out var rule);
        await company.Journal.Decide<Segment>(Segment.IdOf(name), Company.Cause(), segment => segment.Publish(name, rule!), default);
        await company.Relay();
    }

    static async Task Drain(Company company)
    {
        while (await company.Segments.WorkOnce(default))
        {
        }
    }

    static Task<IReadOnlyList<Stay>> Stays(Company company, Guid customer) => SegmentMembership.OfCustomer(company.Database, customer, null, default);

    static async Task<List<string>> Rows(Company company) =>
        [.. (await company.Query("select to_jsonb(m)::text from analytics.segment_membership as m order by segment_id, customer_id, valid_from")).Select(row => (string)row[0]!)];
}
