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
        Assert.Equal("404 order.unknown", await Problem("POST", $"/orders/{unknown}/payments", new { amount = new { minor = 1, currency = "EUR" } }));
        Assert.Equal("404 order.unknown", await Problem("GET", $"/orders/{unknown}"));
        Assert.Equal("404 order.unknown", await Problem("GET", $"/orders/{unknown}/timeline"));
        Assert.Equal("403 permission.missing", await (await sales.Send("service-agent", "GET", "/orders")).Problem());

        async Task<string> Problem(string method, string path, object? body = null) => await (await sales.Send("sales-agent", method, path, body)).Problem();
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
