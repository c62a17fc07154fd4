namespace CrmSuite.Contracts.Analytics;

/// <summary>A model was fitted on the log as of an instant and measured on a later window, with the naive forecasts beside it: its card.</summary>
/// <param name="ModelId">Derived from the name.</param>
/// <param name="Name">The model's name, for example <c>churn</c>.</param>
/// <param name="Version">1, 2, 3 … of this model.</param>
/// <param name="Data">What it learnt from.</param>
/// <param name="Backtest">The fits at the back-test's cut, as far as the measured window was not seen.</param>
/// <param name="Served">The fits on all data as of <see cref="ModelData.AsOf"/>; scores come from the promoted one of them.</param>
/// <param name="Forecasts">Purchase days in the back-test's window: forecasts and naive forecasts.</param>
/// <param name="Probabilities">No purchase within each horizon: probabilities, base rate and naive ranks.</param>
/// <param name="Naive">The naive score by days since the last purchase, from the same back-test.</param>
/// <param name="Chosen">The candidate among the models; it is served only when it is promoted.</param>
/// <param name="Gates">What the candidate had to pass, in words.</param>
/// <param name="Command">The request that repeats the training.</param>
[EventName("analytics.model-trained.1")]
public sealed record ModelTrained(
    Guid ModelId,
    string Name,
    int Version,
    ModelData Data,
    IReadOnlyList<ModelFit> Backtest,
    IReadOnlyList<ModelFit> Served,
    IReadOnlyList<ForecastMeasure> Forecasts,
    IReadOnlyList<ProbabilityMeasure> Probabilities,
    IReadOnlyList<NaiveBin> Naive,
    string Chosen,
    IReadOnlyList<ModelGate> Gates,
    string Command) : Event;

/// <summary>The trained version passed all gates; it serves the scores from now on.</summary>
[EventName("analytics.model-promoted.1")]
public sealed record ModelPromoted(Guid ModelId, int Version, string Chosen) : Event;

/// <summary>A naive score is at least as good, or the data cannot carry the model; the naive score is served and the reason shown.</summary>
[EventName("analytics.model-rejected.1")]
public sealed record ModelRejected(Guid ModelId, int Version, string Served, string Reason) : Event;

/// <summary>From this probability on a customer counts as at risk; findings name it.</summary>
/// <param name="ModelId">The model.</param>
/// <param name="Version">1, 2, 3 … of the threshold.</param>
/// <param name="Threshold">A probability, more than 0 and less than 1.</param>
[EventName("analytics.model-threshold-published.1")]
public sealed record ModelThresholdPublished(Guid ModelId, int Version, decimal Threshold) : Event;

/// <summary>The data set of a training.</summary>
/// <param name="AsOf">Business time of the last fact that counts.</param>
/// <param name="KnownPosition">Position of the company's store up to which facts were known.</param>
/// <param name="Unit">Unit of all model times and rates.</param>
/// <param name="Zone">The zone whose calendar days are purchase days.</param>
/// <param name="Customers">Customers with at least one purchase day.</param>
/// <param name="PurchaseDays">Their purchase days, first ones included.</param>
/// <param name="BacktestEnd">Last day of the back-test's calibration.</param>
/// <param name="HoldoutDays">Length of the window that was measured.</param>
/// <param name="BacktestCustomers">Customers with a purchase day up to that day.</param>
/// <param name="HoldoutPurchaseDays">Their purchase days in the window: what was to be foretold.</param>
/// <param name="HorizonDays">The horizon that is served: no purchase within so many days.</param>
public sealed record ModelData(
    DateTime AsOf,
    long KnownPosition,
    string Unit,
    string Zone,
    int Customers,
    int PurchaseDays,
    DateOnly BacktestEnd,
    int HoldoutDays,
    int BacktestCustomers,
    int HoldoutPurchaseDays,
    int HorizonDays);

/// <summary>A fitted model: parameters by their usual names, and what is wrong with the fit, if anything.</summary>
public sealed record ModelFit(string Model, IReadOnlyDictionary<string, decimal> Parameters, decimal LogLikelihood, string? Degenerate);

/// <summary>A forecast against what came. <see cref="Bias"/> is a share of the actual total.</summary>
public sealed record ForecastMeasure(string Forecast, bool Naive, decimal Total, decimal Bias, decimal Mae, decimal Rmse, decimal Msle, decimal? Correlation, decimal? Auc);

/// <summary>A probability, or a naive rank, of no purchase within a horizon against what came.</summary>
public sealed record ProbabilityMeasure(
    string Score, bool Naive, int HorizonDays, decimal BaseRate, decimal? Brier, decimal? BrierSkill, decimal? Auc, decimal? CalibrationError);

/// <summary>One step of the naive score: of the customers whose last purchase lay that many days back, this share bought nothing within the horizon.</summary>
public sealed record NaiveBin(int FromDays, int Customers, decimal NoPurchase);

/// <summary>One condition of promotion.</summary>
public sealed record ModelGate(string Gate, bool Passed, string Detail);
