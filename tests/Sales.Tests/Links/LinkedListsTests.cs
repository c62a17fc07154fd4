using CrmSuite.Contracts;
using CrmSuite.Contracts.Acquisition;
using CrmSuite.Contracts.Sales;
using CrmSuite.Journal;
using CrmSuite.Links;
using CrmSuite.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace CrmSuite.Sales.Tests.Links;

/// <summary>Customers who are one have one list of what Sales has with them.</summary>
public sealed class LinkedListsTests
{
    static readonly DateTime Now = new(2026, 3, 1, 12, 0, 0, DateTimeKind.Utc);

    static readonly string[] Lists = ["/opportunities", "/tasks", "/notes", "/quotes", "/contracts", "/invoices"];

    [Fact]
    public async Task Deals_tasks_notes_quotes_contracts_and_invoices_of_linked_customers_are_shown_together_until_they_are_not_one_after_all()
    {
        await using var sales = await SalesService.Start();
        await sales.Adopt();
        await sales.Publish();
        var price = new { product = "tea", price = new { minor = 1_00, currency = "EUR" }, per = 1, firstDay = "2026-01-01" };
        await sales.Ok("sales-operations", "POST", "/products/tea/list", new { name = "Green tea" });
        await sales.Ok("sales-operations", "POST", "/pricebooks/standard/publish", new { prices = new[] { price } });
        await sales.Ok("sales-operations", "POST", "/taxes/LV/publish",
            new { rates = new[] { new { code = "standard", rateBp = 2_100, firstDay = "2012-07-01" } } });
        var (father, son) = (await sales.Registered(), await sales.Registered());
        foreach (var customer in (Guid[])[father, son])
        {
            await Work(sales, customer);
        }

        var made = new LinkMade(Ids.Derive("link", father, son), father, son, Now.AddDays(-9), Now.AddDays(-2), "same-person");
        await Hear(sales, link => link.Adopt(made), made.LinkId);
        foreach (var list in Lists)
        {
            Assert.Equal((2, 2, 1), (await Count($"{list}?customerId={father}"), await Count($"{list}?customerId={son}"),
                await Count($"{list}?customerId={son}&group=false")));
        }

        var undone = new LinkUndone(made.LinkId, father, son, made.CustomerSince, made.AbsorbedSince, "father-and-son", Keeper.Survivor);
        await Hear(sales, link => link.Adopt(undone), made.LinkId);
        foreach (var list in Lists)
        {
            Assert.Equal((1, 1, 2), (await Count($"{list}?customerId={father}"), await Count($"{list}?customerId={son}"), await Count(list)));
        }

        async Task<int> Count(string list) => (await sales.Ok("sales-agent", "GET", list)).GetProperty("items").GetArrayLength();
    }

    /// <summary>One of each, with the customer's account.</summary>
    static async Task Work(DepartmentService sales, Guid customerId)
    {
        var account = await sales.Id("sales-agent", "/accounts", new { customerId, country = "AT" });
        var about = new { noun = "account", id = account };
        await sales.Id("sales-agent", "/opportunities", new { accountId = account, amount = new { minor = 1, currency = "EUR" }, closeDate = "2099-06-30" });
        await sales.Id("sales-agent", "/tasks", new { kind = "to-do", about, dueAt = "2099-03-02T11:00:00Z" });
        await sales.Id("sales-agent", "/notes", new { about, text = "Likes it strong", basis = SalesService.Basis });
        await sales.Id("sales-agent", "/quotes", new
        {
            accountId = account,
            offer = new { currency = "EUR", country = "LV", validUntil = "2099-12-31", lines = new[] { new { line = 1, product = "tea", quantity = 1_000 } } },
        });
        await sales.Id("sales-operations", "/invoices", new
        {
            source = "erp",
            number = $"{customerId}",
            amount = new { minor = 1, currency = "EUR" },
            invoicedOn = "2026-01-05",
            dueOn = "2026-01-31",
            customerId,
        });
        await sales.Id("sales-agent", "/contracts", new
        {
            accountId = account,
            text = new { from = "2026-01-01", value = new { minor = 1, currency = "EUR" }, clauses = new[] { new { name = "subject", text = "Tea for all" } } },
            basis = SalesService.Basis,
        });
    }

    static Task<Outcome> Hear(DepartmentService sales, Func<AdoptedLink<LinkAdopted>, Decision> decide, Guid linkId) =>
        sales.App.Services.GetRequiredService<IJournal>().Decide(linkId, Cause.Rule("test", Guid.NewGuid(), Now), decide, default);
}
