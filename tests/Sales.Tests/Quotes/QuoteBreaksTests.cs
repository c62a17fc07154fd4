using CrmSuite.Contracts;
using CrmSuite.Contracts.Sales;
using CrmSuite.Sales.Opportunities;
using CrmSuite.Sales.PriceBooks;
using CrmSuite.Sales.Quotes;
using CrmSuite.Testing;
using static CrmSuite.Sales.Tests.Quotes.Offers;

namespace CrmSuite.Sales.Tests.Quotes;

/// <summary>What is told before a new version of corridor, taxes or prices is published. The quote is priced on the 2nd and can be accepted until the 31st of March.</summary>
public sealed class QuoteBreaksTests
{
    static readonly QuoteHistory.Row Draft = Row(Drafted);
    static readonly QuoteHistory.Row Offered = Row(Drafted, Sent);
    static readonly BookPrice Tea = new("tea", Euro(12_00), 1, new(2026, 1, 1));

    [Fact]
    public void A_narrower_corridor_holds_drafts_that_could_go_out_at_once_and_nothing_that_was_sent()
    {
        Assert.Equal(["draft-needs-approval tea 1"], Told(QuoteBreaks.OfCorridor(Sending.Corridor, new(1_000, [new("tea", 100)]), [Draft, Offered])));
        Assert.Empty(QuoteBreaks.OfCorridor(Sending.Corridor, new(2_000), [Draft, Offered]));
        Assert.Empty(QuoteBreaks.OfCorridor(Sending.Corridor with { DiscountBp = 0 }, new(0), [Draft])); // It needs one already.
    }

    [Fact]
    public void Another_rate_tells_whom_it_taxes_otherwise_on_a_day_of_his_quote()
    {
        TaxRate corrected = new("standard", 2_200, new(2012, 7, 1)), soon = new("reduced", 1_200, new(2026, 3, 31)), late = new("reduced", 900, new(2026, 4, 1));
        Assert.Equal(["draft-taxed-otherwise reduced from 2026-03-31 1", "draft-taxed-otherwise standard from 2012-07-01 1",
            "sent-taxed-otherwise reduced from 2026-03-31 1", "sent-taxed-otherwise standard from 2012-07-01 1"],
            Told(QuoteBreaks.OfTaxes(Taxes, "LV", new([corrected, soon, late]), [Draft, Offered])));
        Assert.Empty(QuoteBreaks.OfTaxes(Taxes, "LV", new([late, new("standard", 2_100, new(2012, 7, 1)), new("zero", 0, new(2000, 1, 1))]), [Draft, Offered]));
        Assert.Empty(QuoteBreaks.OfTaxes(Taxes, "EE", new([corrected]), [Draft, Offered]));
    }

    [Fact]
    public void A_rate_that_another_one_has_replaced_before_the_quote_taxes_nobody() =>
        Assert.Empty(QuoteBreaks.OfTaxes(Taxes, "LV", new([new("standard", 1_800, new(2000, 1, 1))]), [Draft]));

    [Fact]
    public void Another_price_tells_whose_quotes_stand_on_the_one_before()
    {
        Assert.Equal(["draft-priced-otherwise tea 1", "sent-priced-otherwise tea 1"],
            Told(QuoteBreaks.OfPrices(Standard, "standard", new([Tea with { Price = Euro(13_00) }]), [Draft, Offered])));
        Assert.Equal(["sent-priced-otherwise pot 1"],
            Told(QuoteBreaks.OfPrices(Standard, "standard", new([new("pot", Euro(30_00), 1_000, new(2026, 3, 31))]), [Offered])));
        Assert.Empty(QuoteBreaks.OfPrices(Standard, "standard", new([Tea with { FirstDay = new(2026, 4, 1), Price = Euro(13_00) }]), [Draft, Offered]));
        Assert.Empty(QuoteBreaks.OfPrices(Standard, "standard", new([Tea with { Price = Dollar(1) }]), [Draft, Offered]));
        Assert.Empty(QuoteBreaks.OfPrices(PriceBook.Initial, "partners", new([Tea with { Price = Euro(13_00) }]), [Draft, Offered]));
    }

    [Fact]
    public void A_price_that_ends_leaves_a_quote_without_one_from_the_day_after()
    {
        Assert.Equal(["draft-without-price tea 1"], Told(QuoteBreaks.OfPrices(Standard, "standard", new([Tea with { LastDay = new(2026, 3, 30) }]), [Draft])));
        Assert.Empty(QuoteBreaks.OfPrices(Standard, "standard", new([Tea with { LastDay = March }]), [Draft]));
    }

    static IEnumerable<string> Told(IEnumerable<Break> breaks) => breaks.Select(found => $"{found.What} {found.Name} {found.Count}");

    static QuoteHistory.Row Row(params Event[] facts) =>
        Entries.Fold<Quote, QuoteHistory.Row, QuoteHistory>(Id, [.. facts.Select((fact, hour) => (Now.AddHours(hour), fact))])!;
}
