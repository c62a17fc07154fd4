using CrmSuite.Import;
using CrmSuite.Journal;
using CrmSuite.Sales.Accounts;
using CrmSuite.Sales.Customers;
using CrmSuite.Sales.Orders;
using CrmSuite.ServiceDefaults;
using CrmSuite.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace CrmSuite.Sales.Tests.Customers;

/// <summary>To whom Sales does not sell.</summary>
public sealed class CustomerEndpointsTests
{
    [Fact]
    public async Task An_unknown_customer_is_refused_with_what_to_do_and_nothing_is_half_done()
    {
        await using var sales = await DepartmentService.Start("sales",
            sales => sales.Noun<Customer>().Noun<Account>().View<AccountList.Row, AccountList>().Import<AccountImport>()
                .Noun<Order>().View<OrderList.Row, OrderList>().Import<OrderImport>(),
            app => app.MapAccounts().MapOrders());
        var journal = sales.App.Services.GetRequiredService<IJournal>();
        var (known, unknown) = (Guid.NewGuid(), Guid.NewGuid());
        await journal.Decide<Customer>(known, Cause.Rule("test", Guid.NewGuid(), DateTime.UtcNow), customer => customer.Hear(known), default);

        Assert.Equal("404 customer.unknown", await Problem("/accounts", new { customerId = unknown, source = "erp", number = "A-1" }));
        Assert.Equal("404 customer.unknown", await Problem("/orders", Order(unknown)));
        Assert.Equal(-1, (await journal.Load<Account>(OpenAccount.IdOf("erp", "A-1"), default)).Version);
        await sales.Ok("sales-agent", "POST", "/accounts", new { customerId = known, source = "erp", number = "A-1" });
        await sales.Ok("sales-agent", "POST", "/orders", Order(known));
        await sales.Ok("sales-agent", "POST", "/accounts", new { customer = new { source = "shop", reference = "Ref-1" }, basis = SalesService.Basis });

        async Task<string> Problem(string path, object body) => await (await sales.Send("sales-agent", "POST", path, body)).Problem();
    }

    static object Order(Guid customerId) => new { source = "shop", number = "1", total = new { minor = 1, currency = "EUR" }, customerId };
}
