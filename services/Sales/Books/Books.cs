using CrmSuite.Contracts;
using CrmSuite.Contracts.Sales;
using CrmSuite.Journal;
using NodaTime;

namespace CrmSuite.Sales.Books;

/// <summary>How the company keeps its books, as Sales has heard it: in which currency totals are told, and when a day begins. One stream.</summary>
sealed record Books(BooksAdopted? InForce) : IFold<Books>
{
    /// <summary>The one stream.</summary>
    public static readonly Guid TheId = Ids.Derive("books", "company");

    const int DaysOfWeek = 7;

    public static string Category => "sales.books";

    public static Books Initial { get; } = new((BooksAdopted?)null);

    public static Books Evolve(Books state, Event fact) => fact is BooksAdopted adopted ? new(adopted) : state;

    /// <summary>The currency of converted totals; null until books are heard of.</summary>
    public string? Currency => InForce?.ReportingCurrency;

    /// <summary>The calendar date of an instant.</summary>
    public DateOnly Day(DateTime at) => Instant.FromDateTimeUtc(at).InZone(Zone()).Date.ToDateOnly();

    /// <summary>Whether an amount has to be converted to be told in the books' currency.</summary>
    public bool NeedsRate(Money amount) => Currency is { } reporting && reporting != amount.Currency;

    /// <summary>When a day begins.</summary>
    public DateTime Start(DateOnly day) => Zone().AtStartOfDay(LocalDate.FromDateOnly(day)).ToDateTimeUtc();

    /// <summary>When the week of an instant began.</summary>
    public DateTime WeekOf(DateTime at)
    {
        var day = Day(at);
        return Start(day.AddDays(-(((int)day.DayOfWeek - (int)(InForce?.WeekStart ?? DayOfWeek.Monday) + DaysOfWeek) % DaysOfWeek)));
    }

    public Decision Adopt(string currency, string zone, int fiscalYearStart, DayOfWeek weekStart)
    {
        var adopted = new BooksAdopted(currency, zone, fiscalYearStart, weekStart);
        return adopted == InForce ? [] : adopted;
    }

    // A method, not a property: what falls into a snapshot is what is asked for as a property.
    DateTimeZone Zone() => DateTimeZoneProviders.Tzdb.GetZoneOrNull(InForce?.Zone ?? "UTC") ?? DateTimeZone.Utc;
}
