using CrmSuite.Contracts;
using CrmSuite.Journal;
using CrmSuite.Sales.Accounts;
using CrmSuite.Sales.Contacts;
using CrmSuite.Sales.Credits;
using CrmSuite.Sales.Customers;
using CrmSuite.Sales.Orders;
using CrmSuite.Testing;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace CrmSuite.Sales.Tests.Customers;

/// <summary>To whom Sales does not sell.</summary>
public sealed class CustomerEndpointsTests
{
    [Fact]
    public async Task An_unknown_customer_is_refused_at_once_with_what_to_do_and_nothing_is_half_done()
    {
        await using var sales = await SalesService.Start();
        var journal = sales.App.Services.GetRequiredService<IJournal>();
        var (known, unknown) = (await sales.Registered(), Guid.NewGuid());

        Assert.Equal("404 customer.unknown", await Problem("/accounts", new { customerId = unknown, source = "erp", number = "A-1" }));
        Assert.Equal("404 customer.unknown", await Problem("/orders", Order(unknown)));
        Assert.Equal("404 customer.unknown", await Problem("/credits", Credit(unknown)));
        Assert.Equal("404 customer.unknown", await Problem("/contacts", new { customerId = unknown, language = "de" }));
        Assert.Equal(-1, (await journal.Load<Account>(OpenAccount.IdOf("erp", "A-1"), default)).Version);
        Assert.Equal(-1, (await journal.Load<Order>(Ids.Derive("order", "shop", "1"), default)).Version);
        Assert.Equal(-1, (await journal.Load<Credit>(Ids.Derive("credit", "shop", "1"), default)).Version);
        Assert.Equal(-1, (await journal.Load<Contact>(unknown, default)).Version);
        await sales.Ok("sales-agent", "POST", "/accounts", new { customerId = known, source = "erp", number = "A-1" });
        await sales.Ok("sales-agent", "POST", "/orders", Order(known));
        await sales.Ok("sales-agent", "POST", "/credits", Credit(known));
        await sales.Ok("sales-agent", "POST", "/contacts", new { customerId = known, language = "de" });
        await sales.Ok("sales-agent", "POST", "/accounts", new { customer = new { source = "shop", reference = "Ref-1" }, basis = SalesService.Basis });

        // Who hands on what Acquisition has just answered him is waited for.
        var waiting = Ask($"acquisition.customer-{unknown}");
        Assert.NotNull(await Ask($"sales.order-{unknown}"));
        Assert.NotNull(await Ask(null));
        Assert.False(waiting.IsCompleted);
        await sales.Registered(unknown);
        Assert.Null(await waiting);

        Task<IResult?> Ask(string? stream)
        {
            var request = new DefaultHttpContext().Request;
            request.Headers[Http.AtLeast] = stream is null ? "" : new AtLeast(new(7, 1), stream, 0).ToString();
            return new Registry(journal, request).Refuse(unknown, default);
        }

        async Task<string> Problem(string path, object body) => await (await sales.Send("sales-agent", "POST", path, body)).Problem();
    }

    static object Credit(Guid customerId) => new { source = "shop", number = "1", amount = new { minor = 1, currency = "EUR" }, customerId };

    static object Order(Guid customerId) => new { source = "shop", number = "1", total = new { minor = 1, currency = "EUR" }, customerId };
}
