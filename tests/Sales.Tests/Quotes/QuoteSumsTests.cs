using CrmSuite.Contracts;
using CrmSuite.Sales.Quotes;
using FsCheck;
using FsCheck.Fluent;

namespace CrmSuite.Sales.Tests.Quotes;

public sealed class QuoteSumsTests
{
    static readonly Dictionary<string, int> Rates = new() { ["standard"] = 2_100, ["reduced"] = 550, ["zero"] = 0, ["odd"] = 1_933 };

    [Fact]
    public void A_line_is_rounded_once_half_away_from_zero()
    {
        Assert.Equal([1, 1, 0, 2], ((long[])[500, 1_499, 499, 1_500]).Select(quantity => Of([new(1, quantity, 1, 1, 0, "zero")]).Net));
        Assert.Equal(63, Of([new(1, 2_500, 50, 1, 5_000, "zero")]).Net); // 2.5 × 50 × 0.5 = 62.5
    }

    [Fact]
    public void A_price_may_be_for_a_hundred_or_a_thousand() =>
        Assert.Equal([300, 3, 0], ((int[])[1, 100, 1_000]).Select(per => Of([new(1, 1_000, 300, per, 0, "zero")]).Net));

    [Fact]
    public void The_discount_on_the_whole_goes_by_largest_remainder_and_ties_by_number()
    {
        Reckoned[] three = [new(3, 1_000, 100, 1, 0, "zero"), new(1, 1_000, 100, 1, 0, "zero"), new(2, 1_000, 100, 1, 0, "zero")];
        Assert.Equal([(1, 34L), (2, 33L), (3, 33L)], Of(three, minor: 100).Lines.Select(line => (line.Line, line.Share)));
        Assert.Equal([(1, 34L), (2, 34L), (3, 33L)], Of(three, minor: 101).Lines.Select(line => (line.Line, line.Share)));
        Reckoned[] uneven = [new(1, 1_000, 1, 1, 0, "zero"), new(2, 1_000, 998, 1, 0, "zero"), new(3, 1_000, 1, 1, 0, "zero")];
        Assert.Equal([0L, 10L, 0L], Of(uneven, bp: 100).Lines.Select(line => line.Share));
    }

    [Fact]
    public void More_discount_than_there_is_takes_all_and_no_more()
    {
        var sums = Of([new(1, 1_000, 100, 1, 0, "standard"), new(2, 1_000, 0, 1, 0, "standard")], minor: 1_000);
        Assert.Equal((100L, 0L, 0L, "0,0"), (sums.Discount, sums.Net, sums.Gross, string.Join(',', sums.Lines.Select(line => line.Net))));
    }

    [Fact]
    public void Tax_is_reckoned_by_code_on_the_sum_and_never_by_line()
    {
        // 21 % of three times 2 is 1.26; by line it would be three times 0.42, which is nothing.
        var sums = Of([.. Enumerable.Range(1, 3).Select(line => new Reckoned(line, 1_000, 2, 1, 0, "standard"))]);
        Assert.Equal(new TaxSum("standard", 2_100, 6, 1), Assert.Single(sums.Taxes));
        Assert.Equal(7, sums.Gross);
    }

    [Theory]
    [InlineData("JPY", 1_000, 2_100, 1_210)]
    [InlineData("EUR", 100_000, 2_100, 121_000)]
    [InlineData("KWD", 1_000_000, 2_100, 1_210_000)]
    public void A_thousand_of_each_currency_is_taxed_alike_in_its_own_minor_units(string currency, long net, int rateBp, long gross)
    {
        Assert.Equal(net, 1_000 * Money.UnitsPerWhole(currency));
        Assert.Equal(gross, QuoteSums.Of([new(1, 1_000, net, 1, 0, "standard")], 0, null, _ => rateBp).Gross);
    }

    /// <summary>
    /// Over any lines and discounts, yen and dinars among them: whatever the order of the lines was, the sums are the same; the rounded parts add up to the
    /// totals; and each part is what exact fractions say, to less than one minor unit.
    /// </summary>
    [Fact]
    public void Sums_do_not_depend_on_the_order_of_lines_and_rounded_parts_make_up_the_totals() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(1_000), Prop.ForAll(Quotes.ToArbitrary(), quote =>
        {
            var (sums, turned) = (Of(quote.Lines, quote.Bp, quote.Minor), Of(quote.Shuffled, quote.Bp, quote.Minor));
            var exact = quote.Lines.ToDictionary(line => line.Line, Exact);
            var before = sums.Lines.Sum(line => line.Net + line.Share);
            return sums.Lines.SequenceEqual(turned.Lines) && sums.Taxes.SequenceEqual(turned.Taxes) && sums.Gross == turned.Gross
                && sums.Lines.Sum(line => line.Share) == sums.Discount
                && sums.Lines.Sum(line => line.Net) == sums.Net && sums.Taxes.Sum(tax => tax.Net) == sums.Net
                && sums.Net + sums.Taxes.Sum(tax => tax.Tax) == sums.Gross
                && sums.Discount == (quote.Minor is { } minor ? Math.Min(minor, before) : HalfUp((decimal)before * quote.Bp / 10_000))
                && sums.Lines.All(line => line.Net >= 0 && line.Share >= 0 && line.Net + line.Share == HalfUp(exact[line.Line])
                    && (before == 0 || Math.Abs(line.Share - ((decimal)sums.Discount * (line.Net + line.Share) / before)) < 1))
                && sums.Taxes.All(tax => tax.Tax == HalfUp((decimal)tax.Net * tax.RateBp / 10_000));
        }));

    static readonly Gen<(Reckoned[] Lines, Reckoned[] Shuffled, int Bp, long? Minor)> Quotes =
        from currency in Gen.Elements("EUR", "USD", "JPY", "KWD")
        let whole = Money.UnitsPerWhole(currency)
        from count in Gen.Choose(1, 12)
        from lines in Line(whole).ArrayOf(count)
        let numbered = lines.Select((line, i) => line with { Line = i + 1 }).ToArray()
        from shuffled in Gen.Shuffle(numbered)
        from bp in Gen.Frequency((1, Gen.Constant(0)), (3, Gen.Choose(0, 10_000)))
        from minor in Gen.Frequency((1, Gen.Constant((long?)null)), (1, Gen.Choose(0, 100_000).Select(value => (long?)value)))
        select (numbered, shuffled, bp, minor);

    static Gen<Reckoned> Line(long whole) =>
        from quantity in Gen.OneOf(Gen.Choose(1, 5_000), Gen.Choose(1, 2_000_000))
        from price in Gen.OneOf(Gen.Choose(0, 50), Gen.Choose(0, 1_000_000))
        from per in Gen.Elements(1, 100, 1_000)
        from discount in Gen.Frequency((1, Gen.Constant(0)), (2, Gen.Choose(0, 10_000)))
        from code in Gen.Elements(Rates.Keys.ToArray())
        select new Reckoned(0, quantity, price * whole / 100, per, discount, code);

    static QuoteSums Of(Reckoned[] lines, int bp = 0, long? minor = null) => QuoteSums.Of(lines, bp, minor, code => Rates[code]);

    static decimal Exact(Reckoned line) => (decimal)line.Quantity * line.PriceMinor * (10_000 - line.DiscountBp) / 10_000 / 1_000 / line.Per;

    static long HalfUp(decimal value) => (long)Math.Round(value, MidpointRounding.AwayFromZero);
}
