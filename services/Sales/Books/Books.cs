using CrmSuite.Contracts;
using CrmSuite.Contracts.Sales;
using CrmSuite.Journal;
using NodaTime;

namespace CrmSuite.Sales.Books;

/// <summary>What other books would break is asked for, in the form in which Analytics publishes them.</summary>
/// <param name="ReportingCurrency">ISO 4217 code of converted totals.</param>
/// <param name="Zone">IANA zone in which days begin.</param>
/// <param name="FiscalYearStart">Month in which the fiscal year begins, 1 to 12.</param>
/// <param name="WeekStart">First day of the week.</param>
sealed record PreviewBooks(string ReportingCurrency, string Zone, int FiscalYearStart = 1, DayOfWeek WeekStart = DayOfWeek.Monday) : ICommand
{
    /// <summary>The books that are asked about.</summary>
    public BooksAdopted Books() => new(ReportingCurrency, Zone, FiscalYearStart, WeekStart);

    public Refusal? Invalid() => this switch
    {
        _ when !Money.IsCurrency(ReportingCurrency) => new("books.currency", "The reporting currency is an ISO 4217 code."),
        _ when !Form.IsTimeZone(Zone) => new("books.zone", "The zone is an IANA time zone, for example Europe/London."),
        { FiscalYearStart: < 1 or > 12 } => new("books.fiscal-year", "The fiscal year begins in a month from 1 to 12."),
        _ => null,
    };
}

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

    /// <summary>The calendar date of an instant; beyond the <see cref="Era"/>, its nearest day.</summary>
    public DateOnly Day(DateTime at) => Era.Clamp(Era.Has(at) ? Instant.FromDateTimeUtc(at).InZone(Zone()).Date.ToDateOnly() : DateOnly.FromDateTime(at));

    /// <summary>Whether an amount has to be converted to be told in the books' currency.</summary>
    public bool NeedsRate(Money amount) => Currency is { } reporting && reporting != amount.Currency;

    /// <summary>When a day begins; what lies beyond the <see cref="Era"/> begins and ends with it.</summary>
    public DateTime Start(DateOnly day) => Zone().AtStartOfDay(LocalDate.FromDateOnly(Era.Clamp(day))).ToDateTimeUtc();

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
