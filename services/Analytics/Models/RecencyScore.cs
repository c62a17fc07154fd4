namespace CrmSuite.Analytics.Models;

/// <summary>
/// The naive score: customers in tenths by days since the last purchase, and what share of each tenth bought nothing within the horizon. It is served where no
/// model beats it, and everybody can check it by hand.
/// </summary>
/// <param name="Bins">From the freshest to the longest away.</param>
public sealed record RecencyScore(IReadOnlyList<RecencyScore.Bin> Bins)
{
    /// <summary>Customers whose last purchase lay at least so many days back, up to the next bin.</summary>
    public sealed record Bin(int FromDays, int Customers, double NoPurchase);

    /// <summary>Learns from what came after a cut. Customers with equally many days share a bin.</summary>
    public static RecencyScore Learn(IReadOnlyList<Case> cases, int horizonDays)
    {
        var target = Math.Max(1, (cases.Count + 9) / 10);
        var bins = new List<Bin>();
        var (from, customers, away) = (0, 0, 0);
        foreach (var days in cases.GroupBy(one => one.RecencyDays).OrderBy(group => group.Key))
        {
            from = customers == 0 ? days.Key : from;
            customers += days.Count();
            away += days.Count(one => one.StayedAway(horizonDays));
            if (customers >= target)
            {
                bins.Add(new(from, customers, away / (double)customers));
                (customers, away) = (0, 0);
            }
        }

        if (customers > 0)
        {
            bins.Add(new(from, customers, away / (double)customers));
        }

        return new(bins);
    }

    /// <summary>The probability of no purchase for a customer whose last purchase lies so many days back.</summary>
    public double NoPurchase(int recencyDays) => (Bins.LastOrDefault(bin => bin.FromDays <= recencyDays) ?? Bins[0]).NoPurchase;
}
