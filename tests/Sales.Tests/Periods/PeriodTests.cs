using CrmSuite.Contracts;
using CrmSuite.Contracts.Sales;
using CrmSuite.Sales.Books;
using CrmSuite.Sales.Periods;
using CrmSuite.Testing;
using CrmSuite.Views;

namespace CrmSuite.Sales.Tests.Periods;

public sealed class PeriodTests : DeciderTests
{
    static readonly DateTime From = new(2026, 6, 30, 22, 0, 0, DateTimeKind.Utc);
    static readonly DateTime Until = new(2026, 9, 30, 22, 0, 0, DateTimeKind.Utc);
    static readonly Guid Id = Period.IdOf("FY2026-Q3");
    static readonly PeriodOpened Opened = new(Id, "FY2026-Q3", From, Until);
    static readonly PeriodFrozen Frozen = new(Id, "FY2026-Q3");

    [Fact]
    public void The_first_forecast_opens_a_period()
    {
        var zero = Money.Zero("EUR");
        var heard = Entries.Heard(new ForecastSubmitted(Guid.Parse("3e4f5a6b-7c8d-5e9f-8091-2c3d4e5f6071"), "FY2026-Q3", From, Until, "u-ann", "north", zero,
            zero,
            zero, new(zero, zero, zero, zero)), From);
        Assert.Equal(Id, WhenForecastSubmitted.Target(heard.Event));
        Given<Period>().When(p => WhenForecastSubmitted.Decide(p, heard)).Then(Opened);
    }

    [Fact]
    public void Its_forecasts_are_frozen_once_when_it_is_over_or_before()
    {
        Given<Period>().When(p => p.Freeze()).ThenRefused("period.not-planned");
        Given<Period>(Opened).When(p => PeriodFreeze.Decide(p, Until)).Then(Frozen);
        Assert.Equal(((DateTime?)null, (DateTime?)Until, (DateTime?)null),
            (PeriodFreeze.At(Period.Initial), PeriodFreeze.At(Given<Period>(Opened).State), PeriodFreeze.At(Given<Period>(Opened, Frozen).State)));
    }

    [Fact]
    public void The_list_says_at_which_position()
    {
        var row = Entries.Fold<Period, PeriodList.Row, PeriodList>(Id, (From, Opened), (Until, Frozen))!;
        Assert.Equal(("FY2026-Q3", Until, Queries.Known(new(1, 1))), (row.Key, row.FrozenAt!.Value, row.FrozenKnown!.Value));
    }

    [Theory]
    [InlineData(1, "FY2026", "2026-01-01", "2026-12-31")]
    [InlineData(1, "FY2026-Q3", "2026-07-01", "2026-09-30")]
    [InlineData(1, "FY2026-M09", "2026-09-01", "2026-09-30")]
    [InlineData(4, "FY2026", "2025-04-01", "2026-03-31")]
    [InlineData(4, "FY2026-Q4", "2026-01-01", "2026-03-31")]
    [InlineData(4, "FY2026-M01", "2025-04-01", "2025-04-30")]
    public void A_fiscal_year_is_called_by_the_year_in_which_it_ends(int start, string key, string first, string last)
    {
        var period = FiscalPeriod.Find(new(new BooksAdopted("EUR", "UTC", start, DayOfWeek.Monday)), key)!;
        Assert.Equal((first, last), ($"{period.First:yyyy-MM-dd}", $"{period.Last:yyyy-MM-dd}"));
    }

    [Fact]
    public void What_is_no_key_means_nothing()
    {
        var books = new Sales.Books.Books(new BooksAdopted("EUR", "UTC", 1, DayOfWeek.Monday));
        Assert.All((string[])["2026", "FY2026-Q5", "FY2026-M13", "FY2026-M00", "FY26", "FY2026-Q1 ", "fy2026"], key => Assert.Null(FiscalPeriod.Find(books,
            key)));
        Assert.Null(FiscalPeriod.Find(Sales.Books.Books.Initial, "FY2026"));
    }

    [Theory]
    [InlineData(DayOfWeek.Monday, "2026-03-02")]
    [InlineData(DayOfWeek.Sunday, "2026-03-01")]
    [InlineData(DayOfWeek.Wednesday, "2026-03-04")]
    public void A_week_begins_on_the_day_of_the_books(DayOfWeek start, string first)
    {
        var books = new Sales.Books.Books(new BooksAdopted("EUR", "Europe/Vienna", 1, start));
        Assert.Equal(books.Start(DateOnly.Parse(first, System.Globalization.CultureInfo.InvariantCulture)), books.WeekOf(new(2026, 3, 4, 12, 0, 0,
            DateTimeKind.Utc)));
    }
}
