namespace CrmSuite.Analytics.Models;

/// <summary>The days on which one customer bought, ascending, none twice.</summary>
public sealed record PurchaseHistory(Guid CustomerId, IReadOnlyList<DateOnly> Days);

/// <summary>What a training is asked for.</summary>
/// <param name="AsOf">The last day that counts.</param>
/// <param name="HoldoutDays">Length of the back-test's window, which ends on that day.</param>
/// <param name="HorizonDays">What is served: no purchase within so many days.</param>
public sealed record TrainingPlan(DateOnly AsOf, int HoldoutDays = 90, int HorizonDays = 90)
{
    /// <summary>The horizons that a card measures besides the one that is served.</summary>
    public static readonly IReadOnlyList<int> Horizons = [30, 60, 90];

    /// <summary>The last day of the back-test's calibration.</summary>
    public DateOnly Cut => AsOf.AddDays(-HoldoutDays);
}

/// <summary>One customer at the cut, and what came.</summary>
/// <param name="Buyer">The statistics at the cut.</param>
/// <param name="RecencyDays">Days since the last purchase.</param>
/// <param name="RecentRepeats">Repeat purchase days in the last third of the window's length before the cut.</param>
/// <param name="Bought">Purchase days in the window.</param>
/// <param name="NextAfterDays">Days from the cut to the next purchase; null when none came in the window.</param>
public readonly record struct Case(Buyer Buyer, int RecencyDays, int RecentRepeats, int Bought, int? NextAfterDays)
{
    /// <summary>Whether the customer bought nothing within the horizon.</summary>
    public bool StayedAway(int horizonDays) => NextAfterDays is not { } next || next > horizonDays;
}

/// <summary>The models against what came, with the naive forecasts beside them. A pure function of the purchase days.</summary>
public sealed record BackTest
{
    /// <summary>Fewer customers than this teach nothing.</summary>
    public const int CustomersMin = 100;

    /// <summary>The name of the naive score: days since the last purchase.</summary>
    public const string Recency = "days since the last purchase";

    /// <summary>The fits at the cut: NBD first, then the models with dropout.</summary>
    public required IReadOnlyList<(RepeatBuying Model, double LogLikelihood, string? Degenerate)> Fits { get; init; }

    /// <summary>Customers at the cut, and what came.</summary>
    public required IReadOnlyList<Case> Cases { get; init; }

    /// <summary>Forecasts of purchase days in the window.</summary>
    public required IReadOnlyList<(ForecastMeasures Measures, bool Naive)> Forecasts { get; init; }

    /// <summary>Probabilities and ranks of no purchase.</summary>
    public required IReadOnlyList<(ProbabilityMeasures Measures, bool Naive)> Probabilities { get; init; }

    /// <summary>The naive score learnt from the cases.</summary>
    public required RecencyScore Naive { get; init; }

    /// <summary>The model with the lowest Brier score at the served horizon.</summary>
    public required string Chosen { get; init; }

    /// <summary>The conditions of promotion.</summary>
    public required IReadOnlyList<(string Gate, bool Passed, string Detail)> Gates { get; init; }

    /// <summary>Whether the chosen model may be served.</summary>
    public bool Promoted => Gates.All(gate => gate.Passed);

    /// <summary>Fits at the cut, forecasts the window, measures and judges.</summary>
    public static BackTest Run(IReadOnlyList<PurchaseHistory> customers, TrainingPlan plan)
    {
        var cases = Observe(customers, plan);
        var fits = Fit([.. cases.Select(one => one.Buyer)]);
        var weeks = plan.HoldoutDays / Buyer.DaysPerUnit;
        int[] bought = [.. cases.Select(one => one.Bought)];
        (ForecastMeasures, bool) Forecast(string name, Func<Case, double> of, bool naive = true) =>
            (Measures.OfForecast(name, [.. cases.Select(of)], bought), naive);

        IReadOnlyList<(ForecastMeasures, bool)> forecasts =
        [
            .. fits.Select(fit => Forecast(fit.Model.Name, one => fit.Model.Expected(one.Buyer, weeks), naive: false)),
            Forecast("same count as before", one => one.Buyer.Repeats),
            Forecast("rate so far", one => one.Buyer.Age > 0 ? one.Buyer.Repeats / one.Buyer.Age * weeks : 0),
            Forecast("last third times three", one => one.RecentRepeats * 3.0),
            Forecast("zero", _ => 0),
        ];
        var horizons = TrainingPlan.Horizons.Append(plan.HorizonDays).Append(plan.HoldoutDays).Where(days => days <= plan.HoldoutDays).Distinct().Order();
        var probabilities = horizons.SelectMany(days => OfHorizon(cases, fits, days)).ToList();
        var served = probabilities.Where(one => one.Measures.HorizonDays == plan.HorizonDays).ToList();
        var chosen = served.Where(one => !one.Naive && one.Measures.Score != "NBD").MinBy(one => one.Measures.Brier).Measures;
        return new()
        {
            Fits = fits,
            Cases = cases,
            Forecasts = forecasts,
            Probabilities = probabilities,
            Naive = RecencyScore.Learn(cases, plan.HorizonDays),
            Chosen = chosen.Score,
            Gates = Judge(cases, fits.First(fit => fit.Model.Name == chosen.Score).Degenerate, forecasts, chosen,
                served.First(one => one.Measures.Score == Recency).Measures),
        };
    }

    /// <summary>NBD and the two models with dropout, fitted, with a word on each fit that the data cannot carry.</summary>
    public static IReadOnlyList<(RepeatBuying Model, double LogLikelihood, string? Degenerate)> Fit(IReadOnlyCollection<Buyer> buyers)
    {
        var nbd = Fitting.Nbd(buyers);
        var bg = Fitting.BgNbd(buyers);
        var mbg = Fitting.MbgNbd(buyers);
        return
        [
            (nbd.Model, nbd.LogLikelihood, null),
            (bg.Model, bg.LogLikelihood, Degenerate.Reason(bg.Model, bg.LogLikelihood, nbd.LogLikelihood)),
            (mbg.Model, mbg.LogLikelihood, Degenerate.Reason(mbg.Model, mbg.LogLikelihood, nbd.LogLikelihood)),
        ];
    }

    static List<Case> Observe(IReadOnlyList<PurchaseHistory> customers, TrainingPlan plan)
    {
        var cases = new List<Case>(customers.Count);
        var recentFrom = plan.Cut.AddDays(-plan.HoldoutDays / 3);
        foreach (var customer in customers)
        {
            DateOnly[] before = [.. customer.Days.Where(day => day <= plan.Cut)];
            if (before.Length == 0)
            {
                continue;
            }

            DateOnly[] after = [.. customer.Days.Where(day => day > plan.Cut && day <= plan.AsOf)];
            cases.Add(new(
                Buyer.Of(before, plan.Cut),
                plan.Cut.DayNumber - before[^1].DayNumber,
                before.Skip(1).Count(day => day > recentFrom),
                after.Length,
                after.Length == 0 ? null : after[0].DayNumber - plan.Cut.DayNumber));
        }

        return cases.Count >= CustomersMin
            ? cases
            : throw new TooFewCustomersException(cases.Count);
    }

    static IEnumerable<(ProbabilityMeasures Measures, bool Naive)> OfHorizon(
        List<Case> cases, IReadOnlyList<(RepeatBuying Model, double LogLikelihood, string? Degenerate)> fits, int days)
    {
        bool[] away = [.. cases.Select(one => one.StayedAway(days))];
        foreach (var (model, _, _) in fits)
        {
            yield return (Measures.OfProbability(model.Name, days, [.. cases.Select(one => model.NoPurchase(one.Buyer, days / Buyer.DaysPerUnit))], away), false);
        }

        var rate = away.Count(one => one) / (double)away.Length;
        yield return (Measures.OfProbability("base rate", days, [.. cases.Select(_ => rate)], away), true);
        yield return (Measures.OfRank(Recency, days, [.. cases.Select(one => (double)one.RecencyDays)], away), true);
    }

    static List<(string, bool, string)> Judge(
        List<Case> cases, string? degenerate, IReadOnlyList<(ForecastMeasures Measures, bool Naive)> forecasts, ProbabilityMeasures chosen, ProbabilityMeasures recency)
    {
        var model = forecasts.First(one => one.Measures.Forecast == chosen.Score).Measures;
        var rmse = forecasts.Where(one => one.Naive).MinBy(one => one.Measures.Rmse).Measures;
        var correlation = forecasts.Where(one => one.Naive).MaxBy(one => one.Measures.Correlation ?? -1).Measures;
        return
        [
            ("customers", cases.Count >= CustomersMin, $"{cases.Count} customers; at least {CustomersMin} are needed."),
            ("fit", degenerate is null, degenerate ?? "Dropout shows in the data."),
            ("brier", chosen.BrierSkill > 0, $"Brier skill against the base rate {chosen.BrierSkill:0.0000}."),
            ("rank", chosen.Auc >= recency.Auc, $"AUC {chosen.Auc:0.0000} against {recency.Auc:0.0000} of {Recency}."),
            ("error", model.Rmse < rmse.Rmse, $"RMSE {model.Rmse:0.0000} against {rmse.Rmse:0.0000} of '{rmse.Forecast}'."),
            ("correlation", (model.Correlation ?? -1) >= (correlation.Correlation ?? -1),
                $"Correlation {model.Correlation:0.0000} against {correlation.Correlation:0.0000} of '{correlation.Forecast}'."),
        ];
    }
}

/// <summary>There are too few customers to learn anything from.</summary>
public sealed class TooFewCustomersException(int customers)
    : Exception($"{customers} customers had bought by the back-test's cut; at least {BackTest.CustomersMin} are needed.");

/// <summary>Tells a fit that the data cannot carry (analytics.md §5.4).</summary>
public static class Degenerate
{
    const double LikelihoodRatioMin = 2;
    const double DropoutMin = 1e-4;
    const double ParameterMax = 1e4;

    /// <summary>What is wrong with the fit, in words; null when dropout shows in the data.</summary>
    public static string? Reason(Dropout model, double logLikelihood, double ofNbd)
    {
        var ratio = 2 * (logLikelihood - ofNbd);
        var dropout = model.A / (model.A + model.B);
        var (name, largest) = model.Parameters.MaxBy(parameter => parameter.Value);
        var sign = ratio < LikelihoodRatioMin ? $"the likelihood ratio against NBD is {ratio:0.000}, below {LikelihoodRatioMin}"
            : dropout < DropoutMin ? $"a/(a+b) is {dropout:0.0e+0}, below {DropoutMin}"
            : largest > ParameterMax ? $"{name} is {largest:0}, above {ParameterMax}"
            : null;
        return sign is null ? null : $"Dropout cannot be told from these data: {sign}.";
    }
}
