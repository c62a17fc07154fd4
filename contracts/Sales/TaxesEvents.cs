namespace CrmSuite.Contracts.Sales;

/// <summary>One tax rate.</summary>
/// <param name="Code">Standard, reduced, zero …: a word of the business.</param>
/// <param name="RateBp">In basis points of the net.</param>
/// <param name="FirstDay">The first day on which it holds.</param>
public sealed record TaxRate(string Code, int RateBp, DateOnly FirstDay);

/// <summary>The tax table of a country got a new version. It says what is new; every other rate goes on.</summary>
/// <param name="TaxesId">The table; derived from its country.</param>
/// <param name="Country">ISO 3166 code, two upper-case letters.</param>
/// <param name="Version">1, 2, 3 …</param>
/// <param name="Rates">The new rates; one of the same code and first day replaces the older.</param>
[EventName("sales.taxes-published.1")]
public sealed record TaxesPublished(Guid TaxesId, string Country, int Version, IReadOnlyList<TaxRate> Rates) : Event;
