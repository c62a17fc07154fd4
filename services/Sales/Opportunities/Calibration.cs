namespace CrmSuite.Sales.Opportunities;

/// <summary>Whether probabilities come true: of the deals that were given about this chance, what share was won (rulings.md 33).</summary>
/// <param name="FromBp">The bucket's lower edge, in basis points.</param>
/// <param name="ToBp">Its upper edge, which belongs to the next one, but for the last.</param>
/// <param name="Won">Deals won within twelve months.</param>
/// <param name="Lost">Deals lost within twelve months.</param>
/// <param name="Unresolved">Deals that were neither; they stand apart.</param>
/// <param name="Share">Won of won and lost; null where there are too few.</param>
/// <param name="Low">Lower end of the 95 % interval (Wilson); null where there are too few.</param>
/// <param name="High">Upper end of it.</param>
/// <param name="IsTooFew">Whether fewer than thirty deals were decided.</param>
sealed record Calibration(int FromBp, int ToBp, int Won, int Lost, int Unresolved, double? Share, double? Low, double? High, bool IsTooFew)
{
    const int Buckets = 10;
    const int WidthBp = 10_000 / Buckets;
    const int DecidedMin = 30;

    // The normal quantile of 97.5 %.
    const double Z = 1.959963984540054;

    /// <summary>A deal on the first of a month: how likely it was said to be, and how it ended; null while it has not.</summary>
    public sealed record Case(int ProbabilityBp, OpportunityStatus? Status);

    /// <summary>Ten buckets over the deals; what was withdrawn never was one.</summary>
    public static IReadOnlyList<Calibration> Of(IEnumerable<Case> cases)
    {
        var buckets = cases.ToLookup(deal => Math.Min(deal.ProbabilityBp / WidthBp, Buckets - 1), deal => deal.Status);
        return [.. Enumerable.Range(0, Buckets).Select(bucket => Bucket(bucket * WidthBp, [.. buckets[bucket]]))];
    }

    static Calibration Bucket(int fromBp, IReadOnlyList<OpportunityStatus?> endings)
    {
        var (won, lost) = (endings.Count(ending => ending == OpportunityStatus.Won), endings.Count(ending => ending == OpportunityStatus.Lost));
        var isTooFew = won + lost < DecidedMin;
        var (low, high) = isTooFew ? (null, null) : Wilson(won, won + lost);
        return new(fromBp, fromBp + WidthBp, won, lost, endings.Count(ending => ending is null), isTooFew ? null : (double)won / (won + lost), low, high,
            isTooFew);
    }

    static (double? Low, double? High) Wilson(int won, int decided)
    {
        var share = (double)won / decided;
        var (middle, reach) = (share + (Z * Z / (2 * decided)), Z * Math.Sqrt((share * (1 - share) / decided) + (Z * Z / (4d * decided * decided))));
        var scale = 1 + (Z * Z / decided);
        return ((middle - reach) / scale, (middle + reach) / scale);
    }
}
