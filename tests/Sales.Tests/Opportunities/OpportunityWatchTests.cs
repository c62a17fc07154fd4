using System.Text.Json;
using CrmSuite.Journal;
using CrmSuite.Sales.Products;
using CrmSuite.Testing;
using Npgsql;

namespace CrmSuite.Sales.Tests.Opportunities;

public sealed class OpportunityWatchTests
{
    [Fact]
    public async Task A_manager_sees_what_slipped_this_week_and_what_was_forgotten_in_his_teams()
    {
        await using var sales = await Start();
        sales.Directory = new
        {
            users = Array.Empty<object>(),
            teams = new object[] { new { id = "north", manager = "u-max" }, new { id = "vienna", parent = "north" }, new { id = "south" } }
        };
        var account = await sales.Id("sales-operations", "/accounts?at=2026-01-02T09:00:00Z", new { customerId = await sales.Registered() });
        var slips = await Deal("u-ann", "vienna");
        var forgotten = await Deal("u-ann", "north");
        var others = await Deal("u-bob", "south");
        foreach (var id in (Guid[])[slips, others])
        {
            await sales.Ok("sales-operations", "POST", $"/opportunities/{id}/close-date?at=2026-02-01T09:00:00Z", new
            {
                closeDate = "2099-07-01",
                reason = "budget"
            });
            await sales.Ok("sales-operations", "POST", $"/opportunities/{id}/close-date", new { closeDate = "2099-06-15", reason = "sooner" });
            await sales.Ok("sales-operations", "POST", $"/opportunities/{id}/close-date", new { closeDate = "2099-08-01", reason = "budget" });
        }

        var slip = Assert.Single(Items(await sales.Ok("sales-manager/u-max@north", "GET", "/opportunities/slipped")));
        Assert.Equal((slips, "2099-06-15", "2099-08-01", 2), (slip.GetProperty("opportunityId").GetGuid(), slip.GetProperty("fromDate").GetString(),
            slip.GetProperty("closeDate").GetString(), slip.GetProperty("slips").GetInt32()));
        Assert.Equal(2, Items(await sales.Ok("sales-operations", "GET", "/opportunities/slipped")).Count());
        Assert.Single(Items(await sales.Ok("sales-manager/u-max@north", "GET", "/opportunities/slipped?team=south")));
        Assert.Equal(4, Items(await sales.Ok("sales-operations", "GET", "/opportunities/slipped?since=2026-01-01T00:00:00Z")).Count());
        Assert.Equal(forgotten, Assert.Single(Items(await sales.Ok("sales-manager/u-max@north", "GET",
            "/opportunities/stale?days=10"))).GetProperty("opportunityId").GetGuid());
        Assert.Empty(Items(await sales.Ok("sales-manager/u-max@north", "GET", "/opportunities/stale?days=3650")));
        Assert.Equal("400 stale.days", await (await sales.Send("sales-manager", "GET", "/opportunities/stale?days=-1")).Problem());

        Task<Guid> Deal(string owner, string team) => sales.Id("sales-operations", "/opportunities?at=2026-01-10T09:00:00Z",
            new { accountId = account, amount = new { minor = 1, currency = "EUR" }, closeDate = "2099-06-01", ownerId = owner, ownerTeam = team });
    }

    [Fact]
    public async Task A_report_as_known_at_an_instant_knows_nothing_that_was_recorded_later()
    {
        await using var sales = await Start();
        var account = await sales.Id("sales-operations", "/accounts?at=2026-01-02T09:00:00Z", new { customerId = await sales.Registered() });
        await sales.Ok("sales-operations", "POST", "/rates?at=2026-01-02T09:00:00Z", new
        {
            currency = "USD",
            rate = "0.9",
            firstDay = "2026-01-02",
            source = "ecb"
        });
        var id = await sales.Id("sales-operations", "/opportunities?at=2026-01-10T09:00:00Z",
            new { accountId = account, amount = new { minor = 1_000_00, currency = "USD" }, closeDate = "2026-06-01" });
        var then = DateTime.UtcNow.ToString("O");
        await sales.Ok("sales-operations", "POST", $"/opportunities/{id}/amount?at=2026-01-20T09:00:00Z", new
        {
            amount = new
            {
                minor = 2_000_00,
                currency = "USD"
            },
            reason = "more"
        });
        await sales.Ok("sales-operations", "POST", $"/rates/{Sales.Rates.Rate.IdOf("USD", "EUR")}/corrections?at=2026-01-21T09:00:00Z",
            new { firstDay = "2026-01-02", rate = "0.8", reason = "typing-error" });
        await sales.Ok("sales-operations", "POST", $"/opportunities/{id}/lose?at=2026-01-25T09:00:00Z", new { reason = "price" });

        Assert.Equal((900_00, 1_600_00), (await Report("/opportunities/pipeline?asOf=2026-01-22T00:00:00Z&knownAt=", then),
            await Report("/opportunities/pipeline?asOf=2026-01-22T00:00:00Z", "")));
        Assert.Equal((900_00, 0), (await Report("/opportunities/pipeline?knownAt=", then), await Report("/opportunities/pipeline", "")));
        var lane = Assert.Single((await sales.Ok("sales-agent", "GET", "/opportunities/board?asOf=2026-01-22T00:00:00Z")).EnumerateArray());
        Assert.Equal((1, 2_000_00), (lane.GetProperty("deals").GetInt32(), lane.GetProperty("amountMinor").GetInt64()));
        Assert.Empty((await sales.Ok("sales-agent", "GET", "/opportunities/board")).EnumerateArray());
        var listed = Assert.Single(Items(await sales.Ok("sales-agent", "GET", "/opportunities?asOf=2026-01-15T00:00:00Z&status=open")));
        Assert.Equal(1_000_00, listed.GetProperty("amountMinor").GetInt64());
        var bridge = await sales.Ok("sales-agent", "GET", $"/opportunities/bridge?from=2026-01-15T00:00:00Z&until=2026-01-30T00:00:00Z&knownAt={then}");
        Assert.Equal((900_00, 900_00, 0), (bridge.GetProperty("openingMinor").GetInt64(), bridge.GetProperty("closingMinor").GetInt64(),
            bridge.GetProperty("checkMinor").GetInt64()));
        Assert.Equal("open", Assert.Single(Items(await sales.Ok("sales-agent", "GET", $"/opportunities?knownAt={then}"))).GetProperty("status").GetString());
        Assert.Equal("lost", Assert.Single(Items(await sales.Ok("sales-agent", "GET", "/opportunities"))).GetProperty("status").GetString());
        Assert.Equal((1, 0), ((await sales.Ok("sales-agent", "GET", $"/opportunities/board?knownAt={then}")).GetArrayLength(),
            (await sales.Ok("sales-agent", "GET", "/opportunities/board")).GetArrayLength()));
        Assert.Equal(1, await Unresolved($"&knownAt={then}"));
        Assert.Equal(0, await Unresolved(""));

        using var cut = await sales.Send("sales-agent", "GET", $"/opportunities/pipeline?knownAt={then}");
        Assert.Matches("^sales=[0-9]+\\.[0-9]+$", Assert.Single(cut.Headers.GetValues("Known-Cut")));
        Assert.Equal("400 request.invalid", await (await sales.Send("sales-agent", "GET", "/opportunities?knownAt=yesterday")).Problem());

        async Task<long> Report(string path, string knownAt) => (await sales.Ok("sales-agent", "GET", path + knownAt)).GetProperty("reportMinor").GetInt64();

        async Task<long> Unresolved(string knownAt) =>
            (await sales.Ok("sales-agent", "GET", $"/opportunities/calibration?asOf=2026-02-15T00:00:00Z&months=2{knownAt}")).GetProperty("buckets").EnumerateArray()
            .Sum(bucket => bucket.GetProperty("unresolved").GetInt64());
    }

    [Fact]
    public async Task Definitions_are_previewed_and_then_hold()
    {
        await using var sales = await Start();
        var account = await sales.Id("sales-agent", "/accounts", new { customerId = await sales.Registered() });
        object seats = new { fields = new[] { new { key = "seats", type = "number", label = "Seats", requiredFrom = "propose" } } };
        var id = await sales.Id("sales-agent", "/opportunities", new
        {
            accountId = account,
            amount = new { minor = 1, currency = "EUR" },
            closeDate = "2099-06-01"
        });

        Assert.Equal("stages.no-such-field", Code(await sales.Send("sales-operations", "POST", "/stages/other/publish", Stages("seats"))));
        await sales.Ok("sales-operations", "POST", "/fields/opportunity/publish", seats);
        var broken = await sales.Ok("sales-operations", "POST", "/stages/standard/preview", Stages("seats"));
        Assert.Equal(("criterion-unmet", 1, id), (broken[0].GetProperty("what").GetString(), broken[0].GetProperty("count").GetInt32(),
            broken[0].GetProperty("examples")[0].GetGuid()));
        await sales.Ok("sales-operations", "POST", "/stages/standard/publish", Stages("seats"));
        Assert.Equal("opportunity.criterion-missing", Code(await Post($"/opportunities/{id}/stage", new { stage = "propose" })));
        Assert.Equal("opportunity.field-form", Code(await Post($"/opportunities/{id}/fields", new
        {
            fields = new[] { new { key = "seats",
            value = "many" } }
        })));
        await sales.Ok("sales-agent", "POST", $"/opportunities/{id}/fields", new { fields = new[] { new { key = "seats", value = "12" } } });
        object lines = new { lines = new[] { new { product = "tea", quantity = 2_000, price = new { minor = 450, currency = "EUR" } } } };
        object prices = new { prices = new[] { new { product = "tea", price = new { minor = 450, currency = "EUR" }, per = 1, firstDay = "2026-01-01" } }, reason = "volume" };
        object book = new { prices = new[] { new { product = "tea", price = new { minor = 450, currency = "EUR" }, per = 1, firstDay = "2026-01-01" } } };
        (string Role, string Method, string Path, object Body)[] sold =
        [
            ("sales-agent", "PUT", $"/opportunities/{id}/lines", lines), ("sales-operations", "POST", $"/accounts/{account}/prices", prices),
            ("sales-operations", "POST", "/pricebooks/partners/preview", book), ("sales-operations", "POST", "/pricebooks/partners/publish", book),
        ];

        // The list of products stands still from here on: what was listed a moment ago is known without it.
        await using var database = NpgsqlDataSource.Create(sales.ConnectionString);
        await database.Sql($"alter table views.{ProductList.Name}_v{ProductList.Version} add check (false)").Run(default);
        foreach (var (role, method, path, body) in sold)
        {
            Assert.Equal("422 product.unknown", await (await sales.Send(role, method, path, body)).Problem());
        }

        await sales.Ok("sales-operations", "POST", "/products/tea/list", new { name = "Green tea" });
        foreach (var (role, method, path, body) in sold)
        {
            await sales.Ok(role, method, path, body);
        }

        Assert.Equal(0, await database.Sql($"select count(*) from views.{ProductList.Name}_v{ProductList.Version}").Value<long>(default));
        await sales.Ok("sales-agent", "POST", $"/opportunities/{id}/stage", new { stage = "propose" });
        Assert.Equal("field-hidden", (await sales.Ok("sales-operations", "POST", "/fields/opportunity/preview",
            new { fields = Array.Empty<object>() }))[0].GetProperty("what").GetString());

        await sales.Ok("sales-operations", "POST", "/reasons/lost/publish", new { reasons = new[] { "price" } });
        Assert.Equal("opportunity.no-such-reason", Code(await Post($"/opportunities/{id}/lose", new { reason = "weather" })));
        await sales.Ok("sales-agent", "POST", $"/opportunities/{id}/lose", new { reason = "price" });
        Assert.Equal("reason-unlisted", (await sales.Ok("sales-operations", "POST", "/reasons/lost/preview",
            new { reasons = new[] { "timing" } }))[0].GetProperty("what").GetString());
        var row = Assert.Single(Items(await sales.Ok("sales-agent", "GET", "/opportunities")));
        Assert.Equal((900, "tea"), (row.GetProperty("amountMinor").GetInt64(), row.GetProperty("lines")[0].GetProperty("product").GetString()));
        Assert.Equal("permission.missing", Code(await Post("/fields/opportunity/publish", seats)));
        Assert.Equal("fields.unknown", Code(await sales.Send("sales-operations", "POST", "/fields/order/publish", seats)));

        Task<HttpResponseMessage> Post(string path, object body) => sales.Send("sales-agent", "POST", path, body);

        static string Code(HttpResponseMessage answer) => JsonDocument.Parse(answer.Content.ReadAsStream()).RootElement.GetProperty("code").GetString()!;
    }

    static object Stages(string field) => new
    {
        stages = new object[]
        {
            new { name = "qualify", probabilityBp = 1000, exit = new[] { new { name = "sized", kind = "field", what = field } }, mayReturn = true },
            new { name = "propose", probabilityBp = 5000 },
        },
        evidence = new[] { "none" },
        replaced = new { discover = "qualify" },
    };

    static JsonElement.ArrayEnumerator Items(JsonElement page) => page.GetProperty("items").EnumerateArray();

    static async Task<DepartmentService> Start()
    {
        var sales = await SalesService.Start();
        await sales.Adopt();
        await sales.Publish();
        return sales;
    }
}
