using CrmSuite.Contracts.Sales;

namespace CrmSuite.Contracts.Acquisition;

/// <summary>Somebody may want to buy. Personal fields are sealed under his own key.</summary>
/// <param name="LeadId">The lead; derived from source and number where they are known, so that a repeat meets the same stream.</param>
/// <param name="CustomerId">The person, in the registry of customers.</param>
/// <param name="Source">The system it comes from, a short lower-case word.</param>
/// <param name="Channel">How it came, a short lower-case word.</param>
/// <param name="Products">What he asked about, as product codes.</param>
/// <param name="Number">Its number in that system; not personal.</param>
/// <param name="Campaign">The campaign that it answers.</param>
/// <param name="NoticeVersion">Which version of the privacy notice he saw.</param>
/// <param name="Country">Where he is, as the source says it.</param>
/// <param name="Language">BCP 47 tag.</param>
/// <param name="Industry">What his company does, as a word of the business.</param>
/// <param name="SizeBand">How big it is, as a word of the business.</param>
/// <param name="BudgetBand">What he may spend, as a word of the business.</param>
/// <param name="Force">Why it was taken although it looks like another one, as a code of the business.</param>
/// <param name="Name">His name.</param>
/// <param name="Email">His e-mail address.</param>
/// <param name="Phone">His telephone number.</param>
/// <param name="Company">What his company is called.</param>
/// <param name="Message">What he wrote.</param>
[EventName("acquisition.lead-captured.1")]
public sealed record LeadCaptured(
    Guid LeadId,
    Guid CustomerId,
    string Source,
    string Channel,
    IReadOnlyList<string> Products,
    string? Number = null,
    string? Campaign = null,
    string? NoticeVersion = null,
    string? Country = null,
    string? Language = null,
    string? Industry = null,
    string? SizeBand = null,
    string? BudgetBand = null,
    string? Force = null,
    PersonalData? Name = null,
    PersonalData? Email = null,
    PersonalData? Phone = null,
    PersonalData? Company = null,
    PersonalData? Message = null) : Event, ICustomerFact;

/// <summary>More became known of the lead; only what is named.</summary>
/// <param name="LeadId">The lead.</param>
/// <param name="CustomerId">The person.</param>
/// <param name="Country">Where he is.</param>
/// <param name="Language">BCP 47 tag.</param>
/// <param name="Industry">What his company does.</param>
/// <param name="SizeBand">How big it is.</param>
/// <param name="BudgetBand">What he may spend.</param>
/// <param name="Products">What he asked about, as a whole.</param>
[EventName("acquisition.lead-fields-set.1")]
public sealed record LeadFieldsSet(
    Guid LeadId,
    Guid CustomerId,
    string? Country = null,
    string? Language = null,
    string? Industry = null,
    string? SizeBand = null,
    string? BudgetBand = null,
    IReadOnlyList<string>? Products = null) : Event, ICustomerFact;

/// <summary>What a factor gave to a score.</summary>
public sealed record FactorPoints(string Name, int Points);

/// <summary>The lead is worth so much by the score table. A falling score moves nothing.</summary>
/// <param name="LeadId">The lead.</param>
/// <param name="CustomerId">The person.</param>
/// <param name="ScoresId">The score table.</param>
/// <param name="ScoresVersion">Its version.</param>
/// <param name="Score">The sum of all factors that count.</param>
/// <param name="TopFactors">Those that weigh most.</param>
[EventName("acquisition.lead-scored.1")]
public sealed record LeadScored(Guid LeadId, Guid CustomerId, Guid ScoresId, int ScoresVersion, int Score, IReadOnlyList<FactorPoints> TopFactors)
    : Event, ICustomerFact;

/// <summary>Somebody spoke with the person, or wrote to him.</summary>
/// <param name="LeadId">The lead.</param>
/// <param name="CustomerId">The person.</param>
/// <param name="ContactId">This one of many.</param>
/// <param name="By">Who did.</param>
/// <param name="Channel">How, a short lower-case word.</param>
/// <param name="TaskId">The task that it was.</param>
[EventName("acquisition.lead-contacted.1")]
public sealed record LeadContacted(Guid LeadId, Guid CustomerId, Guid ContactId, string By, string Channel, Guid? TaskId = null) : Event, ICustomerFact;

/// <summary>He is not ready yet: somebody comes back to him on a day. Whoever had the lead has it no longer.</summary>
/// <param name="LeadId">The lead.</param>
/// <param name="CustomerId">The person.</param>
/// <param name="Reason">Why, as a code of the business.</param>
/// <param name="RecallOn">The day.</param>
[EventName("acquisition.lead-nurture-started.1")]
public sealed record LeadNurtureStarted(Guid LeadId, Guid CustomerId, string Reason, DateOnly RecallOn) : Event, ICustomerFact;

/// <summary>The lead is handed over to sales: by its score, or because somebody says so.</summary>
/// <param name="LeadId">The lead.</param>
/// <param name="CustomerId">The person.</param>
/// <param name="Threshold">The score that is asked for.</param>
/// <param name="Score">The score that it has.</param>
/// <param name="DueAt">Until when sales accepts or rejects it.</param>
/// <param name="Reason">Why it is handed over below the threshold, as a code of the business.</param>
[EventName("acquisition.lead-marketing-qualified.1")]
public sealed record LeadMarketingQualified(Guid LeadId, Guid CustomerId, int Threshold, int Score, DateTime DueAt, string? Reason = null)
    : Event, ICustomerFact;

/// <summary>Somebody who could have got a lead, as he stood at that moment.</summary>
/// <param name="Id">Who.</param>
/// <param name="Load">How many leads he had.</param>
/// <param name="Capacity">How many he can have.</param>
/// <param name="Presence">Whether he was there.</param>
/// <param name="Fit">How well he fits.</param>
/// <param name="IsSuitable">Whether he has all that the rule requires.</param>
/// <param name="IdleSince">Since when he waits.</param>
public sealed record AssignmentCandidate(string Id, int Load, int Capacity, Presence Presence, int Fit, bool IsSuitable, DateTime IdleSince);

/// <summary>Somebody got the lead: whom the rule chose of the candidates, or whom a manager named.</summary>
/// <param name="LeadId">The lead.</param>
/// <param name="CustomerId">The person.</param>
/// <param name="OwnerId">Who got it.</param>
/// <param name="OwnerTeam">His team.</param>
/// <param name="AssignmentId">The rule.</param>
/// <param name="RuleVersion">Its version.</param>
/// <param name="RosterVersion">The version of the team's roster on which was decided.</param>
/// <param name="Candidates">Who could have got it.</param>
/// <param name="DueAt">Until when he accepts or rejects it.</param>
/// <param name="From">Who had it before.</param>
/// <param name="FromTeam">The team of that one.</param>
/// <param name="Reason">Why a person chose instead of the rule, as a code of the business.</param>
[EventName("acquisition.lead-assigned.1")]
public sealed record LeadAssigned(
    Guid LeadId,
    Guid CustomerId,
    string OwnerId,
    string OwnerTeam,
    Guid AssignmentId,
    int RuleVersion,
    int RosterVersion,
    IReadOnlyList<AssignmentCandidate> Candidates,
    DateTime DueAt,
    string? From = null,
    string? FromTeam = null,
    string? Reason = null) : Event, ICustomerFact;

/// <summary>Sales takes the lead.</summary>
/// <param name="LeadId">The lead.</param>
/// <param name="CustomerId">The person.</param>
/// <param name="By">Who accepted.</param>
/// <param name="OwnerId">Whose it is.</param>
/// <param name="OwnerTeam">His team.</param>
[EventName("acquisition.lead-accepted-by-sales.1")]
public sealed record LeadAcceptedBySales(Guid LeadId, Guid CustomerId, string By, string OwnerId, string? OwnerTeam) : Event, ICustomerFact;

/// <summary>Sales gives the lead back; it is nurtured until the day.</summary>
/// <param name="LeadId">The lead.</param>
/// <param name="CustomerId">The person.</param>
/// <param name="By">Who rejected.</param>
/// <param name="OwnerId">Whose it was.</param>
/// <param name="OwnerTeam">His team.</param>
/// <param name="Reason">Why, as a code of the business.</param>
/// <param name="RecallOn">When somebody comes back to him.</param>
[EventName("acquisition.lead-rejected-by-sales.1")]
public sealed record LeadRejectedBySales(Guid LeadId, Guid CustomerId, string By, string OwnerId, string? OwnerTeam, string Reason, DateOnly? RecallOn = null)
    : Event, ICustomerFact;

/// <summary>Sales has neither accepted nor rejected the lead in time.</summary>
/// <param name="LeadId">The lead.</param>
/// <param name="CustomerId">The person.</param>
/// <param name="DueAt">Until when it should have.</param>
/// <param name="OwnerId">Whose it is; null where nobody has got it.</param>
/// <param name="OwnerTeam">His team.</param>
[EventName("acquisition.lead-handover-overdue.1")]
public sealed record LeadHandoverOverdue(Guid LeadId, Guid CustomerId, DateTime DueAt, string? OwnerId = null, string? OwnerTeam = null) : Event, ICustomerFact;

/// <summary>Sales knows that he needs it, can pay it, may decide it, and when.</summary>
/// <param name="LeadId">The lead.</param>
/// <param name="CustomerId">The person.</param>
/// <param name="OwnerId">Whose it is.</param>
/// <param name="OwnerTeam">His team.</param>
/// <param name="BudgetBand">What he may spend, as a word of the business.</param>
/// <param name="Authority">Who decides, as a word of the business.</param>
/// <param name="Timing">When he will buy, as a word of the business.</param>
/// <param name="Method">By which method the questions were asked.</param>
/// <param name="Need">What he needs.</param>
[EventName("acquisition.lead-sales-qualified.1")]
public sealed record LeadSalesQualified(
    Guid LeadId, Guid CustomerId, string OwnerId, string? OwnerTeam, string BudgetBand, string Authority, string Timing, string Method, PersonalData? Need)
    : Event, ICustomerFact;

/// <summary>The opportunity that a lead becomes.</summary>
/// <param name="OpportunityId">Its id; follows from the lead's.</param>
/// <param name="Kind">Why he may buy.</param>
/// <param name="CloseDate">When it should be decided.</param>
/// <param name="Products">What may be sold, as product codes.</param>
/// <param name="Amount">What it may be worth, net of tax; where nobody said, nothing in the reporting currency.</param>
public sealed record LeadOpportunity(Guid OpportunityId, OpportunityKind Kind, DateOnly CloseDate, IReadOnlyList<string> Products, Money? Amount = null);

/// <summary>The lead became a customer of Sales: an account, a person, and perhaps a deal. Once.</summary>
/// <param name="LeadId">The lead.</param>
/// <param name="CustomerId">The person.</param>
/// <param name="OwnerId">Who sells.</param>
/// <param name="OwnerTeam">His team at the time.</param>
/// <param name="AccountId">The account: one that is there, or the new one, whose id follows from the lead's.</param>
/// <param name="AccountCustomerId">The customer of a new account; null where the account is there.</param>
/// <param name="AccountKind">What a new account is.</param>
/// <param name="ContactCustomerId">Whom Sales speaks with.</param>
/// <param name="Country">Where he is.</param>
/// <param name="Language">BCP 47 tag.</param>
/// <param name="Industry">What his company does.</param>
/// <param name="SizeBand">How big it is.</param>
/// <param name="Opportunity">The deal.</param>
/// <param name="Title">What the deal is called.</param>
/// <param name="AccountName">What a new account is called.</param>
/// <param name="Name">The person's name.</param>
/// <param name="Email">His e-mail address.</param>
/// <param name="Phone">His telephone number.</param>
[EventName("acquisition.lead-converted.1")]
public sealed record LeadConverted(
    Guid LeadId,
    Guid CustomerId,
    string OwnerId,
    string? OwnerTeam,
    Guid AccountId,
    Guid? AccountCustomerId,
    AccountKind AccountKind,
    Guid ContactCustomerId,
    string? Country = null,
    string? Language = null,
    string? Industry = null,
    string? SizeBand = null,
    LeadOpportunity? Opportunity = null,
    PersonalData? Title = null,
    PersonalData? AccountName = null,
    PersonalData? Name = null,
    PersonalData? Email = null,
    PersonalData? Phone = null) : Event, ICustomerFact;

/// <summary>Nothing will come of the lead. Whoever had it has it no longer.</summary>
/// <param name="LeadId">The lead.</param>
/// <param name="CustomerId">The person.</param>
/// <param name="Reason">Why, as a code of the business.</param>
[EventName("acquisition.lead-disqualified.1")]
public sealed record LeadDisqualified(Guid LeadId, Guid CustomerId, string Reason) : Event, ICustomerFact;

/// <summary>Something may come of a disqualified lead after all, after a day; to be nurtured from there.</summary>
/// <param name="LeadId">The lead.</param>
/// <param name="CustomerId">The person.</param>
/// <param name="Reason">Why, as a code of the business.</param>
/// <param name="After">Not before this day.</param>
[EventName("acquisition.lead-recycled.1")]
public sealed record LeadRecycled(Guid LeadId, Guid CustomerId, string Reason, DateOnly After) : Event, ICustomerFact;
