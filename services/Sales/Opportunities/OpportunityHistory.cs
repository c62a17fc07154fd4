using System.ComponentModel;
using CrmSuite.Contracts.Sales;
using CrmSuite.Journal;
using CrmSuite.Sales.StageTables;
using CrmSuite.Views;

namespace CrmSuite.Sales.Opportunities;

/// <summary>What an event did to a deal, as far as its worth is concerned.</summary>
enum DealChange { Opened, AmountChanged, CloseDateMoved, OwnerChanged, Reopened, Won, Lost, Withdrawn, Other }

/// <summary>
/// What sellers work from, and what it was at any instant: every deal with its versions. Amounts stand in their own currency; they are converted when they are
/// asked for.
/// </summary>
sealed class OpportunityHistory : IHistoryView<OpportunityHistory.Row>
{
    public sealed record Row(
        [property: Description("The opportunity.")] Guid OpportunityId,
        [property: Description("To whom.")] Guid AccountId,
        [property: Description("The account's customer.")] Guid CustomerId,
        [property: Description("open, won, lost or withdrawn.")] OpportunityStatus Status,
        [property: Description("Why he may buy.")] OpportunityKind Kind,
        [property: Description("Where the deal stands.")] string Stage,
        [property: Description("The stage table.")] Guid StagesId,
        [property: Description("Its version at the last move.")] int StagesVersion,
        [property: Description("Since when it stands there.")] DateTime StageSince,
        [property: Description("What it may be worth, net of tax, in minor units.")] long AmountMinor,
        [property: Description("ISO 4217 code of the amount.")] string Currency,
        [property: Description("The exchange rate of the day on which the amount was said, where there was one.")] Guid? RateId,
        [property: Description("When the amount was said.")] DateTime ValuedAt,
        [property: Description("How likely it is won, in basis points.")] int ProbabilityBp,
        [property: Description("What the stage table says, in basis points.")] int StageBp,
        [property: Description("What a person says, in basis points.")] int? OverrideBp,
        [property: Description("Whether what he says outlives the next move.")] bool IsPinned,
        [property: Description("What it counts as in the forecast.")] ForecastCategory Category,
        [property: Description("Whether a person said so.")] bool IsCategorised,
        [property: Description("When it should be decided.")] DateOnly CloseDate,
        [property: Description("How often the close date was moved later.")] int Slips,
        [property: Description("Who sells.")] string OwnerId,
        [property: Description("The owner's team when he became it.")] string? OwnerTeam,
        [property: Description("What may be sold.")] IReadOnlyList<string> Products,
        [property: Description("Who won it instead.")] string? Rival,
        [property: Description("Why it was lost or withdrawn.")] string? Reason,
        [property: Description("How often it was won.")] int Wins,
        [property: Description("The lead that it was.")] Guid? LeadId,
        [property: Description("The system it comes from.")] string? Source,
        [property: Description("Its number there.")] string? Number,
        [property: Description("When it was opened.")] DateTime OpenedAt,
        [property: Description("When it was decided.")] DateTime? ClosedAt,
        [property: Description("When something last happened.")] DateTime ChangedAt,
        [property: Description("What that did to its worth.")] DealChange Change,
        [property: Description("The event.")] Guid EventId,
        [property: Description("What may be sold, line by line.")] IReadOnlyList<OpportunityLine> Lines,
        [property: Description("Who has to do with it.")] IReadOnlyList<Involved> Contacts,
        [property: Description("The extra fields that are filled.")] IReadOnlyList<FieldValue> Fields,
        [property: Description("Which of need, rival and title are filled.")] IReadOnlyList<string> Filled,
        [property: Description("The exit criteria that a person has ticked.")] IReadOnlyList<string> Ticks)
    {
        /// <summary>What exit criteria look at.</summary>
        public Readiness Ready() => new(
            [.. Filled, .. Fields.Select(field => field.Key), .. Products.Count == 0 ? [] : (string[])["products"]],
            [.. Contacts.Select(contact => contact.Role)], AmountMinor, CloseDate, Ticks);
    }

    /// <summary>A person who has to do with a deal.</summary>
    public sealed record Involved(Guid ContactId, ContactRole Role);

    /// <summary>Which deals are meant; what is not named is not asked for.</summary>
    public sealed record Filter([WordOf(typeof(OpportunityStatus))] string? Status = null,
        string? Stage = null, string? OwnerId = null, string? OwnerTeam = null, Guid? AccountId = null,
        DateOnly? CloseFrom = null,
        DateOnly? CloseUntil = null);

    /// <summary>Whose open deals a report is about; the way of a deal through stages is no part of that, because a report may follow it.</summary>
    public sealed record Scope(string? OwnerId = null, string? OwnerTeam = null, Guid? AccountId = null, DateOnly? CloseFrom = null,
        DateOnly? CloseUntil = null);

    /// <summary>Deals of one stage and currency, with their total in whole minor units.</summary>
    public sealed record Lane(string Stage, string Currency, long Deals, decimal AmountMinor);

    public static string Name => "opportunity_history";
    public static int Version => 3;
    public static string About => "Every opportunity as it stands and as it stood, one row for each version.";
    public static IReadOnlyList<string> Indexes =>
    [
        "(close_date, opportunity_id) where valid_to is null and known_to is null",
        "(owner_id, close_date, opportunity_id) where valid_to is null and known_to is null",
        "(account_id, close_date, opportunity_id) where valid_to is null and known_to is null",
        "(customer_id) where valid_to is null and known_to is null", "(valid_from)",
    ];

    public static IEnumerable<Guid> Keys(Recorded entry) => entry.Category == Opportunity.Category ? [entry.Id] : [];

    public static Row? Fold(Guid key, Row? row, Recorded entry) => entry.Event switch
    {
        OpportunityOpened e => new(key, e.AccountId, e.CustomerId, OpportunityStatus.Open, e.Kind, e.Stage, e.StagesId, e.StagesVersion, entry.OccurredAt,
            e.Amount.Minor,
            e.Amount.Currency, e.RateId, entry.OccurredAt, e.ProbabilityBp, e.ProbabilityBp, null, false, e.Category, false, e.CloseDate, 0, e.OwnerId,
                e.OwnerTeam, e.Products,
            null, null, 0, e.LeadId, e.Source, e.Number, entry.OccurredAt, null, entry.OccurredAt, DealChange.Opened, entry.EventId, [], [], [],
            e.Title is null ? [] : ["title"], []),
        { } fact when row is not null =>
            Changed(row with { Change = DealChange.Other, ChangedAt = entry.OccurredAt, EventId = entry.EventId }, fact, entry.OccurredAt),
        _ => null,
    };

    static Row Changed(Row row, Contracts.Event fact, DateTime at) => fact switch
    {
        OpportunityStageMoved e => row with
        {
            Stage = e.To,
            StagesVersion = e.StagesVersion,
            StageSince = at,
            StageBp = e.ProbabilityBp,
            OverrideBp = row.IsPinned ? row.OverrideBp : null,
            ProbabilityBp = row is { IsPinned: true, OverrideBp: { } pinned } ? pinned : e.ProbabilityBp,
            Category = row.IsCategorised ? row.Category : e.Category,
        },
        OpportunityAmountChanged e => row with { AmountMinor = e.To.Minor, RateId = e.RateId, ValuedAt = at, Change = DealChange.AmountChanged },
        OpportunityCloseDateMoved e => row with { CloseDate = e.To, Slips = row.Slips + (e.To > e.From ? 1 : 0), Change = DealChange.CloseDateMoved },
        OpportunityCategorised e => row with { Category = e.To, IsCategorised = true },
        OpportunityProbabilityOverridden e => row with { OverrideBp = e.ToBp, IsPinned = e.IsPinned, ProbabilityBp = e.ToBp ?? row.StageBp },
        OpportunityOwnerChanged e => row with { OwnerId = e.To, OwnerTeam = e.ToTeam, Change = DealChange.OwnerChanged },
        OpportunityNeedRecorded e => row with
        {
            Products = e.Product is { } product && !row.Products.Contains(product) ? [.. row.Products, product] : row.Products,
            Filled = e.Need is null ? [.. row.Filled.Except(["need"])] : [.. row.Filled.Except(["need"]), "need"],
        },
        OpportunityLinesSet e => row with
        {
            Lines = e.Lines,
            Products = [.. row.Products, .. e.Lines.Select(line => line.Product).Distinct().Except(row.Products)],
        },
        OpportunityFieldsSet e => row with
        {
            Fields = [.. row.Fields.ExceptBy(e.Fields.Select(field => field.Key), field => field.Key), .. e.Fields.Where(field => field.Value is not null)],
        },
        OpportunityContactAdded e => row with
        {
            Contacts = [.. row.Contacts.Where(contact => contact.ContactId != e.ContactId), new(e.ContactId, e.Role)],
        },
        OpportunityContactRemoved e => row with { Contacts = [.. row.Contacts.Where(contact => contact.ContactId != e.ContactId)] },
        OpportunityCompetitorNamed => row with { Filled = [.. row.Filled.Except(["rival"]), "rival"] },
        OpportunityCriterionTicked e => row with { Ticks = [.. row.Ticks.Except([e.Criterion]), .. e.IsMet ? (string[])[e.Criterion] : []] },
        OpportunityWon e => row with
        {
            Status = OpportunityStatus.Won,
            AmountMinor = e.Value.Minor,
            RateId = e.RateId,
            ValuedAt = at,
            Wins = e.Win,
            ClosedAt = at,
            Change = DealChange.Won,
        },
        OpportunityLost e => row with { Status = OpportunityStatus.Lost, Reason = e.Reason, Rival = e.Rival, ClosedAt = at, Change = DealChange.Lost },
        OpportunityWithdrawn e => row with { Status = OpportunityStatus.Withdrawn, Reason = Word(e.Reason), ClosedAt = at, Change = DealChange.Withdrawn },
        OpportunityReopened e => row with
        {
            Status = OpportunityStatus.Open,
            Stage = e.Stage,
            StagesVersion = e.StagesVersion,
            StageSince = at,
            StageBp = e.ProbabilityBp,
            ProbabilityBp = e.ProbabilityBp,
            OverrideBp = null,
            IsPinned = false,
            Category = e.Category,
            IsCategorised = false,
            AmountMinor = e.Amount.Minor,
            RateId = e.RateId,
            ValuedAt = at,
            CloseDate = e.CloseDate,
            OwnerId = e.OwnerId,
            OwnerTeam = e.OwnerTeam,
            Reason = null,
            Rival = null,
            ClosedAt = null,
            Change = DealChange.Reopened,
        },
        // What says nothing about the deal still shows when something last happened.
        _ => row,
    };

    /// <summary>The deals as they stand, or stood at an instant, or by what was known at a position.</summary>
    public static Task<IResult> Open(
        Queries queries, Filter filter, Guid[]? customers, DateTime? asOf, decimal? known, string? sort, string? after, int? size, CancellationToken ct) =>
        queries.Answer<OpportunityHistory, Row>(
        $"{Select(filter, known, asOf)} and ({customers}::uuid[] is null or customer_id = any({customers}))", sort switch
        {
            null or "close-date" => "close_date",
            "opened" => "opened_at desc",
            "changed" => "changed_at desc",
            "amount" => "amount_minor desc",
            _ => throw new ViewProblemException(400, "list.sort", "Deals are sorted by close-date, opened, changed or amount."),
        }, after, size, ct);

    /// <summary>How many deals stand in each stage, or stood at an instant, and what they may be worth in each currency.</summary>
    public static Task<IReadOnlyList<Lane>> Board(Queries queries, Filter filter, DateTime? asOf, decimal? known, CancellationToken ct) =>
        queries.Query<Lane>($"""
        select stage, currency, count(*) as deals, sum(amount_minor) as amount_minor
        from ({Select(filter with { Status = filter.Status ?? "open" }, known, asOf)}) as meant
        group by stage, currency order by max(stage_bp), stage, currency
        """, ct);

    /// <summary>The deals that were open at an instant, by what was known at a position; null for all that is known.</summary>
    public static Task<IReadOnlyList<Row>> AsOf(Queries queries, Scope scope, string? stage, DateTime at, decimal? known, int max, CancellationToken ct) =>
        queries.Query<Row>($"""
        select * from {Name:name}
        where (({known}::numeric is null and known_to is null) or (known_from <= {known} and (known_to is null or known_to > {known})))
        and valid_from <= {at} and (valid_to is null or valid_to > {at}) and status = 'open'
        and ({stage}::text is null or stage = {stage})
        and ({scope.OwnerId}::text is null or owner_id = {scope.OwnerId}) and ({scope.OwnerTeam}::text is null or owner_team = {scope.OwnerTeam})
        and ({scope.AccountId}::uuid is null or account_id = {scope.AccountId}) and ({scope.CloseFrom}::date is null or close_date >= {scope.CloseFrom})
        and ({scope.CloseUntil}::date is null or close_date <= {scope.CloseUntil})
        order by opportunity_id limit {max}
        """, ct);

    /// <summary>
    /// Each deal as it was at the beginning of a window, and then as each event in it left it, in order. What an event left is the row that it opened, whose
    /// end was not
    /// known then; it stays, even where another event at the same instant has closed it.
    /// </summary>
    public static Task<IReadOnlyList<Row>> Steps(Queries queries, Scope scope, DateTime from, DateTime until, decimal? known, int max,
        CancellationToken ct) =>
        queries.Query<Row>($"""
        select * from {Name:name} where ({scope.AccountId}::uuid is null or account_id = {scope.AccountId})
        and ((valid_from <= {from} and (valid_to is null or valid_to > {from})
        and (({known}::numeric is null and known_to is null) or (known_from <= {known} and (known_to is null or known_to > {known}))))
        or (valid_to is null and valid_from > {from} and valid_from <= {until} and ({known}::numeric is null or known_from <= {known})))
        order by opportunity_id, changed_at, known_from limit {max}
        """, ct);

    /// <summary>How each deal that was open at one of these instants ended within a time after it.</summary>
    public static Task<IReadOnlyList<Calibration.Case>> Outcomes(Queries queries, IReadOnlyList<DateTime> instants, DateTime until, decimal? known,
        CancellationToken ct) =>
        queries.Query<Calibration.Case>($"""
            with known as not materialized (select * from {Name:name}
                where (({known}::numeric is null and known_to is null) or (known_from <= {known} and (known_to is null or known_to > {known}))))
            select deal.probability_bp, ending.status from unnest({instants.ToArray()}::timestamptz[]) as asked(at)
            join known as deal on deal.valid_from <= asked.at and (deal.valid_to is null or deal.valid_to > asked.at) and deal.status = 'open'
            left join lateral (
                select ended.status from known as ended where ended.opportunity_id = deal.opportunity_id and ended.status <> 'open'
                and ended.valid_from > asked.at and ended.valid_from <= asked.at + interval '12 months' and ended.valid_from <= {until}
                order by ended.valid_from limit 1) as ending on true
            """, ct);

    /// <summary>The open deals, perhaps of one stage table: what a new version of a definition is held against.</summary>
    public static Task<IReadOnlyList<Row>> InPlay(Queries queries, Guid? stagesId, CancellationToken ct) => queries.Query<Row>($"""
        select * from {Name:name} where valid_to is null and known_to is null and status = 'open' and ({stagesId}::uuid is null or stages_id = {stagesId})
        order by opportunity_id
        """, ct);

    /// <summary>The deals that are lost, and were lost since an instant.</summary>
    public static Task<IReadOnlyList<Row>> Lost(Queries queries, DateTime since, CancellationToken ct) => queries.Query<Row>($"""
        select * from {Name:name} where valid_to is null and known_to is null and status = 'lost' and closed_at >= {since} order by opportunity_id
        """, ct);

    /// <summary>What was won in a window, and what was reopened in it that was won: the win it takes back. Of a position, where one is named.</summary>
    public static Task<IReadOnlyList<Win>> Wins(Queries queries, string? ownerId, DateTime from, DateTime until, decimal? known, CancellationToken ct) =>
        queries.Query<Win>($"""
        select won.opportunity_id, won.owner_id, won.owner_team, won.amount_minor, won.currency, won.rate_id, won.valued_at,
            turn.change = 'reopened' as is_reopened, turn.event_id
        from {Name:name} as turn join lateral (
            select * from {Name:name} as ended where ended.opportunity_id = turn.opportunity_id and ended.valid_to is null
            and ended.change in ('won', 'lost', 'withdrawn') and ended.known_from <= turn.known_from order by ended.known_from desc limit 1) as won on won.change = 'won'
        where turn.valid_to is null and turn.change in ('won', 'reopened') and turn.valid_from >= {from} and turn.valid_from < {until}
        and ({known}::numeric is null or turn.known_from <= {known}) and ({ownerId}::text is null or won.owner_id = {ownerId})
        order by turn.known_from
        """, ct);

    /// <summary>Which they are, at most so many.</summary>
    public static Task<IReadOnlyList<Guid>> Ids(Queries queries, Filter filter, int max, CancellationToken ct) =>
        queries.Query<Guid>($"select opportunity_id from ({Select(filter, null)}) as meant order by opportunity_id limit {max}", ct);

    /// <summary>The open deals of a person whose close date is past.</summary>
    public static Task<Page<Row>> Late(Queries queries, string ownerId, DateOnly today, int size, CancellationToken ct) =>
        queries.Page<OpportunityHistory, Row>(Select(new("open", OwnerId: ownerId, CloseUntil: today.AddDays(-1)), null), "close_date", null, size, ct);

    /// <summary>The open deals of a person about which nothing is to be done.</summary>
    public static Task<Page<Row>> Idle(Queries queries, string ownerId, int size, CancellationToken ct) =>
        queries.Page<OpportunityHistory, Row>($"""
            select * from ({Select(new("open", OwnerId: ownerId), null)}) as mine where not {WorkTaskList.IsOpenFor("opportunity_id")}
            """, "close_date", null, size, ct);

    static FormattableString Select(Filter filter, decimal? known, DateTime? asOf = null) => $"""
        select * from {Name:name}
        where ({asOf}::timestamptz is null and valid_to is null or valid_from <= {asOf} and (valid_to is null or valid_to > {asOf}))
        and (({known}::numeric is null and known_to is null) or (known_from <= {known} and (known_to is null or known_to > {known})))
        and ({filter.Status}::text is null or status = {filter.Status})
        and ({filter.Stage}::text is null or stage = {filter.Stage})
        and ({filter.OwnerId}::text is null or owner_id = {filter.OwnerId}) and ({filter.OwnerTeam}::text is null or owner_team = {filter.OwnerTeam})
        and ({filter.AccountId}::uuid is null or account_id = {filter.AccountId}) and ({filter.CloseFrom}::date is null or close_date >= {filter.CloseFrom})
        and ({filter.CloseUntil}::date is null or close_date <= {filter.CloseUntil})
        """;

    static string Word(WithdrawalReason reason) => reason is WithdrawalReason.Duplicate ? "duplicate" : "entered-in-error";
}
