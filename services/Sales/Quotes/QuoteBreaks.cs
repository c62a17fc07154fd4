using CrmSuite.Contracts.Sales;
using CrmSuite.Sales.Corridors;
using CrmSuite.Sales.Opportunities;
using CrmSuite.Sales.PriceBooks;
using CrmSuite.Sales.TaxTables;

namespace CrmSuite.Sales.Quotes;

/// <summary>
/// What a new version of corridor, taxes or prices would do to quotes that are not decided, were it published now (rulings.md 23). None of them changes by
/// it: a draft stands on what was so when it was written, and what was sent can be accepted as it is.
/// </summary>
static class QuoteBreaks
{
    /// <summary>A corridor: <c>draft-needs-approval</c>, drafts that could go out at once, by product.</summary>
    public static IReadOnlyList<Break> OfCorridor(Corridor now, PublishCorridor command, IEnumerable<QuoteHistory.Row> quotes)
    {
        var next = Corridor.Evolve(now, new CorridorPublished(Corridor.TheId, now.Version + 1, command.DiscountBp, command.Limits ?? []));
        return Break.Of(
            from quote in quotes
            where quote.IsDraft && !now.Beyond(quote.Lines).Any()
            from line in next.Beyond(quote.Lines)
            select ("draft-needs-approval", line.Product, quote.QuoteId));
    }

    /// <summary>Taxes: <c>draft-taxed-otherwise</c> and <c>sent-taxed-otherwise</c>, quotes on a day of which another rate holds, by code and its first
    /// day.</summary>
    public static IReadOnlyList<Break> OfTaxes(TaxTable now, string country, PublishTaxes command, IEnumerable<QuoteHistory.Row> quotes)
    {
        var next = TaxTable.Evolve(now, new TaxesPublished(TaxTable.IdOf(country), country, now.Version + 1, command.Rates));
        return Break.Of(
            from quote in quotes
            where quote.Country == country
            from rate in command.Rates
            where quote.Lines.Any(line => line.TaxCode == rate.Code)
            let day = Later(quote.PricedOn, rate.FirstDay)
            where day <= quote.ValidUntil && next.On(rate.Code, day) == rate && now.On(rate.Code, day)?.RateBp != rate.RateBp
            select ($"{Standing(quote)}-taxed-otherwise", $"{rate.Code} from {rate.FirstDay:O}", quote.QuoteId));
    }

    /// <summary>Prices of a book: <c>draft-priced-otherwise</c>, <c>sent-priced-otherwise</c>, <c>draft-without-price</c> and <c>sent-without-price</c>, quotes
    /// with a price of it on a day of which another one holds, or none, by product.</summary>
    public static IReadOnlyList<Break> OfPrices(PriceBook now, string name, PublishPrices command, IEnumerable<QuoteHistory.Row> quotes)
    {
        var bookId = PriceBook.IdOf(name);
        var next = PriceBook.Evolve(now, new PricebookPublished(bookId, name, now.Version + 1, command.Prices));
        return Break.Of(
            from quote in quotes
            from line in quote.Lines
            where line.BookId == bookId
            from price in command.Prices
            where price.Product == line.Product && price.Price.Currency == quote.Currency
            from day in (DateOnly?[])[Later(quote.PricedOn, price.FirstDay), price.LastDay?.AddDays(1)]
            where day >= quote.PricedOn && day <= quote.ValidUntil
            let told = (Now: now.On(line.Product, quote.Currency, day.Value), Next: next.On(line.Product, quote.Currency, day.Value))
            where (told.Now?.Price, told.Now?.Per) != (told.Next?.Price, told.Next?.Per)
            select ($"{Standing(quote)}-{(told.Next is null ? "without-price" : "priced-otherwise")}", line.Product, quote.QuoteId));
    }

    static DateOnly Later(DateOnly one, DateOnly other) => one > other ? one : other;

    static string Standing(QuoteHistory.Row quote) => quote.IsDraft ? "draft" : "sent";
}
