using System.ComponentModel;
using System.Globalization;
using CrmSuite.Contracts;
using CrmSuite.Contracts.Sales;
using CrmSuite.Journal;
using CrmSuite.Views;

namespace CrmSuite.Sales.PriceBooks;

/// <summary>All prices of all books: one row for every product, currency and first day.</summary>
sealed class PriceBookList : IView<PriceBookList.Row>
{
    public sealed record Row(
        [property: Description("The price's own id.")] Guid PriceId,
        [property: Description("The book.")] Guid BookId,
        [property: Description("Its name; none for an account's own.")] string? Book,
        [property: Description("The account whose own book it is.")] Guid? AccountId,
        [property: Description("The product's code.")] string Product,
        [property: Description("ISO 4217 code of the price.")] string Currency,
        [property: Description("The price in minor units.")] long PriceMinor,
        [property: Description("For 1, 100 or 1,000 units.")] int Per,
        [property: Description("The first day on which it holds.")] DateOnly FirstDay,
        [property: Description("The last one.")] DateOnly? LastDay,
        [property: Description("The version of the book that said so last.")] int Version,
        [property: Description("When that was published.")] DateTime PublishedAt);

    /// <summary>Which prices are meant; what is not named is not asked for.</summary>
    public sealed record Filter(string? Book = null, Guid? AccountId = null, string? Product = null, string? Currency = null);

    public static string Name => "price_book_list";
    public static int Version => 1;
    public static string About => "One row for every price of every price book.";
    public static IReadOnlyList<string> Indexes => ["(product, currency, first_day, price_id)", "(account_id) where account_id is not null"];

    public static IEnumerable<Guid> Keys(Recorded entry) => entry.Category == PriceBook.Category && Told(entry.Event) is { } told
        ? told.Prices.Select(price => KeyOf(told.BookId, price)) : [];

    public static Row? Fold(Guid key, Row? row, Recorded entry) =>
        Told(entry.Event) is { } told && told.Prices.FirstOrDefault(price => KeyOf(told.BookId, price) == key) is { } price
            ? new(key, told.BookId, told.Book, told.AccountId, price.Product, price.Price.Currency, price.Price.Minor, price.Per, price.FirstDay, price.LastDay,
                told.Version, entry.OccurredAt)
            : row;

    public static Task<IResult> Open(Queries queries, Filter filter, string? after, int? size, CancellationToken ct) =>
        queries.Answer<PriceBookList, Row>($"""
            select * from {Name:name} where ({filter.Book}::text is null or book = {filter.Book})
            and ({filter.AccountId}::uuid is null or account_id = {filter.AccountId})
            and ({filter.Product}::text is null or product = {filter.Product}) and ({filter.Currency}::text is null or currency = {filter.Currency})
            """, "product, currency, first_day", after, size, ct);

    static (Guid BookId, string? Book, Guid? AccountId, int Version, IReadOnlyList<BookPrice> Prices)? Told(Event fact) => fact switch
    {
        PricebookPublished e => (e.BookId, e.Name, null, e.Version, e.Prices),
        PricebookAgreed e => (e.BookId, null, e.AccountId, e.Version, e.Prices),
        _ => null,
    };

    static Guid KeyOf(Guid bookId, BookPrice price) =>
        Ids.Derive("price", bookId.ToString(), price.Product, price.Price.Currency, price.FirstDay.ToString("O", CultureInfo.InvariantCulture));
}
