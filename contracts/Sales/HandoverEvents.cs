namespace CrmSuite.Contracts.Sales;

/// <summary>Sales has heard of a lead whose person can be looked for: by his name, his e-mail address, his telephone number or his company's name.</summary>
/// <param name="LeadId">The lead.</param>
/// <param name="CustomerId">The person.</param>
/// <param name="Name">His name.</param>
/// <param name="Email">His e-mail address.</param>
/// <param name="Phone">His telephone number.</param>
/// <param name="Company">What his company is called.</param>
[EventName("sales.handover-announced.1")]
public sealed record HandoverAnnounced(
    Guid LeadId, Guid CustomerId, PersonalData? Name = null, PersonalData? Email = null, PersonalData? Phone = null, PersonalData? Company = null)
    : Event, ICustomerFact;

/// <summary>Sales has heard that somebody of it got a lead: until the time he accepts or rejects it.</summary>
/// <param name="LeadId">The lead.</param>
/// <param name="CustomerId">The person.</param>
/// <param name="OwnerId">Who got it.</param>
/// <param name="OwnerTeam">His team.</param>
/// <param name="DueAt">Until when he accepts or rejects it.</param>
[EventName("sales.handover-awaited.1")]
public sealed record HandoverAwaited(Guid LeadId, Guid CustomerId, string OwnerId, string OwnerTeam, DateTime DueAt) : Event, ICustomerFact;

/// <summary>Sales has heard that the lead was accepted: who gets it from now on has nothing to accept.</summary>
/// <param name="LeadId">The lead.</param>
/// <param name="CustomerId">The person.</param>
[EventName("sales.handover-accepted.1")]
public sealed record HandoverAccepted(Guid LeadId, Guid CustomerId) : Event, ICustomerFact;

/// <summary>Sales has heard that the lead is its own no longer: rejected, nurtured again or disqualified.</summary>
/// <param name="LeadId">The lead.</param>
/// <param name="CustomerId">The person.</param>
[EventName("sales.handover-returned.1")]
public sealed record HandoverReturned(Guid LeadId, Guid CustomerId) : Event, ICustomerFact;
