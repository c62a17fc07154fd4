using System.Globalization;

namespace CrmSuite.Benchmarks;

/// <summary>What one case reached in one round: a rate, a time or a size, and the times of its calls where it has calls.</summary>
readonly record struct Figure(double Value, double P50Ms = 0, double P99Ms = 0);

/// <summary>The figures of cases that ran side by side, round by round.</summary>
sealed class Rounds(IReadOnlyDictionary<string, Figure[]> figures)
{
    public double[] Of(string name, Func<Figure, double>? what = null) => [.. figures[name].Select(what ?? (figure => figure.Value))];
}

/// <summary>Median, least and greatest of a case's rounds.</summary>
readonly record struct Spread(double Median, double Min, double Max)
{
    public static Spread Of(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return new((sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2, sorted[0], sorted[^1]);
    }

    public override string ToString() => $"{Text(Median)} ({Text(Min)}–{Text(Max)})";

    public static string Text(double value) => value.ToString(value >= 100 ? "N0" : value >= 10 ? "0.0" : "0.00", CultureInfo.InvariantCulture);
}

/// <summary>A line of the table. A ratio is taken round by round, then its median.</summary>
sealed record Line(string What, string Unit, Spread Figure, string Anchor = "", Spread? Beside = null, Spread? Ratio = null, double? Must = null, double? Aim = null, bool AtMost = false)
{
    string Reached => (Ratio, Must, Aim) switch
    {
        ({ } ratio, _, { } aim) when Holds(ratio.Median, aim) => "aim",
        ({ } ratio, { } must, _) when Holds(ratio.Median, must) => "must",
        (not null, not null, _) => "**no**",
        _ => "",
    };

    public override string ToString() =>
        $"| {What} | {Anchor} {Beside} | {Figure} {Unit} | {Ratio} | {Limit(Must)} | {Limit(Aim)} | {Reached} |";

    bool Holds(double value, double limit) => AtMost ? value <= limit : value >= limit;

    string Limit(double? limit) => limit is { } value ? $"{(AtMost ? '≤' : '≥')} {value.ToString(CultureInfo.InvariantCulture)}" : "";
}

/// <summary>Runs benchmarks and keeps their table.</summary>
sealed class Bench(Options options) : IAsyncDisposable
{
    readonly List<string> table = [];
    string load = "";

    public Options Options => options;

    /// <summary>The private servers of the run.</summary>
    public Ground Ground { get; } = new();

    public async Task Measure(Func<Bench, Task> run)
    {
        load = LoadAverage();
        var began = table.Count;
        await run(this);
        table.Add($"| *load average {load} before, {LoadAverage()} after* | | | | | | |");
        table.Skip(began).ToList().ForEach(Console.WriteLine);
    }

    /// <summary>All cases in each round, a different one first each time; one round before them is thrown away.</summary>
    public async Task<Rounds> Interleave(params (string Name, Func<Task<Figure>> Run)[] cases)
    {
        var figures = cases.ToDictionary(one => one.Name, _ => new Figure[options.Rounds]);
        for (var round = -1; round < options.Rounds; round++)
        {
            for (var i = 0; i < cases.Length; i++)
            {
                var (name, run) = cases[(i + round + 1) % cases.Length];
                var figure = await run();
                Console.WriteLine($"  round {round + 1}  {name,-48} {Spread.Text(figure.Value),12}" + (figure.P99Ms > 0 ? $"  p50 {Spread.Text(figure.P50Ms)} p99 {Spread.Text(figure.P99Ms)} ms" : ""));
                if (round >= 0)
                {
                    figures[name][round] = figure;
                }
            }
        }

        return new(figures);
    }

    /// <summary>A goal: what was reached, as a ratio to its anchor in the same rounds.</summary>
    public void Goal(string what, string unit, Rounds rounds, string subject, string anchor, double? must = null, double? aim = null, bool atMost = false, Func<Figure, double>? of = null)
    {
        var (figures, anchors) = (rounds.Of(subject, of), rounds.Of(anchor, of));
        var ratio = Spread.Of(figures.Zip(anchors, (figure, beside) => figure / beside));
        Add(new(what, unit, Spread.Of(figures), anchor, Spread.Of(anchors), ratio, must, aim, atMost));
    }

    /// <summary>A figure that stands for itself, perhaps beside a published one.</summary>
    public void Plain(string what, string unit, Rounds rounds, string subject, string beside = "", Func<Figure, double>? of = null) =>
        Add(new(what, unit, Spread.Of(rounds.Of(subject, of)), beside));

    public void Print()
    {
        Console.WriteLine("\n| goal | anchor | figure | ratio | must | aim | reached |\n|---|---|---|---|---|---|---|");
        table.ForEach(Console.WriteLine);
    }

    public ValueTask DisposeAsync() => Ground.DisposeAsync();

    void Add(Line line) => table.Add(line.ToString());

    static string LoadAverage() => File.ReadAllText("/proc/loadavg").Split(' ')[0];
}
