using System.Net;
using System.Text.Json;
using CrmSuite.Contracts.Loyalty;
using CrmSuite.Journal;
using CrmSuite.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace CrmSuite.Views.Tests;

/// <summary>What operators see of a department's views and due work over HTTP, and what they may do.</summary>
public sealed class ViewHostingTests : IAsyncLifetime
{
    static readonly string[] Routes =
        ["GET /views", "POST /views/lot_list/resume", "POST /views/lot_list/rebuild", "GET /views/lot_list/diff", "DELETE /views/lot_list/old", "GET /due"];

    DepartmentService loyalty = null!;

    public async ValueTask InitializeAsync() => loyalty = await DepartmentService.Start(
        "loyalty", department => department.Noun<Lots>().View<LotList.Row, LotList>().Due<Lots, LotExpiry>(), _ => { });

    public async ValueTask DisposeAsync()
    {
        LotList.HasBug = false;
        LotList.Gate.Set();
        await loyalty.DisposeAsync();
    }

    [Fact]
    public async Task Only_operators_may()
    {
        Assert.Empty(Endpoints.WithoutPermission(loyalty.App));
        foreach (var route in Routes)
        {
            foreach (var role in (string[])["loyalty-agent", "loyalty-manager", "loyalty-operations", "analyst", "privacy-officer"])
            {
                using var answer = await Send(route, role);
                Assert.Equal((route, role, "403 permission.missing"), (route, role, await answer.Problem()));
            }
        }
    }

    [Fact]
    public async Task A_view_that_is_not_there_is_unknown()
    {
        foreach (var route in Routes.Where(route => route.Contains("lot_list", StringComparison.Ordinal)))
        {
            using var answer = await Send(route.Replace("lot_list", "nothing", StringComparison.Ordinal));
            Assert.Equal((route, "404 view.unknown"), (route, await answer.Problem()));
        }
    }

    [Fact]
    public async Task Each_table_shows_how_far_it_is_and_whether_it_serves()
    {
        var position = await Accrue(5);
        var list = await Listed("lot_list_v1", table => At(table) >= position);
        Assert.Equal(("lot_list", 1, "running", true, true), (list.GetProperty("name").GetString(), list.GetProperty("version").GetInt32(),
            list.GetProperty("status").GetString(), list.GetProperty("serving").GetBoolean(), list.GetProperty("built").GetBoolean()));
        Assert.False(list.TryGetProperty("reason", out _));
        var views = await loyalty.Ok("operator", "GET", "/views");
        Assert.Equal(["due_lots_expiry", "lot_list"], views.GetProperty("items").EnumerateArray().Select(table => table.GetProperty("name").GetString()));
        Assert.True(Read(views.GetProperty("head")) >= position);
    }

    [Fact]
    public async Task A_view_that_failed_says_why_without_values_and_goes_on_when_it_is_resumed()
    {
        await Listed("lot_list_v1", table => table.GetProperty("serving").GetBoolean());
        Assert.Equal("409 view.running", await (await Send("POST /views/lot_list/resume")).Problem());
        LotList.HasBug = true;
        var position = await Accrue(666);
        var failed = await Listed("lot_list_v1", table => table.GetProperty("status").GetString() == "failed");
        Assert.Contains(nameof(InvalidOperationException), failed.GetProperty("reason").GetString(), StringComparison.Ordinal);
        Assert.DoesNotContain("secret", (await loyalty.Ok("operator", "GET", "/views")).ToString(), StringComparison.Ordinal);
        await Listed("due_lots_expiry_v" + DueView<Lots, LotExpiry>.Version, table => At(table) >= position); // It stopped alone.

        LotList.HasBug = false;
        Assert.Equal(HttpStatusCode.NoContent, (await Send("POST /views/lot_list/resume")).StatusCode);
        await Listed("lot_list_v1", table => table.GetProperty("status").GetString() == "running" && At(table) >= position);
    }

    [Fact]
    public async Task A_rebuild_is_one_at_a_time_and_says_what_it_changed()
    {
        var position = await Accrue(7);
        await Listed("lot_list_v1", table => At(table) >= position);
        Assert.Equal("404 diff.unknown", await (await Send("GET /views/lot_list/diff")).Problem());

        LotList.Gate.Reset(); // It cannot end while the gate is shut.
        Assert.Equal(HttpStatusCode.Accepted, (await Send("POST /views/lot_list/rebuild")).StatusCode);
        Assert.Equal("409 view.building", await (await Send("POST /views/lot_list/rebuild")).Problem());
        LotList.Gate.Set();
        await Listed("lot_list_v1_2", table => table.GetProperty("serving").GetBoolean());
        var diff = await loyalty.Ok("operator", "GET", "/views/lot_list/diff");
        Assert.Equal(("lot_list_v1", "lot_list_v1_2", 0, 0, 0), (diff.GetProperty("oldTable").GetString(), diff.GetProperty("newTable").GetString(),
            diff.GetProperty("onlyOld").GetInt64(), diff.GetProperty("onlyNew").GetInt64(), diff.GetProperty("changed").GetInt64()));
    }

    [Fact]
    public async Task What_serves_nobody_is_dropped()
    {
        var position = await Accrue(666);
        await Listed("lot_list_v1", table => At(table) >= position);
        LotList.HasBug = true;
        Assert.Equal(HttpStatusCode.Accepted, (await Send("POST /views/lot_list/rebuild")).StatusCode);
        await Listed("lot_list_v1_2", table => table.GetProperty("status").GetString() == "failed");

        Assert.Equal(HttpStatusCode.NoContent, (await Send("DELETE /views/lot_list/old")).StatusCode);
        var left = (await loyalty.Ok("operator", "GET", "/views")).GetProperty("items").EnumerateArray().Where(table => table.GetProperty("name").GetString() == "lot_list");
        Assert.Equal(["lot_list_v1"], left.Select(table => table.GetProperty("table").GetString()));
    }

    [Fact]
    public async Task The_due_list_shows_what_falls_due_up_to_a_time()
    {
        var (first, second) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        var day = new DateTime(2100, 1, 1, 0, 0, 0, DateTimeKind.Utc);
        await Accrue(5, second, day.AddDays(2));
        var position = await Accrue(5, first, day.AddDays(1));
        await Listed("due_lots_expiry_v" + DueView<Lots, LotExpiry>.Version, table => At(table) >= position);

        Assert.Empty((await loyalty.Ok("operator", "GET", "/due")).GetProperty("items").EnumerateArray());
        Assert.Equal([first], await Due("2100-01-02T00:00:00Z"));
        Assert.Equal([first, second], await Due("2100-01-03T00:00:00Z"));
        Assert.Equal([first], await Due("2100-01-03T01:59:59%2B02:00"));
        var item = (await loyalty.Ok("operator", "GET", "/due?until=2100-01-02T00:00:00Z")).GetProperty("items")[0];
        Assert.Equal($$"""{"category":"loyalty.lots","id":"{{first}}","kind":"expiry","at":"2100-01-02T00:00:00Z"}""", item.GetRawText());
        Assert.Equal("400 request.invalid", await (await Send("GET /due?until=tomorrow")).Problem());
    }

    async Task<IEnumerable<Guid>> Due(string until) =>
        (await loyalty.Ok("operator", "GET", $"/due?until={until}")).GetProperty("items").EnumerateArray().Select(item => item.GetProperty("id").GetGuid());

    Task<HttpResponseMessage> Send(string route, string role = "operator") => loyalty.Send(role, route.Split(' ')[0], route.Split(' ')[1]);

    async Task<Position> Accrue(long points, Guid? account = null, DateTime? expires = null)
    {
        var id = account ?? Guid.CreateVersion7();
        var cause = new Cause(Guid.CreateVersion7(), new("staff", "tester"), Guid.CreateVersion7()) { IsClaimed = false };
        var accrued = new PointsAccrued(id, id, Guid.CreateVersion7(), null, points, 0, "test", DateTime.UtcNow, expires, null);
        return Assert.IsType<Outcome.Accepted>(await loyalty.App.Services.GetRequiredService<IJournal>().Decide<Lots>(id, cause, _ => accrued, default)).Position;
    }

    /// <summary>A table in the list, once it is as it should be.</summary>
    async Task<JsonElement> Listed(string name, Func<JsonElement, bool> condition)
    {
        var end = DateTime.UtcNow.AddSeconds(60);
        while (true)
        {
            var items = (await loyalty.Ok("operator", "GET", "/views")).GetProperty("items");
            if (items.EnumerateArray().FirstOrDefault(table => table.GetProperty("table").GetString() == name) is { ValueKind: JsonValueKind.Object } table && condition(table))
            {
                return table;
            }

            Assert.True(DateTime.UtcNow < end, $"Waited in vain for {name}: {items}");
            await Task.Delay(20);
        }
    }

    static Position At(JsonElement table) => Read(table.GetProperty("at"));

    static Position Read(JsonElement position) => new(position.GetProperty("transaction").GetUInt64(), position.GetProperty("number").GetInt64());

    /// <summary>Points by account; it waits at a gate, and has a bug, when a test says so.</summary>
    sealed class LotList : IView<LotList.Row>
    {
        public sealed record Row(Guid Id, long Points);

        public static ManualResetEventSlim Gate { get; } = new(true);
        public static bool HasBug { get; set; }
        public static string Name => "lot_list";
        public static int Version => 1;

        public static IEnumerable<Guid> Keys(Recorded entry) => entry.Event is PointsAccrued ? [entry.Id] : [];

        public static Row? Fold(Guid key, Row? row, Recorded entry)
        {
            Gate.Wait();
            return HasBug && entry.Event is PointsAccrued { Points: 666 }
                ? throw new InvalidOperationException("secret@example.org")
                : new(key, (row?.Points ?? 0) + ((PointsAccrued)entry.Event).Points);
        }
    }
}
