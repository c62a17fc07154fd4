using CrmSuite.Contracts;
using CrmSuite.Contracts.Sales;
using CrmSuite.Journal;
using CrmSuite.Sales.Accounts;
using CrmSuite.Sales.FieldTables;
using CrmSuite.Sales.Orders;
using CrmSuite.Sales.StageTables;

namespace CrmSuite.Sales.Opportunities;

/// <summary>There is a chance to sell.</summary>
/// <param name="AccountId">To whom.</param>
/// <param name="Amount">What it may be worth, net of tax.</param>
/// <param name="CloseDate">When it should be decided.</param>
/// <param name="Kind">Why he may buy.</param>
/// <param name="Title">What it is called; needs a basis.</param>
/// <param name="Products">What may be sold, as product codes.</param>
/// <param name="Stages">The stage table; default <c>standard</c>.</param>
/// <param name="Stage">Where it stands; default the first stage.</param>
/// <param name="OwnerId">Who sells; default the caller.</param>
/// <param name="OwnerTeam">His team; default the caller's, where he is the owner.</param>
/// <param name="LeadId">The lead that it was: one that Sales has heard of. What became of it, and whose it is, Acquisition knows.</param>
/// <param name="Source">The system it comes from.</param>
/// <param name="Number">Its number there; the same number again is the same opportunity.</param>
/// <param name="Basis">Why the title may be held.</param>
/// <param name="Fields">The values of extra fields.</param>
sealed record OpenOpportunity(
    Guid AccountId,
    Money Amount,
    DateOnly CloseDate,
    OpportunityKind Kind = OpportunityKind.New,
    PersonalData? Title = null,
    IReadOnlyList<string>? Products = null,
    string Stages = StageTable.Usual,
    string? Stage = null,
    string? OwnerId = null,
    string? OwnerTeam = null,
    Guid? LeadId = null,
    string? Source = null,
    string? Number = null,
    Basis? Basis = null,
    IReadOnlyList<FieldValue>? Fields = null) : ICommand
{
    const int ProductsMax = 50;
    const int TextMax = 64;
    const int TitleMax = 200;

    /// <summary>The opportunity that source and number name.</summary>
    public static Guid IdOf(string source, string number) => Ids.Derive("opportunity", source, number);

    public Refusal? Invalid() => this switch
    {
        _ when !Amounts.IsAmount(Amount) => OpportunityForm.Amount,
        _ when !Form.IsWord(Stages) || (Stage is not null && !Form.IsWord(Stage)) => OpportunityForm.Stage,
        { Title: { } title } when !Form.IsLine(title.Clear, TitleMax) => new("opportunity.title", $"The title is one line of at most {TitleMax} characters."),
        { Products: { } products } when products.Count > ProductsMax || products.Any(product => !Form.IsLine(product, TextMax)) =>
            new("opportunity.products", $"Products are at most {ProductsMax} codes of at most {TextMax} characters."),
        _ when Source is null != Number is null => new("opportunity.number", "Source and number go together."),
        { Source: not null } when !Form.IsWord(Source) => new("opportunity.source", "The source is a word of lower-case letters, digits and hyphens."),
        { Number: not null } when !Form.IsLine(Number, TextMax) => new("opportunity.number", $"The number is one line of at most {TextMax} characters."),
        { Fields: { } fields } when FieldTable.Malformed(FieldTable.Opportunity, fields) is { } wrong => wrong,
        _ => AccountForm.Owner(OwnerId, OwnerTeam) ?? Basis.Invalid(),
    };
}

/// <summary>The deal goes to another stage.</summary>
sealed record MoveStage(string Stage) : ICommand
{
    public Refusal? Invalid() => Form.IsWord(Stage) ? null : OpportunityForm.Stage;
}

/// <summary>It is worth more or less than was thought.</summary>
sealed record ChangeAmount(Money Amount, string Reason) : ICommand
{
    public Refusal? Invalid() => Amounts.IsAmount(Amount) ? AccountForm.Reason(Reason) : OpportunityForm.Amount;
}

/// <summary>What may be sold, line by line; the amount follows them.</summary>
/// <param name="Lines">These lines and no others.</param>
sealed record SetLines(IReadOnlyList<OpportunityLine> Lines) : ICommand
{
    const int LinesMax = 100;
    const int TextMax = 64;

    /// <summary>What they are worth together, in minor units.</summary>
    public long Worth() => Lines.Sum(line => Amounts.Worth(line.Quantity, line.Price));

    public Refusal? Invalid() => this switch
    {
        { Lines.Count: > LinesMax } => new("opportunity.lines-too-many", $"A deal has at most {LinesMax} lines."),
        _ when Lines.Any(line => !Form.IsLine(line.Product, TextMax) || line.Quantity is <= 0 or > Amounts.Max || !Amounts.IsAmount(line.Price)
            || (decimal)line.Quantity * line.Price.Minor / Amounts.Thousandths > Amounts.Max) || Worth() > Amounts.Max =>
            new("opportunity.line", "A line has a product, a quantity in thousandths over zero and a price for one in the deal's currency."),
        _ => null,
    };
}

/// <summary>Extra fields are filled, or emptied by no value.</summary>
sealed record SetFields(IReadOnlyList<FieldValue> Fields) : ICommand
{
    public Refusal? Invalid() => FieldTable.Malformed(FieldTable.Opportunity, Fields);
}

/// <summary>It should be decided earlier or later.</summary>
sealed record MoveCloseDate(DateOnly CloseDate, string Reason) : ICommand
{
    public Refusal? Invalid() => AccountForm.Reason(Reason);
}

/// <summary>What it counts as in the forecast.</summary>
sealed record Categorise(ForecastCategory Category);

/// <summary>How likely it is, by a person; or, without a value, by the stage table again.</summary>
sealed record OverrideProbability(string Reason, int? ProbabilityBp = null, bool IsPinned = false) : ICommand
{
    public Refusal? Invalid() => ProbabilityBp is < 0 or > 10_000 ? new("opportunity.probability", "A probability is in basis points, 0 to 10000.")
        : ProbabilityBp is null && IsPinned ? new("opportunity.probability", "Only a probability that is given can be pinned.")
        : AccountForm.Reason(Reason);
}

/// <summary>Somebody else sells.</summary>
sealed record ChangeOpportunityOwner(string OwnerId, string Reason, string? OwnerTeam = null) : ICommand
{
    public Refusal? Invalid() => AccountForm.Owner(OwnerId, OwnerTeam) ?? AccountForm.Reason(Reason);
}

/// <summary>A person has to do with the deal, or in another role.</summary>
sealed record AddOpportunityContact(Guid ContactId, ContactRole Role);

/// <summary>What the customer needs, in words.</summary>
sealed record RecordNeed(PersonalData Need, string? Product = null, Basis? Basis = null) : ICommand
{
    const int ProductMax = 64;

    public Refusal? Invalid() => string.IsNullOrWhiteSpace(Need.Clear) ? new("opportunity.need", "Say what he needs.")
        : Product is not null && !Form.IsLine(Product, ProductMax) ? new("opportunity.products", $"The product is a code of at most {ProductMax} characters.")
        : Basis.Invalid();
}

/// <summary>Somebody else wants to sell too.</summary>
sealed record NameRival(string Rival) : ICommand
{
    public Refusal? Invalid() => Form.IsWord(Rival) ? null : OpportunityForm.Rival;
}

/// <summary>An exit criterion is met, or is not after all.</summary>
sealed record TickCriterion(string Criterion, bool IsMet = true) : ICommand
{
    public Refusal? Invalid() => Form.IsWord(Criterion)
        ? null : new("opportunity.criterion", "The criterion is a word of lower-case letters, digits and hyphens.");
}

/// <summary>The customer agreed.</summary>
/// <param name="Evidence">What proves it.</param>
/// <param name="Value">What was agreed, net of tax; default the amount.</param>
/// <param name="Total">What he will owe, tax included; default the value.</param>
sealed record WinOpportunity(WinEvidence Evidence, Money? Value = null, Money? Total = null) : ICommand
{
    const int StreamMax = 100;

    public Refusal? Invalid() => this switch
    {
        { Value: { } value } when !Amounts.IsAmount(value) => OpportunityForm.Amount,
        { Total: { } total } when !Amounts.IsAmount(total) => OpportunityForm.Amount,
        { Evidence.Kind: EvidenceKind.None } => null,
        _ when !Form.IsStream(Evidence.Stream, StreamMax) || Evidence.Version is null or < 0 =>
            new("opportunity.evidence-form", "Name the stream of the evidence in the form department.noun-id, for example erp.order-4711, and its version."),
        _ => null,
    };
}

/// <summary>The customer bought elsewhere, or nothing.</summary>
sealed record LoseOpportunity(string Reason, string? Rival = null, PersonalData? Words = null, Basis? Basis = null) : ICommand
{
    public Refusal? Invalid() => Rival is not null && !Form.IsWord(Rival) ? OpportunityForm.Rival : AccountForm.Reason(Reason) ?? Basis.Invalid();
}

/// <summary>The deal is taken out without an outcome.</summary>
sealed record WithdrawOpportunity(WithdrawalReason Reason);

/// <summary>A deal that had ended goes on.</summary>
/// <param name="Reason">Why.</param>
/// <param name="Stage">Where it stands; default where it stood.</param>
/// <param name="Amount">What it may be worth; default what it was.</param>
/// <param name="CloseDate">When it should be decided; default the day that stood.</param>
/// <param name="OwnerId">Who sells; default who did.</param>
/// <param name="OwnerTeam">His team, where another owner is named.</param>
sealed record ReopenOpportunity(
    string Reason, string? Stage = null, Money? Amount = null, DateOnly? CloseDate = null, string? OwnerId = null, string? OwnerTeam = null) : ICommand
{
    public Refusal? Invalid() =>
        Amount is { } amount && !Amounts.IsAmount(amount) ? OpportunityForm.Amount
        : Stage is not null && !Form.IsWord(Stage) ? OpportunityForm.Stage
        : AccountForm.Owner(OwnerId, OwnerTeam) ?? AccountForm.Reason(Reason);
}

/// <summary>What is said where a field of a deal has not the form it must have.</summary>
static class OpportunityForm
{
    public static readonly Refusal Amount = new("opportunity.amount", "An amount is in minor units of an ISO 4217 currency and not below zero.");
    public static readonly Refusal Stage = new("opportunity.stage", "A stage and its table are words of lower-case letters, digits and hyphens.");
    public static readonly Refusal Rival = new("opportunity.rival", "A rival is a word of lower-case letters, digits and hyphens.");
}
