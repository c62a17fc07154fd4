using CrmSuite.Journal;
using MassTransit;
using MassTransit.RabbitMqTransport;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace CrmSuite.Bus;

/// <summary>
/// Seals the journal into packs and publishes them one at a time, confirmed, in order; one replica leads. The journal is the buffer: without a broker it goes on
/// sealing, so that listeners can pull, and publishes the rest when the broker is back.
/// </summary>
/// <param name="packs">The own packs.</param>
/// <param name="log">Wakes it.</param>
/// <param name="leader">Makes it one.</param>
/// <param name="messaging">The broker.</param>
/// <param name="health">Where it says why it does not publish.</param>
/// <param name="logger">Where it says so once.</param>
sealed class Relay(Packs packs, JournalLog log, Leader leader, BusConnection messaging, BusHealth health, ILogger<Relay> logger) : BackgroundService
{
    /// <summary>How many packs are read at once when there is a backlog.</summary>
    const int BacklogPage = 16;

    /// <summary>How many packs are sealed between two attempts to reach the broker.</summary>
    const int CutsMax = 100;

    /// <summary>
    /// Facts gather after a pack that was not full for as long as it took, at least and at most so long: one that comes alone leaves at once, a stream of them in packs
    /// that are worth the commits of all who hear them, and the busier the machine, the larger they are.
    /// </summary>
    const int GatherMs = 25, GatherMaxMs = 100;

    const string Name = "relay";

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await using var publisher = new PackPublisher(messaging.Text, packs.Department, packs.Department);
        await leader.Run(Name, ct => Send(publisher, ct), stoppingToken);
    }

    async Task Send(PackPublisher publisher, CancellationToken ct)
    {
        var (head, last) = await packs.Newest(ct);
        var confirmed = await packs.Confirmed(ct);
        var backlog = new Queue<Pack>();
        for (var failures = 0; ;)
        {
            var began = Environment.TickCount64;
            // A new pack is cut only when all others are out, so that it holds what has come meanwhile; while the broker is away, so that the feed moves on.
            for (var cuts = failures > 0 ? CutsMax : confirmed == head.No ? 1 : 0; cuts > 0 && await packs.Seal(head, last, ct) is { } cut; cuts--)
            {
                if (confirmed + backlog.Count == head.No && backlog.Count < BacklogPage)
                {
                    backlog.Enqueue(cut);
                }

                (head, last) = (cut.Head, cut.Entries[^1].Position);
            }

            if (backlog.Count == 0 && confirmed < head.No)
            {
                backlog = new(await packs.Read(confirmed + 1, BacklogPage, ct));
            }

            if (!backlog.TryPeek(out var pack))
            {
                await log.Wait(last, ct);
                continue;
            }

            try
            {
                var publishing = publisher.Publish(CloudEvents.Write(pack), ct);
                Pack? ahead = null;
                try
                {
                    // A full pack is followed by more: the next one is cut, and what is out noted with it, while this one is on its way.
                    ahead = pack.No == head.No && pack.IsFull ? await packs.Seal(head, last, ct, confirmed) : null;
                }
                finally
                {
                    await publishing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                    if (ahead is not null)
                    {
                        backlog.Enqueue(ahead);
                        (head, last) = (ahead.Head, ahead.Entries[^1].Position);
                    }
                }

                await publishing;
                confirmed = backlog.Dequeue().No;
                failures = 0;
                health.Well(Name);
                BusMeter.Published.Add(1);
                BusMeter.PublishLag.Record((DateTime.UtcNow - pack.Entries[^1].RecordedAt).TotalSeconds);
                if (ahead is null)
                {
                    await packs.Confirm(confirmed, ct);
                }

                if (confirmed == head.No && !pack.IsFull)
                {
                    await Task.Delay((int)Math.Clamp(Environment.TickCount64 - began, GatherMs, GatherMaxMs), ct);
                }
            }
            catch (PublishException refused)
            {
                if (failures == 0)
                {
                    logger.LogWarning("Pack {No} was not confirmed: {Reason}", pack.No, refused.Message);
                }

                health.Ill(Name, refused.Message);
                await Task.Delay(Backoff.After(failures++), ct);
            }
        }
    }
}

/// <summary>A pack that the broker did not take over: refused, returned, timed out or not reached.</summary>
sealed class PublishException(string reason, Exception inner) : Exception(reason, inner);

/// <summary>
/// Publishes one pack and returns when the broker has it for good. MassTransit would send again by itself, out of order and for hours: the first fault ends the
/// attempt, and a second send of the same attempt is refused, so that the relay alone decides.
/// </summary>
/// <param name="messaging">The connection.</param>
/// <param name="user">Whose message it says it is; the broker checks it against the connection.</param>
/// <param name="key">The routing key; the broker lets each department use its own only.</param>
sealed class PackPublisher(string messaging, string user, string key) : IPublishObserver, IAsyncDisposable
{
    static readonly TimeSpan TimeOut = TimeSpan.FromSeconds(5);

    /// <summary>After so many attempts in a row without any answer the connection is made anew, whatever its client believes of it.</summary>
    internal const int RenewAfter = 3;

    CancellationTokenSource life = new();
    IBusControl? bus;
    Task started = Task.CompletedTask;
    CancellationTokenSource attempt = new();
    Exception? fault;
    int unanswered;

    public async Task Publish(byte[] body, CancellationToken ct)
    {
        // A start that was refused, for example because the user was not there yet, is not repeated by MassTransit.
        if (bus is null || started.IsFaulted || unanswered == RenewAfter)
        {
            await Close();
            (life, unanswered) = (new(), 0);
            bus = RabbitBus.Publisher(messaging);
            bus.ConnectPublishObserver(this);
            started = bus.StartAsync(life.Token);
        }

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(TimeOut);
        (attempt, fault) = (limit, null);
        var tries = 0;
        try
        {
            await bus.Publish(new PackMessage(body), context =>
            {
                if (tries++ > 0 || limit.IsCancellationRequested)
                {
                    throw new NotSupportedException("MassTransit does not repeat a publish here.");
                }

                var send = (RabbitMqSendContext)context;
                (send.RoutingKey, send.Mandatory, send.Durable) = (key, true, true);
                send.BasicProperties.UserId = user;
                (send.MessageId, send.ConversationId) = (null, null);
            }, limit.Token).WaitAsync(limit.Token);
            unanswered = 0;
        }
        catch (Exception failure) when (!ct.IsCancellationRequested)
        {
            var cause = fault ?? failure;
            unanswered = cause is OperationCanceledException ? unanswered + 1 : 0;
            throw new PublishException(
                cause is OperationCanceledException ? $"No confirm within {TimeOut.TotalSeconds:0} s. {bus.CheckHealth().Exception?.Message}".TrimEnd() : cause.Message, cause);
        }
    }

    public Task PublishFault<T>(PublishContext<T> context, Exception exception) where T : class
    {
        fault ??= exception;
        return attempt.CancelAsync();
    }

    public Task PrePublish<T>(PublishContext<T> context) where T : class => Task.CompletedTask;

    public Task PostPublish<T>(PublishContext<T> context) where T : class => Task.CompletedTask;

    public async ValueTask DisposeAsync() => await Close();

    async Task Close()
    {
        using var patience = new CancellationTokenSource(TimeOut);
        await life.CancelAsync();
        await started.WaitAsync(patience.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await (bus?.StopAsync(patience.Token) ?? Task.CompletedTask).WaitAsync(patience.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        life.Dispose();
    }
}
