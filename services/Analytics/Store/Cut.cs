using System.Collections.Frozen;

namespace CrmSuite.Analytics.Store;

/// <summary>What was known at an instant: of each department the packs up to the last one that was recorded by then.</summary>
/// <param name="At">The instant.</param>
/// <param name="Packs">The number of that pack, by department; departments without one are not in it.</param>
sealed record Cut(DateTime At, IReadOnlyDictionary<string, long> Packs)
{
    /// <summary>The header that says to which cut <c>knownAt</c> was resolved.</summary>
    public const string Header = "Known-Cut";

    /// <summary>All that is known.</summary>
    public static readonly Cut Everything = new(Moment.Ever, FrozenDictionary<string, long>.Empty);

    /// <summary>A department's facts count up to this pack.</summary>
    public long Of(string department) => Packs.TryGetValue(department, out var pack) ? pack : Rest;

    /// <summary>The same for a department that is not among <see cref="Packs"/>.</summary>
    public long Rest => At == Moment.Ever ? long.MaxValue : 0;

    /// <inheritdoc/>
    public override string ToString() => string.Join(", ", Packs.OrderBy(pack => pack.Key, StringComparer.Ordinal).Select(pack => $"{pack.Key}={pack.Value}"));
}
