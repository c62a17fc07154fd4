using System.Runtime.CompilerServices;
using System.Text;
using CrmSuite.Databases;
using CrmSuite.EventStore.Client;
using CrmSuite.EventStore.Ingest;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace CrmSuite.EventStore.Storage;

/// <summary>The embedded store: appends go to the one writer, reads to the tables, followers to the tail of recent events and, behind it, the tables.</summary>
public sealed class PostgresEventStore : IEventStore, IHostedService, IAsyncDisposable
{
    /// <summary>The longest stream name, in bytes of UTF-8: what an index entry takes with ease.</summary>
    public const int NameBytesMax = 1_024;

    /// <summary>How many events are read from the tables or the tail at once.</summary>
    public const int PageMax = 512;

    const string AllStreams = "$all";

    static readonly Task<List<StoredEvent>> NoPage = Task.FromResult<List<StoredEvent>>([]);

    static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);

    /// <summary>How long a start waits for its database.</summary>
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    readonly NpgsqlDataSource database;
    readonly Tables tables;
    readonly Tail tail = new();
    readonly Writer writer;
    readonly TimeProvider time;

    /// <summary>A store on a database; it writes once it is started and holds the lease.</summary>
    /// <param name="connectionString">The database <c>eventstore</c>, as the service's role.</param>
    /// <param name="holder">The name under which this process takes the right to write: its own beside others, the same after a restart.</param>
    /// <param name="log">Where it tells of its lease and its failures.</param>
    /// <param name="time">The clock that stamps events.</param>
    public PostgresEventStore(string connectionString, string holder, ILogger<PostgresEventStore> log, TimeProvider? time = null)
    {
        database = Tables.Open(connectionString);
        tables = new(database);
        this.time = time ?? TimeProvider.System;
        writer = new(database, tables, new(database, holder), tail, this.time, log);
    }

    /// <summary>Whether this process is the one that writes now; else it only reads, and a write fails.</summary>
    public bool Writes => writer.Leads;

    /// <summary>The newest position; 0 for none.</summary>
    public long Head => tail.Head;

    /// <summary>Signed heads kept in this store's own database.</summary>
    internal IHeadKeeper SignedHeads => new HeadTable(database);

    /// <summary>Waits for the database, refuses a wrong schema or unsafe settings, and begins to write or to stand by.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var began = time.GetTimestamp();
        while (true)
        {
            try
            {
                await Migration.Check(database, cancellationToken, typeof(PostgresEventStore).Assembly);
                break;
            }
            catch (NpgsqlException failure) when (failure.IsTransient && time.GetElapsedTime(began) < Patience)
            {
                await Task.Delay(Lease.Beat, cancellationToken);
            }
        }

        await writer.StartAsync(cancellationToken);
    }

    /// <summary>Ends what is being committed, answers what waits with a failure, and gives the lease up.</summary>
    public Task StopAsync(CancellationToken cancellationToken) => writer.StopAsync(cancellationToken);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await writer.StopAsync(CancellationToken.None);
        writer.Dispose();
        await database.DisposeAsync();
    }

    /// <summary>Fails unless the database answers.</summary>
    public async Task Ping(CancellationToken ct) => await tables.Heads(ct);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<WriteResult>> Append(IReadOnlyList<StreamWrite> writes, CancellationToken ct)
    {
        foreach (var write in writes)
        {
            write.Check();
            CheckName(write.Stream);
            foreach (var e in write.Events)
            {
                CheckText(e.Type);
            }
        }

        if (!writes.Any(TooLarge))
        {
            return await writer.Ask([.. writes.Select(w => new Wanted(w, Intent.Append))], ct);
        }

        var fitting = new Queue<WriteResult>(await writer.Ask([.. writes.Where(w => !TooLarge(w)).Select(w => new Wanted(w, Intent.Append))], ct));
        return [.. writes.Select(w => TooLarge(w) ? new WriteResult.TooLarge(StreamWrite.BytesMax) : fitting.Dequeue())];
    }

    /// <inheritdoc/>
    public Task<WriteResult> Delete(string stream, Expected expected, CancellationToken ct) => End(stream, expected, Intent.Delete, ct);

    /// <inheritdoc/>
    public Task<WriteResult> Tombstone(string stream, Expected expected, CancellationToken ct) => End(stream, expected, Intent.Tombstone, ct);

    /// <inheritdoc/>
    public async IAsyncEnumerable<ReadMessage> ReadStream(
        string stream, long from, long count, Direction direction, bool resolveLinks = false, [EnumeratorCancellation] CancellationToken ct = default)
    {
        CheckName(stream);
        CheckCount(count);
        if (direction == Direction.Forwards && from == Bound.End)
        {
            throw new ArgumentException("A stream is not read forwards from its end.", nameof(from));
        }

        var (id, last, metadata) = await Find(stream, ct);
        if (last == Bound.End)
        {
            yield return new ReadMessage.Deleted(stream);
            yield break;
        }

        if (last < 0 || metadata.IsDeleted)
        {
            yield return new ReadMessage.NotFound(stream);
            yield break;
        }

        var (found, lowest, highest) = (0L, metadata.FirstVisible(last), last);
        (lowest, highest) = direction == Direction.Forwards ? (Math.Max(lowest, from), highest) : (lowest, Math.Min(highest, from));
        await foreach (var e in Visible(id, lowest, highest, count, direction, metadata, ct))
        {
            found++;
            yield return await EntryOf(e, resolveLinks, ct);
        }

        if (found == 0 && direction == Direction.Forwards)
        {
            yield return new ReadMessage.FirstRevision(Math.Max(metadata.FirstVisible(last), last + 1));
        }

        yield return new ReadMessage.LastRevision(last);
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<ReadMessage> ReadAll(
        long from,
        long count,
        Direction direction,
        EventFilter? filter = null,
        bool resolveLinks = false,
        [EnumeratorCancellation] CancellationToken ct = default)
    {
        CheckCount(count);
        var left = count;
        Task<List<StoredEvent>> Page() => tables.All(from, filter is null ? (int)Math.Min(left, PageMax) : PageMax, direction, ct);
        for (var asked = Page(); await asked is { Count: > 0 } page;)
        {
            var passed = page.Where(e => filter?.Passes(e.Stream, e.Type) != false).Take((int)Math.Min(left, PageMax)).ToList();
            (from, left) = (page[^1].Position + (direction == Direction.Forwards ? 1 : -1), left - passed.Count);
            asked = left > 0 ? Page() : NoPage; // The next page is fetched while this one is told.
            foreach (var e in passed)
            {
                yield return await EntryOf(e, resolveLinks, ct);
            }
        }
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<ReadMessage> SubscribeAll(
        long? after, EventFilter? filter = null, bool resolveLinks = false, [EnumeratorCancellation] CancellationToken ct = default)
    {
        var (at, considered, caughtUp) = (after == Bound.End ? tail.Head : after ?? 0, 0, false);
        yield return new ReadMessage.Confirmed();
        while (true)
        {
            var recent = tail.After(at, PageMax);
            caughtUp &= recent is not null;
            var page = recent ?? await tables.All(at + 1, PageMax, Direction.Forwards, ct);
            foreach (var e in page)
            {
                at = e.Position;
                if (filter?.Passes(e.Stream, e.Type) != false)
                {
                    yield return await EntryOf(e, resolveLinks, ct);
                }

                if (filter is not null && ++considered == filter.CheckpointEvery)
                {
                    considered = 0;
                    yield return new ReadMessage.Checkpoint(at);
                }
            }

            if (page.Count > 0)
            {
                continue;
            }

            if (!caughtUp)
            {
                caughtUp = true;
                if (considered > 0)
                {
                    considered = 0;
                    yield return new ReadMessage.Checkpoint(at);
                }

                yield return new ReadMessage.CaughtUp();
            }

            await tail.Passed(at, ct);
        }
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<ReadMessage> SubscribeStream(
        string stream, long? after, bool resolveLinks = false, [EnumeratorCancellation] CancellationToken ct = default)
    {
        CheckName(stream);
        var at = tail.Head;
        var (id, last, metadata) = await Find(stream, ct);
        if (last == Bound.End)
        {
            yield return new ReadMessage.Deleted(stream);
            yield break;
        }

        var next = after == Bound.End ? last + 1 : (after ?? -1) + 1;
        yield return new ReadMessage.Confirmed();
        while (true)
        {
            // The table first, up to what it has now …
            await foreach (var e in Visible(id, Math.Max(next, metadata.FirstVisible(last)), last, long.MaxValue, Direction.Forwards, metadata, ct))
            {
                next = e.Revision == Bound.End ? next : e.Revision + 1;
                yield return await EntryOf(e, resolveLinks, ct);
            }

            if (last == Bound.End)
            {
                yield return new ReadMessage.Deleted(stream);
                yield break;
            }

            yield return new ReadMessage.CaughtUp();

            // … then the tail from before that, for as long as this follower keeps up with it.
            while (tail.After(at, PageMax) is { } page)
            {
                foreach (var e in page.Where(e => e.Stream == stream && e.Revision >= next))
                {
                    yield return await EntryOf(e, resolveLinks, ct);
                    if (e.Revision == Bound.End)
                    {
                        yield return new ReadMessage.Deleted(stream);
                        yield break;
                    }

                    next = e.Revision + 1;
                }

                at = page.Count > 0 ? page[^1].Position : at;
                await tail.Passed(at, ct);
            }

            at = tail.Head;
            (id, last, metadata) = await Find(stream, ct);
        }
    }

    /// <summary>Pages of one stream between two revisions, without what is too old to be shown.</summary>
    async IAsyncEnumerable<StoredEvent> Visible(
        long id, long lowest, long highest, long count, Direction direction, StreamMetadata metadata, [EnumeratorCancellation] CancellationToken ct)
    {
        var oldest = metadata.MaxAge is { } age && time.GetUtcNow().UtcDateTime is var now && age < now - DateTime.MinValue ? now - age : DateTime.MinValue;
        while (count > 0 && lowest <= highest)
        {
            var page = await tables.Stream(id, lowest, highest, (int)Math.Min(count, PageMax), direction, ct);
            foreach (var e in page.Where(e => e.Created > oldest))
            {
                count--;
                yield return e;
            }

            if (page.Count == 0 || page[^1].Revision == Bound.End)
            {
                yield break;
            }

            (lowest, highest) = direction == Direction.Forwards ? (page[^1].Revision + 1, highest) : (lowest, page[^1].Revision - 1);
        }
    }

    async Task<(long Id, long Last, StreamMetadata Metadata)> Find(string stream, CancellationToken ct)
    {
        var row = (await tables.Streams([stream], ct))[stream];
        return (row.Id, row.Last, row.Metadata.IsEmpty ? StreamMetadata.None : StreamMetadata.Parse(row.Metadata.Span));
    }

    async ValueTask<ReadMessage> EntryOf(StoredEvent e, bool resolveLinks, CancellationToken ct) =>
        resolveLinks && e.Type == StreamMetadata.LinkType ? new ReadMessage.Entry(await Target(e, ct), e) : new ReadMessage.Entry(e);

    /// <summary>What a link points at, by its text <c>revision@stream</c>; null if there is nothing to be seen.</summary>
    async Task<StoredEvent?> Target(StoredEvent link, CancellationToken ct)
    {
        var text = Encoding.UTF8.GetString(link.Data.Span);
        var parts = text.Split('@', 2);
        if (parts.Length != 2 || !long.TryParse(parts[0], out var revision) || parts[1].Contains('\0'))
        {
            return null;
        }

        var (id, last, metadata) = await Find(parts[1], ct);
        if (last == Bound.End || metadata.IsDeleted || revision < metadata.FirstVisible(last))
        {
            return null;
        }

        await foreach (var e in Visible(id, revision, revision, 1, Direction.Forwards, metadata, ct))
        {
            return e;
        }

        return null;
    }

    async Task<WriteResult> End(string stream, Expected expected, Intent intent, CancellationToken ct)
    {
        CheckName(stream);
        return (await writer.Ask([new(new(stream, expected, []), intent)], ct))[0];
    }

    static bool TooLarge(StreamWrite write) => write.Bytes > StreamWrite.BytesMax;

    static void CheckCount(long count)
    {
        if (count <= 0)
        {
            throw new ArgumentException("A read asks for one event or more.", nameof(count));
        }
    }

    static void CheckName(string stream)
    {
        StreamWrite.CheckName(stream);
        CheckText(stream);
        if (Encoding.UTF8.GetByteCount(stream) > NameBytesMax)
        {
            throw new ArgumentException($"A stream's name has at most {NameBytesMax} bytes.", nameof(stream));
        }
    }

    /// <summary>Text that the database could not keep would fail the whole batch it is written in: it is refused here.</summary>
    static void CheckText(string text)
    {
        // The encoding throws an ArgumentException at half a character.
        if (Strict.GetByteCount(text) == 0 || text.Contains('\0'))
        {
            throw new ArgumentException("U+0000 is not a character of any text here.");
        }
    }
}
