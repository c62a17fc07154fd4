using CrmSuite.Contracts;
using CrmSuite.Contracts.Sales;
using CrmSuite.Sales.Rates;

namespace CrmSuite.Sales.Tests.Rates;

public sealed class RateTableTests
{
    static readonly Guid First = Guid.Parse("6a5b4c3d-2e1f-5a0b-9c8d-7e6f5a4b3c2d");
    static readonly Guid Second = Guid.Parse("8e7d6c5b-4a39-5b28-9c17-0d1e2f3a4b5c");
    static readonly DateTime Monday = new(2026, 3, 2, 9, 0, 0, DateTimeKind.Utc);
    static readonly Sales.Books.Books Books = new(new BooksAdopted("EUR", "UTC", 1, DayOfWeek.Monday));

    static readonly RateTable Table = new(Books,
    [
        new(First, "USD", new(2026, 3, 2), 0.9m, Monday), new(Second, "USD", new(2026, 3, 5), 0.8m, Monday.AddDays(1)),
            new(First, "USD", new(2026, 3, 2), 0.7m, Monday.AddDays(2)),
        new(Guid.Empty, "JPY", new(2026, 3, 2), 0.00625m, Monday), new(Guid.Empty, "KWD", new(2026, 3, 2), 3.2m, Monday),
    ]);

    [Fact]
    public void An_amount_is_told_at_the_rate_that_was_in_force_and_known_then() =>
        Assert.Equal((long?[])[null, 90, 70, 80], ((double[])[-1, 1.5, 2.5, 3.5]).Select(days => Table.AtReportingRate(new(100, "USD"), Monday.AddDays(days))));

    [Fact]
    public void Currencies_with_other_decimals_are_rounded_once_half_away_from_zero()
    {
        Assert.Equal(1_25, Table.AtReportingRate(new(200, "JPY"), Monday));
        Assert.Equal(1, Table.AtReportingRate(new(2, "JPY"), Monday));
        Assert.Equal(3_20, Table.AtReportingRate(new(1_000, "KWD"), Monday));
        Assert.Equal(100, Table.AtReportingRate(new(100, "EUR"), Monday.AddDays(-100)));
    }

    [Fact]
    public void What_has_no_rate_or_no_books_is_unrated()
    {
        Assert.Null(Table.AtReportingRate(new(100, "GBP"), Monday));
        Assert.Null(new RateTable(Sales.Books.Books.Initial, []).AtReportingRate(new(100, "EUR"), Monday));
        Assert.Null(new RateTable(Books, [new(First, "USD", new(2026, 3, 2), 999_999_999_999m, Monday)])
            .AtReportingRate(new(1_000_000_000_000, "USD"), Monday));
    }

    [Fact]
    public void An_events_rate_follows_its_corrections_and_no_later_rate()
    {
        Assert.Equal(90, Table.AtEventRate(new(100, "USD"), First, Monday, Monday.AddDays(1)));
        Assert.Equal(70, Table.AtEventRate(new(100, "USD"), First, Monday, Monday.AddDays(9)));
        Assert.Null(Table.AtEventRate(new(100, "USD"), Second, Monday, Monday));
    }

    [Fact]
    public void An_event_that_found_no_rate_is_valued_when_the_rate_of_its_day_comes()
    {
        Assert.Null(Table.AtEventRate(new(100, "USD"), null, Monday.AddDays(3), Monday.AddDays(-1)));
        Assert.Equal(80, Table.AtEventRate(new(100, "USD"), null, Monday.AddDays(3), Monday.AddDays(9)));
    }

    [Fact]
    public void Values_change_when_a_first_day_begins_and_when_something_becomes_known() =>
        Assert.Equal([Monday.AddDays(2), new DateTime(2026, 3, 5, 0, 0, 0, DateTimeKind.Utc)], Table.Changes("USD", Monday, Monday.AddDays(9)));
}
