namespace CrmSuite.Contracts.Sales;

/// <summary>It was agreed what a person or a team shall sell in a period; it may be agreed anew.</summary>
/// <param name="QuotaId">The quota; derived from period and person or team.</param>
/// <param name="Period">The period's key, <c>FY2026-Q3</c>.</param>
/// <param name="OwnerId">The person, where it is a person's.</param>
/// <param name="Team">The team, where it is a team's; else the person's team at the time.</param>
/// <param name="Amount">How much, net, in the reporting currency.</param>
/// <param name="Reason">Why it is agreed, as a code of the business.</param>
[EventName("sales.quota-agreed.1")]
public sealed record QuotaAgreed(Guid QuotaId, string Period, string? OwnerId, string? Team, Money Amount, string Reason) : Event;
