using CrmSuite.Sales.Accounts;
using CrmSuite.Testing;

namespace CrmSuite.Sales.Tests;

public sealed class RebuildTests
{
    [Fact]
    public async Task Each_view_of_a_department_at_work_is_the_same_built_anew()
    {
        await using var sales = await SalesService.Start();
        await sales.Adopt();
        await sales.Publish();
        await Work(sales);

        var tried = await ViewLaws.EachRebuildEqualsLive(typeof(AccountList).Assembly, sales.App.Services, sales.ConnectionString);
        Assert.Superset(
            new HashSet<string>
            {
                "account_list", "affiliation_list", "contact_list", "credit_list", "forecast_history", "invoice_list", "note_list", "opportunity_history",
                "order_list", "period_list", "quota_list", "rate_list", "stage_table_list", "task_list",
            },
            tried.ToHashSet());
    }

    /// <summary>Something of everything that the views tell of, with changes that come back to rows that are there already.</summary>
    static async Task Work(DepartmentService sales)
    {
        var account = await sales.Id("sales-agent", "/accounts", new { customerId = await sales.Registered(), name = "Teahouse", basis = SalesService.Basis });
        var ann = await sales.Id("sales-agent", "/contacts", new { language = "de" });
        await sales.Ok("sales-agent", "POST", "/affiliations", new { accountId = account, contactId = ann, role = "buyer" });
        await sales.Ok("sales-operations", "POST", "/rates?at=2026-01-02T09:00:00Z",
            new { currency = "USD", rate = "0.9", firstDay = "2026-01-02", source = "ecb" });
        await sales.Ok("sales-operations", "POST", $"/rates/{Sales.Rates.Rate.IdOf("USD", "EUR")}/corrections?at=2026-01-21T09:00:00Z",
            new { firstDay = "2026-01-02", rate = "0.8", reason = "typing-error" });
        await sales.Ok("sales-operations", "POST", "/quotas/FY2099-Q2", new { ownerId = "u-ann", amount = Euro(5), reason = "annual-plan" });
        await sales.Ok("sales-operations", "POST", "/quotas/FY2099-Q2", new { ownerId = "u-ann", amount = Euro(6), reason = "new-plan" });
        await sales.Ok("sales-agent", "POST", "/credits",
            new { source = "erp", number = "C-1", amount = Euro(5), customerId = await sales.Registered(), reason = "broken" });
        var owed = new
        {
            source = "erp",
            number = "R-1",
            amount = Euro(50),
            invoicedOn = "2026-01-05",
            dueOn = "2026-01-31",
            customerId = await sales.Registered()
        };
        var invoice = await sales.Id("sales-operations", "/invoices?at=2026-01-05T09:00:00Z", owed);
        await sales.Ok("sales-operations", "POST", $"/invoices/{invoice}/payments", new { amount = Euro(20) });
        await sales.Ok("sales-operations", "POST", $"/invoices/{invoice}/due-day", new { dueOn = "2099-01-31" });
        await sales.Ok("sales-operations", "POST", "/products/tea/list", new { name = "Green tea" });
        for (var number = 0; number < 3; number++)
        {
            var id = await sales.Id("sales-agent", "/opportunities", new { accountId = account, amount = Euro(100), closeDate = "2099-05-01" });
            await sales.Ok("sales-agent", "POST", $"/opportunities/{id}/contacts", new { contactId = ann, role = "decider" });
            await sales.Ok("sales-agent", "POST", $"/opportunities/{id}/rivals", new { rival = "acme" });
            await sales.Ok("sales-agent", "POST", $"/opportunities/{id}/stage", new { stage = "propose" });
            await sales.Ok("sales-agent", "POST", $"/opportunities/{id}/criteria", new { criterion = "budget-confirmed" });
            await sales.Ok("sales-agent", "PUT", $"/opportunities/{id}/lines",
                new { lines = new[] { new { product = "tea", quantity = 2_000, price = Euro(450) } } });
            await sales.Ok("sales-agent", "POST", $"/opportunities/{id}/close-date", new { closeDate = "2099-06-01", reason = "budget" });
            await sales.Ok("sales-agent", "POST", "/forecasts/FY2099-Q2/submit", new { commit = Euro(100 + number) });
            await sales.Ok("sales-agent", "POST", $"/opportunities/{id}/win",
                new { evidence = new { kind = "customer-order", stream = "erp.order-1", version = 0 }, value = Euro(900 + number) });
        }
    }

    static object Euro(long minor) => new { minor, currency = "EUR" };
}
