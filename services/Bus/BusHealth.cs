using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace CrmSuite.Bus;

/// <summary>What of the bus does not work, and why: shown as degraded, never as not ready, because a department lives without the bus.</summary>
public sealed class BusHealth : IHealthCheck
{
    readonly ConcurrentDictionary<string, string> ills = new();

    /// <summary>What is wrong by part, for example <c>relay</c> or <c>inbox sales</c>.</summary>
    public IReadOnlyDictionary<string, string> Ills => ills;

    /// <summary>A part does not work.</summary>
    public void Ill(string part, string reason) => ills[part] = reason;

    /// <summary>A part works again.</summary>
    public void Well(string part) => ills.TryRemove(part, out _);

    /// <inheritdoc/>
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(ills.IsEmpty ? HealthCheckResult.Healthy() : HealthCheckResult.Degraded(string.Join("; ", ills.Select(ill => $"{ill.Key}: {ill.Value}"))));
}

/// <summary>Waiting longer after each failure, up to a limit, with jitter so that replicas do not knock together.</summary>
static class Backoff
{
    const int FirstMs = 200;
    const int LongestMs = 5_000;

    public static TimeSpan After(int failures) =>
        TimeSpan.FromMilliseconds(Math.Min(LongestMs, FirstMs << Math.Min(failures, 8)) * (0.5 + (Random.Shared.NextDouble() / 2)));
}

/// <summary>The bus in numbers.</summary>
static class BusMeter
{
    static readonly Meter Meter = new("CrmSuite.Bus");

    public static readonly Counter<long> Published = Meter.CreateCounter<long>("bus.packs.published", description: "Packs that the broker confirmed.");
    public static readonly Counter<long> Heard = Meter.CreateCounter<long>("bus.packs.heard", description: "Packs handled, by department.");
    public static readonly Counter<long> Pulled = Meter.CreateCounter<long>("bus.packs.pulled", description: "Packs that came from a feed, by department.");
    public static readonly Counter<long> Reactions = Meter.CreateCounter<long>("bus.reactions", description: "Reactions, by name and outcome or code.");
    public static readonly Counter<long> SetAside = Meter.CreateCounter<long>("bus.set-aside", description: "Facts and bodies set aside, by department.");
    public static readonly Histogram<double> PublishLag = Meter.CreateHistogram<double>("bus.publish.lag", "s", "From the recording of a fact to the broker's confirm.");
    public static readonly Histogram<double> Lag = Meter.CreateHistogram<double>("bus.lag", "s", "From the recording of a fact to the end of its handling, by department.");
}
