using System.Text;
using CrmSuite.Contracts;
using CrmSuite.EventStore.Client;
using CrmSuite.Journal;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace CrmSuite.Analytics.Store;

/// <summary>
/// The company's history as a log: all streams of the event store in commit order, without what the store writes for itself and without streams that are
/// nobody's noun. A subscription wakes the followers; reading is by pages, so that each follower goes at its own pace.
/// </summary>
sealed class StoreLog(IEventStore store, ILogger<StoreLog> log) : BackgroundService, ILog, IHealthCheck
{
    /// <summary>How long a follower sleeps when nobody wakes it: the subscription may be down.</summary>
    static readonly TimeSpan PollMax = TimeSpan.FromMilliseconds(250);

    static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);

    readonly Lock gate = new();
    TaskCompletionSource wake = new(TaskCreationOptions.RunContinuationsAsynchronously);
    Position newest = Position.Start;
    volatile bool follows;

    public Position Newest
    {
        get
        {
            lock (gate)
            {
                return newest;
            }
        }
    }

    public async Task<IReadOnlyList<Recorded>> Read(Position after, int max, CancellationToken ct)
    {
        var entries = new List<Recorded>();
        var from = Math.Max(after.Number, Bound.Start);
        while (entries.Count == 0)
        {
            var seen = 0;
            await foreach (var message in store.ReadAll(from, max + 1, Direction.Forwards, EventFilter.NotSystem, ct: ct))
            {
                if (message is not ReadMessage.Entry { Event: { } stored })
                {
                    continue;
                }

                seen++;
                from = stored.Position;
                if (stored.Position > after.Number && entries.Count < max && StoredFacts.Read(stored) is { } entry)
                {
                    entries.Add(entry);
                }
            }

            if (seen <= 1)
            {
                break;
            }

            // A page full of strangers: go on behind it.
            after = entries.Count == 0 ? new(0, from) : after;
        }

        return entries;
    }

    public async Task<Position> Head(CancellationToken ct)
    {
        await foreach (var message in store.ReadAll(Bound.End, 1, Direction.Backwards, EventFilter.NotSystem, ct: ct))
        {
            if (message is ReadMessage.Entry { Event: { } last })
            {
                return new(0, last.Position);
            }
        }

        return Position.Start;
    }

    /// <summary>Where the store has it: all departments name their streams there as at home. A journal's position alone says nothing here.</summary>
    public async Task<Position?> Find(AtLeast asked, CancellationToken ct)
    {
        if (asked.Stream is not { } stream)
        {
            return asked.Position.Transaction == 0 ? asked.Position : Newest;
        }

        try
        {
            await foreach (var message in store.ReadStream(stream, asked.Version, 1, Direction.Forwards, ct: ct))
            {
                if (message is ReadMessage.Entry { Event: { } found })
                {
                    return new(0, found.Position);
                }
            }
        }
        catch (Exception failure) when (!ct.IsCancellationRequested)
        {
            log.LogWarning("The event store cannot be asked: {Reason}", failure.Message);
        }

        return null;
    }

    public async Task Wait(Position after, CancellationToken ct)
    {
        Task woken;
        lock (gate)
        {
            if (newest > after)
            {
                return;
            }

            woken = wake.Task;
        }

        await woken.WaitAsync(PollMax, ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        ct.ThrowIfCancellationRequested();
    }

    /// <summary>Without the store nothing is lost, the read models only grow old: degraded.</summary>
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(follows ? HealthCheckResult.Healthy() : HealthCheckResult.Degraded("The event store does not answer."));

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await foreach (var message in store.SubscribeAll(Bound.End, EventFilter.NotSystem, ct: stoppingToken))
                {
                    follows = true;
                    // Followers never get to a stranger's event, so nobody may be told to wait for it.
                    if (message is ReadMessage.Entry { Event: { } stored } && StoredFacts.Read(stored) is { Position: var position })
                    {
                        Wake(position);
                    }
                }
            }
            catch (Exception failure) when (!stoppingToken.IsCancellationRequested)
            {
                log.LogWarning("The event store cannot be followed: {Reason}; tried again shortly", failure.Message);
            }

            follows = false;
            await Task.Delay(RetryAfter, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    void Wake(Position position)
    {
        TaskCompletionSource woken;
        lock (gate)
        {
            newest = position > newest ? position : newest;
            woken = wake;
            wake = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        woken.TrySetResult();
    }
}

/// <summary>From an event as the store keeps it to a fact of a department; contracts/README.md has the table.</summary>
static class StoredFacts
{
    const int IdLength = 36;

    /// <summary>Null for a stream that is nobody's noun.</summary>
    public static Recorded? Read(StoredEvent stored)
    {
        if (stored.Stream.Length <= IdLength + 1 || stored.Stream[^(IdLength + 1)] != '-' || !Guid.TryParseExact(stored.Stream.AsSpan()[^IdLength..], "D", out var id)
            || !stored.Stream.Contains('.', StringComparison.Ordinal) || !stored.IsJson)
        {
            return null;
        }

        return StoreMetadata.Parse(stored.Metadata.Span) is not { } beside ? null : new()
        {
            Position = new(0, stored.Position),
            Category = stored.Stream[..^(IdLength + 1)],
            Id = id,
            Version = checked((int)stored.Revision),
            EventId = stored.Id,
            Name = stored.Type,
            Data = stored.Data,
            MetaBytes = Encoding.UTF8.GetBytes(beside.Meta),
            OccurredAt = beside.OccurredAt.ToUniversalTime(),
            RecordedAt = beside.RecordedAt.ToUniversalTime(),
            ContentHash = beside.ContentHash,
            PackNo = beside.PackNo,
        };
    }
}
