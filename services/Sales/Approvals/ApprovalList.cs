using System.ComponentModel;
using CrmSuite.Contracts;
using CrmSuite.Contracts.Sales;
using CrmSuite.Journal;
using CrmSuite.Views;

namespace CrmSuite.Sales.Approvals;

/// <summary>Every round of every approval with the times of its steps: what waits for whom, and what it took.</summary>
sealed class ApprovalList : IView<ApprovalList.Row>
{
    public sealed record Row(
        [property: Description("The round: approval and number.")] Guid RoundId,
        [property: Description("The approval.")] Guid ApprovalId,
        [property: Description("Which time it was asked for; what is over 1 is rework.")] int Round,
        [property: Description("waiting, approved, refused, invalidated or withdrawn.")] ApprovalStatus Status,
        [property: Description("What is to be approved: quote or contract.")] string Noun,
        [property: Description("Its id.")] Guid TargetId,
        [property: Description("Its version.")] int TargetVersion,
        [property: Description("SHA-256 of its content.")] string Hash,
        [property: Description("The flow.")] string Flow,
        [property: Description("Its version.")] int FlowVersion,
        [property: Description("Who asked.")] string RequestedBy,
        [property: Description("Who wrote it.")] string AuthorId,
        [property: Description("Whose deal it is.")] string? OwnerId,
        [property: Description("The customer whose matter it is.")] Guid CustomerId,
        [property: Description("The account.")] Guid? AccountId,
        [property: Description("The deal.")] Guid? OpportunityId,
        [property: Description("What it is about, in minor units.")] long? AmountMinor,
        [property: Description("ISO 4217 code of the amount.")] string? Currency,
        [property: Description("Who may decide now.")] IReadOnlyList<string> WaitingFor,
        [property: Description("The steps with their times.")] IReadOnlyList<StepTimes> Steps,
        [property: Description("When the first open step is due; after the end, when the last one was.")] DateTime DueAt,
        [property: Description("When it was asked for.")] DateTime StartedAt,
        [property: Description("When the round ended.")] DateTime? EndedAt,
        [property: Description("From asking to the end, in seconds.")] long? LeadSeconds,
        [property: Description("How long decisions waited to be begun, summed, in seconds.")] long WaitingSeconds,
        [property: Description("How long was worked on decisions, summed, in seconds.")] long WorkingSeconds);

    /// <summary>Which rounds are meant; what is not named is not asked for.</summary>
    public sealed record Filter([WordOf(typeof(ApprovalStatus))] string? Status = null,
        string? Noun = null, Guid? TargetId = null, string? Flow = null, string? RequestedBy = null,
        string? OwnerId = null, Guid? AccountId = null, Guid? OpportunityId = null);

    public static string Name => "approval_list";
    public static int Version => 1;
    public static string About => "One row for every round of an approval, with the times of its steps.";
    public static IReadOnlyList<string> Indexes =>
    [
        "(started_at desc, round_id)", "(target_id)", "(flow, started_at)", "(due_at, round_id) where status = 'waiting'", "using gin (waiting_for)",
    ];

    /// <summary>The row of a round.</summary>
    public static Guid RoundOf(Guid approvalId, int round) => Ids.Derive("approval-round", approvalId.ToString(), $"{round}");

    public static IEnumerable<Guid> Keys(Recorded entry) =>
        entry.Category == Approval.Category && entry.Event is IApprovalFact fact ? [RoundOf(fact.ApprovalId, fact.Round)] : [];

    public static Row? Fold(Guid key, Row? row, Recorded entry) => entry.Event switch
    {
        ApprovalStarted e => new(key, e.ApprovalId, e.Round, ApprovalStatus.Waiting, e.Target.Noun, e.Target.Id, e.Target.Version, e.Target.Hash, e.Flow,
            e.FlowVersion, e.RequestedBy, e.AuthorId, e.OwnerId, e.CustomerId, e.AccountId, e.OpportunityId, e.Amount?.Minor, e.Amount?.Currency, [],
            [.. e.Steps.Select(step => new StepTimes(step.Name, step.Rank, step.Needed, step.Approvers, [], []))], entry.OccurredAt, entry.OccurredAt, null, null,
            0, 0),
        { } fact when row is not null => Summed(Changed(row, fact, entry.OccurredAt)),
        _ => null,
    };

    /// <summary>The rounds, the newest first.</summary>
    public static Task<IResult> Open(Queries queries, Filter filter, string? after, int? size, CancellationToken ct) =>
        queries.Answer<ApprovalList, Row>($"""
            select * from {Name:name} where ({filter.Status}::text is null or status = {filter.Status}) and ({filter.Noun}::text is null or noun = {filter.Noun})
            and ({filter.TargetId}::uuid is null or target_id = {filter.TargetId}) and ({filter.Flow}::text is null or flow = {filter.Flow})
            and ({filter.RequestedBy}::text is null or requested_by = {filter.RequestedBy}) and ({filter.OwnerId}::text is null or owner_id = {filter.OwnerId})
            and ({filter.AccountId}::uuid is null or account_id = {filter.AccountId})
            and ({filter.OpportunityId}::uuid is null or opportunity_id = {filter.OpportunityId})
            """, "started_at desc", after, size, ct);

    /// <summary>What waits for a person, the most urgent first.</summary>
    public static Task<IResult> Waiting(Queries queries, string person, string? after, int? size, CancellationToken ct) =>
        queries.Answer<ApprovalList, Row>(WaitingFor(person), "due_at", after, size, ct);

    /// <summary>The same as rows, for a person's day.</summary>
    public static async Task<IReadOnlyList<Row>> Waiting(Queries queries, string person, int max, CancellationToken ct) =>
        (await queries.Page<ApprovalList, Row>(WaitingFor(person), "due_at", null, max, ct)).Items;

    /// <summary>The rounds of a flow that began in a time, for the report on their times.</summary>
    public static Task<IReadOnlyList<Row>> Rounds(Queries queries, string? flow, DateTime? from, DateTime? until, int max, CancellationToken ct) =>
        queries.Query<Row>($"""
            select * from {Name:name} where ({flow}::text is null or flow = {flow}) and ({from}::timestamptz is null or started_at >= {from})
            and ({until}::timestamptz is null or started_at < {until}) order by started_at, round_id limit {max}
            """, ct);

    /// <summary>The approvals under way in which a person has a place, though its turn may not have come.</summary>
    public static Task<IReadOnlyList<Guid>> Places(Queries queries, string person, int max, CancellationToken ct) => queries.Query<Guid>($"""
        select approval_id from {Name:name} where status = 'waiting'
        and steps @> jsonb_build_array(jsonb_build_object('approvers', jsonb_build_array({person}::text))) order by approval_id limit {max}
        """, ct);

    static FormattableString WaitingFor(string person) =>
        $"select * from {Name:name} where status = 'waiting' and waiting_for @> jsonb_build_array({person}::text)";

    static Row Changed(Row row, Contracts.Event fact, DateTime at) => fact switch
    {
        ApprovalStepOpened e => With(row, e.Step, step => step with { OpenedAt = at, DueAt = e.DueAt }),
        ApprovalStepClaimed e => With(row, e.Step, step => step with { Claims = [.. step.Claims, new(e.By, at)] }),
        ApprovalStepDecided e => With(row, e.Step, step => step with { Answers = [.. step.Answers, new(e.By, at, e.Answer)] }),
        ApprovalDelegated e => With(row, e.Step, step => step with
        {
            Approvers = [.. step.Approvers.Where(person => person != e.From && person != e.To), e.To],
            Claims = [.. step.Claims.Where(claim => claim.By != e.From)],
        }),
        ApprovalStepEscalated e => With(row, e.Step, step => step with { Approvers = [.. step.Approvers, .. e.To], EscalatedAt = at }),
        ApprovalCompleted e => row with { Status = e.Result == ApprovalResult.Approved ? ApprovalStatus.Approved : ApprovalStatus.Refused, EndedAt = at },
        // An approval that had come to its end keeps the times of it.
        ApprovalInvalidated => row with { Status = ApprovalStatus.Invalidated, EndedAt = row.EndedAt ?? at },
        ApprovalWithdrawn => row with { Status = ApprovalStatus.Withdrawn, EndedAt = at },
        _ => row,
    };

    static Row With(Row row, string name, Func<StepTimes, StepTimes> change) =>
        row with { Steps = [.. row.Steps.Select(step => step.Name == name ? change(step) : step)] };

    static Row Summed(Row row)
    {
        var open = row.Status == ApprovalStatus.Waiting ? row.Steps.Where(step => step.IsOpen).ToList() : [];
        var decided = row.Steps.SelectMany(step => step.Answers).Select(answer => answer.By).ToHashSet();
        return row with
        {
            WaitingFor = [.. open.SelectMany(step => step.Approvers).Where(person => !decided.Contains(person)).Distinct().Order(StringComparer.Ordinal)],
            DueAt = open.Min(step => step.DueAt) ?? row.DueAt,
            LeadSeconds = row.EndedAt is { } ended ? StepTimes.Seconds(row.StartedAt, ended) : null,
            WaitingSeconds = row.Steps.Sum(step => step.Decisions().Sum(decision => decision.WaitingSeconds)),
            WorkingSeconds = row.Steps.Sum(step => step.Decisions().Sum(decision => decision.WorkingSeconds)),
        };
    }
}
