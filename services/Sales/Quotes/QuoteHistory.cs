using System.ComponentModel;
using CrmSuite.Contracts.Sales;
using CrmSuite.Journal;
using CrmSuite.Views;

namespace CrmSuite.Sales.Quotes;

/// <summary>Every quote as it stands, and as it stood at any instant.</summary>
sealed class QuoteHistory : IHistoryView<QuoteHistory.Row>
{
    public sealed record Row(
        [property: Description("The quote.")] Guid QuoteId,
        [property: Description("draft, sent, accepted, rejected, expired or withdrawn: by the version that the customer has.")] QuoteStatus Status,
        [property: Description("To whom.")] Guid AccountId,
        [property: Description("The account's customer.")] Guid CustomerId,
        [property: Description("The chance to sell; none for a free quote.")] Guid? OpportunityId,
        [property: Description("Who sells.")] string OwnerId,
        [property: Description("The owner's team when he became it.")] string? OwnerTeam,
        [property: Description("The system it comes from.")] string? Source,
        [property: Description("Its number there.")] string? Number,
        [property: Description("The newest version.")] int Version,
        [property: Description("Whether that one is still being written.")] bool IsDraft,
        [property: Description("The version that the customer has.")] int? SentVersion,
        [property: Description("Whether the opportunity is worth what the quote says.")] bool IsPrimary,
        [property: Description("ISO 4217 code of the amounts.")] string Currency,
        [property: Description("The newest version net of tax, in minor units.")] long NetMinor,
        [property: Description("Tax included, in minor units.")] long GrossMinor,
        [property: Description("All discounts of it, in minor units of the list prices.")] long DiscountMinor,
        [property: Description("The hash of its document.")] string Hash,
        [property: Description("The last day on which it can be accepted.")] DateOnly ValidUntil,
        [property: Description("In which language it is printed.")] string Language,
        [property: Description("Whether the version that the customer has goes beyond the corridor.")] bool IsBeyond,
        [property: Description("The exchange rate of the day on which it was sent, where one was needed.")] Guid? RateId,
        [property: Description("Why it was rejected or withdrawn.")] string? Reason,
        [property: Description("When it was begun.")] DateTime DraftedAt,
        [property: Description("When a version was sent last.")] DateTime? SentAt,
        [property: Description("When it was accepted, rejected, withdrawn or over.")] DateTime? ClosedAt,
        [property: Description("When something last happened.")] DateTime ChangedAt,
        [property: Description("Whose taxes apply: ISO 3166 code.")] string Country,
        [property: Description("The day whose prices and taxes apply.")] DateOnly PricedOn,
        [property: Description("The lines of the newest version.")] IReadOnlyList<QuoteLine> Lines);

    /// <summary>Which quotes are meant; what is not named is not asked for.</summary>
    public sealed record Filter([WordOf(typeof(QuoteStatus))] string? Status = null,
        string? OwnerId = null, string? OwnerTeam = null, Guid? AccountId = null, Guid? OpportunityId = null,
        Guid? CustomerId = null, DateOnly? ValidFrom = null, DateOnly? ValidUntil = null);

    public static string Name => "quote_history";
    public static int Version => 2;
    public static string About => "Every quote as it stands and as it stood, one row for each version of the row.";
    public static IReadOnlyList<string> Indexes =>
    [
        "(drafted_at desc, quote_id) where valid_to is null and known_to is null",
        "(opportunity_id) where valid_to is null and known_to is null",
        "(owner_id, valid_until) where valid_to is null and known_to is null and status = 'sent'",
        "(account_id) where valid_to is null and known_to is null",
        "(customer_id) where valid_to is null and known_to is null",
    ];

    public static IEnumerable<Guid> Keys(Recorded entry) => entry.Category == Quote.Category ? [entry.Id] : [];

    public static Row? Fold(Guid key, Row? row, Recorded entry) => entry.Event switch
    {
        QuoteDrafted e => With(new(key, QuoteStatus.Draft, e.AccountId, e.CustomerId, e.OpportunityId, e.OwnerId, e.OwnerTeam, e.Source, e.Number, 1, true,
            null, false, "", 0, 0, 0, "", default, "", false, null, null, entry.OccurredAt, null, null, entry.OccurredAt, "", default, []), e.Terms, e.Hash),
        { } fact when row is not null => Changed(row with { ChangedAt = entry.OccurredAt }, fact, entry.OccurredAt),
        _ => null,
    };

    static Row Changed(Row row, Contracts.Event fact, DateTime at) => fact switch
    {
        QuoteChanged e => With(row, e.Terms, e.Hash),
        QuoteRevised e => With(row with { Version = e.Version, IsDraft = true }, e.Terms, e.Hash),
        QuoteOwnerChanged e => row with { OwnerId = e.To, OwnerTeam = e.ToTeam },
        QuoteSent e => row with
        {
            Status = QuoteStatus.Sent,
            IsDraft = false,
            SentVersion = e.Version,
            IsBeyond = e.IsBeyond,
            RateId = e.RateId,
            Reason = null,
            SentAt = at,
            ClosedAt = null,
        },
        QuoteAccepted => row with { Status = QuoteStatus.Accepted, IsDraft = false, ClosedAt = at },
        QuoteRejected e => row with { Status = QuoteStatus.Rejected, Reason = e.Reason, ClosedAt = at },
        QuoteExpired => row with { Status = QuoteStatus.Expired, ClosedAt = at },
        QuoteWithdrawn e => row with { Status = QuoteStatus.Withdrawn, IsDraft = false, Reason = e.Reason, ClosedAt = at },
        _ => row,
    };

    /// <summary>The quotes as they stand, or stood at an instant.</summary>
    public static Task<IResult> Open(Queries queries, Filter filter, Guid[]? customers, DateTime? asOf, string? after, int? size, CancellationToken ct) =>
        queries.Answer<QuoteHistory, Row>($"""
            select * from {Name:name} where known_to is null and ({asOf}::timestamptz is null and valid_to is null
                or valid_from <= {asOf} and (valid_to is null or valid_to > {asOf}))
            and ({filter.Status}::text is null or status = {filter.Status}) and ({filter.OwnerId}::text is null or owner_id = {filter.OwnerId})
            and ({filter.OwnerTeam}::text is null or owner_team = {filter.OwnerTeam}) and ({filter.AccountId}::uuid is null or account_id = {filter.AccountId})
            and ({filter.OpportunityId}::uuid is null or opportunity_id = {filter.OpportunityId})
            and ({customers}::uuid[] is null or customer_id = any({customers}))
            and ({filter.ValidFrom}::date is null or valid_until >= {filter.ValidFrom})
            and ({filter.ValidUntil}::date is null or valid_until <= {filter.ValidUntil})
            """, "drafted_at desc", after, size, ct);

    /// <summary>Whether a quote of an opportunity was sent and not taken back, and whether one was accepted.</summary>
    public static async Task<(bool IsSent, bool IsAccepted)> Proven(Queries queries, Guid opportunityId, CancellationToken ct)
    {
        var found = await queries.Query<string>($"""
            select status from {Name:name} where valid_to is null and known_to is null and opportunity_id = {opportunityId} and sent_version is not null
            and status <> {QuoteStatus.Withdrawn}
            """, ct);
        return (found.Count > 0, found.Contains("accepted"));
    }

    /// <summary>The quotes of a person that the customer has and that end between two days, the earliest first.</summary>
    public static Task<Page<Row>> Expiring(Queries queries, string ownerId, DateOnly from, DateOnly until, int size, CancellationToken ct) =>
        queries.Page<QuoteHistory, Row>($"""
            select * from {Name:name} where valid_to is null and known_to is null and status = 'sent' and owner_id = {ownerId}
            and valid_until >= {from} and valid_until <= {until}
            """, "valid_until", null, size, ct);

    /// <summary>Those that are not decided: what a new version of a definition is held against.</summary>
    public static Task<IReadOnlyList<Row>> InPlay(Queries queries, CancellationToken ct) => queries.Query<Row>($"""
        select * from {Name:name} where valid_to is null and known_to is null and (is_draft or status in ('draft', 'sent')) order by quote_id
        """, ct);

    /// <summary>Those of a person that are not decided, at most so many.</summary>
    public static Task<IReadOnlyList<Guid>> Undecided(Queries queries, string ownerId, int max, CancellationToken ct) => queries.Query<Guid>($"""
        select quote_id from {Name:name} where valid_to is null and known_to is null and owner_id = {ownerId} and (is_draft or status in ('draft', 'sent'))
        order by quote_id limit {max}
        """, ct);

    static Row With(Row row, QuoteTerms terms, string hash) => row with
    {
        IsPrimary = terms.IsPrimary,
        Currency = terms.Currency,
        NetMinor = terms.Net.Minor,
        GrossMinor = terms.Gross.Minor,
        DiscountMinor = terms.Lines.Sum(line => line.List.Minor) - terms.Net.Minor,
        Hash = hash,
        ValidUntil = terms.ValidUntil,
        Language = terms.Language,
        Country = terms.Country,
        PricedOn = terms.PricedOn,
        Lines = terms.Lines,
    };
}
