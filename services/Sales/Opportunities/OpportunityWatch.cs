using CrmSuite.Views;

namespace CrmSuite.Sales.Opportunities;

/// <summary>What a manager looks after in his teams' deals (rulings.md 23).</summary>
static class OpportunityWatch
{
    /// <summary>A close date that was moved later, of a deal that is still open.</summary>
    public sealed record Slip(
        Guid EventId, Guid OpportunityId, Guid AccountId, string OwnerId, string? OwnerTeam, string Stage, long AmountMinor, string Currency, DateOnly FromDate,
        DateOnly CloseDate, int Slips, DateTime SlippedAt);

    /// <summary>What slipped since an instant, the newest first.</summary>
    public static Task<IResult> Slipped(Queries queries, IReadOnlySet<string>? teams, DateTime since, string? after, int? size, CancellationToken ct) =>
        queries.Answer("slipped", (next, rows) => queries.Page<Slip>($"""
            select slip.event_id, slip.opportunity_id, slip.account_id, deal.owner_id, deal.owner_team, deal.stage, deal.amount_minor, deal.currency,
                earlier.close_date as from_date, slip.close_date, slip.slips, slip.valid_from as slipped_at
            from {OpportunityHistory.Name:name} as slip
            join {OpportunityHistory.Name:name} as deal on deal.opportunity_id = slip.opportunity_id and deal.valid_to is null and deal.known_to is null
                and deal.status = 'open'
            join lateral (select * from {OpportunityHistory.Name:name} as former where former.opportunity_id = slip.opportunity_id and former.valid_to is null
                and former.known_from < slip.known_from order by former.known_from desc limit 1) as earlier on earlier.slips < slip.slips
            where slip.valid_to is null and slip.change = 'close-date-moved' and slip.valid_from >= {since}
            and ({teams?.ToArray()}::text[] is null or deal.owner_team = any({teams?.ToArray()}::text[]))
            """, "slipped_at desc", next, rows, ct), after, size);

    /// <summary>Open deals on which nothing has happened since an instant, the longest forgotten first.</summary>
    public static Task<IResult> Stale(Queries queries, IReadOnlySet<string>? teams, DateTime since, string? after, int? size, CancellationToken ct) =>
        queries.Answer<OpportunityHistory, OpportunityHistory.Row>($"""
            select * from {OpportunityHistory.Name:name} where valid_to is null and known_to is null and status = 'open' and changed_at < {since}
            and ({teams?.ToArray()}::text[] is null or owner_team = any({teams?.ToArray()}::text[]))
            """, "changed_at", after, size, ct);
}
