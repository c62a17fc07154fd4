using System.ComponentModel;
using CrmSuite.Acquisition.MatchRules;
using CrmSuite.Contracts.Acquisition;
using CrmSuite.Journal;
using CrmSuite.Views;

namespace CrmSuite.Acquisition.Leads;

/// <summary>What marketing and sales work from, and what it was at any instant: every lead with its versions, without a personal field.</summary>
sealed class LeadBoard : IHistoryView<LeadBoard.Row>
{
    public sealed record Row(
        [property: Description("The lead.")] Guid LeadId,
        [property: Description("The person.")] Guid CustomerId,
        [property: Description("new, contacted, nurturing, mql, accepted, sql, converted, disqualified or recycled.")] LeadStatus Status,
        [property: Description("The system it comes from.")] string Source,
        [property: Description("Its number there.")] string? Number,
        [property: Description("How it came.")] string Channel,
        [property: Description("The campaign that it answers.")] string? Campaign,
        [property: Description("Where the person is.")] string? Country,
        [property: Description("What he speaks.")] string? Language,
        [property: Description("What his company does.")] string? Industry,
        [property: Description("How big it is.")] string? SizeBand,
        [property: Description("What he asked about.")] IReadOnlyList<string> Products,
        [property: Description("What it is worth by the score table.")] int Score,
        [property: Description("The version of the score table; 0 where there was none.")] int ScoresVersion,
        [property: Description("What weighs most in the score.")] IReadOnlyList<FactorPoints> TopFactors,
        [property: Description("Who has it.")] string? OwnerId,
        [property: Description("His team.")] string? OwnerTeam,
        [property: Description("When somebody comes back to him.")] DateOnly? RecallOn,
        [property: Description("Why it is where it is.")] string? Reason,
        [property: Description("How often he was contacted.")] int Contacts,
        [property: Description("When it came.")] DateTime CapturedAt,
        [property: Description("When a person first contacted him.")] DateTime? ContactedAt,
        [property: Description("When it was last handed over to sales.")] DateTime? QualifiedAt,
        [property: Description("When it was last given to somebody.")] DateTime? AssignedAt,
        [property: Description("Until when sales accepts or rejects it.")] DateTime? DueAt,
        [property: Description("Whether sales did neither in time.")] bool IsOverdue,
        [property: Description("When sales accepted it.")] DateTime? AcceptedAt,
        [property: Description("When it was converted.")] DateTime? ConvertedAt,
        [property: Description("The account that it became.")] Guid? AccountId,
        [property: Description("The opportunity that it became.")] Guid? OpportunityId,
        [property: Description("When something last happened.")] DateTime ChangedAt);

    /// <summary>Which leads are meant; what is not named is not asked for.</summary>
    public sealed record Filter([WordOf(typeof(LeadStatus))] string? Status = null, string? OwnerId = null, string? OwnerTeam = null,
        bool? IsAssigned = null, string? Source = null, string? Channel = null, string? Campaign = null, string? Country = null, Guid? CustomerId = null, int? ScoreFrom = null, DateOnly? RecallUntil = null,
        DateTime? DueUntil = null, bool? IsOverdue = null);

    /// <summary>Leads of one status.</summary>
    public sealed record Lane(string Status, long Leads, long Unassigned, long Overdue, int ScoreMax);

    /// <summary>A lead that may be the same person's; without an instant where it is only now captured, by the same file.</summary>
    public sealed record Candidate(Guid LeadId, Guid CustomerId, string Status, string Source, string Channel, string? OwnerId, DateTime? CapturedAt);

    /// <summary>A lead that nobody could take when it was handed over.</summary>
    public sealed record Waits(Guid LeadId, DateTime ChangedAt);

    const int AlikeMax = 20;

    public static string Name => "lead_board";
    public static int Version => 2;
    public static string About => "Every lead as it stands and as it stood, one row for each version, without personal fields.";
    public static IReadOnlyList<string> Indexes =>
    [
        "(status, captured_at desc, lead_id desc) where valid_to is null and known_to is null",
        "(owner_id, captured_at desc, lead_id desc) where valid_to is null and known_to is null",
        "(customer_id) where valid_to is null and known_to is null",
    ];

    public static IEnumerable<Guid> Keys(Recorded entry) => entry.Category == Lead.Category ? [entry.Id] : [];

    public static Row? Fold(Guid key, Row? row, Recorded entry) => entry.Event switch
    {
        LeadCaptured e => new(key, e.CustomerId, LeadStatus.New, e.Source, e.Number, e.Channel, e.Campaign, e.Country, e.Language, e.Industry, e.SizeBand,
            e.Products, 0, 0, [], null, null, null, null, 0, entry.OccurredAt, null, null, null, null, false, null, null, null, null, entry.OccurredAt),
        { } fact when row is not null => Changed(row, fact, entry.OccurredAt) with { ChangedAt = entry.OccurredAt },
        _ => null,
    };

    /// <summary>The leads as they stand.</summary>
    public static Task<IResult> Open(
        Queries queries, Filter filter, Guid[]? customers, string? sort, string? after, int? size, CancellationToken ct) => queries.Answer<LeadBoard, Row>(
            $"select * from {Name:name} where valid_to is null and known_to is null and {Where(filter, customers)}", sort switch
            {
                null or "captured" => "captured_at desc",
                "changed" => "changed_at desc",
                "score" => "score desc",
                _ => throw new ViewProblemException(400, "list.sort", "Leads are sorted by captured, changed or score."),
            }, after, size, ct);

    /// <summary>How many leads stand where.</summary>
    public static Task<IReadOnlyList<Lane>> Board(Queries queries, Filter filter, Guid[]? customers, CancellationToken ct) => queries.Query<Lane>($"""
        select status, count(*) as leads, count(*) filter (where owner_id is null) as unassigned, count(*) filter (where is_overdue) as overdue,
        max(score) as score_max from {Name:name} where valid_to is null and known_to is null and {Where(filter, customers)} group by status order by status
        """, ct);

    /// <summary>The open leads of the same person, or with the same address or number.</summary>
    /// <param name="queries">Where it is asked.</param>
    /// <param name="known">The match keys of leads, which must have seen what was written too.</param>
    /// <param name="leadId">Who asks; it is not like itself.</param>
    /// <param name="customerId">The person.</param>
    /// <param name="matchKeys">Hashes of address and number; none where neither is known.</param>
    /// <param name="ct">Cancels the wait.</param>
    public static async Task<IReadOnlyList<Candidate>> Alike(
        Queries queries, PiiMatchKeys known, Guid leadId, Guid customerId, IReadOnlyList<Guid> matchKeys, CancellationToken ct)
    {
        await queries.Passed([Name], ct, matchKeys.Count == 0 ? null : known.Passed);
        return await queries.Query<Candidate>($"""
            select lead_id, customer_id, status, source, channel, owner_id, captured_at from {Name:name} where valid_to is null and known_to is null
            and lead_id <> {leadId} and status not in ('converted', 'disqualified') and lead_id in (
                select lead_id from {Name:name} where valid_to is null and known_to is null and customer_id = {customerId}
                union all select id from journal.pii_match_keys where noun = 'lead' and hash = any({matchKeys.ToArray()}))
            order by captured_at desc limit {AlikeMax}
            """, ct);
    }

    /// <summary>The leads that were handed over and that nobody has, the longest waiting first.</summary>
    public static Task<IReadOnlyList<Waits>> Waiting(Queries queries, CancellationToken ct) => queries.Query<Waits>($"""
        select lead_id, changed_at from {Name:name} where valid_to is null and known_to is null and status = 'mql' and owner_id is null
        order by qualified_at, lead_id
        """, ct);

    /// <summary>The leads that marketing works, or that nobody has: what a new version of a definition is held against.</summary>
    public static Task<IReadOnlyList<Guid>> InPlay(Queries queries, CancellationToken ct) => queries.Query<Guid>($"""
        select lead_id from {Name:name} where valid_to is null and known_to is null
        and (status in ('new', 'contacted', 'nurturing') or status = 'mql' and owner_id is null) order by lead_id
        """, ct);

    static FormattableString Where(Filter filter, Guid[]? customers) => $"""
        ({filter.Status}::text is null or status = {filter.Status}) and ({filter.OwnerId}::text is null or owner_id = {filter.OwnerId})
        and ({filter.OwnerTeam}::text is null or owner_team = {filter.OwnerTeam})
        and ({filter.IsAssigned}::boolean is null or (owner_id is not null) = {filter.IsAssigned})
        and ({filter.Source}::text is null or source = {filter.Source}) and ({filter.Channel}::text is null or channel = {filter.Channel})
        and ({filter.Campaign}::text is null or campaign = {filter.Campaign}) and ({filter.Country}::text is null or country = {filter.Country})
        and ({customers}::uuid[] is null or customer_id = any({customers})) and ({filter.ScoreFrom}::int is null or score >= {filter.ScoreFrom})
        and ({filter.RecallUntil}::date is null or recall_on <= {filter.RecallUntil})
        and ({Utc(filter.DueUntil)}::timestamptz is null or due_at <= {Utc(filter.DueUntil)})
        and ({filter.IsOverdue}::boolean is null or is_overdue = {filter.IsOverdue})
        """;

    // A time without an offset is UTC.
    static DateTime? Utc(DateTime? at) => at is { Kind: DateTimeKind.Unspecified } given ? DateTime.SpecifyKind(given, DateTimeKind.Utc)
        : at?.ToUniversalTime();

    static Row Changed(Row row, Contracts.Event fact, DateTime at) => fact switch
    {
        LeadFieldsSet e => row with
        {
            Country = e.Country ?? row.Country,
            Language = e.Language ?? row.Language,
            Industry = e.Industry ?? row.Industry,
            SizeBand = e.SizeBand ?? row.SizeBand,
            Products = e.Products ?? row.Products,
        },
        LeadScored e => row with { Score = e.Score, ScoresVersion = e.ScoresVersion, TopFactors = e.TopFactors },
        LeadContacted => row with
        {
            Contacts = row.Contacts + 1,
            ContactedAt = row.ContactedAt ?? at,
            Status = row.Status is LeadStatus.New ? LeadStatus.Contacted : row.Status,
        },
        LeadNurtureStarted e => Free(row, LeadStatus.Nurturing, e.Reason) with { RecallOn = e.RecallOn },
        LeadMarketingQualified e => row with
        {
            Status = LeadStatus.Mql,
            Reason = e.Reason,
            RecallOn = null,
            QualifiedAt = at,
            DueAt = e.DueAt,
            IsOverdue = false,
        },
        LeadAssigned e => row with
        {
            OwnerId = e.OwnerId,
            OwnerTeam = e.OwnerTeam,
            AssignedAt = at,
            DueAt = row.Status is LeadStatus.Mql ? e.DueAt : null,
            IsOverdue = false,
        },
        LeadHandoverOverdue => row with { IsOverdue = true },
        LeadAcceptedBySales => row with { Status = LeadStatus.Accepted, AcceptedAt = at, DueAt = null, IsOverdue = false },
        LeadRejectedBySales e => Free(row, LeadStatus.Nurturing, e.Reason) with { RecallOn = e.RecallOn },
        LeadSalesQualified => row with { Status = LeadStatus.Sql },
        LeadConverted e => Free(row, LeadStatus.Converted, null) with
        {
            OwnerId = e.OwnerId,
            OwnerTeam = e.OwnerTeam,
            ConvertedAt = at,
            AccountId = e.AccountId,
            OpportunityId = e.Opportunity?.OpportunityId,
        },
        LeadDisqualified e => Free(row, LeadStatus.Disqualified, e.Reason),
        LeadRecycled e => Free(row, LeadStatus.Recycled, e.Reason) with { RecallOn = e.After },
        _ => row,
    };

    static Row Free(Row row, LeadStatus status, string? reason) => row with
    {
        Status = status,
        Reason = reason,
        OwnerId = null,
        OwnerTeam = null,
        RecallOn = null,
        DueAt = null,
        IsOverdue = false,
    };
}
