using CrmSuite.Contracts;
using CrmSuite.Contracts.Sales;
using CrmSuite.Journal;
using CrmSuite.Sales.Accounts;
using CrmSuite.Sales.Approvals;
using CrmSuite.Sales.Corridors;
using CrmSuite.Sales.Opportunities;
using CrmSuite.Sales.Orders;
using CrmSuite.Sales.PriceBooks;
using CrmSuite.Sales.Products;
using CrmSuite.Sales.Rates;
using CrmSuite.Sales.TaxTables;
using static CrmSuite.Journal.Decision;

namespace CrmSuite.Sales.Quotes;

/// <summary>What the writing of a quote rests on and lies in other streams (rulings.md 9): read before it, as of its version, which the event names.</summary>
/// <param name="Seller">Who writes.</param>
/// <param name="Account">To whom.</param>
/// <param name="Deal">The chance to sell; null for a free quote.</param>
/// <param name="Prices">Which prices apply.</param>
/// <param name="Products">The products of the lines, by code.</param>
/// <param name="Taxes">The taxes of the country.</param>
/// <param name="Books">When a day begins.</param>
/// <param name="Refs">The streams that were read, with their versions.</param>
sealed record QuoteGrounds(Seller Seller, Account Account, Opportunity? Deal, PriceChoice Prices, IReadOnlyDictionary<string, Product> Products, TaxTable Taxes,
    Books.Books Books, IReadOnlyList<PolicyRef> Refs)
{
    /// <summary>The offer with prices and taxes of the day, reckoned; or why it cannot be made.</summary>
    public (QuoteTerms? Terms, Decision? Refused) Price(Offer offer, DateTime at)
    {
        var day = Books.Day(at);
        if (Missing(offer, day) is { } refused)
        {
            return (null, refused);
        }

        var lines = offer.Lines.OrderBy(line => line.Line).ToDictionary(line => line.Line);
        var applied = lines.ToDictionary(line => line.Key, line => Prices.Of(line.Value.Product, offer.Currency, day)!);
        Reckoned[] reckoned = [.. lines.Values.Select(line => new Reckoned(line.Line, line.Quantity, applied[line.Line].Price.Price.Minor,
            applied[line.Line].Price.Per, line.DiscountBp, TaxCodeOf(line)))];
        if (reckoned.Any(line => QuoteSums.List(line) > Amounts.Max))
        {
            return (null, Refuse("quote.too-much", $"A line comes to at most {Amounts.Max} minor units. Make two quotes of it."));
        }

        var sums = QuoteSums.Of(reckoned, offer.DiscountBp ?? 0, offer.Discount?.Minor, code => Taxes.On(code, day)!.RateBp);
        if (offer.Discount?.Minor > sums.Discount)
        {
            return (null, Refuse("quote.discount-too-much", "The discount on the whole is more than the lines come to."));
        }

        Money Of(long minor) => new(minor, offer.Currency);
        QuoteLine[] priced = [.. sums.Lines.Select(sum => Line(lines[sum.Line], applied[sum.Line], offer.Language, Of(sum.List), Of(sum.Share), Of(sum.Net)))];
        return (new(offer.IsPrimary && Deal is not null, offer.Currency, day, offer.ValidUntil, offer.Zone ?? Books.InForce?.Zone ?? "UTC", offer.Language,
            offer.Country, priced, offer.DiscountBp, Of(sums.Discount), Of(sums.Net),
            [.. sums.Taxes.Select(tax => new QuoteTax(tax.Code, tax.RateBp, Of(tax.Net), Of(tax.Tax)))], Of(sums.Gross)), null);
    }

    /// <summary>Reads them.</summary>
    public static async Task<QuoteGrounds> Load(IJournal journal, Seller seller, Guid accountId, Guid? opportunityId, Offer offer, CancellationToken ct)
    {
        var account = (await journal.Load<Account>(accountId, ct)).State;
        var deal = opportunityId is { } id ? (await journal.Load<Opportunity>(id, ct)).State : null;
        var (prices, refs) = await PriceChoice.Load(journal, accountId, ct);
        var codes = offer.Lines.Select(line => line.Product).Distinct().ToList();
        var products = await Task.WhenAll(codes.Select(async code => (await journal.Load<Product>(Product.IdOf(code), ct)).State));
        var (taxes, taxesVersion) = await journal.Load<TaxTable>(TaxTable.IdOf(offer.Country), ct);
        var books = (await journal.Load<Books.Books>(Sales.Books.Books.TheId, ct)).State;
        return new(seller, account, deal, prices, codes.Zip(products).ToDictionary(), taxes, books,
            taxesVersion < 0 ? refs : [.. refs, new($"{TaxTable.Category}-{TaxTable.IdOf(offer.Country)}", taxesVersion)]);
    }

    Decision? Missing(Offer offer, DateOnly day)
    {
        if (offer.Currency != (Deal?.Amount.Currency ?? offer.Currency) || offer.Currency != (offer.Discount?.Currency ?? offer.Currency))
        {
            return Refuse("quote.other-currency", $"The quote is in one currency, and in that of its opportunity: {Deal?.Amount.Currency ?? offer.Currency}.");
        }

        foreach (var line in offer.Lines.OrderBy(line => line.Line))
        {
            if (Products[line.Product].Status != ProductStatus.Listed)
            {
                return Refuse("quote.no-product", $"The catalogue has no product '{line.Product}', or no longer. See products.");
            }

            if (Prices.Of(line.Product, offer.Currency, day) is null)
            {
                return Refuse("quote.no-price",
                    $"There is no price of '{line.Product}' in {offer.Currency} for {day:O}. Operations publish one in a price book.");
            }

            if (Taxes.On(TaxCodeOf(line), day) is null)
            {
                return Refuse("quote.no-tax",
                    $"The tax table of {offer.Country} has no rate '{TaxCodeOf(line)}' for {day:O}. Operations publish one at taxes.");
            }
        }

        return null;
    }

    QuoteLine Line(OfferLine line, Applied applied, string language, Money list, Money share, Money net)
    {
        var product = Products[line.Product];
        return new(line.Line, line.Product, product.NameIn(language), product.Unit, product.Family, line.Quantity, applied.Price.Price, applied.Price.Per,
            applied.Source, applied.Book.BookId, applied.Book.Version, line.DiscountBp, list, share, net, TaxCodeOf(line));
    }

    string TaxCodeOf(OfferLine line) => line.TaxCode ?? Products[line.Product].TaxCode;
}

/// <summary>What the sending of a quote rests on and lies in other streams.</summary>
/// <param name="Seller">Who sends.</param>
/// <param name="Account">To whom.</param>
/// <param name="Deal">The chance to sell; null for a free quote.</param>
/// <param name="Corridor">How far discounts go without an approval.</param>
/// <param name="IsApproved">Whether this version's hash was approved.</param>
/// <param name="Books">In which currency totals are told.</param>
/// <param name="Rate">What the quote's currency is worth in that one.</param>
/// <param name="Refs">The streams that were read, with their versions.</param>
sealed record SendingGrounds(Seller Seller, Account Account, Opportunity? Deal, Corridor Corridor, bool IsApproved, Books.Books Books, Rate Rate,
    IReadOnlyList<PolicyRef> Refs)
{
    /// <summary>The exchange rate of an amount on the day of an instant; null in the reporting currency, or where there is none.</summary>
    public Guid? RateId(Money amount, DateTime at) => Books.NeedsRate(amount) ? Rate.On(Books.Day(at))?.RateId : null;

    /// <summary>Whether the amount cannot be told in the reporting currency on the day of an instant.</summary>
    public bool IsUnrated(Money amount, DateTime at) => Books.NeedsRate(amount) && RateId(amount, at) is null;

    /// <summary>Reads them.</summary>
    public static async Task<SendingGrounds> Load(IJournal journal, Seller seller, Quote quote, CancellationToken ct)
    {
        var account = (await journal.Load<Account>(quote.AccountId, ct)).State;
        var deal = quote.OpportunityId is { } id ? (await journal.Load<Opportunity>(id, ct)).State : null;
        var (corridor, corridorVersion) = await journal.Load<Corridor>(Corridor.TheId, ct);
        var (isApproved, approval) = await Approving.Find(journal, Quote.Noun, quote.QuoteId, quote.Newest?.Hash ?? "", ct);
        var books = (await journal.Load<Books.Books>(Sales.Books.Books.TheId, ct)).State;
        var currency = quote.Newest?.Terms.Currency ?? "";
        var rateId = Rate.IdOf(currency, books.Currency ?? currency);
        var (rate, rateVersion) = await journal.Load<Rate>(rateId, ct);
        PolicyRef[] refs = [new($"{Corridor.Category}-{Corridor.TheId}", corridorVersion), approval, new($"{Rate.Category}-{rateId}", rateVersion)];
        return new(seller, account, deal, corridor, isApproved, books, rate, [.. refs.Where(policy => policy.Version >= 0)]);
    }
}
