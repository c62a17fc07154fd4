using System.Collections.Immutable;
using CrmSuite.Contracts;
using CrmSuite.Contracts.Sales;
using CrmSuite.Sales.Accounts;
using CrmSuite.Sales.Corridors;
using CrmSuite.Sales.Opportunities;
using CrmSuite.Sales.PriceBooks;
using CrmSuite.Sales.Products;
using CrmSuite.Sales.Quotes;
using CrmSuite.Sales.Rates;
using CrmSuite.Sales.TaxTables;
using CrmSuite.Sales.Tests.Opportunities;

namespace CrmSuite.Sales.Tests.Quotes;

/// <summary>One offer and what it rests on, for the tests of quotes.</summary>
static class Offers
{
    public static readonly DateTime Now = Deals.Now;
    public static readonly Account Shop = Deals.Shop;
    public static readonly Guid Id = DraftQuote.IdOf("erp", "Q-1");
    public static readonly DateOnly March = new(2026, 3, 31);

    public static readonly PriceBook Standard = PriceBook.Evolve(PriceBook.Initial, new PricebookPublished(PriceBook.IdOf("standard"), "standard", 3,
        [new("tea", Euro(12_00), 1, new(2026, 1, 1)), new("pot", Euro(30_00), 100, new(2026, 1, 1)), new("tea", Dollar(13_00), 1, new(2026, 1, 1))]));

    public static readonly TaxTable Taxes = TaxTable.Evolve(TaxTable.Initial,
        new TaxesPublished(TaxTable.IdOf("LV"), "LV", 1, [new("standard", 2_100, new(2012, 7, 1)), new("reduced", 500, new(2012, 7, 1))]));

    /// <summary>A free quote's grounds.</summary>
    public static readonly QuoteGrounds Free = new(Deals.Ann, Shop, null, new(PriceBook.Initial, PriceBook.Initial, Standard),
        new Dictionary<string, Product> { ["tea"] = Listed("tea", "Green tea", "kg", "tea"), ["pot"] = Listed("pot", "Pot", "piece", null) },
        Taxes, Deals.Kept, []);

    public static readonly Opportunity Deal = Opportunity.Evolve(Opportunity.Initial, Deals.Opened with { Amount = Euro(1_000_00) });

    public static readonly Offer Wanted = new("EUR", "LV", March, [new(1, "tea", 2_500, 500), new(2, "pot", 200_000, TaxCode: "reduced")], Discount: Euro(50),
        Language: "lv", Zone: "Europe/Riga");

    public static readonly QuoteTerms Terms = Free.Price(Wanted, Now).Terms!;

    public static readonly SendingGrounds Sending = new(Deals.Ann, Shop, null,
        Corridor.Evolve(Corridor.Initial, new CorridorPublished(Corridor.TheId, 1, 1_000, [])), IsApproved: false, Deals.Kept, Rate.Initial, []);

    public static readonly DraftQuote Command = new(Shop.AccountId, Wanted, Source: "erp", Number: "Q-1");

    public static readonly QuoteDrafted Drafted = new(Id, Shop.AccountId, Shop.CustomerId, "u-ann", "north", Terms, "u-ann",
        new QuoteDocument("Q-1", 1, Terms, null, null).Hash(), 1, Source: "erp", Number: "Q-1");

    public static readonly QuoteSent Sent = new(Id, Shop.AccountId, Shop.CustomerId, "u-ann", 1, Drafted.Hash, 1, Terms.Net, Terms.Gross, March, false, false);

    public static Money Euro(long minor) => new(minor, "EUR");

    public static Money Dollar(long minor) => new(minor, "USD");

    static Product Listed(string code, string name, string unit, string? family) =>
        Product.Evolve(Product.Initial, new ProductListed(Product.IdOf(code), code, name, unit, "standard", family,
            ImmutableDictionary<string, string>.Empty.Add("lv", name == "Pot" ? "Tējkanna" : "Zaļā tēja")));
}
