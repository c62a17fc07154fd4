using System.ComponentModel;
using CrmSuite.Contracts.Sales;
using CrmSuite.Journal;
using CrmSuite.Views;

namespace CrmSuite.Sales.Tasks;

/// <summary>What is to be done, by whom and until when: one row for every task, without its text.</summary>
sealed class WorkTaskList : IView<WorkTaskList.Row>
{
    public sealed record Row(
        [property: Description("The task.")] Guid TaskId,
        [property: Description("open, done or dropped.")] WorkTaskStatus Status,
        [property: Description("call, e-mail, visit or to-do.")] TaskKind Kind,
        [property: Description("What it is about: a noun.")] string AboutNoun,
        [property: Description("Its id.")] Guid AboutId,
        [property: Description("The person, or the account's customer.")] Guid? CustomerId,
        [property: Description("Who does it.")] string AssigneeId,
        [property: Description("The assignee's team when he became it.")] string? AssigneeTeam,
        [property: Description("Until when.")] DateTime DueAt,
        [property: Description("Where the customer is: an IANA zone or a country.")] string? Zone,
        [property: Description("When the assignee wants to be reminded.")] DateTime? RemindAt,
        [property: Description("When he was reminded last.")] DateTime? RemindedAt,
        [property: Description("What came of it.")] string? Outcome,
        [property: Description("When it was opened.")] DateTime OpenedAt,
        [property: Description("When it was done or dropped.")] DateTime? EndedAt,
        [property: Description("When something last changed.")] DateTime ChangedAt);

    /// <summary>Which tasks are meant; what is not named is not asked for.</summary>
    public sealed record Filter([WordOf(typeof(WorkTaskStatus))] string? Status = null,
        [WordOf(typeof(TaskKind))] string? Kind = null, string? AssigneeId = null, string? AssigneeTeam = null, Guid? AboutId = null,
        Guid? CustomerId = null, DateTime? From = null, DateTime? Until = null);

    public static string Name => "task_list";
    public static int Version => 1;
    public static string About => "One row for every task, without its text.";
    public static IReadOnlyList<string> Indexes =>
    [
        "(due_at, task_id)", "(assignee_id, due_at, task_id) where status = 'open'", "(about_id, due_at, task_id)", "(customer_id, due_at, task_id)",
        "(task_id) where status = 'open' and kind = 'call'",
    ];

    public static IEnumerable<Guid> Keys(Recorded entry) => entry.Category == WorkTask.Category ? [entry.Id] : [];

    public static Row? Fold(Guid key, Row? row, Recorded entry) => entry.Event switch
    {
        TaskOpened e => new(key, WorkTaskStatus.Open, e.Kind, e.About.Noun, e.About.Id, e.CustomerId, e.AssigneeId, e.AssigneeTeam, e.DueAt, e.Zone, e.RemindAt,
            null, null, entry.OccurredAt, null, entry.OccurredAt),
        { } fact when row is not null => Changed(row, fact, entry.OccurredAt) with { ChangedAt = entry.OccurredAt },
        _ => null,
    };

    static Row Changed(Row row, Contracts.Event fact, DateTime at) => fact switch
    {
        TaskRescheduled e => row with { DueAt = e.To, Zone = e.Zone, RemindAt = e.RemindAt },
        TaskReassigned e => row with { AssigneeId = e.To, AssigneeTeam = e.ToTeam },
        TaskReminded => row with { RemindAt = null, RemindedAt = at },
        TaskDone e => row with { Status = WorkTaskStatus.Done, Outcome = e.Outcome, EndedAt = at },
        TaskDropped e => row with { Status = WorkTaskStatus.Dropped, Outcome = e.Reason, EndedAt = at },
        _ => row,
    };

    /// <summary>The tasks, the earliest due first.</summary>
    public static Task<IResult> Open(Queries queries, Filter filter, Guid[]? customers, string? after, int? size, CancellationToken ct) =>
        queries.Answer<WorkTaskList, Row>(Select(filter, customers), "due_at", after, size, ct);

    /// <summary>The first of them.</summary>
    public static Task<Page<Row>> First(Queries queries, Filter filter, int size, CancellationToken ct) =>
        queries.Page<WorkTaskList, Row>(Select(filter, null), "due_at", null, size, ct);

    /// <summary>The kinds of tasks about a noun that are done: what an exit criterion of a stage looks at.</summary>
    public static Task<IReadOnlyList<string>> KindsDone(Queries queries, Guid aboutId, CancellationToken ct) =>
        queries.Query<string>($"select distinct kind from {Name:name} where about_id = {aboutId} and status = 'done'", ct);

    /// <summary>Which they are, at most so many.</summary>
    public static Task<IReadOnlyList<Guid>> Ids(Queries queries, Filter filter, int max, CancellationToken ct) =>
        queries.Query<Guid>(
            $"select task_id from ({Select(filter, filter.CustomerId is { } one ? [one] : null)}) as meant order by task_id limit {max}", ct);

    /// <summary>Whether a noun, named by a column, has an open task: part of a question to another list.</summary>
    public static FormattableString IsOpenFor(string column) => $"exists (select from {Name:name} as step where step.about_id = {column:name} and step.status = 'open')";

    static FormattableString Select(Filter filter, Guid[]? customers) => $"""
        select * from {Name:name} where ({filter.Status}::text is null or status = {filter.Status}) and ({filter.Kind}::text is null or kind = {filter.Kind})
        and ({filter.AssigneeId}::text is null or assignee_id = {filter.AssigneeId})
        and ({filter.AssigneeTeam}::text is null or assignee_team = {filter.AssigneeTeam})
        and ({filter.AboutId}::uuid is null or about_id = {filter.AboutId}) and ({customers}::uuid[] is null or customer_id = any({customers}))
        and ({filter.From}::timestamptz is null or due_at >= {filter.From})
        and ({filter.Until}::timestamptz is null or due_at < {filter.Until})
        """;
}
