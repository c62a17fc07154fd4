using CrmSuite.Contracts;
using CrmSuite.Contracts.Sales;
using CrmSuite.Sales.Accounts;
using CrmSuite.Sales.Tasks;
using CrmSuite.Testing;

namespace CrmSuite.Sales.Tests.Tasks;

public sealed class WorkTaskTests : DeciderTests
{
    static readonly Guid Id = Ids.Derive("task", "1");
    static readonly Guid Customer = Guid.Parse("7d1a4c22-93be-8f10-a6d5-2b8c4e6f7a90");
    static readonly About Deal = new("opportunity", Guid.Parse("4c3b2a19-8d7e-5f6a-9b0c-1d2e3f4a5b6c"));
    static readonly DateTime Noon = new(2026, 3, 2, 11, 0, 0, DateTimeKind.Utc);
    static readonly Seller Ann = new("u-ann", "north", IsForAll: false);
    static readonly Seller Bob = new("u-bob", "south", IsForAll: false);
    static readonly Seller Manager = new("u-max", "north", IsForAll: true);
    static readonly TaskSubject Vienna = new(Customer, "Europe/Vienna");
    static readonly OpenTask Command = new(TaskKind.Call, Deal, Noon, RemindAt: Noon.AddMinutes(-15), Text: PersonalData.From("Ask for the budget"));
    static readonly TaskOpened Opened = new(Id, TaskKind.Call, Deal, Customer, "u-ann", "north", Noon, "Europe/Vienna", Noon.AddMinutes(-15),
        PersonalData.From("Ask for the budget").Of(Customer));

    [Fact]
    public void A_task_is_the_callers_and_its_text_the_customers() => Given<WorkTask>().When(t => t.Open(Command, Id, Ann, Vienna)).Then(Opened);

    [Fact]
    public void It_may_be_opened_for_somebody_else_whose_team_is_said_then() =>
        Given<WorkTask>().When(t => t.Open(Command with { AssigneeId = "u-bob" }, Id, Ann, Vienna)).Then(Opened with { AssigneeId = "u-bob", AssigneeTeam = null });

    [Fact]
    public void Opening_it_again_adds_nothing_and_another_one_under_its_id_is_refused()
    {
        Given<WorkTask>(Opened).When(t => t.Open(Command, Id, Bob, Vienna)).ThenNothing();
        Given<WorkTask>(Opened).When(t => t.Open(Command with { Kind = TaskKind.Visit }, Id, Ann, Vienna)).ThenRefused("task.other");
    }

    [Theory]
    [InlineData(TaskKind.Call, "2026-03-02T19:30:00Z", "2026-03-03T07:00:00Z")]
    [InlineData(TaskKind.Call, "2026-03-01T11:00:00Z", "2026-03-02T07:00:00Z")]
    [InlineData(TaskKind.EMail, "2026-03-01T11:00:00Z", null)]
    public void Nobody_is_called_in_his_quiet_hours_and_the_refusal_says_when_he_is(TaskKind kind, string due, string? next)
    {
        var decision = WorkTask.Initial.Open(new(kind, Deal, DateTime.Parse(due, null, System.Globalization.DateTimeStyles.AdjustToUniversal)), Id, Ann, Vienna);
        Assert.Equal(next is null ? null : "task.quiet-hours", decision.Refusal?.Code);
        Assert.Equal(next is not null, decision.Refusal?.Reason.Contains(next!, StringComparison.Ordinal) == true);
    }

    [Fact]
    public void A_task_about_what_Sales_does_not_know_is_refused_and_a_text_of_nobody_too()
    {
        Given<WorkTask>().When(t => t.Open(Command, Id, Ann, new(null, null, "opportunity"))).ThenRefused("opportunity.unknown");
        Given<WorkTask>().When(t => t.Open(Command, Id, Ann, new(null, "Europe/Vienna"))).ThenRefused("task.customer");
        Given<WorkTask>(Opened with { CustomerId = null, Text = null }).When(t => t.Finish(new("reached", PersonalData.From("Yes")), Ann)).ThenRefused("task.customer");
    }

    [Fact]
    public void A_reaction_leaves_something_to_do_and_settles_it()
    {
        var left = new TaskOpened(Id, TaskKind.ToDo, Deal, Customer, "u-ann", "north", Noon, null);
        Given<WorkTask>().When(t => t.Leave(Id, TaskKind.ToDo, Deal, Customer, "u-ann", "north", Noon)).Then(left)
            .When(t => t.Settle("accepted")).Then(new TaskDone(Id, TaskKind.ToDo, Deal, Customer, "u-ann", "accepted"));
        Given<WorkTask>().When(t => t.Settle("accepted")).ThenNothing();
    }

    [Fact]
    public void What_was_done_is_told_in_one_command_at_any_hour()
    {
        var night = Noon.AddHours(12);
        Given<WorkTask>().When(t => t.Log(new(TaskKind.Call, Deal, "reached", Text: PersonalData.From("He agrees")), Id, Ann, Vienna, night)).Then(
            new TaskOpened(Id, TaskKind.Call, Deal, Customer, "u-ann", "north", night, "Europe/Vienna"),
            new TaskDone(Id, TaskKind.Call, Deal, Customer, "u-ann", "reached", PersonalData.From("He agrees").Of(Customer)));
        Given<WorkTask>().When(t => t.Log(new(TaskKind.ToDo, Deal, "reached"), Id, Ann, Vienna, night)).ThenRefused("task.log");
        Given<WorkTask>(Opened).When(t => t.Log(new(TaskKind.Visit, Deal, "reached"), Id, Ann, Vienna, night)).ThenRefused("task.other");
    }

    [Fact]
    public void It_falls_due_later_but_not_at_night()
    {
        Given<WorkTask>(Opened).When(t => t.Reschedule(new(Noon.AddHours(2), "not-reached"), Ann, Vienna))
            .Then(new TaskRescheduled(Id, Deal, Customer, Noon, Noon.AddHours(2), "Europe/Vienna", null, "not-reached"));
        Given<WorkTask>(Opened).When(t => t.Reschedule(new(Noon.AddHours(9), "not-reached"), Ann, Vienna)).ThenRefused("task.quiet-hours");
    }

    [Fact]
    public void A_customer_who_is_elsewhere_is_called_when_it_is_day_there_and_the_reminder_moves_along()
    {
        var due = new DateTime(2026, 3, 2, 18, 0, 0, DateTimeKind.Utc);
        Given<WorkTask>(Opened).When(t => t.Replan("America/Los_Angeles"))
            .Then(new TaskRescheduled(Id, Deal, Customer, Noon, due.AddHours(-2), "America/Los_Angeles", due.AddHours(-2).AddMinutes(-15), "zone-changed"));
        Given<WorkTask>(Opened).When(t => t.Replan("Europe/Riga")).Then(
            new TaskRescheduled(Id, Deal, Customer, Noon, Noon, "Europe/Riga", Noon.AddMinutes(-15), "zone-changed"));
        Given<WorkTask>(Opened with { Kind = TaskKind.Visit }).When(t => t.Replan("America/Los_Angeles")).ThenNothing();
    }

    [Fact]
    public void Its_assignee_gives_it_away_and_then_may_not_finish_it() =>
        Given<WorkTask>(Opened).When(t => t.Reassign(new("u-bob", "holiday", "south"), Ann))
            .Then(new TaskReassigned(Id, Deal, Customer, "u-ann", "north", "u-bob", "south", "holiday"))
            .When(t => t.Finish(new("reached"), Ann)).ThenRefused("task.other-owner");

    [Fact]
    public void A_manager_may_do_what_the_assignee_may() =>
        Given<WorkTask>(Opened).When(t => t.Finish(new("reached", PersonalData.From("Yes")), Manager))
            .Then(new TaskDone(Id, TaskKind.Call, Deal, Customer, "u-ann", "reached", PersonalData.From("Yes").Of(Customer)));

    [Fact]
    public void The_assignee_is_reminded_once_for_each_time_he_asked_for()
    {
        Given<WorkTask>(Opened).When(t => TaskReminder.Decide(t, Noon)).Then(new TaskReminded(Id, Deal, Customer, "u-ann", Noon));
        Assert.Equal(Noon.AddMinutes(-15), TaskReminder.At(Given<WorkTask>(Opened).State));
        Assert.Null(TaskReminder.At(Given<WorkTask>(Opened, new TaskReminded(Id, Deal, Customer, "u-ann", Noon)).State));
        Assert.Null(TaskReminder.At(Given<WorkTask>(Opened, new TaskDropped(Id, Deal, Customer, "mistake")).State));
    }

    [Fact]
    public void What_has_ended_stays_so()
    {
        var (done, dropped) = (new TaskDone(Id, TaskKind.Call, Deal, Customer, "u-ann", "reached"), new TaskDropped(Id, Deal, Customer, "mistake"));
        Given<WorkTask>(Opened).When(t => t.Drop(new("mistake"), Ann)).Then(dropped);
        Given<WorkTask>(Opened, done).When(t => t.Finish(new("reached"), Ann)).ThenNothing();
        Given<WorkTask>(Opened, done).When(t => t.Finish(new("refused"), Ann)).ThenRefused("task.not-open");
        Given<WorkTask>(Opened, done).When(t => t.Drop(new("mistake"), Ann)).ThenRefused("task.not-open");
        Given<WorkTask>(Opened, done).When(t => t.Replan("America/Los_Angeles")).ThenNothing();
        Given<WorkTask>(Opened, dropped).When(t => t.Drop(new("mistake"), Ann)).ThenNothing();
        Given<WorkTask>(Opened, dropped).When(t => t.Reschedule(new(Noon.AddHours(1), "later"), Ann, Vienna)).ThenRefused("task.not-open");
        Given<WorkTask>(Opened, dropped).When(t => t.Reassign(new("u-bob", "holiday"), Ann)).ThenRefused("task.not-open");
        Given<WorkTask>(Opened, dropped).When(t => t.Remind()).ThenNothing();
    }

    [Fact]
    public void What_is_not_there_is_unknown()
    {
        Given<WorkTask>().When(t => t.Finish(new("reached"), Ann)).ThenRefused("task.unknown");
        Given<WorkTask>().When(t => t.Drop(new("mistake"), Ann)).ThenRefused("task.unknown");
        Given<WorkTask>().When(t => t.Reassign(new("u-bob", "holiday"), Ann)).ThenRefused("task.unknown");
        Given<WorkTask>().When(t => t.Reschedule(new(Noon, "later"), Ann, Vienna)).ThenRefused("task.unknown");
    }

    [Fact]
    public void A_command_with_a_bad_value_says_which()
    {
        Assert.Null(Command.Invalid());
        Assert.Equal("about.form", (Command with { About = new("Big deal", Deal.Id) }).Invalid()?.Code);
        Assert.Equal("about.form", (Command with { About = new("account", Guid.Empty) }).Invalid()?.Code);
        Assert.Equal("task.due", (Command with { DueAt = new(2026, 3, 2, 9, 0, 0, DateTimeKind.Unspecified) }).Invalid()?.Code);
        Assert.Equal("task.due", (Command with { DueAt = DateTime.MaxValue }).Invalid()?.Code);
        Assert.Equal("task.remind", (Command with { RemindAt = Noon.AddTicks(1) }).Invalid()?.Code);
        Assert.Equal("text.form", (Command with { Text = PersonalData.From(" ") }).Invalid()?.Code);
        Assert.Equal("owner.form", (Command with { AssigneeId = "" }).Invalid()?.Code);
        Assert.Equal("basis.form", (Command with { Basis = new("because", "x") }).Invalid()?.Code);
        Assert.Equal("task.outcome", new FinishTask("He said yes").Invalid()?.Code);
        Assert.Equal("task.outcome", new LogTask(TaskKind.Call, Deal, "").Invalid()?.Code);
        Assert.Equal("reason.form", new DropTask("").Invalid()?.Code);
    }

    [Fact]
    public void Its_row_follows_it()
    {
        var row = Row(Opened)!;
        Assert.Equal((WorkTaskStatus.Open, "opportunity", Deal.Id, Noon, "u-ann"), (row.Status, row.AboutNoun, row.AboutId, row.DueAt, row.AssigneeId));
        row = Row(Opened, new TaskReminded(Id, Deal, Customer, "u-ann", Noon), new TaskReassigned(Id, Deal, Customer, "u-ann", "north", "u-bob", "south", "holiday"),
            new TaskRescheduled(Id, Deal, Customer, Noon, Noon.AddDays(1), "Europe/Riga", null, "later"), new TaskDone(Id, TaskKind.Call, Deal, Customer, "u-bob", "reached"))!;
        Assert.Equal((WorkTaskStatus.Done, "u-bob", "south", Noon.AddDays(1), "Europe/Riga", "reached"),
            (row.Status, row.AssigneeId, row.AssigneeTeam, row.DueAt, row.Zone, row.Outcome));
        Assert.Equal((Noon.AddHours(1), Noon.AddHours(4)), (row.RemindedAt, row.EndedAt));
        Assert.Equal(WorkTaskStatus.Dropped, Row(Opened, new TaskDropped(Id, Deal, Customer, "mistake"))!.Status);
    }

    static WorkTaskList.Row? Row(params Event[] facts) =>
        Entries.Fold<WorkTask, WorkTaskList.Row, WorkTaskList>(Id, [.. facts.Select((fact, hour) => (Noon.AddHours(hour), fact))]);
}
