namespace CrmSuite.Contracts.Sales;

/// <summary>An exchange rate was published: one unit of the currency is worth that much of the reporting currency, from a day on.</summary>
/// <param name="RateId">The rate; derived from the currencies and the day. Once used it is corrected, never deleted.</param>
/// <param name="Currency">What is valued, ISO 4217.</param>
/// <param name="ReportingCurrency">In what, ISO 4217.</param>
/// <param name="Rate">Decimal text of at most twelve digits.</param>
/// <param name="FirstDay">The first day for which it is good.</param>
/// <param name="Source">Who says so, as a word of the business.</param>
[EventName("sales.rate-published.1")]
public sealed record RatePublished(Guid RateId, string Currency, string ReportingCurrency, string Rate, DateOnly FirstDay, string Source) : Event;

/// <summary>A published rate was wrong. What was computed with it changes in the window in which this was recorded.</summary>
/// <param name="RateId">The rate.</param>
/// <param name="Currency">What is valued.</param>
/// <param name="ReportingCurrency">In what.</param>
/// <param name="Old">What was said.</param>
/// <param name="Rate">What is right.</param>
/// <param name="Reason">Why, as a code of the business.</param>
[EventName("sales.rate-corrected.1")]
public sealed record RateCorrected(Guid RateId, string Currency, string ReportingCurrency, string Old, string Rate, string Reason) : Event;
