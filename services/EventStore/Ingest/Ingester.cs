using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Text;
using CrmSuite.Bus;
using CrmSuite.Contracts;
using CrmSuite.EventStore.Client;
using CrmSuite.Journal;
using Microsoft.Extensions.Logging;

namespace CrmSuite.EventStore.Ingest;

/// <summary>
/// Appends the departments' packs to the store: each fact at its exact revision, in the order of its department, one pack after the other. How far it has got
/// is read from the store itself, so there is no cursor that could say otherwise.
/// </summary>
/// <param name="store">The embedded store or another server's.</param>
/// <param name="signed">What was signed, and where the next is kept.</param>
/// <param name="time">The clock of signatures.</param>
/// <param name="log">Where it tells.</param>
sealed class Ingester(IEventStore store, SignedHeads signed, TimeProvider time, ILogger<Ingester> log) : IDisposable
{
    static readonly Meter Meter = new("CrmSuite.EventStore.Ingest");
    static readonly Counter<long> Appended = Meter.CreateCounter<long>("eventstore.ingest.facts", description: "Facts in the store, by department.");
    static readonly Counter<long> Repeated = Meter.CreateCounter<long>("eventstore.ingest.repeats", description: "Facts that were there already, by department.");
    static readonly Counter<long> Diverged = Meter.CreateCounter<long>("eventstore.ingest.divergences", description: "Packs that contradict the store, by department.");

    readonly SemaphoreSlim one = new(1);
    readonly ConcurrentDictionary<string, PackChain> chains = new();
    readonly HashSet<string> sure = [];
    readonly Dictionary<string, string> broken = [];
    long position;
    long signedPosition;

    /// <summary>How far each department has got; may be asked at any time.</summary>
    public IReadOnlyDictionary<string, PackHead> Heads => chains.ToDictionary(c => c.Key, c => c.Value.Head);

    /// <summary>Reads from the store how far each department has got. What was signed last is the place to begin, if the store still holds it.</summary>
    public async Task<IReadOnlyDictionary<string, PackHead>> Recover(CancellationToken ct)
    {
        chains.Clear();
        sure.Clear();
        broken.Clear();
        (position, signedPosition) = (0, 0);
        if (await signed.Newest(ct) is { } newest)
        {
            if (await Holds(newest, ct))
            {
                foreach (var (department, pack) in newest.Packs)
                {
                    chains[department] = new(pack.Head);
                }

                (position, signedPosition) = (newest.Position, newest.Position);
            }
            else
            {
                log.LogCritical("The store does not hold what was signed at {At}: run verify. What is missing is asked from the departments", newest.At);
            }
        }

        var from = position;
        await foreach (var message in store.ReadAll(from, long.MaxValue, Direction.Forwards, EventFilter.NotSystem, ct: ct))
        {
            if (message is ReadMessage.Entry { Event: { } e } && e.Position > from && FactOf.Department(e) is { } department)
            {
                Follow(department, e);
            }
        }

        return Heads;
    }

    /// <summary>A department whose chain is broken in the store is heard no more; the others go on.</summary>
    void Follow(string department, StoredEvent e)
    {
        if (broken.ContainsKey(department))
        {
            return;
        }

        var wrong = StoreMetadata.Parse(e.Metadata.Span) is { } fact ? Chain(department).Add(fact) : "what stands beside it cannot be read";
        if (wrong is not null)
        {
            broken[department] = $"The store is damaged at position {e.Position}, revision {e.Revision} of {e.Stream}: {wrong}. Run verify.";
            log.LogCritical("{Department} cannot be ingested: {Reason}", department, broken[department]);
        }

        position = chains.Values.All(c => c.IsWhole) ? e.Position : position;
    }

    /// <summary>Appends one pack; whatever of it is there already is compared, not written again.</summary>
    /// <exception cref="DivergenceException">The store holds something else where one of its facts belongs.</exception>
    public async Task Handle(Pack pack, CancellationToken ct)
    {
        await one.WaitAsync(ct);
        try
        {
            if (broken.TryGetValue(pack.Department, out var reason))
            {
                throw Divergence(pack, reason);
            }

            // After a start or a failure, part of the pack may lie in the store: it is read back before anything is written.
            var facts = pack.Entries.Select((entry, index) => new Fact(entry, index)).ToList();
            var missing = sure.Remove(pack.Department) ? facts : await Missing(pack, facts, ct);
            if (!await TryAppend(pack, missing, ct))
            {
                missing = await Missing(pack, facts, ct);
                if (!await TryAppend(pack, missing, ct))
                {
                    throw Divergence(pack, $"The store lacks what comes before a fact of pack {pack.No} of {pack.Department}, or its stream was deleted.");
                }
            }

            chains[pack.Department] = new(pack.Head);
            sure.Add(pack.Department);
            Appended.Add(missing.Count, new KeyValuePair<string, object?>("department", pack.Department));
            Repeated.Add(facts.Count - missing.Count, new KeyValuePair<string, object?>("department", pack.Department));
        }
        finally
        {
            one.Release();
        }
    }

    /// <summary>Signs how far every department has got, if it is further than what was signed last.</summary>
    public async Task Sign(CancellationToken ct)
    {
        await one.WaitAsync(ct);
        try
        {
            if (position > signedPosition && broken.Count == 0 && chains.Values.All(c => c.IsWhole))
            {
                var heads = chains.ToDictionary(c => c.Key, c => new HeadDocument.Pack(c.Value.Head.No, c.Value.Head.Hash.ToArray()));
                await signed.Sign(new(time.GetUtcNow().UtcDateTime, position, new(heads, StringComparer.Ordinal)), ct);
                signedPosition = position;
            }
        }
        finally
        {
            one.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => one.Dispose();

    /// <summary>Whether the store holds, at the signed position, a fact of a pack that was signed.</summary>
    async Task<bool> Holds(HeadDocument head, CancellationToken ct)
    {
        try
        {
            await foreach (var message in store.ReadAll(head.Position, 1, Direction.Forwards, ct: ct))
            {
                return message is ReadMessage.Entry { Event: { } e } && e.Position == head.Position
                    && FactOf.Department(e) is { } department && StoreMetadata.Parse(e.Metadata.Span) is { } fact
                    && head.Packs.TryGetValue(department, out var pack) && pack.Head.Same(new(fact.PackNo, fact.PackHash));
            }
        }
        catch (ArgumentException)
        {
            // Other servers call a position beyond their end a wrong use.
        }

        return false;
    }

    async Task<bool> TryAppend(Pack pack, List<Fact> facts, CancellationToken ct)
    {
        if (facts.Count == 0)
        {
            return true;
        }

        var results = await store.Append(Writes(pack, facts), ct);
        position = Math.Max(position, results.OfType<WriteResult.Written>().Max(w => w.Position) ?? 0);
        return results.All(r => r is WriteResult.Written);
    }

    /// <summary>One write for each run of facts of one stream: the store's order is the journal's.</summary>
    static List<StreamWrite> Writes(Pack pack, List<Fact> facts)
    {
        var writes = new List<StreamWrite>();
        for (var i = 0; i < facts.Count;)
        {
            var (first, events) = (facts[i].Entry, new List<NewEvent>());
            for (; i < facts.Count && facts[i].Entry.Stream == first.Stream && facts[i].Entry.Version == first.Version + events.Count; i++)
            {
                events.Add(Event(pack, facts[i]));
            }

            writes.Add(new(first.Stream, new(first.Version - 1), events));
        }

        return writes;
    }

    static NewEvent Event(Pack pack, Fact fact)
    {
        var entry = fact.Entry;
        var meta = Encoding.UTF8.GetString(entry.MetaBytes.Span);
        var (content, packed) = (entry.ContentHash.ToArray(), pack.Hash.ToArray());
        var beside = new StoreMetadata(meta, entry.OccurredAt, entry.RecordedAt, content, pack.No, fact.Index, packed, entry.EventId);
        return new(entry.EventId, entry.Name, entry.Data, beside.ToBytes());
    }

    /// <summary>What of the pack is not in the store yet. What is there must be the same fact: same id, same content.</summary>
    async Task<List<Fact>> Missing(Pack pack, List<Fact> facts, CancellationToken ct)
    {
        var missing = new List<Fact>();
        foreach (var stream in facts.GroupBy(f => f.Entry.Stream))
        {
            var stored = await Stored(stream.Key, stream.Min(f => f.Entry.Version), stream.Count(), ct);
            foreach (var fact in stream)
            {
                if (!stored.TryGetValue(fact.Entry.Version, out var there))
                {
                    missing.Add(fact);
                }
                else if (there.Id != fact.Entry.EventId
                    || StoreMetadata.Parse(there.Metadata.Span) is not { } beside
                    || !FactOf.HasHash(there, beside)
                    || !fact.Entry.ContentHash.Span.SequenceEqual(beside.ContentHash))
                {
                    var where = $"Revision {there.Revision} of {there.Stream}";
                    throw Divergence(pack, $"{where} is another fact in the store (position {there.Position}) than in pack {pack.No}.");
                }
            }
        }

        return [.. missing.OrderBy(f => f.Index)];
    }

    async Task<Dictionary<long, StoredEvent>> Stored(string stream, long from, long count, CancellationToken ct)
    {
        var stored = new Dictionary<long, StoredEvent>();
        await foreach (var message in store.ReadStream(stream, from, count, Direction.Forwards, ct: ct))
        {
            if (message is ReadMessage.Entry { Event: { } e })
            {
                stored[e.Revision] = e;
            }
        }

        return stored;
    }

    static DivergenceException Divergence(Pack pack, string what)
    {
        Diverged.Add(1, new KeyValuePair<string, object?>("department", pack.Department));
        return new(what);
    }

    PackChain Chain(string department) => chains.TryGetValue(department, out var chain) ? chain : chains[department] = new(PackHead.None);

    /// <summary>A fact and its place in its pack.</summary>
    readonly record struct Fact(Recorded Entry, int Index);
}
