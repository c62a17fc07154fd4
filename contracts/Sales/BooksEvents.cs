namespace CrmSuite.Contracts.Sales;

/// <summary>Sales keeps its totals and days as the company keeps its books: it heard <c>analytics.books-published.1</c>.</summary>
/// <param name="ReportingCurrency">ISO 4217 code of converted totals.</param>
/// <param name="Zone">IANA zone in which days begin.</param>
/// <param name="FiscalYearStart">Month in which the fiscal year begins, 1 to 12.</param>
/// <param name="WeekStart">First day of the week.</param>
[EventName("sales.books-adopted.1")]
public sealed record BooksAdopted(string ReportingCurrency, string Zone, int FiscalYearStart, DayOfWeek WeekStart) : Event;
