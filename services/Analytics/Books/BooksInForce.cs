using System.ComponentModel;
using CrmSuite.Contracts.Analytics;
using CrmSuite.Journal;
using CrmSuite.Views;

namespace CrmSuite.Analytics.Books;

/// <summary>The books in force, as a table of one row, so that queries in SQL know the zone.</summary>
sealed class BooksInForce : IView<BooksInForce.Row>
{
    public sealed record Row(
        [property: Description("Always the same one.")] Guid BooksId,
        [property: Description("ISO 4217 code of the totals.")] string ReportingCurrency,
        [property: Description("IANA zone in which days and months begin.")] string Zone,
        [property: Description("Month in which the fiscal year begins.")] int FiscalYearStart,
        [property: Description("First day of the week.")] DayOfWeek WeekStart,
        [property: Description("When this was published.")] DateTime PublishedAt);

    public static string Name => "books_in_force";
    public static int Version => 1;
    public static string About => "How the company keeps its books; at most one row.";

    public static IEnumerable<Guid> Keys(Recorded entry) => entry.Category == Books.Category ? [entry.Id] : [];

    public static Row? Fold(Guid key, Row? row, Recorded entry) => entry.Event is BooksPublished e
        ? new(key, e.ReportingCurrency, e.Zone, e.FiscalYearStart, e.WeekStart, entry.OccurredAt)
        : row;
}
