namespace CrmSuite.Contracts.Sales;

/// <summary>Sales has heard that a customer is in the registry: from now on he may be sold to by his id.</summary>
/// <param name="CustomerId">The customer.</param>
[EventName("sales.customer-heard.1")]
public sealed record CustomerHeard(Guid CustomerId) : Event;
