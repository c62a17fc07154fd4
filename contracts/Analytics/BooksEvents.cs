namespace CrmSuite.Contracts.Analytics;

/// <summary>How the company keeps its books; months, days and totals of the read models follow it.</summary>
/// <param name="ReportingCurrency">ISO 4217 code of the totals; amounts in other currencies stand beside them, unconverted.</param>
/// <param name="Zone">IANA zone in which days and months begin.</param>
/// <param name="FiscalYearStart">Month in which the fiscal year begins, 1 to 12.</param>
/// <param name="WeekStart">First day of the week.</param>
[EventName("analytics.books-published.1")]
public sealed record BooksPublished(string ReportingCurrency, string Zone, int FiscalYearStart, DayOfWeek WeekStart) : Event;
