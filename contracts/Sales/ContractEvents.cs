namespace CrmSuite.Contracts.Sales;

/// <summary>How a clause keeps the customer from leaving.</summary>
public enum LockInKind
{
    /// <summary>Leaving costs him.</summary>
    Penalty,

    /// <summary>Going to somebody else is made hard.</summary>
    Switching,

    /// <summary>There is no way out for a time.</summary>
    Exit,
}

/// <summary>Who ends a contract.</summary>
public enum ContractEnder
{
    /// <summary>We do.</summary>
    Us,

    /// <summary>The customer does.</summary>
    Customer,
}

/// <summary>One clause; its words are told by an event of their own, sealed.</summary>
/// <param name="Name">A word of the business, unique in its contract.</param>
/// <param name="LockIn">How it keeps the customer from leaving; null where it does not.</param>
public sealed record ContractClause(string Name, LockInKind? LockIn = null);

/// <summary>What a contract says, without its words.</summary>
/// <param name="Value">What it is worth, net of tax.</param>
/// <param name="Language">In which language it is printed.</param>
/// <param name="Zone">Where its days begin: an IANA time zone.</param>
/// <param name="From">Its first day.</param>
/// <param name="To">Its last day; null for one without an end.</param>
/// <param name="NoticeDays">How many days before its end somebody has to say that he does not go on.</param>
/// <param name="Parties">Who has to sign, each by a word of the business, for example <c>seller</c> and <c>buyer</c>.</param>
/// <param name="Clauses">The clauses in order.</param>
public sealed record ContractTerms(
    Money Value,
    string Language,
    string Zone,
    DateOnly From,
    DateOnly? To,
    int NoticeDays,
    IReadOnlyList<string> Parties,
    IReadOnlyList<ContractClause> Clauses);

/// <summary>Whose matter a contract is.</summary>
/// <param name="AccountId">With whom.</param>
/// <param name="OpportunityId">The deal that it closes.</param>
/// <param name="QuoteId">The accepted quote that it follows.</param>
/// <param name="QuoteVersion">The version that was accepted.</param>
/// <param name="Value">What it is worth, net of tax.</param>
public sealed record ContractMatter(Guid AccountId, Money Value, Guid? OpportunityId = null, Guid? QuoteId = null, int? QuoteVersion = null);

/// <summary>A contract is written.</summary>
/// <param name="ContractId">The contract.</param>
/// <param name="CustomerId">The account's customer.</param>
/// <param name="Matter">Whose matter it is.</param>
/// <param name="Terms">What it says.</param>
/// <param name="AuthorId">Who wrote it.</param>
/// <param name="OwnerId">Who sells.</param>
/// <param name="OwnerTeam">His team at the time.</param>
/// <param name="Hash">SHA-256 of the printed version, in lower-case hexadecimal digits.</param>
/// <param name="Layout">By which layout it is printed.</param>
/// <param name="Recipient">Name and address of the other side.</param>
[EventName("sales.contract-drafted.1")]
public sealed record ContractDrafted(
    Guid ContractId,
    Guid CustomerId,
    ContractMatter Matter,
    ContractTerms Terms,
    string AuthorId,
    string OwnerId,
    string? OwnerTeam,
    string Hash,
    int Layout,
    PersonalData? Recipient = null) : Event, ICustomerFact;

/// <summary>The words of one clause, from this version on.</summary>
/// <param name="ContractId">The contract.</param>
/// <param name="CustomerId">The account's customer.</param>
/// <param name="Version">The version.</param>
/// <param name="Clause">The clause.</param>
/// <param name="Text">Its words.</param>
[EventName("sales.contract-clause-worded.1")]
public sealed record ContractClauseWorded(Guid ContractId, Guid CustomerId, int Version, string Clause, PersonalData? Text) : Event, ICustomerFact;

/// <summary>It says something else now: another version. What was approved does not hold for it.</summary>
/// <param name="ContractId">The contract.</param>
/// <param name="CustomerId">The account's customer.</param>
/// <param name="Matter">Whose matter it is.</param>
/// <param name="Version">2, 3 …</param>
/// <param name="Terms">What it says.</param>
/// <param name="AuthorId">Who wrote it.</param>
/// <param name="Hash">SHA-256 of the printed version.</param>
/// <param name="Layout">By which layout it is printed.</param>
/// <param name="Recipient">Name and address of the other side.</param>
[EventName("sales.contract-changed.1")]
public sealed record ContractChanged(
    Guid ContractId,
    Guid CustomerId,
    ContractMatter Matter,
    int Version,
    ContractTerms Terms,
    string AuthorId,
    string Hash,
    int Layout,
    PersonalData? Recipient = null) : Event, ICustomerFact;

/// <summary>Somebody else sees to it.</summary>
/// <param name="ContractId">The contract.</param>
/// <param name="CustomerId">The account's customer.</param>
/// <param name="Matter">Whose matter it is.</param>
/// <param name="From">Who did.</param>
/// <param name="To">Who does now.</param>
/// <param name="ToTeam">His team at the time.</param>
/// <param name="Reason">Why, as a code of the business.</param>
[EventName("sales.contract-owner-changed.1")]
public sealed record ContractOwnerChanged(
    Guid ContractId, Guid CustomerId, ContractMatter Matter, string From, string To, string? ToTeam, string Reason) : Event, ICustomerFact;

/// <summary>A version is put up for approval.</summary>
/// <param name="ContractId">The contract.</param>
/// <param name="CustomerId">The account's customer.</param>
/// <param name="Matter">Whose matter it is.</param>
/// <param name="Version">The version.</param>
/// <param name="Hash">Of the printed version.</param>
/// <param name="Flow">By which approval flow.</param>
[EventName("sales.contract-submitted.1")]
public sealed record ContractSubmitted(Guid ContractId, Guid CustomerId, ContractMatter Matter, int Version, string Hash, string Flow) : Event, ICustomerFact;

/// <summary>A version is approved and may be signed.</summary>
/// <param name="ContractId">The contract.</param>
/// <param name="CustomerId">The account's customer.</param>
/// <param name="Matter">Whose matter it is.</param>
/// <param name="Version">The version.</param>
/// <param name="Hash">Of the printed version.</param>
/// <param name="ApprovalId">The approval.</param>
[EventName("sales.contract-approved.1")]
public sealed record ContractApproved(Guid ContractId, Guid CustomerId, ContractMatter Matter, int Version, string Hash, Guid ApprovalId) : Event, ICustomerFact;

/// <summary>It goes back to who wrote it: it was not approved, or is no longer asked for.</summary>
/// <param name="ContractId">The contract.</param>
/// <param name="CustomerId">The account's customer.</param>
/// <param name="Matter">Whose matter it is.</param>
/// <param name="Version">The version.</param>
/// <param name="Hash">Of the printed version.</param>
/// <param name="Reason">Why: <c>refused</c>, or the reason of the withdrawal.</param>
[EventName("sales.contract-returned.1")]
public sealed record ContractReturned(Guid ContractId, Guid CustomerId, ContractMatter Matter, int Version, string Hash, string Reason) : Event, ICustomerFact;

/// <summary>A party signed exactly this text.</summary>
/// <param name="ContractId">The contract.</param>
/// <param name="CustomerId">The account's customer.</param>
/// <param name="Matter">Whose matter it is.</param>
/// <param name="Version">The version.</param>
/// <param name="Hash">What was signed: the printed version.</param>
/// <param name="Party">Which party.</param>
/// <param name="By">Who signed for it.</param>
/// <param name="Evidence">Where the proof lies, for example an envelope's number; not personal.</param>
[EventName("sales.contract-signature-recorded.1")]
public sealed record ContractSignatureRecorded(
    Guid ContractId, Guid CustomerId, ContractMatter Matter, int Version, string Hash, string Party, PersonalData? By = null, string? Evidence = null) : Event,
    ICustomerFact;

/// <summary>All parties have signed the same text.</summary>
/// <param name="ContractId">The contract.</param>
/// <param name="CustomerId">The account's customer.</param>
/// <param name="Matter">Whose matter it is.</param>
/// <param name="Version">The version.</param>
/// <param name="Hash">What was signed.</param>
/// <param name="Parties">Who has signed.</param>
[EventName("sales.contract-signed.1")]
public sealed record ContractSigned(Guid ContractId, Guid CustomerId, ContractMatter Matter, int Version, string Hash, IReadOnlyList<string> Parties) : Event,
    ICustomerFact;

/// <summary>Its first day has come.</summary>
/// <param name="ContractId">The contract.</param>
/// <param name="CustomerId">The account's customer.</param>
/// <param name="Matter">Whose matter it is.</param>
/// <param name="From">Its first day.</param>
/// <param name="To">Its last day; null for one without an end.</param>
/// <param name="NoticeOn">The last day on which somebody can say that he does not go on; null for one without an end.</param>
[EventName("sales.contract-activated.1")]
public sealed record ContractActivated(Guid ContractId, Guid CustomerId, ContractMatter Matter, DateOnly From, DateOnly? To, DateOnly? NoticeOn) : Event,
    ICustomerFact;

/// <summary>The last day for a notice is near: somebody has to say whether it goes on.</summary>
/// <param name="ContractId">The contract.</param>
/// <param name="CustomerId">The account's customer.</param>
/// <param name="Matter">Whose matter it is.</param>
/// <param name="NoticeOn">The last day for a notice.</param>
/// <param name="DueAt">When that day begins.</param>
/// <param name="OwnerId">Who has to see to it.</param>
/// <param name="OwnerTeam">His team.</param>
[EventName("sales.contract-notice-due.1")]
public sealed record ContractNoticeDue(
    Guid ContractId, Guid CustomerId, ContractMatter Matter, DateOnly NoticeOn, DateTime DueAt, string OwnerId, string? OwnerTeam = null) : Event, ICustomerFact;

/// <summary>Its last day is over.</summary>
/// <param name="ContractId">The contract.</param>
/// <param name="CustomerId">The account's customer.</param>
/// <param name="Matter">Whose matter it is.</param>
/// <param name="To">Its last day.</param>
[EventName("sales.contract-expired.1")]
public sealed record ContractExpired(Guid ContractId, Guid CustomerId, ContractMatter Matter, DateOnly To) : Event, ICustomerFact;

/// <summary>It was ended before its time.</summary>
/// <param name="ContractId">The contract.</param>
/// <param name="CustomerId">The account's customer.</param>
/// <param name="Matter">Whose matter it is.</param>
/// <param name="By">Who ended it.</param>
/// <param name="Reason">Why, as a code of the business.</param>
/// <param name="LastDay">The last day on which it holds.</param>
[EventName("sales.contract-terminated.1")]
public sealed record ContractTerminated(Guid ContractId, Guid CustomerId, ContractMatter Matter, ContractEnder By, string Reason, DateOnly LastDay) : Event,
    ICustomerFact;

/// <summary>It will not be signed.</summary>
/// <param name="ContractId">The contract.</param>
/// <param name="CustomerId">The account's customer.</param>
/// <param name="Matter">Whose matter it is.</param>
/// <param name="Reason">Why, as a code of the business.</param>
[EventName("sales.contract-withdrawn.1")]
public sealed record ContractWithdrawn(Guid ContractId, Guid CustomerId, ContractMatter Matter, string Reason) : Event, ICustomerFact;
