using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;

namespace CrmSuite.Suite.Tests;

/// <summary>
/// The suite with the Online Retail file imported through the gateway: every process and RabbitMQ killed once on the way, then the file imported a second time, and
/// everything come to rest.
/// </summary>
public sealed class RetailSuite : IAsyncLifetime
{
    /// <summary>What is killed while the first import runs, by a word of its command line.</summary>
    static readonly string[] Victims =
    [
        "CrmSuite.Sales.dll", "CrmSuite.EventStore.dll", "CrmSuite.Acquisition.dll", "CrmSuite.Loyalty.dll", "CrmSuite.Service.dll", "CrmSuite.Analytics.dll", "beam.smp", "CrmSuite.Gateway.dll",
    ];

    public SuiteProcess Suite { get; } = new();

    /// <summary>The first import's resource at its end.</summary>
    public JsonElement First { get; private set; }

    /// <summary>The second import's resource at its end.</summary>
    public JsonElement Second { get; private set; }

    /// <summary>From what the file calls a customer to the id the suite gave him, read from the orders and credits themselves.</summary>
    public IReadOnlyDictionary<string, Guid> Ids { get; private set; } = new Dictionary<string, Guid>();

    public async ValueTask InitializeAsync()
    {
        if (Invoice.Missing)
        {
            return;
        }

        await Suite.InitializeAsync();
        try
        {
            await Tell();
        }
        catch (Exception failure)
        {
            throw Suite.Evidence(failure);
        }
    }

    public async ValueTask DisposeAsync() => await Suite.DisposeAsync();

    async Task Tell()
    {
        using (var books = await Suite.Http.PostAsJsonAsync("/api/analytics/books/publish", new { reportingCurrency = "GBP", zone = "Europe/London", fiscalYearStart = 1, weekStart = "monday" }))
        {
            books.EnsureSuccessStatusCode();
        }

        First = await Import(Victims);
        Second = await Import([]);
        await Settled();
        Ids = await CustomerIds();
    }

    /// <summary>Uploads the file and follows its resource to the end; each victim is killed when the import has come a step further.</summary>
    async Task<JsonElement> Import(string[] victims)
    {
        using var content = new StreamContent(File.OpenRead(Invoice.File));
        content.Headers.ContentType = new MediaTypeHeaderValue("application/gzip");
        using var accepted = await Suite.Http.PostAsync($"/api/sales/orders/import?mapping={Uri.EscapeDataString(Invoice.Mapping)}", content);
        var text = await accepted.Content.ReadAsStringAsync();
        Assert.True(accepted.StatusCode == System.Net.HttpStatusCode.Accepted, text);
        var id = JsonDocument.Parse(text).RootElement.GetProperty("id").GetString();
        var left = new Queue<string>(victims);
        var step = Invoice.All.Count / (victims.Length + 1);
        JsonElement import = default;
        await SuiteProcess.Until("the import has ended", async () =>
        {
            try
            {
                import = await Suite.Http.GetFromJsonAsync<JsonElement>($"/api/sales/orders/import/{id}");
            }
            catch (HttpRequestException)
            {
                return false; // The gateway or Sales is just coming back.
            }

            if (left.Count > 0 && import.GetProperty("read").GetInt64() >= step * (victims.Length - left.Count))
            {
                Suite.Kill(left.Dequeue());
            }

            return import.GetProperty("state").GetString() is "done" or "failed";
        }, TimeSpan.FromMinutes(10));
        Assert.True(import.GetProperty("state").GetString() == "done", import.ToString());
        while (left.TryDequeue(out var victim))
        {
            Suite.Kill(victim);
        }

        return import;
    }

    async Task Settled()
    {
        await Suite.AtRest();
        await SuiteProcess.Until("Analytics shows every order and credit", async () =>
            await Suite.Count("analytics", "select count(*) from analytics.customer_orders") == Invoice.All.Count(invoice => !invoice.Cancelled)
            && await Suite.Count("analytics", "select count(*) from analytics.customer_credits") == Invoice.All.Count(invoice => invoice.Cancelled), TimeSpan.FromMinutes(5));
    }

    async Task<IReadOnlyDictionary<string, Guid>> CustomerIds()
    {
        var byNumber = (await Suite.Sql("sales", """
            select data->>'number', (data->>'customerId')::uuid from journal.events where name in ('sales.order-placed.1', 'sales.credit-issued.1')
            """)).ToDictionary(row => (string)row[0]!, row => (Guid)row[1]!);
        return Invoice.All.GroupBy(invoice => invoice.Customer).ToDictionary(group => group.Key, group => Assert.Single(group.Select(invoice => byNumber[invoice.Number]).Distinct()));
    }
}
