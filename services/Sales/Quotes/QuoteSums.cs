namespace CrmSuite.Sales.Quotes;

/// <summary>What a line is reckoned from.</summary>
/// <param name="Line">Its number.</param>
/// <param name="Quantity">In thousandths.</param>
/// <param name="PriceMinor">For that many units, in minor units.</param>
/// <param name="Per">1, 100 or 1,000 units.</param>
/// <param name="DiscountBp">In basis points.</param>
/// <param name="TaxCode">How it is taxed.</param>
readonly record struct Reckoned(int Line, long Quantity, long PriceMinor, int Per, int DiscountBp, string TaxCode);

/// <summary>What a line comes to, in minor units: without discounts, its share of the discount on the whole, and what is left.</summary>
readonly record struct LineSum(int Line, long List, long Share, long Net, string TaxCode);

/// <summary>What the lines of one tax code come to.</summary>
readonly record struct TaxSum(string Code, int RateBp, long Net, long Tax);

/// <summary>
/// The sums of a quote (rulings.md 14), in minor units and whatever the order of the lines: each line is rounded once, half away from zero; the discount on the
/// whole goes to the lines by largest remainder, ties by the line's number; tax is reckoned for each code on the sum of its nets, never by line.
/// </summary>
/// <param name="Lines">By number.</param>
/// <param name="Discount">The discount on the whole.</param>
/// <param name="Taxes">By code.</param>
sealed record QuoteSums(IReadOnlyList<LineSum> Lines, long Discount, IReadOnlyList<TaxSum> Taxes)
{
    const int Whole = 10_000;
    const int Thousandths = 1_000;

    /// <summary>The sum of the nets.</summary>
    public long Net => Lines.Sum(line => line.Net);

    /// <summary>Net and taxes together.</summary>
    public long Gross => Net + Taxes.Sum(tax => tax.Tax);

    /// <summary>Quantity times price, which may be too much for any sum.</summary>
    public static Int128 List(Reckoned line) => Rounded((Int128)line.Quantity * line.PriceMinor, (Int128)Thousandths * line.Per);

    /// <param name="lines">The lines, no number twice, none of them too much.</param>
    /// <param name="discountBp">The discount on the whole in basis points.</param>
    /// <param name="discountMinor">Or as an amount; more than the lines come to counts as all of it.</param>
    /// <param name="rateOf">The rate of a tax code, in basis points.</param>
    public static QuoteSums Of(IEnumerable<Reckoned> lines, int discountBp, long? discountMinor, Func<string, int> rateOf)
    {
        Reckoned[] ordered = [.. lines.OrderBy(line => line.Line)];
        long[] nets = [.. ordered.Select(NetOf)];
        var sum = nets.Sum();
        var discount = Math.Min(sum, discountMinor ?? (long)Rounded((Int128)sum * discountBp, Whole));
        var shares = Shares(nets, sum, discount);
        LineSum[] sums = [.. ordered.Select((line, i) => new LineSum(line.Line, (long)List(line), shares[i], nets[i] - shares[i], line.TaxCode))];
        return new(sums, discount, [.. sums.GroupBy(line => line.TaxCode).OrderBy(group => group.Key, StringComparer.Ordinal)
            .Select(group => Tax(group.Key, rateOf(group.Key), group.Sum(line => line.Net)))]);
    }

    static TaxSum Tax(string code, int rateBp, long net) => new(code, rateBp, net, (long)Rounded((Int128)net * rateBp, Whole));

    static long NetOf(Reckoned line) =>
        (long)Rounded((Int128)line.Quantity * line.PriceMinor * (Whole - line.DiscountBp), (Int128)Thousandths * line.Per * Whole);

    /// <summary>Each line gets the whole part of what falls on it; what is left over goes, one by one, to those who lost most by that.</summary>
    static long[] Shares(long[] nets, long sum, long discount)
    {
        if (sum == 0)
        {
            return new long[nets.Length];
        }

        long[] shares = [.. nets.Select(net => (long)((Int128)discount * net / sum))];
        var remainders = nets.Select((net, i) => (Left: (Int128)discount * net % sum, Index: i))
            .OrderByDescending(line => line.Left).ThenBy(line => line.Index);
        foreach (var (_, index) in remainders.Take((int)(discount - shares.Sum())))
        {
            shares[index]++;
        }

        return shares;
    }

    /// <summary>A quotient of numbers not below zero, half away from zero.</summary>
    static Int128 Rounded(Int128 part, Int128 whole) => ((2 * part) + whole) / (2 * whole);
}
