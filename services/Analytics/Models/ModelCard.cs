using System.ComponentModel;
using CrmSuite.Contracts;
using CrmSuite.Contracts.Analytics;
using CrmSuite.Journal;
using CrmSuite.Views;

namespace CrmSuite.Analytics.Models;

/// <summary>The cards of all models: what each version learnt from, how good it was beside naive forecasts, and whether it serves.</summary>
sealed class ModelCard : IView<ModelCard.Row>
{
    public sealed record Row(
        [property: Description("Of model and version.")] Guid CardId,
        [property: Description("The model's name.")] string Model,
        [property: Description("Its version.")] int Version,
        [property: Description("What serves the scores since this version: the chosen model, or the naive score.")] string Served,
        [property: Description("Whether the chosen model passed all gates.")] bool Promoted,
        [property: Description("Why it is not served.")] string? Reason,
        [property: Description("The candidate.")] string Chosen,
        [property: Description("What it learnt from: dates, counts, unit.")] ModelData Data,
        [property: Description("The fits at the cut of the back-test.")] IReadOnlyList<ModelFit> Backtest,
        [property: Description("The fits on all data.")] IReadOnlyList<ModelFit> Fits,
        [property: Description("Forecasts of the back-test's window, naive ones among them.")] IReadOnlyList<ForecastMeasure> Forecasts,
        [property: Description("Probabilities of no purchase by horizon, naive ranks among them.")] IReadOnlyList<ProbabilityMeasure> Probabilities,
        [property: Description("The naive score.")] IReadOnlyList<NaiveBin> Naive,
        [property: Description("The conditions of promotion.")] IReadOnlyList<ModelGate> Gates,
        [property: Description("The request that repeats the training.")] string Command,
        [property: Description("When it was trained.")] DateTime TrainedAt);

    public static string Name => "model_card";
    public static int Version => 1;
    public static string About => "What each version of a model learnt from, how good it was beside naive forecasts, and whether it serves.";
    public static IReadOnlyList<string> Indexes => ["(model, version)"];

    public static IEnumerable<Guid> Keys(Recorded entry) => entry.Category != Model.Category ? [] : entry.Event switch
    {
        ModelTrained e => [Key(e.ModelId, e.Version)],
        ModelPromoted e => [Key(e.ModelId, e.Version)],
        ModelRejected e => [Key(e.ModelId, e.Version)],
        _ => [],
    };

    public static Row? Fold(Guid key, Row? row, Recorded entry) => entry.Event switch
    {
        ModelTrained e => new(key, e.Name, e.Version, BackTest.Recency, false, null, e.Chosen, e.Data, e.Backtest, e.Served, e.Forecasts, e.Probabilities, e.Naive,
            e.Gates, e.Command, entry.OccurredAt),
        ModelPromoted e when row is not null => row with { Promoted = true, Served = e.Chosen },
        ModelRejected e when row is not null => row with { Promoted = false, Served = e.Served, Reason = e.Reason },
        _ => row,
    };

    static Guid Key(Guid model, int version) => Ids.Derive("model-card", model.ToString(), version.ToString(System.Globalization.CultureInfo.InvariantCulture));
}
