using System.Text.Json;
using CrmSuite.Contracts;
using CrmSuite.Contracts.Analytics;
using CrmSuite.Journal;

namespace CrmSuite.Analytics.Models;

/// <summary>Says from which probability on a customer is at risk.</summary>
public sealed record PublishThreshold(decimal Threshold) : ICommand
{
    /// <inheritdoc/>
    public Refusal? Invalid() => Threshold is > 0 and < 1 && decimal.Round(Threshold, 4) == Threshold ? null
        : new("model.threshold", "A threshold is a probability of at most four decimals, more than 0 and less than 1.");
}

/// <summary>
/// A model by its name: its newest card, and what serves the scores. A version that did not pass its gates is not served; the naive score of its own back-test
/// is.
/// </summary>
public sealed record Model(ModelTrained? Card, bool Promoted, ModelThresholdPublished? Threshold = null) : IFold<Model>
{
    /// <summary>The model of churn without a contract.</summary>
    public const string Churn = "churn";

    /// <inheritdoc/>
    public static string Category => "analytics.model";

    /// <inheritdoc/>
    public static Model Initial { get; } = new(null, false);

    /// <summary>The stream of a model.</summary>
    public static Guid IdOf(string name) => Ids.Derive("model", name);

    /// <inheritdoc/>
    public static Model Evolve(Model state, Event fact) => fact switch
    {
        ModelTrained trained => state with { Card = trained, Promoted = false },
        ModelPromoted => state with { Promoted = true },
        ModelRejected => state with { Promoted = false },
        ModelThresholdPublished threshold => state with { Threshold = threshold },
        _ => state,
    };

    /// <summary>The card of a training; promoted only if it passed every gate. The same training again adds nothing.</summary>
    public Decision Train(ModelTrained trained)
    {
        var card = trained with { Version = (Card?.Version ?? 0) + 1 };
        if (Card is not null && Same(Card, card))
        {
            return [];
        }

        return card.Gates.All(gate => gate.Passed)
            ? [card, new ModelPromoted(card.ModelId, card.Version, card.Chosen)]
            : [card, new ModelRejected(card.ModelId, card.Version, BackTest.Recency, string.Join(" ", card.Gates.Where(gate => !gate.Passed).Select(gate => gate.Detail)))];
    }

    /// <summary>From which probability on a customer counts as at risk. The same again adds nothing.</summary>
    public Decision Publish(string name, PublishThreshold command) =>
        Threshold?.Threshold == command.Threshold ? [] : new ModelThresholdPublished(IdOf(name), (Threshold?.Version ?? 0) + 1, command.Threshold);

    static bool Same(ModelTrained left, ModelTrained right) => Bytes(left).AsSpan().SequenceEqual(Bytes(right));

    static byte[] Bytes(ModelTrained card) =>
        JsonSerializer.SerializeToUtf8Bytes(card with { Version = 0, Data = card.Data with { KnownPosition = 0 } }, Json.Stored);
}
