using System.Text.Json;
using System.Text.Json.Nodes;
using CrmSuite.Analytics.Customers;
using CrmSuite.Analytics.Store;
using CrmSuite.Analytics.Tests.Store;
using CrmSuite.Contracts;
using CrmSuite.Contracts.Acquisition;
using CrmSuite.Contracts.Loyalty;
using CrmSuite.Contracts.Sales;
using CrmSuite.Contracts.Service;
using CrmSuite.Journal;
using CrmSuite.Testing;

namespace CrmSuite.Analytics.Tests.Customers;

/// <summary>A customer as of any instant, by what was known at any, against the fold of just these facts.</summary>
public sealed class CustomerFactsTests
{
    static readonly DateTime Day = new(2021, 3, 1, 12, 0, 0, DateTimeKind.Utc);

    [Fact]
    public async Task At_every_pair_of_instants_it_is_the_fold_of_the_facts_up_to_them()
    {
        await using var company = await Company.Open();
        var random = new Random(5);
        var customers = Enumerable.Range(0, 3).Select(_ => Guid.NewGuid()).ToArray();
        for (var i = 0; i < 150; i++)
        {
            // Facts become known in the order of the store, but may have happened long before; some share a pack.
            var (customer, known) = (customers[random.Next(customers.Length)], Day.AddHours(i * 10));
            var (category, id, fact) = Fact(random.Next(7), customer, i);
            company.Add(category, id, fact, known.AddHours(-random.Next(random.Next(3) == 0 ? 800 : 3)), known, samePack: i > 20 && random.Next(4) == 0);
        }

        await company.Settle();
        var log = await company.Log.Read(Position.Start, 1_000, default);
        var seen = 0;
        for (var i = 0; i < 100; i++)
        {
            var customer = customers[random.Next(customers.Length)];
            var (asOf, knownAt) = (Day.AddHours(random.Next(-300, 1_700)), Day.AddHours(random.Next(-10, 1_700)));
            var cut = log.GroupBy(entry => entry.Department).ToDictionary(facts => facts.Key, facts => facts.GroupBy(entry => entry.PackNo!.Value)
                .Where(pack => pack.All(entry => entry.RecordedAt <= knownAt)).Select(pack => pack.Key).DefaultIfEmpty(0).Max());
            var expected = log.Where(entry => Customer360.Keys(entry).Contains(customer) && entry.OccurredAt <= asOf && entry.PackNo <= cut[entry.Department])
                .Aggregate((Customer360.Row?)null, (row, entry) => Customer360.Fold(customer, row, entry));
            var found = await company.Ask(queries => CustomerFacts.AsOf(queries, customer, asOf, new(knownAt, cut), default));
            Assert.True(JsonNode.DeepEquals(Json(expected), Json(found)), $"{Json(expected)} is shown as {Json(found)}");
            Assert.Equal(cut, await Resolved(company, knownAt));
            seen += found is null ? 0 : 1;
        }

        Assert.InRange(seen, 30, 100);
        foreach (var customer in customers)
        {
            var live = await company.Ask(queries => queries.Find<Customer360, Customer360.Row>(customer, default));
            var all = await company.Ask(queries => CustomerFacts.AsOf(queries, customer, Moment.Ever, Cut.Everything, default));
            Assert.True(JsonNode.DeepEquals(Json(live), Json(all)), $"{Json(live)} is shown as {Json(all)}");
        }
    }

    [Fact]
    public void An_order_that_was_cancelled_counts_neither_as_an_order_nor_in_the_revenue()
    {
        var (customer, kept, off) = (Guid.NewGuid(), Guid.NewGuid(), Guid.NewGuid());
        var row = Customer360.Fold(customer, null, Entries.Heard(new OrderPlaced(kept, customer, "shop", "1", new(7_000, "EUR"), []), Day).Entry);
        row = Customer360.Fold(customer, row, Entries.Heard(new OrderPlaced(off, customer, "shop", "2", new(5_000, "EUR"), []), Day).Entry);
        row = Customer360.Fold(customer, row, Entries.Heard(new OrderCancelled(off, customer, "mistake", new(5_000, "EUR")), Day).Entry)!;
        Assert.Equal((1, 7_000L, 0), (row.Orders, row.Revenue["EUR"], row.Credits));
    }

    static (string Category, Guid Id, Event Fact) Fact(int kind, Guid customer, int i)
    {
        var id = Ids.Derive("test", $"{i}");
        return kind switch
        {
            0 => ("acquisition.customer", customer, new CustomerCorrected(customer, "moved", Country: $"Land {i}")),
            1 => ("service.case", id, new CaseOpened(id, customer, "phone", CaseKind.Request, Severity.Normal)),
            2 => ("sales.credit", id, new CreditIssued(id, customer, "shop", $"{i}", new(i + 1, "EUR"), null, null)),
            3 => ("loyalty.points", customer, new PointsExpired(customer, customer, id, 1)),
            _ => ("sales.order", id, new OrderPlaced(id, customer, "shop", $"{i}", new(100 + i, i % 2 == 0 ? "EUR" : "USD"), [])),
        };
    }

    static async Task<Dictionary<string, long>> Resolved(Company company, DateTime knownAt) =>
        (await company.Query($"""
            select department, no::bigint from jsonb_each_text(analytics.cut('{knownAt:O}')) as cut(department, no) where department <> 'analytics'
            """)).ToDictionary(row => (string)row[0]!, row => (long)row[1]!);

    static JsonNode? Json(Customer360.Row? row) => JsonSerializer.SerializeToNode(row, Contracts.Json.Stored);
}
