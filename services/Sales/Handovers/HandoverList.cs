using System.ComponentModel;
using CrmSuite.Contracts.Sales;
using CrmSuite.Journal;
using CrmSuite.Views;

namespace CrmSuite.Sales.Handovers;

/// <summary>The leads that wait to be accepted, the most urgent first: one row for each, without a personal field.</summary>
sealed class HandoverList : IView<HandoverList.Row>
{
    public sealed record Row(
        [property: Description("The lead.")] Guid LeadId,
        [property: Description("The person; tells nothing about him.")] Guid CustomerId,
        [property: Description("Who has to accept or reject it.")] string OwnerId,
        [property: Description("His team.")] string OwnerTeam,
        [property: Description("Since when it is his.")] DateTime AwaitedAt,
        [property: Description("Until when he accepts or rejects it.")] DateTime DueAt);

    /// <summary>A row as of an instant.</summary>
    public sealed record Waiting(Guid LeadId, Guid CustomerId, string OwnerId, string OwnerTeam, DateTime AwaitedAt, DateTime DueAt, bool IsOverdue);

    public static string Name => "handover_list";
    public static int Version => 1;
    public static string About => "One row for every lead that somebody of Sales has to accept or reject.";
    public static IReadOnlyList<string> Indexes => ["(due_at, lead_id)", "(owner_id, due_at, lead_id)", "(customer_id)"];

    public static IEnumerable<Guid> Keys(Recorded entry) => entry.Category == Handover.Category ? [entry.Id] : [];

    public static Row? Fold(Guid key, Row? row, Recorded entry) => entry.Event switch
    {
        HandoverAwaited e => new(key, e.CustomerId, e.OwnerId, e.OwnerTeam, entry.OccurredAt, e.DueAt),
        HandoverAccepted or HandoverReturned => null,
        _ => row,
    };

    /// <summary>Those of a person, a team or a customer; what is not named is not asked for.</summary>
    public static Task<IResult> Open(
        Queries queries, string? ownerId, string? ownerTeam, Guid[]? customers, DateTime at, string? after, int? size, CancellationToken ct) =>
        queries.Answer(Name, (next, rows) => queries.Page<Waiting>(Select(ownerId, ownerTeam, customers, at), "due_at", next, rows, ct), after, size);

    /// <summary>The first of a person's, for his day.</summary>
    public static Task<Page<Waiting>> First(Queries queries, string ownerId, DateTime at, int size, CancellationToken ct) =>
        queries.Page<Waiting>(Select(ownerId, null, null, at), "due_at", null, size, ct);

    static FormattableString Select(string? ownerId, string? ownerTeam, Guid[]? customers, DateTime at) => $"""
        select *, due_at <= {at} as is_overdue from {Name:name} where ({ownerId}::text is null or owner_id = {ownerId})
        and ({ownerTeam}::text is null or owner_team = {ownerTeam}) and ({customers}::uuid[] is null or customer_id = any({customers}))
        """;
}
