using CrmSuite.Analytics.Models;

namespace CrmSuite.Analytics.Churn;

/// <summary>How likely one customer is to buy nothing within the horizon, by what the newest card serves.</summary>
/// <param name="NoPurchase">The probability.</param>
/// <param name="Alive">Probability of not having left for good; null where it cannot be told.</param>
/// <param name="Expected">Purchase days to be expected within the horizon; null for a naive score.</param>
sealed record ChurnScore(double NoPurchase, double? Alive, double? Expected)
{
    /// <summary>What scores by this model: the promoted fit, else the naive score of the card's own back-test. Null while nothing is trained.</summary>
    public static Func<IReadOnlyList<DateOnly>, DateOnly, ChurnScore>? By(Model model)
    {
        if (model.Card is not { } card)
        {
            return null;
        }

        if (!model.Promoted)
        {
            var naive = new RecencyScore([.. card.Naive.Select(bin => new RecencyScore.Bin(bin.FromDays, bin.Customers, (double)bin.NoPurchase))]);
            return (days, asOf) => new(naive.NoPurchase(asOf.DayNumber - days[^1].DayNumber), null, null);
        }

        var fitted = Training.Open(card.Served.First(fit => fit.Model == card.Chosen));
        var weeks = card.Data.HorizonDays / Buyer.DaysPerUnit;
        return (days, asOf) =>
        {
            var buyer = Buyer.Of([.. days], asOf);
            return new(fitted.NoPurchase(buyer, weeks), fitted is BgNbd ? null : fitted.Alive(buyer), fitted.Expected(buyer, weeks));
        };
    }

    /// <summary>The name of what serves, as it stands in runs and cards.</summary>
    public static string Served(Model model) => model.Card is null ? "none" : model.Promoted ? model.Card.Chosen : BackTest.Recency;

    /// <summary>The reason as a sentence for people: the facts behind the score.</summary>
    public static string Reason(int recencyDays, double? meanGapDays) => meanGapDays is { } gap
        ? string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{recencyDays} days since the last purchase; usually every {gap:0}.")
        : $"{recencyDays} days since the only purchase day.";
}
