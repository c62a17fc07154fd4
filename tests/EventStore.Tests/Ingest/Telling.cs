using System.Security.Cryptography;
using System.Text;
using CrmSuite.Bus;
using CrmSuite.Contracts;
using CrmSuite.EventStore.Client;
using CrmSuite.EventStore.Ingest;
using CrmSuite.Journal;
using Microsoft.Extensions.Logging.Abstractions;

namespace CrmSuite.EventStore.Tests.Ingest;

/// <summary>A department that tells packs, without a journal behind it.</summary>
sealed class Telling(string department)
{
    readonly Dictionary<Guid, int> versions = [];
    readonly List<Pack> packs = [];
    PackHead head = PackHead.None;
    int told;

    /// <summary>All that was told.</summary>
    public IReadOnlyList<Pack> Packs => packs;

    /// <summary>The end of its chain.</summary>
    public PackHead Head => head;

    /// <summary>The next pack: one fact for each noun named, in this order.</summary>
    public Pack Tell(params Guid[] nouns)
    {
        var pack = Pack.Next(department, head, [.. nouns.Select(Next)]);
        packs.Add(pack);
        head = pack.Head;
        return pack;
    }

    /// <summary>The next fact of a noun.</summary>
    public Recorded Next(Guid noun)
    {
        var version = versions[noun] = versions.TryGetValue(noun, out var last) ? last + 1 : 0;
        return Fact(noun, version, $$"""{"thingId":"{{noun}}","n":{{++told}},"who":"Zoë \"Q\""}""");
    }

    /// <summary>A fact as a journal would have it.</summary>
    public Recorded Fact(Guid noun, int version, string data)
    {
        var name = $"{department}.thing-told.1";
        var meta = new Meta(new("service", "test"), Guid.NewGuid(), null, null, null, new(Guid.NewGuid())).ToBytes();
        var bytes = Encoding.UTF8.GetBytes(data);
        return new()
        {
            Position = new(0, told),
            Category = $"{department}.thing",
            Id = noun,
            Version = version,
            EventId = Guid.NewGuid(),
            Name = name,
            Data = bytes,
            MetaBytes = meta,
            OccurredAt = new DateTime(2026, 1, 2, 3, 4, 5, DateTimeKind.Utc),
            RecordedAt = new DateTime(2026, 1, 2, 3, 4, 6, DateTimeKind.Utc),
            ContentHash = ContentHash.Of(name, bytes, meta),
        };
    }

    /// <summary>What stands beside a fact in the store, if it is the first of this pack.</summary>
    public static StoreMetadata Beside(Recorded fact, Pack pack)
    {
        var meta = Encoding.UTF8.GetString(fact.MetaBytes.Span);
        return new(meta, fact.OccurredAt, fact.RecordedAt, fact.ContentHash.ToArray(), pack.No, 0, pack.Hash.ToArray(), fact.EventId);
    }

    /// <summary>Signs into memory.</summary>
    public static (SignedHeads Heads, MemoryKeeper Kept) Signing()
    {
        var kept = new MemoryKeeper();
        return (new(ECDsa.Create(ECCurve.NamedCurves.nistP256), [kept]), kept);
    }

    /// <summary>An ingester over a store.</summary>
    public static Ingester Over(IEventStore store, SignedHeads? signed = null) =>
        new(store, signed ?? Signing().Heads, TimeProvider.System, NullLogger<Ingester>.Instance);
}

/// <summary>Signed heads in memory.</summary>
sealed class MemoryKeeper : IHeadKeeper
{
    public List<SignedHead> Kept { get; } = [];

    public Task Add(SignedHead head, CancellationToken ct)
    {
        Kept.Add(head);
        return Task.CompletedTask;
    }

    public IAsyncEnumerable<SignedHead> All(CancellationToken ct) => Kept.ToAsyncEnumerable();
}

/// <summary>A store whose process dies in the middle of a call: what was written stays, the caller never hears of it.</summary>
sealed class DyingStore(IEventStore store, int writesLeft) : IEventStore
{
    public async Task<IReadOnlyList<WriteResult>> Append(IReadOnlyList<StreamWrite> writes, CancellationToken ct)
    {
        await store.Append([.. writes.Take(writesLeft)], ct);
        throw new IOException("The store is gone.");
    }

    public Task<WriteResult> Delete(string stream, Expected expected, CancellationToken ct) => store.Delete(stream, expected, ct);

    public Task<WriteResult> Tombstone(string stream, Expected expected, CancellationToken ct) => store.Tombstone(stream, expected, ct);

    public IAsyncEnumerable<ReadMessage> ReadStream(string stream, long from, long count, Direction direction, bool resolveLinks, CancellationToken ct) =>
        store.ReadStream(stream, from, count, direction, resolveLinks, ct);

    public IAsyncEnumerable<ReadMessage> ReadAll(long from, long count, Direction direction, EventFilter? filter, bool resolveLinks, CancellationToken ct) =>
        store.ReadAll(from, count, direction, filter, resolveLinks, ct);

    public IAsyncEnumerable<ReadMessage> SubscribeStream(string stream, long? after, bool resolveLinks, CancellationToken ct) =>
        store.SubscribeStream(stream, after, resolveLinks, ct);

    public IAsyncEnumerable<ReadMessage> SubscribeAll(long? after, EventFilter? filter, bool resolveLinks, CancellationToken ct) =>
        store.SubscribeAll(after, filter, resolveLinks, ct);
}
