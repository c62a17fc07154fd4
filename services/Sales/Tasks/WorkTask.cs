using System.Globalization;
using CrmSuite.Contracts;
using CrmSuite.Contracts.Sales;
using CrmSuite.Journal;
using CrmSuite.Sales.Accounts;
using static CrmSuite.Journal.Decision;

namespace CrmSuite.Sales.Tasks;

enum WorkTaskStatus { None, Open, Done, Dropped }

/// <summary>
/// One thing that one person has to do, from the day it is thought of until it is done or dropped. Its facts are called tasks; the class is not, for every file
/// knows another <c>Task</c> already.
/// </summary>
sealed record WorkTask(
    Guid TaskId,
    WorkTaskStatus Status,
    TaskKind Kind,
    About About,
    Guid? CustomerId,
    string AssigneeId,
    string? AssigneeTeam,
    DateTime DueAt,
    string? Zone,
    DateTime? RemindAt,
    PersonalData? Text,
    string? Outcome,
    PersonalData? Said) : IFold<WorkTask>
{
    /// <summary>Why a call falls due at another time that nobody asked for.</summary>
    const string ZoneChanged = "zone-changed";

    public static string Category => "sales.task";

    public static WorkTask Initial { get; } = new(default, WorkTaskStatus.None, default, new("", default), null, "", null, default, null, null, null, null, null);

    public static WorkTask Evolve(WorkTask state, Event fact) => fact switch
    {
        TaskOpened e => new(e.TaskId, WorkTaskStatus.Open, e.Kind, e.About, e.CustomerId, e.AssigneeId, e.AssigneeTeam, e.DueAt, e.Zone, e.RemindAt, e.Text, null,
            null),
        TaskRescheduled e => state with { DueAt = e.To, Zone = e.Zone, RemindAt = e.RemindAt },
        TaskReassigned e => state with { AssigneeId = e.To, AssigneeTeam = e.ToTeam },
        TaskReminded => state with { RemindAt = null },
        TaskDone e => state with { Status = WorkTaskStatus.Done, Outcome = e.Outcome, Said = e.Text },
        TaskDropped => state with { Status = WorkTaskStatus.Dropped },
        _ => state,
    };

    /// <param name="command">What was asked for.</param>
    /// <param name="id">The task's id.</param>
    /// <param name="seller">Who asks, and so the assignee where none is named.</param>
    /// <param name="subject">Whom it concerns and where he is.</param>
    public Decision Open(OpenTask command, Guid id, Seller seller, TaskSubject subject)
    {
        var (due, assigneeId) = (command.DueAt.ToUniversalTime(), command.AssigneeId ?? seller.Id);
        return Status switch
        {
            not WorkTaskStatus.None => (command.Kind, command.About) == (Kind, About)
                ? [] : Refuse("task.other", "This task was opened before for something else."),
            _ when Problem(command.Text, subject) is { } problem => problem,
            _ when Quiet(command.Kind, due, subject) is { } quiet => quiet,
            _ => new TaskOpened(id, command.Kind, command.About, subject.CustomerId, assigneeId,
                command.AssigneeTeam ?? (assigneeId == seller.Id ? seller.Team : null), due, subject.Place, command.RemindAt?.ToUniversalTime(),
                subject.CustomerId is { } customer ? command.Text?.Of(customer) : null),
        };
    }

    /// <summary>What a reaction leaves to a person. It is no call, so nobody's hours are asked.</summary>
    public Decision Leave(Guid id, TaskKind kind, About about, Guid? customerId, string assigneeId, string? team, DateTime dueAt) => Status switch
    {
        WorkTaskStatus.None => new TaskOpened(id, kind, about, customerId, assigneeId, team, dueAt, null),
        _ => [],
    };

    /// <summary>Told afterwards: quiet hours are no question then.</summary>
    public Decision Log(LogTask command, Guid id, Seller seller, TaskSubject subject, DateTime at) => Status switch
    {
        not WorkTaskStatus.None => (command.Kind, command.About, command.Outcome) == (Kind, About, Outcome)
            ? [] : Refuse("task.other", "This task was opened before for something else."),
        _ when command.Kind == TaskKind.ToDo => Refuse("task.log", "Calls, e-mails and visits are logged. Open a to-do and finish it instead."),
        _ when Problem(command.Text, subject) is { } problem => problem,
        _ =>
        [
            new TaskOpened(id, command.Kind, command.About, subject.CustomerId, seller.Id, seller.Team, at, subject.Place),
            new TaskDone(id, command.Kind, command.About, subject.CustomerId, seller.Id, command.Outcome,
                subject.CustomerId is { } customer ? command.Text?.Of(customer) : null),
        ],
    };

    public Decision Reschedule(RescheduleTask command, Seller seller, TaskSubject subject)
    {
        var (due, remind) = (command.DueAt.ToUniversalTime(), command.RemindAt?.ToUniversalTime());
        return NotOpen(seller) ?? ((due, remind) == (DueAt, RemindAt) ? []
            : Quiet(Kind, due, subject) ?? new TaskRescheduled(TaskId, About, CustomerId, DueAt, due, subject.Place, remind, command.Reason));
    }

    /// <summary>The customer is somewhere else: a call that would reach him in quiet hours waits until they are over, and its reminder with it.</summary>
    public Decision Replan(string place)
    {
        if (Status != WorkTaskStatus.Open || Kind != TaskKind.Call || place == Zone)
        {
            return [];
        }

        var due = QuietHours.Usual.Next(DueAt, QuietHours.Zones(place));
        return new TaskRescheduled(TaskId, About, CustomerId, DueAt, due, place, RemindAt + (due - DueAt), ZoneChanged);
    }

    public Decision Reassign(ReassignTask command, Seller seller) => Status switch
    {
        WorkTaskStatus.None => Unknown("task"),
        _ when (command.AssigneeId, command.AssigneeTeam ?? AssigneeTeam) == (AssigneeId, AssigneeTeam) => [],
        _ => NotOpen(seller)
            ?? new TaskReassigned(TaskId, About, CustomerId, AssigneeId, AssigneeTeam, command.AssigneeId, command.AssigneeTeam, command.Reason),
    };

    public Decision Finish(FinishTask command, Seller seller) => Status == WorkTaskStatus.Done && command.Outcome == Outcome ? []
        : NotOpen(seller) ?? Problem(command.Text, new(CustomerId, Zone))
        ?? new TaskDone(TaskId, Kind, About, CustomerId, AssigneeId, command.Outcome, CustomerId is { } customer ? command.Text?.Of(customer) : null);

    public Decision Drop(DropTask command, Seller seller) => Status == WorkTaskStatus.Dropped ? []
        : NotOpen(seller) ?? new TaskDropped(TaskId, About, CustomerId, command.Reason);

    /// <summary>What a reaction opened is settled elsewhere: done with this outcome, if it is still open.</summary>
    public Decision Settle(string outcome) => Status == WorkTaskStatus.Open
        ? new TaskDone(TaskId, Kind, About, CustomerId, AssigneeId, outcome) : [];

    public Decision Remind() => Status == WorkTaskStatus.Open && RemindAt is not null ? new TaskReminded(TaskId, About, CustomerId, AssigneeId, DueAt) : [];

    static Decision? Quiet(TaskKind kind, DateTime due, TaskSubject subject) =>
        kind == TaskKind.Call && QuietHours.Usual.Next(due, QuietHours.Zones(subject.Place)) is var next && next != due
            ? Refuse("task.quiet-hours", $"The customer ({subject.Place}) has quiet hours then. The next allowed instant is {Instant(next)}.", "nextAllowedAt", next)
            : null;

    static Decision? Problem(PersonalData? text, TaskSubject subject) => subject.Missing is { } noun ? Unknown(noun)
        : text is not null && subject.CustomerId is null ? Refuse("task.customer", "A text is kept for a customer: name him by customerId, or leave the text out.")
        : null;

    static string Instant(DateTime at) => at.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", CultureInfo.InvariantCulture);

    Decision? NotOpen(Seller seller) => Status switch
    {
        WorkTaskStatus.None => Unknown("task"),
        WorkTaskStatus.Open => seller.May(AssigneeId, AssigneeTeam) ? null : Refuse("task.other-owner", "Somebody else has this task. Ask him or a manager."),
        _ => Refuse("task.not-open", $"The task is {Status.ToString().ToLowerInvariant()}. Open another one."),
    };
}

/// <summary>Whom a task concerns, and where he is; read before the decision (rulings.md 9).</summary>
/// <param name="CustomerId">The person, or the account's customer; null where there is none.</param>
/// <param name="Place">His IANA zone, or his country as it was said, or else the zone of the books.</param>
/// <param name="Missing">The noun that it would be about, where Sales should know it and does not.</param>
sealed record TaskSubject(Guid? CustomerId, string? Place, string? Missing = null);
