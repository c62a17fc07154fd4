using CrmSuite.Contracts.Sales;
using CrmSuite.Sales.Books;
using CrmSuite.Sales.Opportunities;
using CrmSuite.Sales.Periods;
using CrmSuite.Sales.Quotas;
using CrmSuite.Sales.Rates;
using CrmSuite.Testing;
using static CrmSuite.Sales.Tests.Opportunities.Deals;

namespace CrmSuite.Sales.Tests.Books;

public sealed class BooksBreaksTests
{
    static readonly PeriodList.Row Quarter = new(Period.IdOf("FY2026-Q2"), "FY2026-Q2", new(2026, 4, 1, 0, 0, 0, DateTimeKind.Utc),
        new(2026, 7, 1, 0, 0, 0, DateTimeKind.Utc), null, null);
    static readonly QuotaList.Row Quota = new(AgreeQuota.IdOf("FY2026-Q2", "u-ann", null), "FY2026-Q2", "u-ann", "north", 1_000_00, "EUR", 1, Now);
    static readonly QuotaList.Row Over = Quota with { Period = "FY2025-Q4" };
    static readonly OpportunityHistory.Row Deal = Entries.Fold<Opportunity, OpportunityHistory.Row, OpportunityHistory>(Id, (Now, Opened))!;

    [Fact]
    public void Another_currency_leaves_quotas_in_the_old_one_and_deals_without_a_rate_into_it()
    {
        Assert.Equal(["deal-unrated USD 1", "quota-in-other-currency FY2026-Q2 1"], Told(new("GBP", "UTC", 1, DayOfWeek.Monday)));
        var rate = new PublishedRate(RateId, "USD", new(2026, 3, 1), 0.8m, Now.AddDays(-1));
        Assert.Equal(["quota-in-other-currency FY2026-Q2 1"], Told(new("GBP", "UTC", 1, DayOfWeek.Monday), rate));
        Assert.Equal(["quota-in-other-currency FY2026-Q2 1"], Told(new("USD", "UTC", 1, DayOfWeek.Monday)));
    }

    [Fact]
    public void Another_zone_or_fiscal_year_gives_the_key_of_a_period_another_time()
    {
        var rate = new PublishedRate(RateId, "USD", new(2026, 3, 1), 0.9m, Now.AddDays(-1));
        Assert.Equal(["period-moved FY2026-Q2 1"], Told(new("EUR", "Europe/Riga", 1, DayOfWeek.Monday), rate));
        Assert.Equal(["period-moved FY2026-Q2 1"], Told(new("EUR", "UTC", 4, DayOfWeek.Monday), rate));
        Assert.Empty(Told(new("EUR", "UTC", 1, DayOfWeek.Sunday), rate));
    }

    [Fact]
    public void What_the_books_of_today_cannot_value_either_is_not_broken_by_the_next_ones()
    {
        Assert.Empty(Told(new("EUR", "UTC", 1, DayOfWeek.Sunday)));
    }

    [Fact]
    public async Task Operations_ask_before_the_books_are_published()
    {
        await using var sales = await SalesService.Start();
        await sales.Adopt();
        await sales.Ok("sales-operations", "POST", "/quotas/FY2099-Q1",
            new { amount = new { minor = 1_00, currency = "EUR" }, reason = "plan", team = "north" });
        var answer = await sales.Ok("sales-operations", "POST", "/books/preview", new { reportingCurrency = "USD", zone = "Europe/Riga" });
        var found = Assert.Single(answer.EnumerateArray());
        Assert.Equal(("quota-in-other-currency", "FY2099-Q1", 1),
            (found.GetProperty("what").GetString(), found.GetProperty("name").GetString(), found.GetProperty("count").GetInt32()));
        Assert.Equal("400 books.zone", await Problem("sales-operations", "Atlantis"));
        Assert.Equal("403 permission.missing", await Problem("sales-agent", "UTC"));

        async Task<string> Problem(string role, string zone) =>
            await (await sales.Send(role, "POST", "/books/preview", new { reportingCurrency = "EUR", zone })).Problem();
    }

    static IEnumerable<string> Told(BooksAdopted adopted, params PublishedRate[] rates)
    {
        var next = new Sales.Books.Books(adopted);
        return BooksBreaks.Of(Kept, next, [Deal], [Quarter], [Quota, Over], new RateTable(next, rates), Now)
            .Select(found => $"{found.What} {found.Name} {found.Count}");
    }
}
