using System.Collections.Immutable;
using CrmSuite.Contracts;
using CrmSuite.Contracts.Sales;
using CrmSuite.Journal;
using static CrmSuite.Journal.Decision;

namespace CrmSuite.Sales.Corridors;

/// <summary>How far discounts go without an approval.</summary>
/// <param name="DiscountBp">The largest discount off the list price, in basis points, where no family says otherwise.</param>
/// <param name="Limits">What families say otherwise.</param>
sealed record PublishCorridor(int DiscountBp, IReadOnlyList<CorridorLimit>? Limits = null) : ICommand
{
    public const int LimitsMax = 200;

    public Refusal? Invalid() => this switch
    {
        _ when !IsDiscount(DiscountBp) => new("corridor.discount", "A discount is in basis points, 0 to 10000."),
        { Limits: { } limits } when limits.Count > LimitsMax || limits.Any(limit => !Form.IsWord(limit.Family) || !IsDiscount(limit.DiscountBp))
            || limits.DistinctBy(limit => limit.Family).Count() < limits.Count => new("corridor.limits",
            $"At most {LimitsMax} families, each once, a word of lower-case letters, digits and hyphens with a discount in basis points, 0 to 10000."),
        _ => null,
    };

    static bool IsDiscount(int bp) => bp is >= 0 and <= 10_000;
}

/// <summary>How far discounts go without an approval, in versions. One stream. Before the first version every discount needs one.</summary>
sealed record Corridor(int Version, int DiscountBp, ImmutableSortedDictionary<string, int> Limits) : IFold<Corridor>
{
    /// <summary>The one stream.</summary>
    public static readonly Guid TheId = Ids.Derive("corridor", "company");

    const int VersionsMax = 1_000;

    public static string Category => "sales.corridor";

    public static Corridor Initial { get; } = new(0, 0, ImmutableSortedDictionary<string, int>.Empty);

    public static Corridor Evolve(Corridor state, Event fact) => fact is CorridorPublished e ? new(e.Version, e.DiscountBp, Sorted(e.Limits)) : state;

    public Decision Publish(PublishCorridor command) => Version switch
    {
        _ when Version > 0 && command.DiscountBp == DiscountBp && Sorted(command.Limits ?? []).SequenceEqual(Limits) => [],
        VersionsMax => Refuse("corridor.versions", $"A corridor has at most {VersionsMax} versions."),
        _ => new CorridorPublished(TheId, Version + 1, command.DiscountBp, command.Limits ?? []),
    };

    /// <summary>The lines whose discount, their share of the one on the whole included, goes further than it may.</summary>
    public IEnumerable<QuoteLine> Beyond(IEnumerable<QuoteLine> lines) =>
        lines.Where(line => (decimal)(line.List.Minor - line.Net.Minor) * 10_000 > (decimal)line.List.Minor * LimitOf(line.Family));

    int LimitOf(string? family) => family is not null && Limits.TryGetValue(family, out var limit) ? limit : DiscountBp;

    static ImmutableSortedDictionary<string, int> Sorted(IReadOnlyList<CorridorLimit> limits) =>
        limits.ToImmutableSortedDictionary(limit => limit.Family, limit => limit.DiscountBp, StringComparer.Ordinal);
}
