namespace CrmSuite.Contracts.Loyalty;

/// <summary>So many points of one lot.</summary>
/// <param name="LotId">The lot.</param>
/// <param name="Points">How many, more than zero.</param>
public sealed record LotShare(Guid LotId, long Points);

/// <summary>A member earned points; they make one lot. What he owed is netted from it first.</summary>
/// <param name="MemberId">The member, whose points account it is.</param>
/// <param name="CustomerId">The customer behind the member.</param>
/// <param name="LotId">The lot; derived from member, source and rule, so that a second telling makes the same lot.</param>
/// <param name="OrderId">The paid order; null for points given by hand.</param>
/// <param name="Points">How many were earned.</param>
/// <param name="Netted">How many of them paid a debt and never became available.</param>
/// <param name="Rule">The earning rule and its version, for example <c>default.1</c>, or <c>grant</c>.</param>
/// <param name="EarnedAt">Business time of what earned them.</param>
/// <param name="ExpiresAt">When what is left of the lot ends; null = never.</param>
/// <param name="SourceEventId">The event that earned them; null for points given by hand.</param>
/// <param name="Reason">Why points were given by hand, as a code of the business.</param>
[EventName("loyalty.points-accrued.1")]
public sealed record PointsAccrued(
    Guid MemberId,
    Guid CustomerId,
    Guid LotId,
    Guid? OrderId,
    long Points,
    long Netted,
    string Rule,
    DateTime EarnedAt,
    DateTime? ExpiresAt,
    Guid? SourceEventId,
    string? Reason = null) : Event, ICustomerFact;

/// <summary>A member spent points, from the lots that expire first.</summary>
/// <param name="MemberId">The member.</param>
/// <param name="CustomerId">The customer behind the member.</param>
/// <param name="RedemptionId">This redemption; it counts once.</param>
/// <param name="Points">How many.</param>
/// <param name="Allocation">From which lots.</param>
/// <param name="Reward">What for, as a code of the business.</param>
[EventName("loyalty.points-redeemed.1")]
public sealed record PointsRedeemed(
    Guid MemberId, Guid CustomerId, Guid RedemptionId, long Points, IReadOnlyList<LotShare> Allocation, string? Reward = null) : Event, ICustomerFact;

/// <summary>Points were taken back for goods that came back. What no lot could give is owed.</summary>
/// <param name="MemberId">The member.</param>
/// <param name="CustomerId">The customer behind the member.</param>
/// <param name="SourceId">The return or the credit.</param>
/// <param name="OrderId">The order returned; null for a credit.</param>
/// <param name="Points">How many were taken back, the debt included.</param>
/// <param name="Allocation">From which lots.</param>
/// <param name="Debt">How many are owed since, to be netted from what is earned next.</param>
[EventName("loyalty.points-clawed-back.1")]
public sealed record PointsClawedBack(
    Guid MemberId, Guid CustomerId, Guid SourceId, Guid? OrderId, long Points, IReadOnlyList<LotShare> Allocation, long Debt) : Event, ICustomerFact;

/// <summary>What was left of a lot ended. The balance was right before this was written: the lot says when it ends.</summary>
/// <param name="MemberId">The member.</param>
/// <param name="CustomerId">The customer behind the member.</param>
/// <param name="LotId">The lot.</param>
/// <param name="Points">How many ended.</param>
[EventName("loyalty.points-expired.1")]
public sealed record PointsExpired(Guid MemberId, Guid CustomerId, Guid LotId, long Points) : Event, ICustomerFact;
