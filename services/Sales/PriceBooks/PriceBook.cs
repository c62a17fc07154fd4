using System.Collections.Immutable;
using CrmSuite.Contracts;
using CrmSuite.Contracts.Sales;
using CrmSuite.Journal;
using CrmSuite.Sales.Accounts;
using CrmSuite.Sales.Orders;
using static CrmSuite.Journal.Decision;

namespace CrmSuite.Sales.PriceBooks;

/// <summary>Prices of a named book. What is not named goes on; a price ends by being told again with a last day.</summary>
sealed record PublishPrices(IReadOnlyList<BookPrice> Prices) : ICommand
{
    public Refusal? Invalid() => PriceForm.Prices(Prices);
}

/// <summary>Prices are agreed with an account.</summary>
/// <param name="Prices">The prices.</param>
/// <param name="Reason">Why.</param>
sealed record AgreePrices(IReadOnlyList<BookPrice> Prices, string Reason) : ICommand
{
    public Refusal? Invalid() => PriceForm.Prices(Prices) ?? AccountForm.Reason(Reason);
}

/// <summary>An account buys by a named book, or, without a name, by the standard one again.</summary>
sealed record FollowPriceBook(string? Book = null) : ICommand
{
    public Refusal? Invalid() => Book is null || Form.IsWord(Book) ? null : PriceForm.Book;
}

/// <summary>Which forms prices have.</summary>
static class PriceForm
{
    /// <summary>The most prices of one version: as many as fit an event.</summary>
    public const int PricesMax = 500;

    public static readonly Refusal Book = new("pricebook.name", "A price book's name is a word of lower-case letters, digits and hyphens.");

    /// <summary>What is wrong with prices; null when nothing is.</summary>
    public static Refusal? Prices(IReadOnlyList<BookPrice> prices) =>
        prices.Count is < 1 or > PricesMax || prices.Any(price => !IsPrice(price))
            || prices.DistinctBy(price => (price.Product, price.Price.Currency, price.FirstDay)).Count() < prices.Count
            ? new("pricebook.prices",
                $"1 to {PricesMax} prices: a product code, an amount in minor units, per 1, 100 or 1000, from a first day of its own, not after the last.")
            : null;

    static bool IsPrice(BookPrice price) => Form.IsWord(price.Product) && Amounts.IsAmount(price.Price) && price.Per is 1 or 100 or 1_000
        && !(price.LastDay < price.FirstDay);
}

/// <summary>What products cost, in versions: everybody's book, a named one, or what is agreed with one account.</summary>
/// <param name="BookId">The book.</param>
/// <param name="Name">Its name; null for an account's own.</param>
/// <param name="AccountId">Whose own it is.</param>
/// <param name="Version">The newest version.</param>
/// <param name="Follows">For an account's own: the named book that goes before the standard one.</param>
/// <param name="Prices">By product and currency, each by first day.</param>
sealed record PriceBook(
    Guid BookId, string? Name, Guid? AccountId, int Version, string? Follows, ImmutableDictionary<string, ImmutableList<BookPrice>> Prices)
    : IFold<PriceBook>
{
    /// <summary>Everybody's book.</summary>
    public const string Standard = "standard";

    const int AllMax = 50_000;

    public static string Category => "sales.pricebook";

    public static string Called => "price book";

    public static PriceBook Initial { get; } = new(default, null, null, 0, null, ImmutableDictionary<string, ImmutableList<BookPrice>>.Empty);

    /// <summary>The stream of a named book.</summary>
    public static Guid IdOf(string name) => Ids.Derive("pricebook", "named", name);

    /// <summary>The stream of an account's own book.</summary>
    public static Guid IdOf(Guid accountId) => Ids.Derive("pricebook", "account", accountId.ToString());

    public static PriceBook Evolve(PriceBook state, Event fact) => fact switch
    {
        PricebookPublished e => state with { BookId = e.BookId, Name = e.Name, Version = e.Version, Prices = Together(state.Prices, e.Prices) },
        PricebookAgreed e => state with { BookId = e.BookId, AccountId = e.AccountId, Version = e.Version, Prices = Together(state.Prices, e.Prices) },
        PricebookFollowed e => state with { BookId = e.BookId, AccountId = e.AccountId, Follows = e.To },
        _ => state,
    };

    public Decision Publish(string name, PublishPrices command) => News(command.Prices) switch
    {
        { Count: 0 } => [],
        var news when IsFull(news) => Full(),
        var news => new PricebookPublished(IdOf(name), name, Version + 1, news),
    };

    public Decision Agree(AgreePrices command, Account account) => News(command.Prices) switch
    {
        _ when account.Status == AccountStatus.None => Unknown("account"),
        { Count: 0 } => [],
        _ when account.Status == AccountStatus.Closed => Refuse("account.closed", "The account is closed. Reopen it first."),
        var news when IsFull(news) => Full(),
        var news => new PricebookAgreed(IdOf(account.AccountId), account.AccountId, account.CustomerId, Version + 1, news, command.Reason),
    };

    /// <param name="command">What was asked for.</param>
    /// <param name="account">Who buys.</param>
    /// <param name="named">The book that is named.</param>
    public Decision Follow(FollowPriceBook command, Account account, PriceBook named) => account.Status switch
    {
        AccountStatus.None => Unknown("account"),
        _ when command.Book == Follows => [],
        _ when command.Book is not null && named.Version == 0 => Unknown<PriceBook>(),
        _ => new PricebookFollowed(IdOf(account.AccountId), account.AccountId, account.CustomerId, Follows, command.Book),
    };

    /// <summary>What the product costs on a day: the price that began last of those that hold.</summary>
    public BookPrice? On(string product, string currency, DateOnly day) =>
        Prices.GetValueOrDefault(Key(product, currency))?.FindLast(price => price.FirstDay <= day && !(price.LastDay < day));

    IReadOnlyList<BookPrice> News(IReadOnlyList<BookPrice> told) =>
        [.. told.Where(price => Prices.GetValueOrDefault(Key(price.Product, price.Price.Currency))?.Contains(price) is not true)];

    bool IsFull(IReadOnlyList<BookPrice> news) => Prices.Sum(entry => entry.Value.Count) + news.Count > AllMax;

    static Decision Full() => Refuse("pricebook.full", $"A price book holds at most {AllMax} prices. Publish under a new name.");

    static ImmutableDictionary<string, ImmutableList<BookPrice>> Together(
        ImmutableDictionary<string, ImmutableList<BookPrice>> known, IReadOnlyList<BookPrice> told) => known.SetItems(
            told.GroupBy(price => Key(price.Product, price.Price.Currency)).Select(group => KeyValuePair.Create(group.Key,
                group.Concat(known.GetValueOrDefault(group.Key, [])).DistinctBy(price => price.FirstDay).OrderBy(price => price.FirstDay).ToImmutableList())));

    static string Key(string product, string currency) => $"{product} {currency}";
}
