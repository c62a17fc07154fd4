using CrmSuite.Contracts;
using CrmSuite.Contracts.Analytics;
using CrmSuite.Journal;
using NodaTime;

namespace CrmSuite.Analytics.Books;

/// <summary>Says how the books are kept.</summary>
public sealed record PublishBooks(string ReportingCurrency, string Zone, int FiscalYearStart = 1, DayOfWeek WeekStart = DayOfWeek.Monday) : ICommand
{
    /// <inheritdoc/>
    public Refusal? Invalid() =>
        !Money.IsCurrency(ReportingCurrency) ? new("books.currency", "The reporting currency is an ISO 4217 code.")
        : DateTimeZoneProviders.Tzdb.GetZoneOrNull(Zone) is null ? new("books.zone", "The zone is one of the IANA time zone database, for example Europe/London.")
        : FiscalYearStart is < 1 or > 12 ? new("books.fiscal-year", "The fiscal year begins in a month from 1 to 12.")
        : null;
}

/// <summary>How the company keeps its books: one stream for the whole company.</summary>
public sealed record Books(BooksPublished? InForce) : IFold<Books>
{
    /// <summary>The one stream.</summary>
    public static readonly Guid TheId = Ids.Derive("books", "company");

    /// <inheritdoc/>
    public static string Category => "analytics.books";

    /// <inheritdoc/>
    public static Books Initial { get; } = new((BooksPublished?)null);

    /// <inheritdoc/>
    public static Books Evolve(Books state, Event fact) => fact is BooksPublished published ? new(published) : state;

    /// <summary>The zone whose days and months count; UTC until books are published.</summary>
    public DateTimeZone Zone => DateTimeZoneProviders.Tzdb[InForce?.Zone ?? "UTC"];

    /// <summary>Other books from now on.</summary>
    public Decision Publish(PublishBooks command)
    {
        var wanted = new BooksPublished(command.ReportingCurrency, command.Zone, command.FiscalYearStart, command.WeekStart);
        return wanted == InForce ? [] : wanted;
    }
}
