using System.Text.Json;
using CrmSuite.Testing;

namespace CrmSuite.Sales.Tests.Forecasts;

public sealed class ForecastEndpointsTests
{
    const string Ann = "sales-agent/u-ann@north";
    const string Max = "sales-manager/u-max@north";
    const string Eve = "sales-manager/u-eve@south";

    static readonly object Staff = new
    {
        users = new object[]
        {
            new { id = "u-ann", active = true, roles = new[] { "sales-agent" }, team = "north" },
            new { id = "u-bob", active = true, roles = new[] { "sales-agent" }, team = "south" },
        },
        teams = new object[] { new { id = "sales" }, new { id = "north", parent = "sales", manager = "u-max" }, new { id = "south", parent = "sales",
            manager = "u-eve" } },
    };

    [Fact]
    public async Task A_period_is_forecast_adjusted_and_frozen_for_all_by_one_command()
    {
        await using var sales = await Start();
        var account = await sales.Id(Ann, "/accounts", new { customerId = await sales.Registered() });
        await sales.Id(Ann, "/opportunities", new { accountId = account, amount = Euro(1_000_00), closeDate = "2099-05-20" });
        var best = await sales.Id(Ann, "/opportunities", new { accountId = account, amount = Euro(500_00), closeDate = "2099-06-30" });
        await sales.Ok(Ann, "POST", $"/opportunities/{best}/category", new { category = "best" });
        await sales.Id(Ann, "/opportunities", new { accountId = account, amount = Euro(7_00), closeDate = "2099-07-01" });
        await sales.Id("sales-agent/u-bob@south", "/opportunities", new { accountId = account, amount = Euro(300_00), closeDate = "2099-04-01" });
        await sales.Ok("sales-operations", "POST", "/quotas/FY2099-Q2", new { ownerId = "u-ann", amount = Euro(750_00), reason = "annual-plan" });
        await sales.Ok("sales-operations", "POST", "/quotas/FY2099-Q2", new { team = "sales", amount = Euro(3_000_00), reason = "annual-plan" });

        await sales.Ok(Ann, "POST", "/forecasts/FY2099-Q2/submit", new { });
        await sales.Ok("sales-agent/u-bob@south", "POST", "/forecasts/FY2099-Q2/submit", new { commit = Euro(250_00) });
        Assert.Equal("403 forecast.other-owner", await Problem(Eve, "/forecasts/FY2099-Q2/adjust", Adjust(-100_00)));
        Assert.Equal("403 permission.missing", await Problem(Ann, "/forecasts/FY2099-Q2/adjust", Adjust(-100_00)));
        await sales.Ok(Max, "POST", "/forecasts/FY2099-Q2/adjust", Adjust(-100_00));

        var mine = await sales.Ok(Max, "GET", "/forecasts/FY2099-Q2");
        Assert.Equal(["u-ann 100000 150000 90000"], Lines(mine));
        var all = await sales.Ok(Max, "GET", "/forecasts/FY2099-Q2?team=sales");
        Assert.Equal(["u-ann 100000 150000 90000", "u-bob 25000 30000 25000"], Lines(all));
        Assert.Equal(115_000, all.GetProperty("totals").GetProperty("forecastMinor").GetInt64());
        Assert.Equal("u-max", all.GetProperty("items")[0].GetProperty("adjustments")[0].GetProperty("by").GetString());
        Assert.Equal(["u-ann 150000 20000", "sales 180000 6000"],
            (await sales.Ok("sales-operations", "GET", "/forecasts/FY2099-Q2/coverage")).EnumerateArray().OrderByDescending(line =>
                line.GetProperty("ratioBp").GetInt64())
                .Select(line => $"{(line.TryGetProperty("ownerId", out var owner) && owner.ValueKind != JsonValueKind.Null ? owner : line.GetProperty("team"))} {line.GetProperty("openMinor")} {line.GetProperty("ratioBp")}"));

        await Until(sales, "/forecasts", found => found.GetProperty("items").GetArrayLength() == 1);
        Assert.Equal("403 permission.missing", await Problem(Max, "/forecasts/FY2099-Q2/freeze", new { }));
        await sales.Ok("sales-operations", "POST", "/forecasts/FY2099-Q2/freeze", new { });
        Assert.Equal("409 forecast.frozen", await Problem(Ann, "/forecasts/FY2099-Q2/submit", new { commit = Euro(1) }));
        Assert.Equal("409 forecast.frozen", await Problem(Max, "/forecasts/FY2099-Q2/adjust", Adjust(5)));
        Assert.Equal("409 forecast.not-over", await Problem("sales-operations", "/forecasts/FY2099-Q2/compare", new { }));
        Assert.Equal(["u-ann 100000 150000 90000", "u-bob 25000 30000 25000"], Lines(await sales.Ok("sales-agent", "GET", "/forecasts/FY2099-Q2")));

        Assert.Equal("404 period.unknown", await Problem(Ann, "/forecasts/2099-Q2/submit", new { }));
        Assert.Equal("404 period.unknown", await (await sales.Send(Ann, "GET", "/forecasts/FY2099-Q9")).Problem());
        Assert.Equal("404 period.unknown", await Problem("sales-operations", "/forecasts/FY2020-Q9/freeze", new { }));
        Assert.Equal("409 period.not-planned", await Problem("sales-operations", "/forecasts/FY2020-Q3/freeze", new { }));
        Assert.Equal("409 period.not-planned", await Problem("sales-operations", "/forecasts/FY2020-Q3/compare", new { }));
        var listed = Assert.Single((await sales.Ok(Ann, "GET", "/forecasts")).GetProperty("items").EnumerateArray());
        Assert.Matches("^[0-9]{16,}$", listed.GetProperty("frozenKnown").GetString());
        Assert.Equal("409 quota.other-currency", await Problem("sales-operations", "/quotas/FY2099-Q2",
            new { ownerId = "u-ann", amount = new { minor = 1, currency = "USD" }, reason = "annual-plan" }));
        Assert.Empty(Endpoints.WithoutPermission(sales.App));

        async Task<string> Problem(string who, string path, object body) => await (await sales.Send(who, "POST", path, body)).Problem();
    }

    [Fact]
    public async Task When_a_period_is_over_its_forecasts_are_frozen_and_compared_with_what_was_won_less_what_was_reopened()
    {
        await using var sales = await Start();
        await sales.Ok("sales-operations", "POST", "/rates?at=2026-01-05T08:00:00Z", new
        {
            currency = "USD",
            rate = "0.9",
            firstDay = "2026-01-05",
            source = "ecb"
        });
        await sales.Ok("sales-operations", "POST", "/rates?at=2026-03-12T08:00:00Z", new
        {
            currency = "USD",
            rate = "0.8",
            firstDay = "2026-03-12",
            source = "ecb"
        });
        var account = await sales.Id("sales-operations", "/accounts?at=2026-01-02T09:00:00Z", new { customerId = await sales.Registered() });
        var first = await Deal("u-ann", Euro(1_000_00));
        var second = await Deal("u-ann", new { minor = 2_000_00, currency = "USD" });
        var third = await Deal("u-bob", Euro(500_00));
        await Told(first, "win", "2026-03-10T09:00:00Z", new { evidence = new { kind = "none" }, value = Euro(900_00) });
        await Told(second, "win", "2026-03-12T09:00:00Z", new { evidence = new { kind = "none" } });
        await Told(third, "win", "2026-03-05T09:00:00Z", new { evidence = new { kind = "none" } });
        await Told(third, "reopen", "2026-03-20T09:00:00Z", new { reason = "changed-mind" });
        await Told(third, "lose", "2026-03-21T09:00:00Z", new { reason = "price" });
        await Told(third, "reopen", "2026-03-22T09:00:00Z", new { reason = "again" });
        await sales.Ok("sales-operations", "POST", "/forecasts/FY2026-Q1/submit?at=2026-02-01T09:00:00Z", new { ownerId = "u-ann" });

        var frozen = await Until(sales, "/forecasts/FY2026-Q1", found => found.TryGetProperty("frozenAt", out var at) && at.ValueKind != JsonValueKind.Null);
        Assert.Equal(new DateTime(2026, 3, 31, 22, 0, 0, DateTimeKind.Utc), frozen.GetProperty("frozenAt").GetDateTime());
        Assert.Equal(["u-ann 280000 280000 280000 250000 30000 1200", "u-bob   0 0 0 "], frozen.GetProperty("items").EnumerateArray().Select(line =>
            string.Join(' ', ((string[])["ownerId", "commitMinor", "bestMinor", "forecastMinor", "actualMinor", "errorMinor", "errorBp"]).Select(name =>
                Text(line, name)))));
        await sales.Ok("sales-operations", "POST", "/forecasts/FY2026-Q1/compare", new { });
        await sales.Ok("sales-operations", "POST", "/forecasts/FY2026-Q1/compare", new { });
        var timeline = await sales.Ok("sales-agent", "GET", "/forecasts/FY2026-Q1/u-ann/timeline");
        Assert.Equal(["sales.forecast-submitted.1", "sales.forecast-compared.1"], timeline.EnumerateArray().Select(moment =>
            moment.GetProperty("name").GetString()));
        Assert.Equal(1_200, timeline[1].GetProperty("data").GetProperty("errorBp").GetInt64());

        var rate = Sales.Rates.Rate.IdOf("USD", "EUR");
        await sales.Ok("sales-operations", "POST", $"/rates/{rate}/corrections", new { firstDay = "2026-03-12", rate = "0.85", reason = "typing-error" });
        var corrected = await sales.Ok("sales-agent", "GET", "/forecasts/FY2026-Q1");
        Assert.Equal(260_000, corrected.GetProperty("totals").GetProperty("actualMinor").GetInt64());

        Task<Guid> Deal(string owner, object amount) => sales.Id("sales-operations", "/opportunities?at=2026-01-10T09:00:00Z",
            new { accountId = account, amount, closeDate = "2026-03-20", ownerId = owner });

        Task Told(Guid id, string what, string at, object body) => sales.Ok("sales-operations", "POST", $"/opportunities/{id}/{what}?at={at}", body);
    }

    static async Task<DepartmentService> Start()
    {
        var sales = await SalesService.Start();
        sales.Directory = Staff;
        await sales.Adopt();
        await sales.Ok("sales-operations", "POST", "/stages/standard/publish?at=2026-01-01T09:00:00Z",
            new { stages = new[] { new { name = "open", probabilityBp = 5000, category = "commit" } }, evidence = new[] { "none" } });
        return sales;
    }

    static object Adjust(long minor) => new { childOwner = "u-ann", delta = Euro(minor), reason = "too-hopeful" };

    static object Euro(long minor) => new { minor, currency = "EUR" };

    static IEnumerable<string> Lines(JsonElement rollUp) => rollUp.GetProperty("items").EnumerateArray().Select(line =>
        string.Join(' ', ((string[])["ownerId", "commitMinor", "bestMinor", "forecastMinor"]).Select(name => Text(line, name))));

    static string Text(JsonElement line, string name) => line.TryGetProperty(name, out var value)
        && value.ValueKind != JsonValueKind.Null ? value.ToString() : "";

    static async Task<JsonElement> Until(DepartmentService sales, string path, Func<JsonElement, bool> isSo)
    {
        for (var end = DateTime.UtcNow.AddSeconds(120); ; await Task.Delay(100))
        {
            var answer = await sales.Ok("sales-operations", "GET", path);
            if (isSo(answer))
            {
                return answer;
            }

            Assert.True(DateTime.UtcNow < end, $"{path}: {answer}\n{sales.Log}");
        }
    }
}
