using System.Net;
using System.Text.Json;
using CrmSuite.Testing;

namespace CrmSuite.Sales.Tests.Orders;

public sealed class OrderEndpointsTests
{
    static readonly object Order = new
    {
        source = "shop",
        number = "536365",
        total = new { minor = 11900, currency = "EUR" },
        customer = new { source = "shop", reference = "Ref-17850" },
        lines = new[] { new { line = 1, product = "tea", quantity = 6000, net = new { minor = 10000, currency = "EUR" } } },
        basis = new { kind = "contract", purpose = "orders" },
    };

    [Fact]
    public async Task An_order_goes_from_the_request_to_the_list_without_the_broker()
    {
        await using var sales = await SalesService.Start();

        using var created = await sales.Send("sales-agent", "POST", "/orders", Order);
        var id = JsonDocument.Parse(await created.Content.ReadAsStringAsync()).RootElement.GetProperty("id").GetGuid();
        Assert.Equal((HttpStatusCode.Created, $"/orders/{id}"), (created.StatusCode, created.Headers.Location?.ToString()));
        Assert.Equal(id, (await sales.Ok("sales-agent", "POST", "/orders", Order)).GetProperty("id").GetGuid());

        await sales.Ok("sales-agent", "POST", $"/orders/{id}/payments", new { amount = new { minor = 11900, currency = "EUR" } });
        await sales.Ok("sales-agent", "POST", $"/orders/{id}/returns", new { lines = new[] { new { line = 1, quantity = 3000 } } });

        var order = await sales.Ok("sales-agent", "GET", $"/orders/{id}");
        Assert.Equal(("paid", 5950, 0), (order.GetProperty("status").GetString(), order.GetProperty("returned").GetProperty("minor").GetInt64(), order.GetProperty("due").GetProperty("minor").GetInt64()));
        var customer = order.GetProperty("customerId").GetGuid();
        var row = Assert.Single((await sales.Ok("sales-agent", "GET", $"/orders?customerId={customer}&status=paid")).GetProperty("items").EnumerateArray());
        Assert.Equal((id, 11900, 5950), (row.GetProperty("orderId").GetGuid(), row.GetProperty("receivedMinor").GetInt64(), row.GetProperty("returnedMinor").GetInt64()));
        Assert.Empty((await sales.Ok("sales-agent", "GET", "/orders?status=cancelled")).GetProperty("items").EnumerateArray());

        var timeline = await sales.Ok("sales-agent", "GET", $"/orders/{id}/timeline");
        Assert.Equal(
            ["sales.order-placed.1", "sales.order-payment-received.1", "sales.order-paid.1", "sales.order-returned.1"],
            timeline.EnumerateArray().Select(moment => moment.GetProperty("name").GetString()));
        Assert.DoesNotContain("17850", timeline.GetRawText() + sales.Log, StringComparison.Ordinal);
        Assert.Equal("***", timeline[0].GetProperty("data").GetProperty("customerReference").GetString());
    }

    [Fact]
    public async Task A_bad_request_is_told_what_is_wrong()
    {
        await using var sales = await SalesService.Start();
        var unknown = Guid.NewGuid();

        Assert.Equal("400 order.number", await Problem("POST", "/orders", new { source = "shop", number = "", total = new { minor = 1, currency = "EUR" }, customerId = unknown }));
        Assert.Equal("400 order.customer", await Problem("POST", "/orders", new { source = "shop", number = "1", total = new { minor = 1, currency = "EUR" } }));
        Assert.Equal("422 basis.missing", await Problem("POST", "/orders", new { source = "shop", number = "1", total = new { minor = 1, currency = "EUR" }, customer = new { source = "shop", reference = "1" } }));
        var customer = await sales.Registered();
        Assert.Equal("404 account.unknown", await Problem("POST", "/orders", Naming(account: unknown)));
        Assert.Equal("404 opportunity.unknown", await Problem("POST", "/orders", Naming(deal: unknown)));
        Assert.Equal("404 quote.unknown", await Problem("POST", "/orders", Naming(quote: unknown)));
        Assert.Empty((await sales.Ok("sales-agent", "GET", $"/orders?customerId={customer}")).GetProperty("items").EnumerateArray());
        await sales.Ok("sales-agent", "POST", "/orders", Naming(account: await sales.Id("sales-agent", "/accounts", new { customerId = customer })));
        Assert.Equal("404 order.unknown", await Problem("POST", $"/orders/{unknown}/payments", new { amount = new { minor = 1, currency = "EUR" } }));
        Assert.Equal("404 order.unknown", await Problem("GET", $"/orders/{unknown}"));
        Assert.Equal("404 order.unknown", await Problem("GET", $"/orders/{unknown}/timeline"));
        Assert.Equal("403 permission.missing", await (await sales.Send("service-agent", "GET", "/orders")).Problem());

        object Naming(Guid? account = null, Guid? deal = null, Guid? quote = null) => new
        {
            source = "shop",
            number = "7",
            total = new { minor = 1, currency = "EUR" },
            customerId = customer,
            accountId = account,
            opportunityId = deal,
            quoteId = quote,
        };

        async Task<string> Problem(string method, string path, object? body = null) => await (await sales.Send("sales-agent", method, path, body)).Problem();
    }

    [Fact]
    public async Task A_person_orders_and_pays_in_another_currency_by_the_rate_of_the_day_and_what_is_known_needs_none()
    {
        await using var sales = await SalesService.Start();
        await sales.Adopt();
        var customer = await sales.Registered();
        object Pounds(long minor) => new { minor, currency = "GBP" };
        object Said(string number) => new { source = "phone", number, total = Pounds(5_00), customerId = customer };

        Assert.Equal("409 rate.missing", await (await sales.Send("sales-operations", "POST", "/orders?at=2026-03-02T09:00:00Z", Said("1"))).Problem());
        await sales.Ok("sales-operations", "POST", "/rates?at=2026-01-02T09:00:00Z",
            new { currency = "GBP", rate = "1.15", firstDay = "2026-03-01", source = "ecb" });
        var order = await sales.Id("sales-operations", "/orders?at=2026-03-02T09:00:00Z", Said("1"));
        Assert.Equal("409 rate.missing", await Pay("2026-03-09T09:00:00Z"));
        await sales.Ok("sales-operations", "POST", $"/orders/{order}/payments?at=2026-03-08T09:00:00Z", new { amount = Pounds(2_00) });
        var rate = (await sales.Ok("sales-agent", "GET", "/rates?currency=GBP")).GetProperty("items")[0];
        var timeline = await sales.Ok("sales-agent", "GET", $"/orders/{order}/timeline");
        Assert.All([0, 1], version => Assert.Equal(rate.GetProperty("rateId").GetGuid(), Named(version)));
        Assert.Equal(order, await sales.Id("sales-operations", "/orders?at=2026-05-02T09:00:00Z", Said("1")));
        await sales.Ok("sales-operations", "POST", $"/rates/{rate.GetProperty("pairId").GetGuid()}/corrections?at=2026-03-03T09:00:00Z",
            new { firstDay = "2026-03-01", rate = "1.16", reason = "typing-error" });
        var told = (await sales.Ok("sales-agent", "GET", "/rates?currency=GBP")).GetProperty("items")[0].GetProperty("values");
        Assert.All(told.EnumerateArray(), value => Assert.Matches("^[0-9]{16,}$", value.GetProperty("known").GetString()));
        Assert.Equal(2, told.GetArrayLength());

        Guid Named(int version) => timeline[version].GetProperty("data").GetProperty("rateId").GetGuid();

        async Task<string> Pay(string at) =>
            await (await sales.Send("sales-operations", "POST", $"/orders/{order}/payments?at={at}", new { amount = Pounds(1_00) })).Problem();
    }

    [Fact]
    public async Task A_credit_is_issued_and_listed_and_every_route_names_its_permission()
    {
        await using var sales = await SalesService.Start();
        var customer = await sales.Registered();

        var id = (await sales.Ok("sales-agent", "POST", "/credits", new { source = "shop", number = "C1", amount = new { minor = 500, currency = "GBP" }, customerId = customer })).GetProperty("id").GetGuid();

        Assert.Equal(500, (await sales.Ok("sales-agent", "GET", $"/credits/{id}")).GetProperty("amount").GetProperty("minor").GetInt64());
        Assert.Equal(id, Assert.Single((await sales.Ok("sales-agent", "GET", $"/credits?customerId={customer}")).GetProperty("items").EnumerateArray()).GetProperty("creditId").GetGuid());
        Assert.Empty(Endpoints.WithoutPermission(sales.App));
    }
}
