using CrmSuite.Contracts;
using CrmSuite.Contracts.Analytics;
using CrmSuite.Contracts.Sales;
using CrmSuite.Sales.Books;
using CrmSuite.Testing;

namespace CrmSuite.Sales.Tests.Books;

public sealed class BooksTests : DeciderTests
{
    static readonly BooksPublished Published = new("EUR", "Europe/Vienna", 4, DayOfWeek.Monday);
    static readonly BooksAdopted Adopted = new("EUR", "Europe/Vienna", 4, DayOfWeek.Monday);

    [Fact]
    public void What_the_company_published_is_adopted_once()
    {
        var heard = Entries.Heard(Published, new(2026, 3, 1, 0, 0, 0, DateTimeKind.Utc));
        Assert.Equal(Sales.Books.Books.TheId, WhenBooksPublished.Target(Published));
        Given<Sales.Books.Books>().When(books => WhenBooksPublished.Decide(books, heard)).Then(Adopted);
    }

    [Fact]
    public void A_day_begins_in_their_zone_and_in_UTC_before_they_are_heard_of()
    {
        var (late, books) = (new DateTime(2026, 6, 30, 22, 30, 0, DateTimeKind.Utc), Given<Sales.Books.Books>(Adopted).State);
        Assert.Equal((new DateOnly(2026, 7, 1), new DateOnly(2026, 6, 30)), (books.Day(late), Sales.Books.Books.Initial.Day(late)));
        Assert.Equal(new DateTime(2026, 6, 30, 22, 0, 0, DateTimeKind.Utc), books.Start(new(2026, 7, 1)));
        Assert.Equal("EUR", books.Currency);
        Assert.Null(Sales.Books.Books.Initial.Currency);
    }

    [Theory]
    [InlineData("Europe/Vienna", DayOfWeek.Monday)]
    [InlineData("Pacific/Kiritimati", DayOfWeek.Saturday)]
    [InlineData("America/Los_Angeles", DayOfWeek.Sunday)]
    [InlineData("Not/There", DayOfWeek.Wednesday)]
    public void Whatever_the_instant_its_day_and_week_lie_in_the_era_and_days_never_go_backwards(string zone, DayOfWeek weekStart)
    {
        var books = Given<Sales.Books.Books>(Adopted with { Zone = zone, WeekStart = weekStart }).State;
        DateTime[] instants =
        [
            DateTime.MinValue, At(1899, 12, 31, 23), At(1900, 1, 1, 1), At(1900, 1, 1, 23), At(2026, 3, 2, 9), At(2200, 12, 31, 1), At(2200, 12, 31, 23),
            At(2201, 1, 1, 1), DateTime.MaxValue,
        ];

        var days = instants.Select(books.Day).ToList();
        Assert.Equal(days.Order(), days);
        Assert.Equal((Era.First, Era.Last), (days[0], days[^1]));
        Assert.All(days, day => Assert.True(Era.Has(day), $"{day}"));
        var weeks = instants.Select(books.WeekOf).ToList();
        Assert.Equal(weeks.Order(), weeks);
        Assert.Equal(books.Start(Era.First), weeks[0]);
        Assert.InRange(weeks[^1], books.Start(Era.Last.AddDays(-6)), books.Start(Era.Last));
        Assert.Equal((books.Start(Era.First), books.Start(Era.Last)), (books.Start(DateOnly.MinValue), books.Start(DateOnly.MaxValue)));

        static DateTime At(int year, int month, int day, int hour) => new(year, month, day, hour, 30, 0, DateTimeKind.Utc);
    }

    [Theory]
    [InlineData("EUR", "Europe/Vienna", 1, null)]
    [InlineData("EUR", "Europe/Vienna", 12, null)]
    [InlineData("euro", "Europe/Vienna", 1, "books.currency")]
    [InlineData("EUR", "Atlantis", 1, "books.zone")]
    [InlineData("EUR", "Europe/Vienna", 0, "books.fiscal-year")]
    [InlineData("EUR", "Europe/Vienna", 13, "books.fiscal-year")]
    public void Books_that_nobody_could_keep_are_refused(string currency, string zone, int fiscalYearStart, string? code) =>
        Assert.Equal(code, new PreviewBooks(currency, zone, fiscalYearStart).Invalid()?.Code);
}
