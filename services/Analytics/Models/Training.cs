using System.Globalization;
using CrmSuite.Contracts.Analytics;

namespace CrmSuite.Analytics.Models;

/// <summary>From purchase days to a card. Pure: the same days and plan give the same card, bit for bit.</summary>
static class Training
{
    /// <summary>Trains the churn model.</summary>
    /// <param name="customers">Purchase days up to the plan's last day.</param>
    /// <param name="plan">What was asked.</param>
    /// <param name="asOf">The instant behind the plan's last day.</param>
    /// <param name="position">Position of the store up to which facts were known.</param>
    /// <param name="zone">Whose days count.</param>
    public static ModelTrained Card(IReadOnlyList<PurchaseHistory> customers, TrainingPlan plan, DateTime asOf, long position, string zone)
    {
        var test = BackTest.Run(customers, plan);
        var served = BackTest.Fit([.. customers.Select(customer => Buyer.Of([.. customer.Days], plan.AsOf))]);
        var gates = test.Gates.Select(gate => new ModelGate(gate.Gate, gate.Passed, gate.Detail)).ToList();
        var fit = served.First(one => one.Model.Name == test.Chosen);
        gates.Add(new("served-fit", fit.Degenerate is null, fit.Degenerate is null ? "Dropout shows in all data too." : $"On all data: {fit.Degenerate}"));
        return new(
            Model.IdOf(Model.Churn),
            Model.Churn,
            0,
            new(asOf, position, Buyer.Unit, zone, customers.Count, customers.Sum(customer => customer.Days.Count), plan.Cut, plan.HoldoutDays, test.Cases.Count,
                test.Cases.Sum(one => one.Bought), plan.HorizonDays),
            [.. test.Fits.Select(Fit)],
            [.. served.Select(Fit)],
            [.. test.Forecasts.Select(one => Measure(one.Measures, one.Naive))],
            [.. test.Probabilities.Select(one => Measure(one.Measures, one.Naive))],
            [.. test.Naive.Bins.Select(bin => new NaiveBin(bin.FromDays, bin.Customers, Number(bin.NoPurchase)))],
            test.Chosen,
            gates,
            string.Create(CultureInfo.InvariantCulture,
                $"POST /models/churn/train {{\"asOf\":\"{asOf:yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'}\",\"holdoutDays\":{plan.HoldoutDays},\"horizonDays\":{plan.HorizonDays}}}"));
    }

    /// <summary>The fitted model behind a card's line.</summary>
    public static RepeatBuying Open(ModelFit fit)
    {
        double Of(string name) => (double)fit.Parameters[name];
        return fit.Model switch
        {
            "BG/NBD" => new BgNbd { R = Of("r"), Alpha = Of("alpha"), A = Of("a"), B = Of("b") },
            "MBG/NBD" => new MbgNbd { R = Of("r"), Alpha = Of("alpha"), A = Of("a"), B = Of("b") },
            _ => new Nbd { R = Of("r"), Alpha = Of("alpha") },
        };
    }

    static ModelFit Fit((RepeatBuying Model, double LogLikelihood, string? Degenerate) fit) =>
        new(fit.Model.Name, fit.Model.Parameters.ToDictionary(parameter => parameter.Name, parameter => Number(parameter.Value)), Number(fit.LogLikelihood), fit.Degenerate);

    static ForecastMeasure Measure(ForecastMeasures of, bool naive) =>
        new(of.Forecast, naive, Number(of.Total), Number(of.Bias), Number(of.Mae), Number(of.Rmse), Number(of.Msle), Number(of.Correlation), Number(of.Auc));

    static ProbabilityMeasure Measure(ProbabilityMeasures of, bool naive) =>
        new(of.Score, naive, of.HorizonDays, Number(of.BaseRate), Number(of.Brier), Number(of.BrierSkill), Number(of.Auc), Number(of.CalibrationError));

    static decimal? Number(double? value) => value is { } known ? Number(known) : null;

    /// <summary>Eight decimals: enough for every published value, and the same text for the same bits.</summary>
    static decimal Number(double value) => Math.Round((decimal)value, 8);
}
