using CrmSuite.Contracts;
using CrmSuite.Contracts.Sales;
using CrmSuite.Journal;
using CrmSuite.Sales.Accounts;
using CrmSuite.Sales.Orders;
using CrmSuite.Sales.Quotes;

namespace CrmSuite.Sales.Agreements;

/// <summary>One clause as it is written.</summary>
/// <param name="Name">A word of the business, unique in its contract.</param>
/// <param name="Text">Its words.</param>
/// <param name="LockIn">How it keeps the customer from leaving; null where it does not.</param>
sealed record WrittenClause(string Name, PersonalData Text, LockInKind? LockIn = null);

/// <summary>What a contract says, with its words.</summary>
/// <param name="From">Its first day.</param>
/// <param name="Clauses">The clauses in order.</param>
/// <param name="To">Its last day; null for one without an end.</param>
/// <param name="NoticeDays">How many days before its end somebody has to say that he does not go on.</param>
/// <param name="Value">What it is worth, net of tax; default what the quote says, else the deal.</param>
/// <param name="Language">In which language it is printed.</param>
/// <param name="Zone">Where its days begin.</param>
/// <param name="Parties">Who has to sign; default seller and buyer.</param>
/// <param name="Recipient">Name and address of the other side.</param>
sealed record WrittenContract(
    DateOnly From,
    IReadOnlyList<WrittenClause> Clauses,
    DateOnly? To = null,
    int NoticeDays = 0,
    Money? Value = null,
    string Language = "en",
    string Zone = "UTC",
    IReadOnlyList<string>? Parties = null,
    PersonalData? Recipient = null)
{
    public const int ClausesMax = 50;

    const int PartiesMax = 10;
    const int NoticeDaysMax = 730;
    const int RecipientMax = 500;

    static readonly string[] Usual = ["seller", "buyer"];

    /// <summary>Who has to sign.</summary>
    public IReadOnlyList<string> Signing => Parties ?? Usual;

    /// <summary>The same without words, worth what is said here or else.</summary>
    public ContractTerms Terms(Money value) =>
        new(Value ?? value, Language, Zone, From, To, NoticeDays, Signing, [.. Clauses.Select(clause => new ContractClause(clause.Name, clause.LockIn))]);

    public Refusal? Invalid() => this switch
    {
        { Clauses.Count: < 1 or > ClausesMax } => new("contract.clauses", $"A contract has 1 to {ClausesMax} clauses."),
        _ when Clauses.Any(clause => !Form.IsWord(clause.Name)) || Clauses.DistinctBy(clause => clause.Name).Count() < Clauses.Count =>
            new("contract.clause", "Each clause has a name of its own: a word of lower-case letters, digits and hyphens."),
        _ when Clauses.Any(clause => string.IsNullOrWhiteSpace(clause.Text.Clear)) => new("contract.words", "Each clause has words."),
        _ when To < From => new("contract.term", "Its last day is not before its first one."),
        { NoticeDays: < 0 or > NoticeDaysMax } => new("contract.notice", $"The notice is 0 to {NoticeDaysMax} days."),
        { To: { } to } when to.DayNumber - NoticeDays < From.DayNumber => new("contract.notice", "The last day for a notice is not before its first day."),
        { Value: { } value } when !Amounts.IsAmount(value) => new("contract.value", "The value is in minor units of an ISO 4217 currency and not below zero."),
        _ when !QuoteWords.Languages.Contains(Language) => new("contract.language", $"A contract is printed in one of {string.Join(", ", QuoteWords.Languages)}."),
        _ when !Form.IsTimeZone(Zone) => new("contract.zone", "The zone is an IANA time zone, for example Europe/Vienna."),
        _ when Signing.Count is < 1 or > PartiesMax || Signing.Any(party => !Form.IsWord(party)) || Signing.Distinct().Count() < Signing.Count =>
            new("contract.parties", $"Name 1 to {PartiesMax} parties, each once, by words of lower-case letters, digits and hyphens."),
        { Recipient: { } recipient } when recipient.Clear is not { Length: > 0 and <= RecipientMax } =>
            new("contract.recipient", $"Name and address of the other side have at most {RecipientMax} characters."),
        _ => null,
    };
}

/// <summary>A contract is written: after an accepted quote, for a deal, or for an account alone.</summary>
/// <param name="Text">What it says.</param>
/// <param name="Basis">Why its words may be held.</param>
/// <param name="AccountId">With whom, where neither quote nor deal say so.</param>
/// <param name="OpportunityId">The deal that it closes.</param>
/// <param name="QuoteId">The accepted quote that it follows.</param>
sealed record DraftContract(WrittenContract Text, Basis? Basis = null, Guid? AccountId = null, Guid? OpportunityId = null, Guid? QuoteId = null) : ICommand
{
    public Refusal? Invalid() =>
        new[] { AccountId, OpportunityId, QuoteId }.Count(id => id is not null) != 1
            ? new("contract.about", "Name the accepted quote, the opportunity or the account, and only one of them.")
            : Text.Invalid() ?? Basis.Invalid();
}

/// <summary>It says something else.</summary>
/// <param name="Text">What it says, all of it.</param>
/// <param name="Basis">Why its words may be held.</param>
sealed record ChangeContract(WrittenContract Text, Basis? Basis = null) : ICommand
{
    public Refusal? Invalid() => Text.Invalid() ?? Basis.Invalid();
}

/// <summary>It is put up for approval.</summary>
/// <param name="Flow">By which flow.</param>
sealed record SubmitContract(string Flow = Contract.Noun) : ICommand
{
    public Refusal? Invalid() => Form.IsWord(Flow) ? null : new("flow.form", "A flow's name is a word of lower-case letters, digits and hyphens.");
}

/// <summary>A party has signed.</summary>
/// <param name="Party">Which one.</param>
/// <param name="Hash">What it signed: the hash of the printed version.</param>
/// <param name="By">Who signed for it; needs a basis.</param>
/// <param name="Evidence">Where the proof lies; not personal.</param>
/// <param name="Basis">Why the name may be held.</param>
sealed record SignContract(string Party, string Hash, PersonalData? By = null, string? Evidence = null, Basis? Basis = null) : ICommand
{
    const int NameMax = 200;
    const int EvidenceMax = 100;

    public Refusal? Invalid() => this switch
    {
        _ when !Form.IsWord(Party) => new("contract.party", "The party is a word of lower-case letters, digits and hyphens."),
        { By: { } by } when !Form.IsLine(by.Clear, NameMax) => new("contract.by", $"Who signed is one line of at most {NameMax} characters."),
        { Evidence: not null } when !Form.IsImpersonal(Evidence, EvidenceMax) => new("contract.evidence",
            $"Where the proof lies is one line of at most {EvidenceMax} characters, without an e-mail address or telephone number. Who signed is said by 'by'."),
        _ => Basis.Invalid(),
    };
}

/// <summary>Somebody else sees to it.</summary>
sealed record ChangeContractOwner(string OwnerId, string Reason, string? OwnerTeam = null) : ICommand
{
    public Refusal? Invalid() => AccountForm.Owner(OwnerId, OwnerTeam) ?? AccountForm.Reason(Reason);
}

/// <summary>It will not be signed.</summary>
sealed record WithdrawContract(string Reason) : ICommand
{
    public Refusal? Invalid() => AccountForm.Reason(Reason);
}

/// <summary>It is ended before its time.</summary>
/// <param name="By">Who ends it.</param>
/// <param name="Reason">Why.</param>
/// <param name="LastDay">The last day on which it holds; default today, or its first day where that is still to come.</param>
sealed record TerminateContract(ContractEnder By, string Reason, DateOnly? LastDay = null) : ICommand
{
    public Refusal? Invalid() => AccountForm.Reason(Reason);
}
