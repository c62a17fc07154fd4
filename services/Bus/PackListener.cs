using MassTransit;
using Microsoft.Extensions.Logging;

namespace CrmSuite.Bus;

/// <summary>What a listener listens to, and what it does with what it hears.</summary>
/// <param name="Name">Its part in <see cref="BusHealth"/>, for example <c>inbox</c>.</param>
/// <param name="Messaging">The connection string of the broker.</param>
/// <param name="Queue">The queue, declared in contracts/topology.json.</param>
/// <param name="Departments">Whose packs are wanted; others are acknowledged and dropped.</param>
public sealed record Listening(string Name, string Messaging, string Queue, IReadOnlyCollection<string> Departments)
{
    /// <summary>How far each department has been handled; read once, when listening begins.</summary>
    public required Func<CancellationToken, Task<IReadOnlyDictionary<string, PackHead>>> Heads { get; init; }

    /// <summary>
    /// Handles one pack and remembers its number and hash. It is called again, after a pause, until it returns; one pack of a department at a time, in order. A
    /// <see cref="DivergenceException"/> stops the department as a wrong hash does.
    /// </summary>
    public required Func<Pack, CancellationToken, Task> Handle { get; init; }

    /// <summary>Notes that a department is heard no more, and why, where its operators see it.</summary>
    public required Func<string, string, CancellationToken, Task> Stop { get; init; }

    /// <summary>Keeps a body that cannot be read, with the department that sent it (if the broker said) and why; the feed brings its facts.</summary>
    public required Func<string?, byte[], string, CancellationToken, Task> SetAside { get; init; }
}

/// <summary>What a pack says and what was kept before cannot both be: the department that sent it is heard no more until somebody has looked.</summary>
public sealed class DivergenceException(string message) : Exception(message);

/// <summary>
/// Hears the packs of departments in order, each once: a known pack is dropped, a missing one is pulled from the department's feed, a wrong hash stops that
/// department (and no other) until listening is begun again. Works from the feeds alone while the broker is away.
/// </summary>
/// <param name="listening">What it listens to.</param>
/// <param name="feed">Where missing packs come from.</param>
/// <param name="health">Where it shows what is stopped.</param>
/// <param name="logger">Where it tells so.</param>
public sealed class PackListener(Listening listening, PackFeed feed, BusHealth health, ILogger<PackListener> logger)
{
    /// <summary>How often the departments are asked for their head.</summary>
    static readonly TimeSpan HeadPoll = TimeSpan.FromSeconds(5);

    static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(10);

    readonly Listening listening = listening;
    readonly PackFeed feed = feed;
    readonly BusHealth health = health;
    readonly ILogger logger = logger;

    /// <summary>Listens until cancelled; what is in hand is finished or comes again.</summary>
    public async Task Run(CancellationToken ct)
    {
        var heads = await listening.Heads(ct);
        foreach (var department in listening.Departments)
        {
            health.Well($"{listening.Name} chain {department}"); // It is looked at again.
        }

        var lanes = listening.Departments.ToDictionary(department => department, department => new Lane(this, department, heads.GetValueOrDefault(department, PackHead.None)));
        try
        {
            await Task.WhenAll([Connect(lanes, ct), .. lanes.Values.Select(lane => lane.Follow(ct))]);
        }
        finally
        {
            lanes.Values.ToList().ForEach(lane => lane.Dispose());
        }
    }

    /// <summary>Keeps a connection to the broker. MassTransit comes back by itself once it has been there; a start that is refused is begun again here.</summary>
    async Task Connect(Dictionary<string, Lane> lanes, CancellationToken ct)
    {
        var part = $"{listening.Name} broker";
        while (!ct.IsCancellationRequested)
        {
            var bus = RabbitBus.Listener(listening.Messaging, listening.Queue, (user, body, _) => Hear(lanes, user, body, ct));
            Task started = bus.StartAsync(ct);
            do
            {
                await Task.Delay(HeadPoll, ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                if (bus.CheckHealth() is { Status: not BusHealthStatus.Healthy } state)
                {
                    health.Ill(part, started.Exception?.InnerException?.Message ?? state.Description);
                }
                else
                {
                    health.Well(part);
                }
            }
            while (!started.IsFaulted && !ct.IsCancellationRequested);

            using var patience = new CancellationTokenSource(StopTimeout);
            await bus.StopAsync(patience.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    async Task Hear(Dictionary<string, Lane> lanes, string? user, byte[] body, CancellationToken ct)
    {
        if (user is not null && !lanes.ContainsKey(user))
        {
            return;
        }

        try
        {
            foreach (var pack in CloudEvents.Read(body, user ?? throw new FormatException("The broker vouches for no sender.")))
            {
                await lanes[user].Offer(pack, ct);
            }
        }
        catch (FormatException unreadable)
        {
            logger.LogError("A body from {Department} cannot be read and is set aside: {Reason}", user, unreadable.Message);
            BusMeter.SetAside.Add(1, new KeyValuePair<string, object?>("department", user));
            await UntilDone("set aside", () => listening.SetAside(user, body, unreadable.Message, ct), ct);
            if (user is not null)
            {
                lanes[user].Wake();
            }
        }
    }

    /// <summary>A consumer never throws: a message thrown back would come again behind its successors.</summary>
    async Task UntilDone(string part, Func<Task> work, CancellationToken ct)
    {
        for (var failures = 0; ; failures++)
        {
            try
            {
                await work();
                health.Well($"{listening.Name} {part}");
                return;
            }
            catch (Exception failure) when (failure is not DivergenceException && !ct.IsCancellationRequested)
            {
                health.Ill($"{listening.Name} {part}", failure.Message);
                if (failures == 0)
                {
                    logger.LogWarning(failure, "{Listener} cannot handle {Part} now and tries again", listening.Name, part);
                }

                await Task.Delay(Backoff.After(failures), ct);
            }
        }
    }

    /// <summary>One department's chain, as far as it has been handled.</summary>
    sealed class Lane(PackListener listener, string department, PackHead start) : IDisposable
    {
        readonly SemaphoreSlim one = new(1);
        readonly SemaphoreSlim wake = new(0, 1);
        PackHead head = start;
        bool stopped;

        /// <summary>A pack from the broker: handled if it is the next one, else dropped; what is missing comes from the feed.</summary>
        public async Task Offer(Pack pack, CancellationToken ct)
        {
            await one.WaitAsync(ct);
            try
            {
                if (pack.No == head.No + 1)
                {
                    await Take(pack, ct);
                }
                else if (pack.No > head.No)
                {
                    Wake();
                }
            }
            finally
            {
                one.Release();
            }
        }

        public void Wake()
        {
            try
            {
                wake.Release();
            }
            catch (SemaphoreFullException)
            {
                // Awake already.
            }
        }

        /// <summary>Asks for the department's head and pulls what the broker did not bring.</summary>
        public async Task Follow(CancellationToken ct)
        {
            var part = $"{listener.listening.Name} feed {department}";
            while (!ct.IsCancellationRequested && !stopped)
            {
                try
                {
                    await CatchUp(ct);
                    listener.health.Well(part);
                }
                catch (FormatException unreadable)
                {
                    await Stop(unreadable.Message, ct);
                }
                catch (Exception failure) when (!ct.IsCancellationRequested)
                {
                    listener.health.Ill(part, failure.Message);
                }

                await wake.WaitAsync(HeadPoll, ct);
            }
        }

        public void Dispose()
        {
            one.Dispose();
            wake.Dispose();
        }

        async Task CatchUp(CancellationToken ct)
        {
            var mine = head;
            var theirs = await listener.feed.Head(department, ct);
            if (theirs.No < mine.No || (theirs.No == mine.No && !theirs.Same(mine)))
            {
                await Stop($"Its feed ends with pack {theirs.No}, which is not the pack {mine.No} heard before.", ct);
            }

            while (theirs.No > head.No && !stopped)
            {
                var packs = await listener.feed.Read(department, head.No + 1, ct);
                await one.WaitAsync(ct);
                try
                {
                    var missing = packs.SkipWhile(pack => pack.No <= head.No).ToList();
                    if (missing.Count == 0 && theirs.No > head.No)
                    {
                        throw new HttpRequestException($"The feed did not answer pack {head.No + 1}.");
                    }

                    foreach (var pack in missing)
                    {
                        await Take(pack, ct);
                        BusMeter.Pulled.Add(1, new KeyValuePair<string, object?>("department", department));
                    }
                }
                finally
                {
                    one.Release();
                }
            }
        }

        async Task Take(Pack pack, CancellationToken ct)
        {
            if (stopped)
            {
                return;
            }

            if (!pack.Follows(head))
            {
                await Halt($"Pack {pack.No} does not follow from pack {head.No}: wrong number or hash.", ct);
                return;
            }

            try
            {
                await listener.UntilDone(department, () => listener.listening.Handle(pack, ct), ct);
            }
            catch (DivergenceException divergence)
            {
                await Halt(divergence.Message, ct);
                return;
            }

            head = pack.Head;
            BusMeter.Heard.Add(1, new KeyValuePair<string, object?>("department", department));
            BusMeter.Lag.Record((DateTime.UtcNow - pack.Entries[^1].RecordedAt).TotalSeconds, new KeyValuePair<string, object?>("department", department));
        }

        async Task Stop(string reason, CancellationToken ct)
        {
            await one.WaitAsync(ct);
            try
            {
                await Halt(reason, ct);
            }
            finally
            {
                one.Release();
            }
        }

        async Task Halt(string reason, CancellationToken ct)
        {
            stopped = true;
            listener.health.Ill($"{listener.listening.Name} chain {department}", reason);
            listener.logger.LogCritical("{Listener} stops hearing {Department}: {Reason}", listener.listening.Name, department, reason);
            await listener.UntilDone($"stop {department}", () => listener.listening.Stop(department, reason, ct), ct);
        }
    }
}
