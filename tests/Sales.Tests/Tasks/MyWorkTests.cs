using System.Text.Json;
using CrmSuite.Testing;

namespace CrmSuite.Sales.Tests.Tasks;

public sealed class MyWorkTests
{
    [Fact]
    public async Task My_work_is_what_is_due_overdue_late_and_without_a_next_step_and_nobody_elses()
    {
        await using var sales = await SalesService.Start();
        await sales.Adopt();
        await sales.Publish();
        var account = await sales.Id("sales-agent", "/accounts", new { customerId = await sales.Registered() });
        var about = new { noun = "account", id = account };
        var (late, idle) = (await Deal("2026-03-01", "u-ann"), await Deal("2026-03-02", "u-ann"));
        await Deal("2026-03-01", "u-bob");
        var overdue = await Task(about, "2026-03-02T08:00:00Z", "u-ann");
        var today = await Task(about, "2026-03-02T22:30:00Z", "u-ann"); // Half past eleven in Vienna.
        await Task(about, "2026-03-02T23:00:00Z", "u-ann"); // Tomorrow there.
        await Task(about, "2026-03-02T08:00:00Z", "u-bob");
        var step = await Task(new { noun = "opportunity", id = late }, "2026-04-01T08:00:00Z", "u-bob");

        var work = await sales.Ok("sales-agent", "GET", "/my-work?ownerId=u-ann&until=2026-03-02T09:00:00Z");
        Assert.Equal((overdue, today, late, idle), (One(work, "overdue", "taskId"), One(work, "today", "taskId"), One(work, "closeDatePast", "opportunityId"), One(work, "withoutNextStep", "opportunityId")));
        await sales.Ok("sales-operations", "POST", $"/tasks/{step}/drop", new { reason = "mistake" });
        work = await sales.Ok("sales-agent", "GET", "/my-work?ownerId=u-ann&until=2026-03-02T09:00:00Z");
        Assert.Equal(2, work.GetProperty("withoutNextStep").GetProperty("items").GetArrayLength());
        Assert.Empty((await sales.Ok("sales-agent", "GET", "/my-work")).GetProperty("overdue").GetProperty("items").EnumerateArray());

        Task<Guid> Deal(string day, string ownerId) =>
            sales.Id("sales-agent", "/opportunities", new { accountId = account, amount = new { minor = 1, currency = "EUR" }, closeDate = day, ownerId });

        Task<Guid> Task(object of, string dueAt, string assigneeId) => sales.Id("sales-agent", "/tasks", new { kind = "to-do", about = of, dueAt, assigneeId });
    }

    static Guid One(JsonElement work, string list, string id) => Assert.Single(work.GetProperty(list).GetProperty("items").EnumerateArray()).GetProperty(id).GetGuid();
}
