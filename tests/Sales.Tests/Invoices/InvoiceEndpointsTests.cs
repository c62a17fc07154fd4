using System.Text.Json;
using CrmSuite.Testing;

namespace CrmSuite.Sales.Tests.Invoices;

public sealed class InvoiceEndpointsTests
{
    [Fact]
    public async Task Invoices_are_mirrored_listed_and_told_as_of_any_day_in_their_currency_and_at_the_reporting_rate()
    {
        await using var sales = await SalesService.Start();
        await sales.Adopt();
        await sales.Ok("sales-operations", "POST", "/rates?at=2026-01-02T09:00:00Z", new
        {
            currency = "USD",
            rate = "0.5",
            firstDay = "2026-01-02",
            source = "ecb",
        });
        var customer = await sales.Registered();
        var account = await sales.Id("sales-operations", "/accounts?at=2026-01-05T09:00:00Z", new { customerId = customer, ownerId = "u-ann" });
        var mine = await Open("R-1", 100_00, "EUR", "2026-01-05", "2026-01-31");
        var dollars = await Open("R-2", 80_00, "USD", "2026-01-05", "2026-03-31");
        await sales.Ok("sales-operations", "POST", $"/invoices/{mine}/payments?at=2026-03-10T09:00:00Z",
            new { amount = new { minor = 40_00, currency = "EUR" } });
        await sales.Ok("sales-operations", "POST", $"/invoices/{dollars}/due-day?at=2026-03-20T09:00:00Z", new { dueOn = "2026-04-30" });

        Assert.Equal("0 0 0 0", await Ages("2026-01-31T22:00:00Z"));
        Assert.Equal("10000 0 0 0", await Ages("2026-02-01T00:00:00Z"));
        Assert.Equal("0 6000 0 0", await Ages("2026-03-20T00:00:00Z"));
        Assert.Equal("0 0 6000 0", await Ages("2026-04-30T00:00:00Z"));
        Assert.Equal("4000 0 6000 0", await Ages("2026-05-01T00:00:00Z"));
        Assert.Equal("0 4000 0 6000", await Ages("2026-06-20T00:00:00Z"));

        await sales.Until("/invoices?status=overdue", list => list.GetProperty("items").GetArrayLength() == 2);
        var report = await sales.Ok("sales-agent", "GET", $"/invoices/overdue?by=account&asOf=2026-06-20T00:00:00Z&customerId={customer}");
        Assert.Equal([$"EUR {account} 6000 6000", $"USD {account} 8000 4000"], report.GetProperty("items").EnumerateArray().Select(debt =>
            $"{debt.GetProperty("currency")} {debt.GetProperty("accountId")} "
            + $"{debt.GetProperty("original").GetProperty("total")} {debt.GetProperty("report").GetProperty("total")}"));

        var list = (await sales.Ok("sales-agent", "GET", $"/invoices?customerId={customer}&sort=open")).GetProperty("items");
        Assert.Equal([(dollars, 80_00, 0, "overdue"), (mine, 60_00, 40_00, "overdue")], list.EnumerateArray().Select(row =>
            (row.GetProperty("invoiceId").GetGuid(), row.GetProperty("openMinor").GetInt32(),
                row.GetProperty("paidMinor").GetInt32(), row.GetProperty("status").GetString())));
        Assert.Equal("400 list.sort", await (await sales.Send("sales-agent", "GET", "/invoices?sort=colour")).Problem());
        Assert.Equal("400 overdue.by", await (await sales.Send("sales-agent", "GET", "/invoices/overdue?by=colour")).Problem());
        Assert.Equal("400 page.size", await (await sales.Send("sales-agent", "GET", "/invoices/overdue?size=0")).Problem());

        var work = await sales.Ok("sales-agent", "GET", "/my-work?ownerId=u-ann");
        Assert.Equal([mine, dollars], work.GetProperty("invoicesOverdue").GetProperty("items").EnumerateArray()
            .Select(row => row.GetProperty("invoiceId").GetGuid()));
        var told = await sales.Ok("sales-agent", "GET", $"/timelines/{account}");
        Assert.Contains("sales.invoice-fell-overdue.1", told.GetRawText(), StringComparison.Ordinal);
        using var csv = await sales.Send("sales-agent", "GET", "/invoices?format=csv");
        Assert.Contains("R-2", await csv.Content.ReadAsStringAsync(), StringComparison.Ordinal);

        Task<Guid> Open(string number, long minor, string currency, string invoicedOn, string dueOn) => sales.Id("sales-operations",
            "/invoices?at=2026-01-05T10:00:00Z",
            new { source = "erp", number, amount = new { minor, currency }, invoicedOn, dueOn, customerId = customer, accountId = account });

        async Task<string> Ages(string at)
        {
            var ages = (await sales.Ok("sales-agent", "GET", $"/invoices/overdue?asOf={at}")).GetProperty("report");
            return string.Join(' ', ((string[])["days1To30", "days31To60", "days61To90", "daysOver90"]).Select(name => ages.GetProperty(name).GetInt64()));
        }
    }

    [Fact]
    public async Task A_file_of_accounting_is_followed_whenever_it_comes_and_a_row_that_names_nobodys_account_is_refused()
    {
        await using var sales = await SalesService.Start();
        await sales.Adopt();
        var mapping = new
        {
            fields = new
            {
                source = new { value = "erp" },
                number = new { column = "no" },
                amount = new { column = "total" },
                currency = new { value = "EUR" },
                invoicedOn = new { column = "day" },
                dueOn = new { column = "due" },
                paid = new { column = "paid" },
                customer = new { column = "debtor" },
                order = new { column = "order" },
            },
            basis = new { kind = "contract", purpose = "receivables" },
        };
        await sales.Ok("sales-agent", "POST", "/orders", new
        {
            source = "erp",
            number = "A-1",
            total = new { minor = 12_000, currency = "EUR" },
            customer = new { source = "erp", reference = "7001" },
            basis = new { kind = "contract", purpose = "orders" },
        });
        const string Head = "no,debtor,order,day,due,total,paid\n";
        Assert.Equal("2 3 order.unknown", await Import(
            $"{Head}R-1,7001,A-1,2026-01-05,2099-01-31,120.00,\nR-2,7002,A-9,2026-01-05,2099-01-31,1,\nR-3,7003,,2026-01-05,2026-01-31,80.50,80.50\n"));
        Assert.Equal(["R-1 open 12000 2099-01-31", "R-3 settled 0 2026-01-31"], await Rows());

        var second = $"{Head}R-1,7001,A-1,2026-01-05,2026-02-28,120.00,20\nR-3,7003,,2026-01-05,2026-01-31,80.50,80.50\n";
        Assert.Equal("1 ", await Import(second));
        Assert.Equal(["R-1 overdue 10000 2026-02-28", "R-3 settled 0 2026-01-31"], await Rows());
        Assert.Equal("0 ", await Import(second));
        Assert.Equal(["R-1 overdue 10000 2026-02-28", "R-3 settled 0 2026-01-31"], await Rows());
        Assert.DoesNotContain("7001", sales.Log, StringComparison.Ordinal);

        var nobodys = new Dictionary<string, object>
        {
            ["source"] = new { value = "erp" },
            ["number"] = new { column = "no" },
            ["customerId"] = new { value = Guid.NewGuid() },
            ["invoicedOn"] = new { value = "2026-01-05" },
            ["dueOn"] = new { value = "2026-01-31" },
            ["amount"] = new { value = "1.00" },
            ["currency"] = new { value = "EUR" },
        };
        Assert.Equal(["2 customer.unknown"], (await sales.Import("invoices", "no\nR-9\n", new { fields = nobodys })).Refused);

        async Task<string> Import(string csv)
        {
            var (accepted, refused) = await sales.Import("invoices", csv, mapping);
            return $"{accepted} {string.Join(' ', refused)}";
        }

        async Task<string[]> Rows() => [.. (await sales.Ok("sales-agent", "GET", "/invoices")).GetProperty("items").EnumerateArray()
            .Select(Told).Order(StringComparer.Ordinal)];
    }

    [Fact]
    public async Task Who_does_not_keep_the_mirror_reads_it_and_a_bad_request_is_told_what_is_wrong()
    {
        await using var sales = await SalesService.Start();
        var (unknown, customer) = (Guid.NewGuid(), await sales.Registered());
        var euro = new { minor = 1, currency = "EUR" };

        Assert.Equal("403 permission.missing", await Problem("sales-agent", "", Said(customer)));
        Assert.Equal("403 permission.missing", await Problem("sales-manager", $"/{unknown}/payments", new { amount = euro }));
        Assert.Equal("404 customer.unknown", await Problem("sales-operations", "", Said(unknown)));
        Assert.Equal("404 account.unknown", await Problem("sales-operations", "", Said(customer, unknown)));
        Assert.Equal("400 invoice.due-day", await Problem("sales-operations", "", Said(customer, dueOn: "2025-12-31")));
        Assert.Equal("404 invoice.unknown", await Problem("sales-operations", $"/{unknown}/payments", new { amount = euro }));
        Assert.Equal("404 invoice.unknown", await Problem("sales-operations", $"/{unknown}/due-day", new { dueOn = "2026-01-31" }));
        Assert.Empty(Endpoints.WithoutPermission(sales.App));

        async Task<string> Problem(string role, string path, object body) => await (await sales.Send(role, "POST", $"/invoices{path}", body)).Problem();

        object Said(Guid customerId, Guid? accountId = null, string dueOn = "2026-01-31") =>
            new { source = "erp", number = "R-1", amount = euro, invoicedOn = "2026-01-01", dueOn, customerId, accountId };
    }

    static string Told(JsonElement row) => $"{row.GetProperty("number")} {row.GetProperty("status")} {row.GetProperty("openMinor")} {row.GetProperty("dueOn")}";
}
