using System.Text.Json;
using CrmSuite.Testing;

namespace CrmSuite.Sales.Tests.Tasks;

public sealed class WorkTaskEndpointsTests
{
    const string Monday = "2099-03-02T11:00:00Z";

    static readonly object Staff = new
    {
        users = new[]
        {
            new { id = "u-ann", active = true, roles = new[] { "sales-agent" } }, new { id = "u-bob", active = true, roles = new[] { "sales-agent" } },
            new { id = "u-gone", active = false, roles = new[] { "sales-agent" } },
        },
        teams = Array.Empty<object>(),
    };

    [Fact]
    public async Task A_day_of_tasks_and_notes_goes_from_the_request_to_the_lists()
    {
        await using var sales = await SalesService.Start();
        sales.Directory = Staff;
        await sales.Adopt();
        var account = await sales.Id("sales-agent", "/accounts", new { customerId = await sales.Registered(), country = "AT" });
        var about = new { noun = "account", id = account };

        var call = await sales.Id("sales-agent", "/tasks", new { kind = "call", about, dueAt = Monday, text = "Ask for the budget", basis = SalesService.Basis });
        var told = await sales.Id("sales-agent", "/tasks/log", new { kind = "e-mail", about, outcome = "answered", text = "He agrees", basis = SalesService.Basis });
        await sales.Ok("sales-agent", "POST", $"/tasks/{call}/due", new { dueAt = "2099-03-03T11:00:00+01:00", reason = "not-reached" });
        await sales.Ok("sales-agent", "POST", $"/tasks/{call}/assignee", new { assigneeId = "u-bob", reason = "holiday" });
        var note = await sales.Id("sales-agent", "/notes", new { about, text = "Strong tea", mentions = new[] { "u-bob" }, basis = SalesService.Basis });
        await sales.Ok("sales-agent", "POST", $"/notes/{note}/corrections", new { text = "Mild tea", basis = SalesService.Basis });
        foreach (var nobody in (string[])["u-ghost", "u-gone"])
        {
            object mentioning = new { about, text = "Mild tea", mentions = new[] { "u-bob", nobody }, basis = SalesService.Basis };
            Assert.Equal("422 owner.unknown", await (await sales.Send("sales-agent", "POST", "/notes", mentioning)).Problem());
            object correcting = new { text = "Mild tea", mentions = new[] { nobody }, basis = SalesService.Basis };
            Assert.Equal("422 owner.unknown", await (await sales.Send("sales-agent", "POST", $"/notes/{note}/corrections", correcting)).Problem());
        }

        var open = Assert.Single((await sales.Ok("sales-agent", "GET", $"/tasks?aboutId={account}&status=open")).GetProperty("items").EnumerateArray());
        Assert.Equal(("u-bob", "2099-03-03T10:00:00Z", "AT", "call"), (Text(open, "assigneeId"), Text(open, "dueAt"), Text(open, "zone"), Text(open, "kind")));
        var done = Assert.Single((await sales.Ok("sales-agent", "GET", "/tasks?status=done&kind=e-mail")).GetProperty("items").EnumerateArray());
        Assert.Equal(told, done.GetProperty("taskId").GetGuid());
        Assert.Equal([note], await Mentioning("u-bob"));
        Assert.Empty(await Mentioning("u-bo"));
        Assert.Equal(("Ask for the budget", "He agrees", "Mild tea"), (Text(await sales.Ok("sales-agent", "GET", $"/tasks/{call}/text"), "text"),
            Text(await sales.Ok("sales-agent", "GET", $"/tasks/{told}/text"), "said"), Text(await sales.Ok("sales-agent", "GET", $"/notes/{note}/text"), "text")));
        foreach (var path in (string[])["/tasks", "/notes", $"/tasks/{call}", $"/tasks/{call}/timeline", $"/notes/{note}", $"/notes/{note}/timeline"])
        {
            Assert.DoesNotMatch("budget|agrees|Mild|Strong", (await sales.Ok("sales-agent", "GET", path)).GetRawText());
        }

        object anns = new { text = "Mild tea", mentions = new[] { "u-ann" }, basis = SalesService.Basis };
        await sales.Ok("sales-agent", "POST", $"/notes/{note}/corrections", anns);
        Assert.Equal((0, note), ((await Mentioning("u-bob")).Count, Assert.Single(await Mentioning("u-ann"))));
        await sales.Ok("sales-agent", "POST", $"/notes/{note}/remove", new { reason = "wrong-account" });
        Assert.Empty(await Mentioning("u-ann"));
        Assert.Empty((await sales.Ok("sales-agent", "GET", "/notes")).GetProperty("items").EnumerateArray());
        await sales.Ok("sales-operations", "POST", $"/tasks/{call}/done", new { outcome = "reached" });
        Assert.DoesNotMatch("budget|agrees|Mild|Strong", sales.Log);
        Assert.Empty(Endpoints.WithoutPermission(sales.App));

        async Task<List<Guid>> Mentioning(string id) =>
            [.. (await sales.Ok("sales-agent", "GET", $"/notes?mentions={id}")).GetProperty("items").EnumerateArray().Select(row => row.GetProperty("noteId").GetGuid())];
    }

    [Fact]
    public async Task A_mistake_is_answered_with_what_is_wrong_and_a_quiet_hour_with_when_to_call()
    {
        await using var sales = await SalesService.Start();
        await sales.Adopt();
        var account = await sales.Id("sales-agent", "/accounts", new { customerId = await sales.Registered() });
        var about = new { noun = "account", id = account };
        var others = await sales.Id("sales-agent", "/tasks", new { kind = "to-do", about, dueAt = Monday, assigneeId = "u-other" });

        using var quiet = await sales.Send("sales-agent", "POST", "/tasks", new { kind = "call", about, dueAt = "2099-03-02T02:00:00Z" });
        Assert.Contains("2099-03-02T07:00:00Z", await quiet.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal("409 task.quiet-hours", await quiet.Problem());
        Assert.Equal("404 account.unknown", await Problem("/tasks", new { kind = "call", about = new { noun = "account", id = Guid.NewGuid() }, dueAt = Monday }));
        Assert.Equal("400 about.noun", await Problem("/tasks", new { kind = "to-do", about = new { noun = "spaceship", id = account }, dueAt = Monday }));
        Assert.Equal("404 customer.unknown",
            await Problem("/tasks", new { kind = "to-do", about = new { noun = "lead", id = account }, dueAt = Monday, customerId = Guid.NewGuid() }));
        Assert.Equal("409 task.customer",
            await Problem("/tasks", new { kind = "to-do", about = new { noun = "lead", id = account }, dueAt = Monday, text = "Who?", basis = SalesService.Basis }));
        Assert.Equal("422 basis.missing", await Problem("/tasks", new { kind = "to-do", about, dueAt = Monday, text = "Who?" }));
        Assert.Equal("400 task.due", await Problem("/tasks", new { kind = "to-do", about, dueAt = "2099-03-02T11:00:00" }));
        Assert.Equal("409 task.log", await Problem("/tasks/log", new { kind = "to-do", about, outcome = "reached" }));
        Assert.Equal("403 task.other-owner", await Problem($"/tasks/{others}/done", new { outcome = "reached" }));
        Assert.Equal("404 task.unknown", await Problem($"/tasks/{account}/drop", new { reason = "mistake" }));
        Assert.Equal("409 note.customer", await Problem("/notes", new { about = new { noun = "lead", id = account }, text = "Who?", basis = SalesService.Basis }));
        Assert.Equal("404 note.unknown", await Problem($"/notes/{account}/remove", new { reason = "mistake" }));
        Assert.Equal("403 permission.missing", await (await sales.Send("service-agent", "GET", "/tasks")).Problem());

        async Task<string> Problem(string path, object body) => await (await sales.Send("sales-agent", "POST", path, body)).Problem();
    }

    [Fact]
    public async Task A_reminder_comes_by_itself_and_a_call_is_planned_anew_when_the_customer_turns_out_to_be_elsewhere()
    {
        await using var sales = await SalesService.Start();
        await sales.Adopt();
        var ann = await sales.Id("sales-agent", "/contacts", new { timeZone = "Europe/Vienna" });
        var past = DateTime.UtcNow.AddMinutes(-1).ToString("O");
        var todo = await sales.Id("sales-agent", "/tasks", new { kind = "to-do", about = new { noun = "contact", id = ann }, dueAt = Monday, remindAt = past });
        var call = await sales.Id("sales-agent", "/tasks", new { kind = "call", about = new { noun = "contact", id = ann }, dueAt = Monday, remindAt = "2099-03-02T10:45:00Z" });

        await sales.Ok("sales-agent", "POST", $"/contacts/{ann}/corrections", new { reason = "moved", timeZone = "America/Los_Angeles" });

        var planned = await Until(sales, $"/tasks/{call}", task => Text(task, "zone") == "America/Los_Angeles");
        Assert.Equal(("2099-03-02T16:00:00Z", "2099-03-02T15:45:00Z"), (Text(planned, "dueAt"), Text(planned, "remindAt")));
        await Until(sales, $"/tasks/{todo}", task => !task.TryGetProperty("remindAt", out _));
        var timeline = await sales.Ok("sales-agent", "GET", $"/tasks/{todo}/timeline");
        Assert.Equal(["sales.task-opened.1", "sales.task-reminded.1"], timeline.EnumerateArray().Select(moment => Text(moment, "name")));
    }

    static string? Text(JsonElement row, string name) => row.TryGetProperty(name, out var value) ? value.GetString() : null;

    internal static async Task<JsonElement> Until(DepartmentService sales, string path, Func<JsonElement, bool> isSo)
    {
        for (var until = DateTime.UtcNow.AddMinutes(2); ; await Task.Delay(100))
        {
            var found = await sales.Ok("sales-agent", "GET", path);
            if (isSo(found))
            {
                return found;
            }

            Assert.True(DateTime.UtcNow < until, $"{path}: {found}\n{sales.Log}");
        }
    }
}
