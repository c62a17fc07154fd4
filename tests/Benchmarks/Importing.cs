using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;

namespace CrmSuite.Benchmarks;

/// <summary>A file of orders through the door of the whole running suite: from the first byte sent until Sales has decided every row, and until Analytics has every order.</summary>
static class Importing
{
    const int Rows = 20_000;
    const int CustomersMax = 4_000;

    const string Mapping = """
        {"fields": {"source": {"value": "bench"}, "customer": {"column": "customer"}, "number": {"column": "number"}, "placedAt": {"column": "placed_at"},
          "total": {"column": "total"}, "currency": {"value": "EUR"}, "country": {"column": "country"}, "paid": {"value": "1"}},
         "timeZone": "Europe/Berlin", "basis": {"kind": "contract", "purpose": "order-fulfilment"}}
        """;

    static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    public static async Task Run(Bench bench)
    {
        await using var suite = await SuiteProcess.Start(bench.Ground);
        using var http = await SignIn(suite.File);
        var analytics = suite.File.GetProperty("databases").GetProperty("analytics").GetString()!;
        var file = 0;
        var rounds = await bench.Interleave(("import", () => Import(http, analytics, ++file)));
        bench.Plain($"import of {Rows:N0} paid orders, file to Analytics, rows", "/s", rounds, "import");
        bench.Plain("the same until Sales has decided, in seconds", "s", rounds, "import", of: figure => figure.P50Ms / 1_000);
    }

    /// <summary>Value: rows a second until Analytics has them; P50Ms: the time until Sales has decided all.</summary>
    static async Task<Figure> Import(HttpClient http, string analytics, int file)
    {
        var before = await Ground.Ask(analytics, "select count(*) from analytics.customer_orders where paid_at is not null");
        using var content = new ByteArrayContent(Csv(file));
        content.Headers.ContentType = new("text/csv");
        var clock = Stopwatch.StartNew();
        using var answer = await http.PostAsync(new Uri($"/api/sales/orders/import?mapping={Uri.EscapeDataString(Mapping)}", UriKind.Relative), content);
        var import = await Read(answer);
        var id = import.GetProperty("id").GetGuid();
        while (import.GetProperty("state").GetString() is not "done")
        {
            if (import.GetProperty("state").GetString() is "failed" or "cancelled" || clock.Elapsed > Patience)
            {
                throw new InvalidOperationException($"The import did not end well: {import}");
            }

            await Task.Delay(50);
            using var progress = await http.GetAsync(new Uri($"/api/sales/orders/import/{id}", UriKind.Relative));
            import = await Read(progress);
        }

        var decided = clock.Elapsed;
        while (await Ground.Ask(analytics, "select count(*) from analytics.customer_orders where paid_at is not null") < before + Rows)
        {
            if (clock.Elapsed > Patience)
            {
                throw new TimeoutException("Analytics did not get every order.");
            }

            await Task.Delay(100);
        }

        return new(Rows / clock.Elapsed.TotalSeconds, decided.TotalMilliseconds);
    }

    static byte[] Csv(int file)
    {
        var lines = new StringBuilder("customer,number,placed_at,total,country\n");
        var at = new DateTime(2025, 1, 1, 8, 0, 0);
        for (var row = 0; row < Rows; row++)
        {
            lines.Append(CultureInfo.InvariantCulture, $"c{row * 7L % CustomersMax},{file}-{row},{at.AddMinutes(row * 20L):yyyy-MM-dd HH:mm:ss},{5 + row % 400}.{row % 100:00},Germany\n");
        }

        return Encoding.UTF8.GetBytes(lines.ToString());
    }

    public static async Task<HttpClient> SignIn(JsonElement suite)
    {
        var http = new HttpClient { BaseAddress = new(suite.GetProperty("gateway").GetString()!), Timeout = Patience };
        var client = suite.GetProperty("client");
        using var form = new FormUrlEncodedContent(
            [new("grant_type", "client_credentials"), new("client_id", client.GetProperty("id").GetString()), new("client_secret", client.GetProperty("secret").GetString())]);
        using var answer = await http.PostAsync(new Uri("/connect/token", UriKind.Relative), form);
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", (await Read(answer)).GetProperty("access_token").GetString());
        return http;
    }

    public static async Task<JsonElement> Read(HttpResponseMessage answer) => answer.IsSuccessStatusCode
        ? await answer.Content.ReadFromJsonAsync<JsonElement>()
        : throw new InvalidOperationException($"{answer.StatusCode}: {await answer.Content.ReadAsStringAsync()}");
}
