using CrmSuite.Analytics.Models;

namespace CrmSuite.Analytics.Tests.Models;

/// <summary>The published data sets: what a right implementation reaches, from the purchase rows, never from the summary.</summary>
public sealed class BackTestTests
{
    static readonly TrainingPlan CdnowPlan = new(new(1998, 6, 30), HoldoutDays: 273, HorizonDays: 90);
    static readonly TrainingPlan RetailPlan = new(new(2011, 12, 9), HoldoutDays: 184, HorizonDays: 90);

    /// <summary>Run once for all tests; without the data it throws and each test says so.</summary>
    static readonly Lazy<BackTest> Cdnow = new(() => BackTest.Run(CdnowHistories(), CdnowPlan), LazyThreadSafetyMode.PublicationOnly);

    [Fact]
    public void The_statistics_of_CDNOW_follow_from_its_purchases()
    {
        var statistics = CdnowHistories().ToDictionary(
            customer => customer.CustomerId,
            customer => Buyer.Of([.. customer.Days.Where(day => day <= CdnowPlan.Cut)], CdnowPlan.Cut));
        var rows = System.IO.File.ReadLines(ReferenceData.File("cdnow", "summary_39_39.csv")).Skip(1).Select(line => line.Split(',')).ToList();
        Assert.Equal(2_357, rows.Count);
        foreach (var row in rows)
        {
            var found = statistics[ReferenceData.CustomerId(int.Parse(row[0]))];
            Assert.Equal((int.Parse(row[1]), int.Parse(row[2]), int.Parse(row[3])), (found.Repeats, (int)Math.Round(found.LastAt * 7), (int)Math.Round(found.Age * 7)));
        }
    }

    [Fact]
    public void The_fits_of_CDNOW_reach_the_published_values()
    {
        var fits = BackTest.Fit([.. CdnowHistories().Select(customer => Buyer.Of([.. customer.Days.Where(day => day <= CdnowPlan.Cut)], CdnowPlan.Cut))]);
        AssertFit(fits[0], "NBD", -9763.6576, 0.002, 0.3848, 12.072);
        AssertFit(fits[1], "BG/NBD", -9582.4292, 0.002, 0.2426, 4.4136, 0.7929, 2.4259);
        AssertFit(fits[2], "MBG/NBD", -9582.1357, 0.005, 0.5248, 6.1831, 0.8914, 1.6140);
    }

    [Fact]
    public void The_holdout_of_CDNOW_is_forecast_as_published_and_the_model_is_promoted()
    {
        var test = Cdnow.Value;
        AssertForecast(test, "BG/NBD", 1653.4, -0.121, 0.7855, 1.6080, 0.2343, 0.6256, 0.7725);
        AssertForecast(test, "MBG/NBD", 1576.7, -0.162, 0.7648, 1.6072, 0.2314, 0.6273, 0.7728);
        AssertForecast(test, "NBD", 2929.8, 0.557, 1.0410, 1.8595, 0.3622, 0.5834, 0.7738);
        AssertForecast(test, "same count as before", 2457, 0.306, 0.8973, 1.9710, 0.3491, 0.5772, 0.7576);
        AssertForecast(test, "rate so far", 2930.1, 0.557, 1.0237, 2.2119, 0.4010, 0.5839, 0.7598);
        AssertForecast(test, "last third times three", 2133, 0.133, 0.9092, 2.3010, 0.3697, 0.5907, 0.6778);
        AssertForecast(test, "zero", 0, -1, 0.7985, 2.2064, 0.4627, null, 0.5);
        Assert.True(test.Promoted, string.Join(" ", test.Gates.Where(gate => !gate.Passed)));
        Assert.Equal(1_882, test.Cases.Sum(one => one.Bought));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Customers_who_all_bought_once_end_in_a_card_that_is_not_promoted(bool onOneDay)
    {
        var plan = new TrainingPlan(new(2026, 11, 22));
        var customers = Enumerable.Range(0, 223).Select(n => new PurchaseHistory(Guid.CreateVersion7(), [plan.Cut.AddDays(onOneDay ? -1 : -(n % 60))])).ToList();
        var card = Training.Card(customers, plan, DateTime.UtcNow, 1, "UTC");
        Assert.Contains(card.Gates, gate => !gate.Passed);
    }

    [Theory]
    [InlineData(30, 0.9270, 0.0560, 0.0560, 0.0676, 0.8047, 0.8041, 0.7942)]
    [InlineData(60, 0.8706, 0.0894, 0.0893, 0.1127, 0.7974, 0.7975, 0.7924)]
    [InlineData(90, 0.8311, 0.1096, 0.1096, 0.1403, 0.7850, 0.7886, 0.7843)]
    [InlineData(273, 0.7098, 0.1612, 0.1614, 0.2060, 0.7569, 0.7601, 0.7715)]
    public void The_churn_probability_of_CDNOW_measures_as_published(
        int days, double rate, double brierBg, double brierMbg, double brierBase, double aucBg, double aucMbg, double aucRecency)
    {
        var measures = Cdnow.Value.Probabilities.Where(one => one.Measures.HorizonDays == days)
            .ToDictionary(one => one.Measures.Score, one => one.Measures);
        Assert.Equal(rate, measures["BG/NBD"].BaseRate, 0.0001);
        Assert.Equal(brierBg, measures["BG/NBD"].Brier!.Value, 0.0002);
        Assert.Equal(brierMbg, measures["MBG/NBD"].Brier!.Value, 0.0002);
        Assert.Equal(brierBase, measures["base rate"].Brier!.Value, 0.0002);
        Assert.Equal(aucBg, measures["BG/NBD"].Auc!.Value, 0.001);
        Assert.Equal(aucMbg, measures["MBG/NBD"].Auc!.Value, 0.001);
        Assert.Equal(aucRecency, measures[BackTest.Recency].Auc!.Value, 0.0005);
    }

    [Fact]
    public void On_Online_Retail_dropout_cannot_be_told_and_the_naive_score_wins()
    {
        var histories = ReferenceData.Histories(ReferenceData.OnlineRetail().Where(invoice => !invoice.Cancelled)
            .Select(invoice => (invoice.Customer, DateOnly.FromDateTime(invoice.LocalTime))));
        var test = BackTest.Run(histories, RetailPlan);
        Assert.Equal(2_787, test.Cases.Count);
        Assert.Equal(6_866, test.Cases.Sum(one => one.Bought));
        AssertFit(test.Fits[0], "NBD", -13089.893, 0.002, 0.7435, 8.8256);
        Assert.Equal(-13089.9, test.Fits[1].LogLikelihood, 0.05);
        Assert.NotNull(test.Fits[1].Degenerate);
        Assert.NotNull(test.Fits[2].Degenerate);
        var naive = test.Forecasts.Single(one => one.Measures.Forecast == "same count as before").Measures;
        var model = test.Forecasts.Single(one => one.Measures.Forecast == "BG/NBD").Measures;
        Assert.Equal((1.479, 0.835), (Math.Round(naive.Mae, 3), Math.Round(naive.Correlation!.Value, 3)));
        Assert.Equal(1.512, model.Mae, 0.002);
        Assert.Equal(6172, model.Total, 5.0);
        Assert.False(test.Promoted);
        Assert.Contains(test.Gates, gate => gate is { Gate: "fit", Passed: false } && gate.Detail.StartsWith("Dropout cannot be told from these data", StringComparison.Ordinal));
    }

    [Fact]
    public void The_same_purchases_give_the_same_bits()
    {
        Buyer[] buyers = [.. Enumerable.Range(0, 200).Select(i => new Buyer(i % 7, i % 7 == 0 ? 0 : 5 + (i % 20), 30 + (i % 9)))];
        Assert.Equal(Fitting.MbgNbd(buyers), Fitting.MbgNbd([.. buyers.Reverse()]));
    }

    [Fact]
    public void Too_few_customers_are_refused() =>
        Assert.Throws<TooFewCustomersException>(() => BackTest.Run([new(Guid.Empty, [new(2020, 1, 1)])], new(new(2020, 12, 31))));

    static IReadOnlyList<PurchaseHistory> CdnowHistories() => ReferenceData.Histories(ReferenceData.Cdnow().Select(row => (row.Customer, row.Day)));

    static void AssertFit((RepeatBuying Model, double LogLikelihood, string? Degenerate) fit, string name, double logLikelihood, double tolerance, params double[] parameters)
    {
        Assert.Equal(name, fit.Model.Name);
        Assert.Equal(logLikelihood, fit.LogLikelihood, 0.001);
        Assert.Null(fit.Degenerate);
        Assert.All(fit.Model.Parameters.Zip(parameters), pair => Assert.Equal(pair.Second, pair.First.Value, tolerance));
    }

    static void AssertForecast(BackTest test, string name, double total, double bias, double mae, double rmse, double msle, double? r, double auc)
    {
        var found = test.Forecasts.Single(one => one.Measures.Forecast == name).Measures;
        Assert.Equal(total, found.Total, 1.0);
        Assert.Equal(bias, found.Bias, 0.001);
        Assert.Equal(mae, found.Mae, 0.0005);
        Assert.Equal(rmse, found.Rmse, 0.0005);
        Assert.Equal(msle, found.Msle, 0.0002);
        Assert.Equal(r, found.Correlation is { } value ? Math.Round(value, 4) : null, NullableNear);
        Assert.Equal(auc, found.Auc!.Value, 0.0005);
    }

    static bool NullableNear(double? left, double? right) => (left, right) is (null, null) || Math.Abs(left!.Value - right!.Value) <= 0.0005;
}
