using CrmSuite.Contracts;
using CrmSuite.Contracts.Analytics;
using CrmSuite.Journal;

namespace CrmSuite.Analytics.Segments;

/// <summary>One customer in one segment: what was told of it last. It decides on what was found, so that each entry and each exit is told once.</summary>
/// <param name="IsInside">Whether the last finding was an entry; null before the first.</param>
/// <param name="Version">The version of the rule it was found by.</param>
/// <param name="At">From when on it was so.</param>
public sealed record Membership(bool? IsInside, int Version, DateTime At) : IFold<Membership>
{
    /// <inheritdoc/>
    public static string Category => "analytics.membership";

    /// <inheritdoc/>
    public static Membership Initial { get; } = new(null, 0, default);

    /// <summary>The stream of a customer in a segment.</summary>
    public static Guid IdOf(Guid segment, Guid customer) => Ids.Derive("membership", [segment, customer]);

    /// <inheritdoc/>
    public static Membership Evolve(Membership state, Event fact) => fact switch
    {
        SegmentEntered e => new(true, e.Version, e.EnteredAt),
        SegmentLeft e => new(false, e.Version, e.LeftAt),
        _ => state,
    };

    /// <summary>The customer was found to have come in. Also who came in before anybody was told, when the rule was published, leaves later.</summary>
    public Decision Enter(SegmentEntered found) => this == new Membership(true, found.Version, found.EnteredAt) ? [] : found;

    /// <summary>The customer was found to have left.</summary>
    public Decision Leave(SegmentLeft found) => this == new Membership(false, found.Version, found.LeftAt) ? [] : found;
}
