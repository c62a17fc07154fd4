using CrmSuite.Bus;
using CrmSuite.Journal;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace CrmSuite.EventStore.Ingest;

/// <summary>What ingest listens to, and when it may.</summary>
/// <param name="Messaging">The broker's connection string.</param>
/// <param name="Departments">Whose packs it hears.</param>
/// <param name="MayWrite">Whether this process can append now: a standby of the embedded store cannot.</param>
sealed record Ingesting(string Messaging, IReadOnlyCollection<string> Departments, Func<bool> MayWrite);

/// <summary>Runs ingest as long as this process may write, and has its progress signed.</summary>
sealed class IngestService(
    Ingesting ingesting, Ingester ingester, IngestListeners listeners, UnreadableBodies unreadable, PackFeed feed, BusHealth health, TimeProvider time, ILoggerFactory loggers) : BackgroundService
{
    /// <summary>How often heads are signed.</summary>
    public static readonly TimeSpan SignEvery = TimeSpan.FromSeconds(60);

    static readonly TimeSpan Beat = TimeSpan.FromMilliseconds(200);
    static readonly TimeSpan RestartPause = TimeSpan.FromSeconds(1);

    const string Part = "ingest";
    const string Queue = "eventstore.ingest";

    readonly ILogger log = loggers.CreateLogger<IngestService>();

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                if (ingesting.MayWrite())
                {
                    await Term(stoppingToken);
                }

                health.Well(Part);
                await Task.Delay(Beat, stoppingToken);
            }
            catch (Exception failure) when (!stoppingToken.IsCancellationRequested)
            {
                health.Ill(Part, failure.Message);
                log.LogWarning("Ingest stopped: {Reason}; begun again shortly", failure.Message);
                await Task.Delay(RestartPause, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    /// <summary>One stretch of being allowed to write: it begins by reading from the store how far it has got.</summary>
    async Task Term(CancellationToken stopping)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        var heads = await listeners.Begin(stopping);
        var listening = new Listening(Part, ingesting.Messaging, Queue, ingesting.Departments)
        {
            Heads = _ => Task.FromResult(heads),
            Handle = ingester.Handle,
            Stop = listeners.Stop,
            SetAside = unreadable.Add,
        };
        var listener = new PackListener(listening, feed, health, loggers.CreateLogger<PackListener>());
        var work = new[] { listener.Run(end.Token), SignOften(end.Token), UntilMayNot(end.Token), listeners.Resumed(end.Token) };
        await Task.WhenAny(work);
        await end.CancelAsync();
        foreach (var part in work)
        {
            await part.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        if (Array.Find(work, part => part.IsFaulted) is { Exception: { } failure })
        {
            throw failure.InnerException!;
        }

        if (ingesting.MayWrite())
        {
            await ingester.Sign(CancellationToken.None);
        }
    }

    async Task SignOften(CancellationToken ct)
    {
        while (true)
        {
            await Task.Delay(SignEvery, time, ct);
            await ingester.Sign(ct);
        }
    }

    async Task UntilMayNot(CancellationToken ct)
    {
        while (ingesting.MayWrite())
        {
            await Task.Delay(Beat, ct);
        }
    }
}
