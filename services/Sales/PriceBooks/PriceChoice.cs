using CrmSuite.Contracts;
using CrmSuite.Contracts.Sales;
using CrmSuite.Journal;

namespace CrmSuite.Sales.PriceBooks;

/// <summary>A price, and whose it is.</summary>
/// <param name="Source">Whose.</param>
/// <param name="Book">The book that says so.</param>
/// <param name="Price">What it says.</param>
sealed record Applied(PriceSource Source, PriceBook Book, BookPrice Price);

/// <summary>Which price applies to an account: the one agreed with it, else that of the book it buys by, else everybody's (rulings.md 14).</summary>
/// <param name="Individual">The account's own book.</param>
/// <param name="Followed">The book that it buys by; empty where it buys by none.</param>
/// <param name="Standard">Everybody's.</param>
sealed record PriceChoice(PriceBook Individual, PriceBook Followed, PriceBook Standard)
{
    static readonly (PriceBook State, int Version) Nothing = (PriceBook.Initial, -1);

    /// <summary>All prices that there are, the one that applies first.</summary>
    public IEnumerable<Applied> All(string product, string currency, DateOnly day) =>
        from candidate in ((PriceSource, PriceBook)[])
            [(PriceSource.Individual, Individual), (PriceSource.Book, Followed), (PriceSource.Standard, Standard)]
        let price = candidate.Item2.On(product, currency, day)
        where price is not null
        select new Applied(candidate.Item1, candidate.Item2, price);

    /// <summary>The price that applies; null where there is none.</summary>
    public Applied? Of(string product, string currency, DateOnly day) => All(product, currency, day).FirstOrDefault();

    /// <summary>The products that have a price in a currency, by code.</summary>
    public IEnumerable<string> Products(string currency) => ((PriceBook[])[Individual, Followed, Standard]).SelectMany(book => book.Prices.Keys)
        .Where(key => key.EndsWith(" " + currency, StringComparison.Ordinal)).Select(key => key.Split(' ')[0]).Distinct().Order(StringComparer.Ordinal);

    /// <summary>Reads the books of an account, with their versions as grounds.</summary>
    public static async Task<(PriceChoice Choice, IReadOnlyList<PolicyRef> Refs)> Load(IJournal journal, Guid? accountId, CancellationToken ct)
    {
        var own = accountId is { } id ? await journal.Load<PriceBook>(PriceBook.IdOf(id), ct) : Nothing;
        var followed = own.State.Follows is { } name ? await journal.Load<PriceBook>(PriceBook.IdOf(name), ct) : Nothing;
        var standard = await journal.Load<PriceBook>(PriceBook.IdOf(PriceBook.Standard), ct);
        (PriceBook State, int Version)[] read = [own, followed, standard];
        return (new(own.State, followed.State, standard.State), [.. read.Where(book => book.Version >= 0)
            .Select(book => new PolicyRef($"{PriceBook.Category}-{book.State.BookId}", book.Version))]);
    }
}
