using CrmSuite.Contracts;
using CrmSuite.Contracts.Analytics;
using CrmSuite.Journal;

namespace CrmSuite.Analytics.Churn;

/// <summary>The risk that one customer stays away: raised once for each silence.</summary>
/// <param name="Silence">The day of the purchase since which he is silent, when the risk was raised last.</param>
public sealed record ChurnRisk(DateOnly? Silence) : IFold<ChurnRisk>
{
    /// <inheritdoc/>
    public static string Category => "analytics.churn";

    /// <inheritdoc/>
    public static ChurnRisk Initial { get; } = new((DateOnly?)null);

    /// <inheritdoc/>
    public static ChurnRisk Evolve(ChurnRisk state, Event fact) => fact is ChurnRiskRaised raised ? new(raised.LastPurchaseOn) : state;

    /// <summary>A run of scores put the customer at or above the threshold.</summary>
    public Decision Raise(ChurnRiskRaised found) => found.LastPurchaseOn == Silence ? [] : found;
}
