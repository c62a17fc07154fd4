using System.ComponentModel;
using CrmSuite.Contracts.Sales;
using CrmSuite.Journal;
using CrmSuite.Views;

namespace CrmSuite.Sales.Agreements;

/// <summary>Every contract as it stands, and as it stood at any instant; without its words.</summary>
sealed class ContractHistory : IHistoryView<ContractHistory.Row>
{
    public sealed record Row(
        [property: Description("The contract.")] Guid ContractId,
        [property: Description("draft, submitted, approved, signed, active, expired, terminated or withdrawn.")] ContractStatus Status,
        [property: Description("With whom.")] Guid AccountId,
        [property: Description("The account's customer.")] Guid CustomerId,
        [property: Description("The deal that it closes.")] Guid? OpportunityId,
        [property: Description("The accepted quote that it follows.")] Guid? QuoteId,
        [property: Description("The version that was accepted.")] int? QuoteVersion,
        [property: Description("Who sells.")] string OwnerId,
        [property: Description("The owner's team when he became it.")] string? OwnerTeam,
        [property: Description("Who wrote the version.")] string AuthorId,
        [property: Description("The version.")] int Version,
        [property: Description("The hash of its document.")] string Hash,
        [property: Description("What it is worth, net of tax, in minor units.")] long ValueMinor,
        [property: Description("ISO 4217 code of the value.")] string Currency,
        [property: Description("Its first day.")] DateOnly FromDay,
        [property: Description("Its last day; none where it has no end.")] DateOnly? ToDay,
        [property: Description("The last day for a notice; none where it has no end.")] DateOnly? NoticeOn,
        [property: Description("Whether its owner was told of the notice.")] bool IsNoticeTold,
        [property: Description("How its clauses keep the customer from leaving.")] IReadOnlyList<string> LockIns,
        [property: Description("Whether any clause does.")] bool IsLockedIn,
        [property: Description("Who has to sign.")] IReadOnlyList<string> Parties,
        [property: Description("Who has signed.")] IReadOnlyList<string> Signatures,
        [property: Description("Why it was returned, terminated or withdrawn.")] string? Reason,
        [property: Description("When it was drafted.")] DateTime DraftedAt,
        [property: Description("When all had signed.")] DateTime? SignedAt,
        [property: Description("When it was over.")] DateTime? EndedAt,
        [property: Description("When something last happened.")] DateTime ChangedAt);

    /// <summary>Which contracts are meant; what is not named is not asked for.</summary>
    public sealed record Filter([WordOf(typeof(ContractStatus))] string? Status = null,
        string? OwnerId = null, string? OwnerTeam = null, Guid? AccountId = null, Guid? OpportunityId = null,
        Guid? QuoteId = null, Guid? CustomerId = null, bool? IsLockedIn = null, DateOnly? NoticeFrom = null, DateOnly? NoticeUntil = null);

    public static string Name => "contract_history";
    public static int Version => 2;
    public static string About => "Every contract as it stands and as it stood, one row for each version of the row.";
    public static IReadOnlyList<string> Indexes =>
    [
        "(drafted_at desc, contract_id) where valid_to is null and known_to is null", "(account_id) where valid_to is null and known_to is null",
        "(opportunity_id) where valid_to is null and known_to is null", "(notice_on) where valid_to is null and known_to is null and status = 'active'",
        "(customer_id) where valid_to is null and known_to is null", "(owner_id) where valid_to is null and known_to is null", "(valid_from)",
    ];

    public static IEnumerable<Guid> Keys(Recorded entry) => entry.Category == Contract.Category ? [entry.Id] : [];

    public static Row? Fold(Guid key, Row? row, Recorded entry) => entry.Event switch
    {
        ContractDrafted e => With(new(key, ContractStatus.Draft, e.Matter.AccountId, e.CustomerId, e.Matter.OpportunityId, e.Matter.QuoteId, e.Matter.QuoteVersion,
            e.OwnerId, e.OwnerTeam, e.AuthorId, 1, e.Hash, 0, "", default, null, null, false, [], false, [], [], null, entry.OccurredAt, null, null,
            entry.OccurredAt), e.Terms),
        { } fact when row is not null => Changed(row with { ChangedAt = entry.OccurredAt }, fact, entry.OccurredAt),
        _ => null,
    };

    /// <summary>The contracts as they stand, or stood, the newest first.</summary>
    public static Task<IResult> Open(Queries queries, Filter filter, Guid[]? customers, DateTime? asOf, string? after, int? size, CancellationToken ct) =>
        queries.Answer<ContractHistory, Row>($"""
            select * from {Name:name} where known_to is null and ({asOf}::timestamptz is null and valid_to is null
                or valid_from <= {asOf} and (valid_to is null or valid_to > {asOf}))
            and ({filter.Status}::text is null or status = {filter.Status}) and ({filter.OwnerId}::text is null or owner_id = {filter.OwnerId})
            and ({filter.OwnerTeam}::text is null or owner_team = {filter.OwnerTeam}) and ({filter.AccountId}::uuid is null or account_id = {filter.AccountId})
            and ({filter.OpportunityId}::uuid is null or opportunity_id = {filter.OpportunityId})
            and ({customers}::uuid[] is null or customer_id = any({customers}))
            and ({filter.QuoteId}::uuid is null or quote_id = {filter.QuoteId}) and ({filter.IsLockedIn}::boolean is null or is_locked_in = {filter.IsLockedIn})
            and ({filter.NoticeFrom}::date is null or notice_on >= {filter.NoticeFrom})
            and ({filter.NoticeUntil}::date is null or notice_on <= {filter.NoticeUntil})
            """, "drafted_at desc", after, size, ct);

    /// <summary>Those of a person that are not over, at most so many.</summary>
    public static Task<IReadOnlyList<Guid>> Living(Queries queries, string ownerId, int max, CancellationToken ct) => queries.Query<Guid>($"""
        select contract_id from {Name:name} where valid_to is null and known_to is null and owner_id = {ownerId}
        and status not in ('expired', 'terminated', 'withdrawn') order by contract_id limit {max}
        """, ct);

    static Row Changed(Row row, Contracts.Event fact, DateTime at) => fact switch
    {
        ContractChanged e => With(row with { Status = ContractStatus.Draft, Version = e.Version, AuthorId = e.AuthorId, Hash = e.Hash, Reason = null }, e.Terms),
        ContractOwnerChanged e => row with { OwnerId = e.To, OwnerTeam = e.ToTeam },
        ContractSubmitted => row with { Status = ContractStatus.Submitted, Reason = null },
        ContractApproved => row with { Status = ContractStatus.Approved },
        ContractReturned e => row with { Status = ContractStatus.Draft, Reason = e.Reason },
        ContractSignatureRecorded e => row with { Signatures = [.. row.Signatures, e.Party] },
        ContractSigned => row with { Status = ContractStatus.Signed, SignedAt = at },
        ContractActivated => row with { Status = ContractStatus.Active },
        ContractNoticeDue => row with { IsNoticeTold = true },
        ContractExpired => row with { Status = ContractStatus.Expired, EndedAt = at },
        ContractTerminated e => row with { Status = ContractStatus.Terminated, Reason = e.Reason, ToDay = e.LastDay, EndedAt = at },
        ContractWithdrawn e => row with { Status = ContractStatus.Withdrawn, Reason = e.Reason, EndedAt = at },
        _ => row,
    };

    static Row With(Row row, ContractTerms terms)
    {
        var lockIns = terms.Clauses.Where(clause => clause.LockIn is not null).Select(clause => clause.LockIn!.Value.ToString().ToLowerInvariant()).Distinct().ToList();
        return row with
        {
            ValueMinor = terms.Value.Minor,
            Currency = terms.Value.Currency,
            FromDay = terms.From,
            ToDay = terms.To,
            NoticeOn = Contract.NoticeOn(terms),
            LockIns = lockIns,
            IsLockedIn = lockIns.Count > 0,
            Parties = terms.Parties,
        };
    }
}
