using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace CrmSuite.Suite.Tests;

/// <summary>What happens when a part of the suite is away. Each test leaves the suite as it found it.</summary>
public sealed class FaultTests(SuiteProcess suite) : IClassFixture<SuiteProcess>
{
    [Fact]
    public async Task Without_broker_and_event_store_every_department_accepts_and_reads_its_own_writes()
    {
        var customer = await Accepted("/api/acquisition/customers", new { kind = "organisation", country = "Latvia" });
        await Heard(customer);
        suite.Halt("beam.smp");
        suite.Halt("CrmSuite.EventStore.dll");
        Guid order;
        try
        {
            await Accepted("/api/acquisition/customers", new { kind = "organisation", country = "Latvia" });
            order = await Accepted("/api/sales/orders", Order(customer, "without-broker"));
            var support = await Accepted("/api/service/cases", Case(customer));
            await Accepted("/api/loyalty/points/grants", new { customerId = customer, points = 10, reason = "welcome" });
            Assert.Equal(order, await Found($"/api/sales/orders?customerId={customer}", "orderId"));
            Assert.Equal(support, await Found($"/api/service/cases?customerId={customer}", "caseId"));
        }
        finally
        {
            suite.Resume("CrmSuite.EventStore.dll");
            suite.Resume("beam.smp");
        }

        await SuiteProcess.Until("the order has reached Analytics", async () =>
            await suite.Count("analytics", $"select count(*) from analytics.customer_orders where order_id = '{order}'") == 1, TimeSpan.FromMinutes(2));
    }

    [Fact]
    public async Task Without_the_keyring_only_commands_with_personal_fields_wait()
    {
        suite.Halt(Path.Combine("keyring", ""));
        try
        {
            using var personal = await suite.Http.PostAsJsonAsync("/api/acquisition/customers", new { name = "Anna Ozola", basis = new { kind = "consent", purpose = "newsletter" } });
            Assert.Equal(HttpStatusCode.ServiceUnavailable, personal.StatusCode);
            Assert.Equal("keyring.unavailable", (await personal.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("code").GetString());
            var customer = await Accepted("/api/acquisition/customers", new { kind = "organisation" });
            await Heard(customer);
            await Accepted("/api/sales/orders", Order(customer, "without-keyring"));
        }
        finally
        {
            suite.Resume(Path.Combine("keyring", ""));
        }

        await SuiteProcess.Until("personal fields are taken again", async () =>
        {
            using var again = await suite.Http.PostAsJsonAsync("/api/acquisition/customers", new { name = "Anna Ozola", basis = new { kind = "consent", purpose = "newsletter" } });
            return again.StatusCode == HttpStatusCode.Created;
        });
    }

    [Fact]
    public async Task A_broker_whose_disk_is_lost_costs_time_and_no_fact()
    {
        var before = await suite.Count("sales", "select count(*) from journal.events where name = 'sales.order-placed.1'");
        var customer = await Accepted("/api/acquisition/customers", new { kind = "organisation" });
        await Heard(customer);
        for (var n = 0; n < 100; n++)
        {
            if (n == 50)
            {
                suite.Lose("messaging", "beam.smp");
            }

            await Accepted("/api/sales/orders", Order(customer, $"wiped-{n}", paid: true));
        }

        Assert.Equal(before + 100, await suite.Count("sales", "select count(*) from journal.events where name = 'sales.order-placed.1'"));
        await SuiteProcess.Until("the store has healed", async () =>
            await suite.Count("eventstore", "select count(*) from store.events where type = 'sales.order-placed.1'") == await suite.Count("sales", "select count(*) from journal.events where name = 'sales.order-placed.1'"),
            TimeSpan.FromMinutes(2));
        await SuiteProcess.Until("Loyalty has answered every paid order once", async () =>
            await suite.Count("loyalty", $"select coalesce(sum(available - debt), 0) from views.points_balance where customer_id = '{customer}'") == 1_000, TimeSpan.FromMinutes(2));
    }

    [Fact]
    public async Task What_was_acknowledged_survives_the_end_of_every_process()
    {
        var customer = await Accepted("/api/acquisition/customers", new { kind = "organisation" });
        await Heard(customer);
        var order = await Accepted("/api/sales/orders", Order(customer, "survives"));
        suite.Kill("CrmSuite.Sales.dll");
        await SuiteProcess.Until("Sales answers again", async () =>
        {
            using var answer = await suite.Http.GetAsync($"/api/sales/orders/{order}");
            return answer.StatusCode == HttpStatusCode.OK;
        });
    }

    /// <summary>Sales sells by id to whom it has heard of.</summary>
    Task Heard(Guid customer) => SuiteProcess.Until("Sales has heard of the customer", async () =>
        await suite.Count("sales", $"select count(*) from journal.events where name = 'sales.customer-heard.1' and id = '{customer}'") == 1, TimeSpan.FromMinutes(2));

    async Task<Guid> Accepted(string path, object body)
    {
        using var answer = await suite.Http.PostAsJsonAsync(path, body);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, $"{path}: {(int)answer.StatusCode} {text}");
        return JsonDocument.Parse(text).RootElement.GetProperty("id").GetGuid();
    }

    async Task<Guid> Found(string path, string id) =>
        (await suite.Http.GetFromJsonAsync<JsonElement>(path)).GetProperty("items").EnumerateArray().Select(row => row.GetProperty(id).GetGuid()).Single();

    static object Order(Guid customer, string number, bool paid = false) => new { source = "shop", number, total = new { minor = 1000, currency = "EUR" }, customerId = customer, paid };

    static object Case(Guid customer) => new { customerId = customer, kind = "request", severity = "normal", channel = "mail" };
}
