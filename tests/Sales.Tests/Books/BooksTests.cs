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
}
