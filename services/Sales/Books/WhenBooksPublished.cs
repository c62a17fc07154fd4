using CrmSuite.Bus;
using CrmSuite.Contracts.Analytics;
using CrmSuite.Journal;

namespace CrmSuite.Sales.Books;

/// <summary>The company keeps its books otherwise: Sales' totals and days follow.</summary>
sealed class WhenBooksPublished : IWhen<BooksPublished, Books>
{
    public static Guid? Target(BooksPublished fact) => Books.TheId;

    public static Decision Decide(Books state, Heard<BooksPublished> heard) =>
        state.Adopt(heard.Event.ReportingCurrency, heard.Event.Zone, heard.Event.FiscalYearStart, heard.Event.WeekStart);
}
