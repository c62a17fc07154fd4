using System.Text.Json;

namespace CrmSuite.Analytics.Segments;

/// <summary>An order: it counts from its time until it is cancelled.</summary>
sealed record OrderFact(DateTime At, Guid EventId, long Minor, string Currency, DateTime? CancelledAt = null, Guid? CancelledBy = null);

/// <summary>A return or a credit.</summary>
sealed record CreditFact(DateTime At, Guid EventId, long Minor, string Currency);

/// <summary>What one event of the registry said; a null clears.</summary>
sealed record ProfileFact(DateTime At, Guid EventId, IReadOnlyDictionary<string, JsonElement> Fields);

/// <summary>The RFM scores of one run.</summary>
sealed record ScoreFact(DateTime At, int R, int F, int M);

/// <summary>All that a rule may look at of one customer, each list in the order of business time.</summary>
sealed record CustomerHistory(
    Guid CustomerId, IReadOnlyList<OrderFact> Orders, IReadOnlyList<CreditFact> Credits, IReadOnlyList<ProfileFact> Profile, IReadOnlyList<ScoreFact> Scores)
{
    /// <summary>The customer's first fact: nobody is in a segment before.</summary>
    public (DateTime At, Guid EventId)? First => Orders.Select(fact => (fact.At, fact.EventId)).Concat(Credits.Select(fact => (fact.At, fact.EventId)))
        .Concat(Profile.Select(fact => (fact.At, fact.EventId))).OrderBy(fact => fact.At).ThenBy(fact => fact.EventId).Cast<(DateTime, Guid)?>().FirstOrDefault();
}
