namespace CrmSuite.Contracts.Analytics;

/// <summary>
/// A customer is likely to buy nothing more for a while: the newest run of scores put him at or above the published threshold, where the same model did not put
/// him as of the run before. Raised once for each silence; a silence ends with the next purchase.
/// </summary>
/// <param name="CustomerId">Whom it concerns.</param>
/// <param name="Probability">Of no purchase within the horizon.</param>
/// <param name="Threshold">The published threshold.</param>
/// <param name="Model">What made the probability: the promoted model, or the naive score.</param>
/// <param name="Version">The version of the model's card.</param>
/// <param name="HorizonDays">Length of the window in days.</param>
/// <param name="LastPurchaseOn">The calendar day, in the zone of the books, on which the silence began.</param>
[EventName("analytics.churn-risk-raised.1")]
public sealed record ChurnRiskRaised(
    Guid CustomerId, decimal Probability, decimal Threshold, string Model, int Version, int HorizonDays, DateOnly LastPurchaseOn) : Event, ICustomerFact;
