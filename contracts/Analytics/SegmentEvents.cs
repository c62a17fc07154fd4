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
