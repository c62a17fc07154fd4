namespace CrmSuite.Analytics.Models;

/// <summary>How good a forecast of counts was. No single measure decides: the mean absolute error alone rewards forecasting zero.</summary>
/// <param name="Forecast">Whose forecast.</param>
/// <param name="Total">Sum of the forecast.</param>
/// <param name="Bias">Total against the actual total, as a share.</param>
/// <param name="Mae">Mean absolute error.</param>
/// <param name="Rmse">Root of the mean squared error.</param>
/// <param name="Msle">Mean squared error of ln(1 + n).</param>
/// <param name="Correlation">Pearson's r; null when one side does not vary.</param>
/// <param name="Auc">How well it ranks who buys at all.</param>
public sealed record ForecastMeasures(string Forecast, double Total, double Bias, double Mae, double Rmse, double Msle, double? Correlation, double? Auc);

/// <summary>How good a probability was.</summary>
/// <param name="Score">Whose probability or rank.</param>
/// <param name="HorizonDays">Of what: no purchase within so many days.</param>
/// <param name="BaseRate">The share of customers to whom it happened.</param>
/// <param name="Brier">Mean squared distance between probability and outcome; null for a mere rank.</param>
/// <param name="BrierSkill">1 − Brier / Brier of the base rate.</param>
/// <param name="Auc">Probability that one to whom it happened ranks above one to whom it did not.</param>
/// <param name="CalibrationError">Over tenths of the probability, the weighted distance between its mean and the share observed.</param>
public sealed record ProbabilityMeasures(string Score, int HorizonDays, double BaseRate, double? Brier, double? BrierSkill, double? Auc, double? CalibrationError);

/// <summary>The measures of analytics.md §3.11.</summary>
public static class Measures
{
    /// <summary>Measures a forecast of counts.</summary>
    public static ForecastMeasures OfForecast(string name, IReadOnlyList<double> forecast, IReadOnlyList<int> actual)
    {
        var (n, absolute, squared, logs) = (actual.Count, 0.0, 0.0, 0.0);
        for (var i = 0; i < n; i++)
        {
            var error = forecast[i] - actual[i];
            var logError = Math.Log(1 + forecast[i]) - Math.Log(1 + actual[i]);
            (absolute, squared, logs) = (absolute + Math.Abs(error), squared + (error * error), logs + (logError * logError));
        }

        double total = forecast.Sum(), actualTotal = actual.Sum();
        return new(name, total, actualTotal == 0 ? 0 : (total / actualTotal) - 1, absolute / n, Math.Sqrt(squared / n), logs / n,
            Correlation(forecast, actual), Auc(forecast, [.. actual.Select(count => count > 0)]));
    }

    /// <summary>Measures a probability.</summary>
    public static ProbabilityMeasures OfProbability(string name, int horizonDays, IReadOnlyList<double> probability, IReadOnlyList<bool> happened)
    {
        var rate = happened.Count(one => one) / (double)happened.Count;
        var brier = probability.Zip(happened, (p, y) => (p - (y ? 1 : 0)) * (p - (y ? 1 : 0))).Average();
        var ofBase = rate * (1 - rate);
        return new(name, horizonDays, rate, brier, ofBase == 0 ? null : 1 - (brier / ofBase), Auc(probability, happened), CalibrationError(probability, happened));
    }

    /// <summary>Measures a mere rank: higher means more likely.</summary>
    public static ProbabilityMeasures OfRank(string name, int horizonDays, IReadOnlyList<double> rank, IReadOnlyList<bool> happened) =>
        new(name, horizonDays, happened.Count(one => one) / (double)happened.Count, null, null, Auc(rank, happened), null);

    /// <summary>Area under the ROC curve, ties counted half; null when everybody or nobody is positive.</summary>
    public static double? Auc(IReadOnlyList<double> score, IReadOnlyList<bool> positive)
    {
        var order = Enumerable.Range(0, score.Count).OrderBy(i => score[i]).ToArray();
        double ranks = 0, positives = 0;
        for (var from = 0; from < order.Length;)
        {
            var to = from;
            var inTie = 0;
            while (to < order.Length && score[order[to]].CompareTo(score[order[from]]) == 0)
            {
                inTie += positive[order[to++]] ? 1 : 0;
            }

            ranks += inTie * ((from + 1 + to) / 2.0);
            positives += inTie;
            from = to;
        }

        var negatives = score.Count - positives;
        return positives == 0 || negatives == 0 ? null : (ranks - (positives * (positives + 1) / 2)) / (positives * negatives);
    }

    static double? Correlation(IReadOnlyList<double> forecast, IReadOnlyList<int> actual)
    {
        double meanForecast = forecast.Average(), meanActual = actual.Average(), both = 0, ofForecast = 0, ofActual = 0;
        for (var i = 0; i < actual.Count; i++)
        {
            var (x, y) = (forecast[i] - meanForecast, actual[i] - meanActual);
            (both, ofForecast, ofActual) = (both + (x * y), ofForecast + (x * x), ofActual + (y * y));
        }

        return ofForecast == 0 || ofActual == 0 ? null : both / Math.Sqrt(ofForecast * ofActual);
    }

    static double CalibrationError(IReadOnlyList<double> probability, IReadOnlyList<bool> happened)
    {
        var order = Enumerable.Range(0, probability.Count).OrderBy(i => probability[i]).ToArray();
        return order.Chunk(Math.Max(1, (order.Length + 9) / 10))
            .Sum(tenth => Math.Abs(tenth.Average(i => probability[i]) - tenth.Average(i => happened[i] ? 1.0 : 0.0)) * tenth.Length / order.Length);
    }
}
