using System.Text.RegularExpressions;

namespace CrmSuite.EventStore.Client;

/// <summary>What a filter looks at.</summary>
public enum FilterOn
{
    /// <summary>The event's stream.</summary>
    Stream,

    /// <summary>The event's type.</summary>
    Type,
}

/// <summary>Chooses events of all streams by stream or type, by prefixes or a regular expression.</summary>
public sealed class EventFilter
{
    /// <summary>How long one match may take; a slower expression is a wrong one.</summary>
    public static readonly TimeSpan MatchTimeMax = TimeSpan.FromMilliseconds(100);

    /// <summary>Checkpoints come after this many considered events unless said otherwise.</summary>
    public const int CheckpointEveryDefault = 1_024;

    readonly Regex? _regex;

    EventFilter(FilterOn on, string? pattern, IReadOnlyList<string> prefixes, int checkpointEvery)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(checkpointEvery, 1);
        (On, Pattern, Prefixes, CheckpointEvery) = (on, pattern, prefixes, checkpointEvery);
        _regex = pattern is null ? null : new Regex(pattern, RegexOptions.CultureInvariant, MatchTimeMax);
    }

    /// <summary>What is looked at.</summary>
    public FilterOn On { get; }

    /// <summary>The regular expression, or null if prefixes choose.</summary>
    public string? Pattern { get; }

    /// <summary>The prefixes; none with a regular expression.</summary>
    public IReadOnlyList<string> Prefixes { get; }

    /// <summary>A checkpoint follows after so many considered events, and when the subscription has caught up.</summary>
    public int CheckpointEvery { get; }

    /// <summary>Everything the stores do not write for themselves.</summary>
    public static EventFilter NotSystem { get; } = ByPattern(FilterOn.Type, @"^[^\$].*");

    /// <summary>Events whose stream or type starts with one of the prefixes.</summary>
    public static EventFilter ByPrefix(FilterOn on, IReadOnlyList<string> prefixes, int checkpointEvery = CheckpointEveryDefault) =>
        prefixes.Count > 0 ? new(on, null, prefixes, checkpointEvery) : throw new ArgumentException("A filter needs a prefix.", nameof(prefixes));

    /// <summary>Events whose stream or type matches; a broken expression is an <see cref="ArgumentException"/>.</summary>
    public static EventFilter ByPattern(FilterOn on, string pattern, int checkpointEvery = CheckpointEveryDefault) =>
        new(on, pattern, [], checkpointEvery);

    /// <summary>True if the event with this stream and type passes; too slow an expression is an <see cref="ArgumentException"/>.</summary>
    public bool Passes(string stream, string type)
    {
        var text = On == FilterOn.Stream ? stream : type;
        if (_regex is null)
        {
            return Prefixes.Any(p => text.StartsWith(p, StringComparison.Ordinal));
        }

        try
        {
            return _regex.IsMatch(text);
        }
        catch (RegexMatchTimeoutException slow)
        {
            throw new ArgumentException("The filter's expression takes too long.", slow);
        }
    }
}
