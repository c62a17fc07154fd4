namespace CrmSuite.Contracts.Sales;

/// <summary>Why the customer may buy.</summary>
public enum OpportunityKind
{
    /// <summary>He buys for the first time.</summary>
    New,

    /// <summary>He buys more of the same.</summary>
    UpSell,

    /// <summary>He buys something else too.</summary>
    CrossSell,

    /// <summary>He goes on.</summary>
    Renewal,

    /// <summary>He comes back.</summary>
    WinBack,
}

/// <summary>What a person has to do with a deal.</summary>
public enum ContactRole
{
    /// <summary>He decides.</summary>
    Decider,

    /// <summary>He buys.</summary>
    Buyer,

    /// <summary>He will use it.</summary>
    User,

    /// <summary>He is against it.</summary>
    Opponent,
}

/// <summary>Why a deal is taken out of the pipeline without an outcome.</summary>
public enum WithdrawalReason
{
    /// <summary>It is there twice.</summary>
    Duplicate,

    /// <summary>It never was one.</summary>
    EnteredInError,
}

/// <summary>What may be sold of one product.</summary>
/// <param name="Product">The product's code.</param>
/// <param name="Quantity">How many, in thousandths.</param>
/// <param name="Price">For one, net of tax, in the currency of the deal.</param>
public sealed record OpportunityLine(string Product, long Quantity, Money Price);

/// <summary>What proves a win.</summary>
/// <param name="Kind">Contract, quote, the customer's order, or nothing.</param>
/// <param name="Stream">Where it lies, <c>department.noun-id</c>.</param>
/// <param name="Version">Its version; of a quote, the one that was accepted.</param>
public sealed record WinEvidence(EvidenceKind Kind, string? Stream = null, int? Version = null);

/// <summary>A chance to sell.</summary>
/// <param name="OpportunityId">The opportunity; derived from source and number where they are known, so that a repeat meets the same stream.</param>
/// <param name="AccountId">To whom.</param>
/// <param name="CustomerId">The account's customer.</param>
/// <param name="Kind">Why he may buy.</param>
/// <param name="Amount">What it may be worth, net of tax, in the one currency of the deal.</param>
/// <param name="CloseDate">When it should be decided.</param>
/// <param name="StagesId">The stage table.</param>
/// <param name="StagesVersion">Its version.</param>
/// <param name="Stage">Where the deal stands.</param>
/// <param name="ProbabilityBp">What the table says of this stage, in basis points.</param>
/// <param name="Category">What the table says of this stage.</param>
/// <param name="OwnerId">Who sells: the subject of his sign-in.</param>
/// <param name="OwnerTeam">His team at the time.</param>
/// <param name="Products">What may be sold, as product codes.</param>
/// <param name="RateId">The exchange rate of the day, where there is one.</param>
/// <param name="LeadId">The lead that it was.</param>
/// <param name="Source">The system it comes from, a short lower-case word.</param>
/// <param name="Number">Its number in that system; not personal.</param>
/// <param name="Title">What it is called.</param>
[EventName("sales.opportunity-opened.1")]
public sealed record OpportunityOpened(
    Guid OpportunityId,
    Guid AccountId,
    Guid CustomerId,
    OpportunityKind Kind,
    Money Amount,
    DateOnly CloseDate,
    Guid StagesId,
    int StagesVersion,
    string Stage,
    int ProbabilityBp,
    ForecastCategory Category,
    string OwnerId,
    string? OwnerTeam,
    IReadOnlyList<string> Products,
    Guid? RateId = null,
    Guid? LeadId = null,
    string? Source = null,
    string? Number = null,
    PersonalData? Title = null) : Event, ICustomerFact;

/// <summary>The deal went to another stage. A probability set by hand ends with it unless it is pinned.</summary>
/// <param name="OpportunityId">The opportunity.</param>
/// <param name="CustomerId">The account's customer.</param>
/// <param name="From">Where it stood.</param>
/// <param name="To">Where it stands.</param>
/// <param name="StagesVersion">The version of the stage table by which it moved.</param>
/// <param name="ProbabilityBp">What the table says of the new stage, in basis points.</param>
/// <param name="Category">What the table says of the new stage.</param>
/// <param name="CriteriaMet">The exit criteria that were looked at and met.</param>
[EventName("sales.opportunity-stage-moved.1")]
public sealed record OpportunityStageMoved(
    Guid OpportunityId,
    Guid CustomerId,
    string From,
    string To,
    int StagesVersion,
    int ProbabilityBp,
    ForecastCategory Category,
    IReadOnlyList<string> CriteriaMet) : Event, ICustomerFact;

/// <summary>It is worth more or less than was thought.</summary>
/// <param name="OpportunityId">The opportunity.</param>
/// <param name="CustomerId">The account's customer.</param>
/// <param name="From">What it was worth.</param>
/// <param name="To">What it is worth, in the same currency.</param>
/// <param name="Reason">Why, as a code of the business.</param>
/// <param name="RateId">The exchange rate of the day, where there is one.</param>
[EventName("sales.opportunity-amount-changed.1")]
public sealed record OpportunityAmountChanged(Guid OpportunityId, Guid CustomerId, Money From, Money To, string Reason, Guid? RateId = null) : Event,
    ICustomerFact;

/// <summary>It should be decided earlier or later.</summary>
/// <param name="OpportunityId">The opportunity.</param>
/// <param name="CustomerId">The account's customer.</param>
/// <param name="From">The day before.</param>
/// <param name="To">The day now.</param>
/// <param name="Reason">Why, as a code of the business.</param>
[EventName("sales.opportunity-close-date-moved.1")]
public sealed record OpportunityCloseDateMoved(Guid OpportunityId, Guid CustomerId, DateOnly From, DateOnly To, string Reason) : Event, ICustomerFact;

/// <summary>A person said what the deal counts as in the forecast; the stage table says so no longer.</summary>
/// <param name="OpportunityId">The opportunity.</param>
/// <param name="CustomerId">The account's customer.</param>
/// <param name="From">The category before.</param>
/// <param name="To">The category now.</param>
[EventName("sales.opportunity-categorised.1")]
public sealed record OpportunityCategorised(Guid OpportunityId, Guid CustomerId, ForecastCategory From, ForecastCategory To) : Event, ICustomerFact;

/// <summary>A person said how likely the deal is; or, without a new value, left it to the stage table again.</summary>
/// <param name="OpportunityId">The opportunity.</param>
/// <param name="CustomerId">The account's customer.</param>
/// <param name="FromBp">The probability before, in basis points.</param>
/// <param name="ToBp">The probability now.</param>
/// <param name="IsPinned">Whether it outlives the next move.</param>
/// <param name="Reason">Why, as a code of the business.</param>
[EventName("sales.opportunity-probability-overridden.1")]
public sealed record OpportunityProbabilityOverridden(Guid OpportunityId, Guid CustomerId, int FromBp, int? ToBp, bool IsPinned, string Reason) : Event,
    ICustomerFact;

/// <summary>Somebody else sells.</summary>
/// <param name="OpportunityId">The opportunity.</param>
/// <param name="CustomerId">The account's customer.</param>
/// <param name="From">Who did.</param>
/// <param name="FromTeam">His team at the time.</param>
/// <param name="To">Who does now.</param>
/// <param name="ToTeam">His team at the time.</param>
/// <param name="Reason">Why, as a code of the business.</param>
[EventName("sales.opportunity-owner-changed.1")]
public sealed record OpportunityOwnerChanged(Guid OpportunityId, Guid CustomerId, string From, string? FromTeam, string To, string? ToTeam, string Reason)
    : Event, ICustomerFact;

/// <summary>What may be sold, line by line: these lines and no others. Where they are worth another amount, an event of its own says so.</summary>
/// <param name="OpportunityId">The opportunity.</param>
/// <param name="CustomerId">The account's customer.</param>
/// <param name="Lines">The lines.</param>
[EventName("sales.opportunity-lines-set.1")]
public sealed record OpportunityLinesSet(Guid OpportunityId, Guid CustomerId, IReadOnlyList<OpportunityLine> Lines) : Event, ICustomerFact;

/// <summary>Extra fields were filled or emptied; those that are not named stay as they are.</summary>
/// <param name="OpportunityId">The opportunity.</param>
/// <param name="CustomerId">The account's customer.</param>
/// <param name="Fields">Their values.</param>
[EventName("sales.opportunity-fields-set.1")]
public sealed record OpportunityFieldsSet(Guid OpportunityId, Guid CustomerId, IReadOnlyList<FieldValue> Fields) : Event, ICustomerFact;

/// <summary>A person has to do with the deal.</summary>
/// <param name="OpportunityId">The opportunity.</param>
/// <param name="CustomerId">The account's customer.</param>
/// <param name="ContactId">The person.</param>
/// <param name="Role">What he has to do with it.</param>
[EventName("sales.opportunity-contact-added.1")]
public sealed record OpportunityContactAdded(Guid OpportunityId, Guid CustomerId, Guid ContactId, ContactRole Role) : Event, ICustomerFact;

/// <summary>A person has nothing more to do with the deal.</summary>
/// <param name="OpportunityId">The opportunity.</param>
/// <param name="CustomerId">The account's customer.</param>
/// <param name="ContactId">The person.</param>
[EventName("sales.opportunity-contact-removed.1")]
public sealed record OpportunityContactRemoved(Guid OpportunityId, Guid CustomerId, Guid ContactId) : Event, ICustomerFact;

/// <summary>What the customer needs, in words.</summary>
/// <param name="OpportunityId">The opportunity.</param>
/// <param name="CustomerId">The account's customer.</param>
/// <param name="Need">The words.</param>
/// <param name="Product">What would meet it, as a product code.</param>
[EventName("sales.opportunity-need-recorded.1")]
public sealed record OpportunityNeedRecorded(Guid OpportunityId, Guid CustomerId, PersonalData? Need, string? Product = null) : Event, ICustomerFact;

/// <summary>Somebody else wants to sell too.</summary>
/// <param name="OpportunityId">The opportunity.</param>
/// <param name="CustomerId">The account's customer.</param>
/// <param name="Rival">Who, as a word of the business.</param>
[EventName("sales.opportunity-competitor-named.1")]
public sealed record OpportunityCompetitorNamed(Guid OpportunityId, Guid CustomerId, string Rival) : Event, ICustomerFact;

/// <summary>A person ticked an exit criterion, or took the tick back.</summary>
/// <param name="OpportunityId">The opportunity.</param>
/// <param name="CustomerId">The account's customer.</param>
/// <param name="Criterion">Its name.</param>
/// <param name="IsMet">Whether it is met.</param>
[EventName("sales.opportunity-criterion-ticked.1")]
public sealed record OpportunityCriterionTicked(Guid OpportunityId, Guid CustomerId, string Criterion, bool IsMet) : Event, ICustomerFact;

/// <summary>The customer agreed. The value is the one agreed, not the one hoped for.</summary>
/// <param name="OpportunityId">The opportunity.</param>
/// <param name="AccountId">Who buys.</param>
/// <param name="CustomerId">The account's customer.</param>
/// <param name="Win">1 for the first win, 2 for the win after a reopening …</param>
/// <param name="Value">What was agreed, net of tax.</param>
/// <param name="Total">What the customer will owe, tax included.</param>
/// <param name="Evidence">What proves it.</param>
/// <param name="OwnerId">Who sold.</param>
/// <param name="OwnerTeam">His team at the time.</param>
/// <param name="RateId">The exchange rate of the day; null in the reporting currency.</param>
[EventName("sales.opportunity-won.1")]
public sealed record OpportunityWon(
    Guid OpportunityId,
    Guid AccountId,
    Guid CustomerId,
    int Win,
    Money Value,
    Money Total,
    WinEvidence Evidence,
    string OwnerId,
    string? OwnerTeam = null,
    Guid? RateId = null) : Event, ICustomerFact;

/// <summary>The customer bought elsewhere, or nothing.</summary>
/// <param name="OpportunityId">The opportunity.</param>
/// <param name="CustomerId">The account's customer.</param>
/// <param name="Reason">Why, as a code of the business.</param>
/// <param name="Rival">Who won, as a word of the business.</param>
/// <param name="Words">What the customer said.</param>
[EventName("sales.opportunity-lost.1")]
public sealed record OpportunityLost(Guid OpportunityId, Guid CustomerId, string Reason, string? Rival = null, PersonalData? Words = null) : Event,
    ICustomerFact;

/// <summary>The deal is taken out of the pipeline; it was neither won nor lost.</summary>
/// <param name="OpportunityId">The opportunity.</param>
/// <param name="CustomerId">The account's customer.</param>
/// <param name="Reason">Why.</param>
[EventName("sales.opportunity-withdrawn.1")]
public sealed record OpportunityWithdrawn(Guid OpportunityId, Guid CustomerId, WithdrawalReason Reason) : Event, ICustomerFact;

/// <summary>A deal that had ended goes on. The order of a win is cancelled.</summary>
/// <param name="OpportunityId">The opportunity.</param>
/// <param name="CustomerId">The account's customer.</param>
/// <param name="Wins">How often it had been won.</param>
/// <param name="Reason">Why, as a code of the business.</param>
/// <param name="Stage">Where it stands.</param>
/// <param name="StagesVersion">The version of the stage table.</param>
/// <param name="ProbabilityBp">What the table says of this stage, in basis points.</param>
/// <param name="Category">What the table says of this stage.</param>
/// <param name="Amount">What it may be worth.</param>
/// <param name="CloseDate">When it should be decided.</param>
/// <param name="OwnerId">Who sells.</param>
/// <param name="OwnerTeam">His team at the time.</param>
/// <param name="RateId">The exchange rate of the day, where there is one.</param>
[EventName("sales.opportunity-reopened.1")]
public sealed record OpportunityReopened(
    Guid OpportunityId,
    Guid CustomerId,
    int Wins,
    string Reason,
    string Stage,
    int StagesVersion,
    int ProbabilityBp,
    ForecastCategory Category,
    Money Amount,
    DateOnly CloseDate,
    string OwnerId,
    string? OwnerTeam = null,
    Guid? RateId = null) : Event, ICustomerFact;
