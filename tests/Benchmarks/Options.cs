using System.Globalization;

namespace CrmSuite.Benchmarks;

/// <summary>What can be said on the command line.</summary>
sealed record Options(IReadOnlyList<string> Names)
{
    /// <summary>Measured rounds; one more before them warms up.</summary>
    public int Rounds { get; private init; } = 5;

    /// <summary>How long one case runs in one round.</summary>
    public TimeSpan Length { get; private init; } = TimeSpan.FromSeconds(2);

    /// <summary>How many events relay and rebuild work on.</summary>
    public int Events { get; private init; } = 100_000;

    /// <summary>How long a service is loaded before its memory is looked at.</summary>
    public TimeSpan MemoryLength { get; private init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long orders are placed to look at their lag.</summary>
    public TimeSpan LagLength { get; private init; } = TimeSpan.FromSeconds(60);

    /// <summary>Whether growth goes to ten million events: 7 GB and many minutes.</summary>
    public bool Large { get; private init; }

    /// <summary>Null, after a word on the right use, when something is not understood.</summary>
    public static Options? Parse(string[] args, IReadOnlyList<string> known)
    {
        var names = args.TakeWhile(arg => !arg.StartsWith("--", StringComparison.Ordinal)).ToList();
        var options = new Options(names.Count > 0 ? names : known);
        for (var next = names.Count; next < args.Length; next++)
        {
            var number = next + 1 < args.Length && int.TryParse(args[next + 1], CultureInfo.InvariantCulture, out var n) && n > 0 ? n : 0;
            switch (args[next])
            {
                case "--rounds" when number > 0: options = options with { Rounds = number }; break;
                case "--seconds" when number > 0: options = options with { Length = TimeSpan.FromSeconds(number) }; break;
                case "--events" when number > 0: options = options with { Events = number }; break;
                case "--memory-seconds" when number > 0: options = options with { MemoryLength = TimeSpan.FromSeconds(number) }; break;
                case "--lag-seconds" when number > 0: options = options with { LagLength = TimeSpan.FromSeconds(number) }; break;
                case "--large":
                    options = options with { Large = true };
                    continue;
                default: return Refuse(args[next]);
            }

            next++;
        }

        return names.Find(name => !known.Contains(name)) is { } unknown ? Refuse(unknown) : options;
    }

    static Options? Refuse(string word)
    {
        Console.Error.WriteLine($"'{word}' is not understood. Use: [names…] [--rounds N] [--seconds N] [--events N] [--memory-seconds N] [--lag-seconds N] [--large]. The names:");
        return null;
    }
}
