namespace CrmSuite.Contracts.Acquisition;

/// <summary>Acquisition has heard that Sales looks after an account: from now on a lead may be converted to it.</summary>
/// <param name="AccountId">The account.</param>
/// <param name="CustomerId">Its customer.</param>
[EventName("acquisition.account-heard.1")]
public sealed record AccountHeard(Guid AccountId, Guid CustomerId) : Event, ICustomerFact;
