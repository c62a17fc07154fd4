namespace CrmSuite.Contracts.Sales;

/// <summary>A list of reasons got a new version.</summary>
/// <param name="ReasonsId">The list; derived from what it is for.</param>
/// <param name="For">What the reasons are given for: <c>lost</c>.</param>
/// <param name="Version">1, 2, 3 …</param>
/// <param name="Reasons">The reasons in order, as codes of the business.</param>
[EventName("sales.reasons-published.1")]
public sealed record ReasonsPublished(Guid ReasonsId, string For, int Version, IReadOnlyList<string> Reasons) : Event;
