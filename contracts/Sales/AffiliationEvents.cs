namespace CrmSuite.Contracts.Sales;

/// <summary>A person works for an account, or works there again.</summary>
/// <param name="AffiliationId">The relation; derived from account and person, so that the two are related once.</param>
/// <param name="AccountId">Where he works.</param>
/// <param name="CustomerId">Who.</param>
/// <param name="Role">As what, as a word of the business.</param>
/// <param name="From">Since when, where it is known.</param>
/// <param name="Title">What stands on his card.</param>
[EventName("sales.affiliation-started.1")]
public sealed record AffiliationStarted(Guid AffiliationId, Guid AccountId, Guid CustomerId, string Role, DateOnly? From = null, PersonalData? Title = null)
    : Event, ICustomerFact;

/// <summary>He does something else there now; only what is named changes.</summary>
/// <param name="AffiliationId">The relation.</param>
/// <param name="AccountId">Where he works.</param>
/// <param name="CustomerId">Who.</param>
/// <param name="Role">As what now.</param>
/// <param name="Title">What stands on his card now.</param>
[EventName("sales.affiliation-changed.1")]
public sealed record AffiliationChanged(Guid AffiliationId, Guid AccountId, Guid CustomerId, string? Role = null, PersonalData? Title = null) : Event,
    ICustomerFact;

/// <summary>He works there no longer.</summary>
/// <param name="AffiliationId">The relation.</param>
/// <param name="AccountId">Where he worked.</param>
/// <param name="CustomerId">Who.</param>
/// <param name="Reason">Why, as a code of the business.</param>
[EventName("sales.affiliation-ended.1")]
public sealed record AffiliationEnded(Guid AffiliationId, Guid AccountId, Guid CustomerId, string Reason) : Event, ICustomerFact;
