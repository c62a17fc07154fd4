using System.ComponentModel;
using CrmSuite.Contracts.Service;
using CrmSuite.Journal;
using CrmSuite.Views;

namespace CrmSuite.Service.Cases;

/// <summary>What the service team works from: one row for every case, with the times that follow from its events.</summary>
sealed class CaseBoard : IView<CaseBoard.Row>
{
    public sealed record Row(
        [property: Description("The case.")] Guid CaseId,
        [property: Description("Whose case it is.")] Guid CustomerId,
        [property: Description("Where it stands.")] CaseStatus Status,
        [property: Description("What the customer wants.")] CaseKind Kind,
        [property: Description("How bad it is.")] Severity Severity,
        [property: Description("How he turned to us.")] string Channel,
        [property: Description("The order, if it is about one.")] Guid? OrderId,
        [property: Description("Who is in charge.")] string? AgentId,
        [property: Description("When it was opened.")] DateTime OpenedAt,
        [property: Description("When the customer last wrote or called.")] DateTime CustomerSpokeAt,
        [property: Description("When a person first answered.")] DateTime? FirstResponseAt,
        [property: Description("Seconds from the opening to the first answer of a person.")] long? FirstResponseSeconds,
        [property: Description("When it was first resolved.")] DateTime? ResolvedAt,
        [property: Description("Seconds from the opening to the first resolution, waits included.")] long? ResolutionSeconds,
        [property: Description("Seconds that it waited for the customer or others.")] long WaitingSeconds,
        [property: Description("Since when it waits.")] DateTime? WaitingSince,
        [property: Description("How often it was reopened.")] int Reopenings,
        [property: Description("When it was last reopened.")] DateTime? ReopenedAt,
        [property: Description("Seconds from the last reopening to the resolution after it.")] long? ReopenedSeconds,
        [property: Description("When it was closed; null while it is open.")] DateTime? ClosedAt);

    public static string Name => "case_board";
    public static int Version => 1;
    public static string About => "One row for every case, with first-response, waiting and resolution times.";
    public static IReadOnlyList<string> Indexes => ["(status, opened_at, case_id)", "(customer_id, opened_at, case_id)", "(agent_id, opened_at, case_id)"];

    public static IEnumerable<Guid> Keys(Recorded entry) => entry.Category == Case.Category ? [entry.Id] : [];

    public static Row? Fold(Guid key, Row? row, Recorded entry) => entry.Event switch
    {
        CaseOpened e => new(key, e.CustomerId, CaseStatus.New, e.Kind, e.Severity, e.Channel, e.OrderId, null, entry.OccurredAt, entry.OccurredAt, null, null, null, null, 0, null, 0, null, null,
            null),
        _ when row is not null => Timed(row, entry.Event, entry.OccurredAt) with { Status = Status(row, entry.Event) },
        _ => null,
    };

    public static Task<IResult> Open(Queries queries, Guid[]? customers, string? status, string? agentId, string? after, int? size, CancellationToken ct) => queries.Answer<CaseBoard, Row>($"""
        select * from {Name:name} where ({customers}::uuid[] is null or customer_id = any({customers})) and ({status}::text is null or status = {status})
        and ({agentId}::text is null or agent_id = {agentId})
        """, "opened_at", after, size, ct);

    /// <summary>Where the case stands follows the same rule as the noun's.</summary>
    static CaseStatus Status(Row row, Contracts.Event fact) => Case.Evolve(Case.Initial with { Status = row.Status, AgentId = row.AgentId }, fact).Status;

    static Row Timed(Row row, Contracts.Event fact, DateTime at) => fact switch
    {
        CaseAssigned e => row with { AgentId = e.AgentId },
        CaseReassigned e => row with { AgentId = e.To },
        CaseAgentReplied { By: Replier.Human } when row.FirstResponseAt is null => row with { FirstResponseAt = at, FirstResponseSeconds = Seconds(row.OpenedAt, at) },
        CaseCustomerReplied => row with { CustomerSpokeAt = at },
        CaseWaitStarted => row with { WaitingSince = row.WaitingSince ?? at },
        CaseWaitEnded when row.WaitingSince is { } since => row with { WaitingSince = null, WaitingSeconds = row.WaitingSeconds + Seconds(since, at) },
        CaseResolved when row.ResolvedAt is null => row with { ResolvedAt = at, ResolutionSeconds = Seconds(row.OpenedAt, at) },
        CaseResolved when row.ReopenedAt is { } reopened => row with { ReopenedSeconds = Seconds(reopened, at) },
        CaseReopened => row with { Reopenings = row.Reopenings + 1, ReopenedAt = at, ReopenedSeconds = null, ClosedAt = null },
        CaseClosed => row with { ClosedAt = at },
        _ => row,
    };

    static long Seconds(DateTime from, DateTime to) => (long)(to - from).TotalSeconds;
}
