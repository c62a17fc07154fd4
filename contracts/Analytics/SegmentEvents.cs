using System.Text.Json;

namespace CrmSuite.Contracts.Analytics;

/// <summary>A segment got a new version of its rule. Membership follows from the rule and the facts; nobody is put into a segment by hand.</summary>
/// <param name="SegmentId">Derived from the name.</param>
/// <param name="Name">A short lower-case word, hyphens allowed.</param>
/// <param name="Version">1, 2, 3 …</param>
/// <param name="Text">The rule in words, in its canonical form.</param>
/// <param name="Expression">The same rule as a tree, <c>kind</c> first.</param>
/// <param name="RuleHash">SHA-256 of the canonical tree: equal rules have equal hashes.</param>
[EventName("analytics.segment-published.1")]
public sealed record SegmentPublished(Guid SegmentId, string Name, int Version, string Text, JsonElement Expression, string RuleHash) : Event;

/// <summary>The segment is no longer kept; its history stays.</summary>
[EventName("analytics.segment-retired.1")]
public sealed record SegmentRetired(Guid SegmentId, string Reason) : Event;

/// <summary>
/// A customer came into a segment: a fact, or the passing of time, made the rule hold. Whom the rule holds when it is published, or when a new version of it
/// takes over, is not told one by one: that is a change of the rule, and the list of members shows it.
/// </summary>
/// <param name="SegmentId">The segment.</param>
/// <param name="Segment">Its name.</param>
/// <param name="Version">The version of its rule.</param>
/// <param name="CustomerId">Who came in.</param>
/// <param name="EnteredAt">Business time from which the rule holds; for the passing of time the instant it was due.</param>
/// <param name="CauseEventId">The event that made it so; empty when time alone, or a run of scores, did.</param>
/// <param name="Criterion">The condition that flipped, in words.</param>
[EventName("analytics.segment-entered.1")]
public sealed record SegmentEntered(
    Guid SegmentId, string Segment, int Version, Guid CustomerId, DateTime EnteredAt, Guid? CauseEventId, string Criterion) : Event, ICustomerFact;

/// <summary>A customer left a segment: a fact, or the passing of time, ended what the rule asks for.</summary>
/// <param name="SegmentId">The segment.</param>
/// <param name="Segment">Its name.</param>
/// <param name="Version">The version of its rule.</param>
/// <param name="CustomerId">Who left.</param>
/// <param name="LeftAt">Business time from which the rule no longer holds. The time of the entry where a later fact says that it never held.</param>
/// <param name="CauseEventId">The event that made it so; empty when time alone, or a run of scores, did.</param>
/// <param name="Criterion">The condition that flipped, in words.</param>
[EventName("analytics.segment-left.1")]
public sealed record SegmentLeft(
    Guid SegmentId, string Segment, int Version, Guid CustomerId, DateTime LeftAt, Guid? CauseEventId, string Criterion) : Event, ICustomerFact;
