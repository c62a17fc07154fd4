namespace CrmSuite.Contracts.Sales;

/// <summary>How far discounts go for one family of products.</summary>
/// <param name="Family">The family.</param>
/// <param name="DiscountBp">The largest discount off the list price, in basis points.</param>
public sealed record CorridorLimit(string Family, int DiscountBp);

/// <summary>How far discounts go without an approval was published anew. It counts for what is sent from now on.</summary>
/// <param name="CorridorId">The one corridor.</param>
/// <param name="Version">1, 2, 3 …</param>
/// <param name="DiscountBp">The largest discount off the list price, in basis points, where no family says otherwise.</param>
/// <param name="Limits">What families say otherwise.</param>
[EventName("sales.corridor-published.1")]
public sealed record CorridorPublished(Guid CorridorId, int Version, int DiscountBp, IReadOnlyList<CorridorLimit> Limits) : Event;
