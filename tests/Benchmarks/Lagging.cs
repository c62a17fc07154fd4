using System.Collections.Concurrent;
using System.Diagnostics;
using Npgsql;

namespace CrmSuite.Benchmarks;

/// <summary>
/// Orders placed through the door of the whole running suite, fifty a second at even intervals, whatever the answers take: how long after each answer Analytics has
/// its row. The table is looked at every few milliseconds, which the figures include.
/// </summary>
static class Lagging
{
    const int Rate = 50;

    static readonly TimeSpan Look = TimeSpan.FromMilliseconds(10);
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    public static async Task Run(Bench bench)
    {
        await using var suite = await SuiteProcess.Start(bench.Ground);
        using var http = await Importing.SignIn(suite.File);
        await using var analytics = NpgsqlDataSource.Create(suite.File.GetProperty("databases").GetProperty("analytics").GetString()!);
        var rounds = await bench.Interleave(($"{Rate} orders a second", () => Place(http, analytics, bench.Options.LagLength)));
        bench.Plain($"from an accepted order to its row in Analytics at {Rate} a second, p50", "ms", rounds, $"{Rate} orders a second", of: figure => figure.P50Ms);
        bench.Plain("the same, p99 (must be under 1,000)", "ms", rounds, $"{Rate} orders a second", of: figure => figure.P99Ms);
    }

    static async Task<Figure> Place(HttpClient http, NpgsqlDataSource analytics, TimeSpan length)
    {
        var waiting = new ConcurrentDictionary<Guid, long>();
        var lags = new List<double>();
        using var placed = new CancellationTokenSource();
        var watching = Watch(analytics, waiting, lags, placed.Token);
        var orders = new List<Task>();
        var clock = Stopwatch.StartNew();
        for (var number = 0; clock.Elapsed < length; number++)
        {
            orders.Add(One(http, waiting));
            var next = TimeSpan.FromSeconds((number + 1.0) / Rate) - clock.Elapsed;
            await Task.Delay(next > TimeSpan.Zero ? next : TimeSpan.Zero);
        }

        await Task.WhenAll(orders);
        var rate = orders.Count / clock.Elapsed.TotalSeconds;
        await placed.CancelAsync();
        await watching.WaitAsync(Patience);
        lags.Sort();
        return new(rate, lags[lags.Count / 2], lags[lags.Count * 99 / 100]);
    }

    static async Task One(HttpClient http, ConcurrentDictionary<Guid, long> waiting)
    {
        using var answer = await http.PostAsync(new Uri("/api/sales/orders", UriKind.Relative), new StringContent(Facts.Body($"lag-{Guid.NewGuid()}"), null, "application/json"));
        var order = (await Importing.Read(answer)).GetProperty("id").GetGuid();
        waiting[order] = Stopwatch.GetTimestamp();
    }

    /// <summary>Takes the time of each order when its row is there, until every order that was placed has one.</summary>
    static async Task Watch(NpgsqlDataSource analytics, ConcurrentDictionary<Guid, long> waiting, List<double> lags, CancellationToken placed)
    {
        while (!placed.IsCancellationRequested || !waiting.IsEmpty)
        {
            await using var command = analytics.CreateCommand("select order_id from analytics.customer_orders where order_id = any($1)");
            command.Parameters.Add(new() { Value = waiting.Keys.ToArray() });
            await using var reader = await command.ExecuteReaderAsync(default);
            while (await reader.ReadAsync(default))
            {
                lags.Add(waiting.TryRemove(reader.GetGuid(0), out var since) ? Stopwatch.GetElapsedTime(since).TotalMilliseconds : 0);
            }

            await Task.Delay(Look, CancellationToken.None);
        }
    }
}
