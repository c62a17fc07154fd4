using System.Text.Json;
using System.Text.Json.Nodes;
using CrmSuite.EventStore.Client;
using Npgsql;

namespace CrmSuite.EventStore.Storage;

/// <summary>
/// The writer's term of office: what it knows of the streams, and the rows of the batch it is making. It lives as long as every commit succeeds; after a
/// failure a new one starts from the tables.
/// </summary>
/// <remarks>
/// A stream that a caller says is not there yet is taken to be new without a look: most streams are, and the table refuses a name that it has. Then the batch is
/// judged again, and asks.
/// </remarks>
sealed class WriteBatch(NpgsqlConnection connection, Tables tables, long fence, Tail tail, TimeProvider time, long position, long streamId, HashSet<string> described)
{
    /// <summary>How many streams are remembered; beyond, all are forgotten and asked for again.</summary>
    public const int StreamsMax = 500_000;

    /// <summary>How many streams with metadata are known by name. A store with more is asked about every stream: one may have been described before it began.</summary>
    public const int DescribedMax = 10_000;

    readonly Dictionary<string, StreamState> streams = [];
    readonly RecentIds recent = new();
    readonly List<(long Id, string Name)> newStreams = [];
    readonly List<NewRow> rows = [];
    readonly HashSet<StreamState> touched = [];
    readonly List<(Call Call, int Index, WriteResult Result)> judged = [];
    long head = position;
    long newestId = streamId;
    int answered;

    /// <summary>Judges the writes in order, commits what is new, and answers each once its result is certain.</summary>
    public async Task Write(List<(Call Call, int Index)> writes, CancellationToken ct)
    {
        if (streams.Count > StreamsMax)
        {
            streams.Clear();
        }

        answered = 0;
        try
        {
            Trust(writes);
            await Judge(writes, ct);
        }
        catch (PostgresException failure) when (Tables.IsTaken(failure))
        {
            Undo(writes);
            await Judge(writes[answered..], ct);
        }
    }

    async Task Judge(List<(Call Call, int Index)> writes, CancellationToken ct)
    {
        await Load(writes.SelectMany(w => NamesOf(w.Call.Wanted[w.Index])), ct);
        foreach (var (call, index) in writes)
        {
            judged.Add((call, index, await Do(call.Wanted[index], ct)));
        }

        await Commit(ct);
    }

    /// <summary>Takes streams for new whose first mention in the batch says so and adds to them, so that the table has its say.</summary>
    void Trust(List<(Call Call, int Index)> writes)
    {
        var asked = new HashSet<string>();
        foreach (var (call, index) in writes)
        {
            var wanted = call.Wanted[index];
            var (name, isNew) = (wanted.Write.Stream, wanted is { Intent: Intent.Append, Write.Events.Count: > 0 } && wanted.Write.Expected == Expected.NoStream);
            if (isNew && described.Count < DescribedMax && !described.Contains(name) && !asked.Contains(name))
            {
                streams.TryAdd(name, new(name, StreamRow.None));
            }
            else
            {
                asked.Add(name);
            }
        }
    }

    /// <summary>Forgets what the refused batch made of the streams that it looked at; what it committed on its way stays answered.</summary>
    void Undo(List<(Call Call, int Index)> writes)
    {
        foreach (var name in writes.SelectMany(w => NamesOf(w.Call.Wanted[w.Index])).Concat(touched.Select(stream => stream.Name)))
        {
            streams.Remove(name);
        }

        foreach (var row in rows)
        {
            recent.Remove(row.Stream, row.Event.Id);
        }

        (head, newestId) = (head - rows.Count, newestId - newStreams.Count);
        Clear();
    }

    async Task<WriteResult> Do(Wanted wanted, CancellationToken ct)
    {
        var write = wanted.Write;
        var stream = await State(write.Stream, ct);
        if (wanted.Intent != Intent.Append)
        {
            return wanted.Intent == Intent.Delete ? await Delete(stream, write.Expected, ct) : Tombstone(stream, write.Expected);
        }

        return write.Events.Count == 0 ? Compare(stream, write.Expected) : await Append(stream, write, ct);
    }

    async Task<WriteResult> Append(StreamState stream, StreamWrite write, CancellationToken ct)
    {
        List<(Guid Id, long Position)>? stored = null;
        var verdict = Judge();
        if (verdict == Verdict.AskLog)
        {
            if (touched.Contains(stream))
            {
                await Commit(ct);   // The log must hold what this batch has for the stream, before it is asked.
            }

            stored = await tables.Ids(stream.Id, Expectation.FirstRevision(write.Expected), write.Events.Count, ct);
            verdict = Judge();
        }

        return verdict switch
        {
            Verdict.Append => await AddAll(stream, write, ct),
            Verdict.Repeat => Repeated(stream, write, stored),
            Verdict.Deleted => new WriteResult.StreamDeleted(stream.Name),
            _ => new WriteResult.WrongVersion(write.Expected, stream.Last),
        };

        Verdict Judge() => Expectation.Judge(stream, write, id => recent.Find(stream.Id, id), stored?.ConvertAll(s => s.Id));
    }

    async Task<WriteResult> AddAll(StreamState stream, StreamWrite write, CancellationToken ct)
    {
        if (stream.IsDeleted)
        {
            await Undelete(stream, ct);
        }

        foreach (var e in write.Events)
        {
            Add(stream, stream.Last + 1, e.Id, e.Type, e.Data, e.Metadata, e.IsJson);
        }

        if (StreamMetadata.OwnerOf(stream.Name) is { } owner)
        {
            (await State(owner, ct)).SetMetadata(write.Events[^1].Data);
        }

        return new WriteResult.Written(stream.Last, head);
    }

    WriteResult.Written Repeated(StreamState stream, StreamWrite write, List<(Guid Id, long Position)>? stored)
    {
        if (stored is not null)
        {
            return new(Expectation.FirstRevision(write.Expected) + stored.Count - 1, stream.IsDeleted ? null : stored[^1].Position);
        }

        var last = recent.Find(stream.Id, write.Events[^1].Id)!.Value;
        return new(last.Revision, stream.IsDeleted ? null : last.Position);
    }

    WriteResult Compare(StreamState stream, Expected expected) =>
        stream.IsClosed || (expected == Expected.StreamExists && stream.IsDeleted) ? new WriteResult.StreamDeleted(stream.Name)
        : Expectation.Holds(stream, expected) ? new WriteResult.Written(stream.Last, head)
        : new WriteResult.WrongVersion(expected, stream.Last);

    async Task<WriteResult> Delete(StreamState stream, Expected expected, CancellationToken ct)
    {
        if (stream.IsClosed)
        {
            return new WriteResult.StreamDeleted(stream.Name);
        }

        if (stream.Last < 0 || !Expectation.HoldsForEnd(stream, expected))
        {
            return new WriteResult.WrongVersion(expected, stream.Last);
        }

        await SetMetadata(stream, new StreamMetadata(TruncateBefore: Bound.End).ToJson(), ct);
        return new WriteResult.Written(stream.Last, head);
    }

    WriteResult Tombstone(StreamState stream, Expected expected)
    {
        if (stream.IsClosed)
        {
            return new WriteResult.StreamDeleted(stream.Name);
        }

        if (!Expectation.HoldsForEnd(stream, expected))
        {
            return new WriteResult.WrongVersion(expected, stream.Last);
        }

        Add(stream, Bound.End, Guid.CreateVersion7(time.GetUtcNow()), StreamMetadata.TombstoneType, default, default, json: true);
        return new WriteResult.Written(stream.Last, head);
    }

    /// <summary>A deleted stream that is written to again shows what is new and keeps the rest of its metadata.</summary>
    async Task Undelete(StreamState stream, CancellationToken ct)
    {
        var keys = (JsonObject)JsonNode.Parse(stream.MetadataJson.Span)!;
        keys["$tb"] = stream.Last + 1;
        await SetMetadata(stream, JsonSerializer.SerializeToUtf8Bytes(keys), ct);
    }

    async Task SetMetadata(StreamState stream, byte[] json, CancellationToken ct)
    {
        var metadata = await State(StreamMetadata.StreamOf(stream.Name), ct);
        Add(metadata, metadata.Last + 1, Guid.CreateVersion7(time.GetUtcNow()), StreamMetadata.EventType, json, default, json: true);
        stream.SetMetadata(json);
    }

    void Add(StreamState stream, long revision, Guid id, string type, ReadOnlyMemory<byte> data, ReadOnlyMemory<byte> metadata, bool json)
    {
        if (stream.Id == 0)
        {
            stream.Id = ++newestId;
            newStreams.Add((stream.Id, stream.Name));
            if (described.Count < DescribedMax && StreamMetadata.OwnerOf(stream.Name) is { } owner)
            {
                described.Add(owner);
            }
        }

        // The database keeps microseconds; what a follower is told live must equal what it reads later.
        var now = time.GetUtcNow().UtcDateTime;
        var created = new DateTime(now.Ticks - now.Ticks % TimeSpan.TicksPerMicrosecond, DateTimeKind.Utc);
        rows.Add(new(stream.Id, new(stream.Name, revision, ++head, id, type, created, data, metadata, json)));
        stream.Last = revision;
        touched.Add(stream);
        recent.Add(stream.Id, id, new(revision, head));
    }

    async Task Commit(CancellationToken ct)
    {
        if (rows.Count > 0)
        {
            await Tables.Insert(connection, fence, newStreams, rows, ct);
            tail.Add(rows.ConvertAll(r => r.Event));
        }

        foreach (var (call, index, result) in judged)
        {
            call.Set(index, result);
        }

        answered += judged.Count;
        Clear();
    }

    void Clear()
    {
        newStreams.Clear();
        rows.Clear();
        touched.Clear();
        judged.Clear();
    }

    async Task<StreamState> State(string name, CancellationToken ct)
    {
        if (!streams.TryGetValue(name, out var state))
        {
            // Not touched in this batch, or it would be here: the table knows all of it.
            await Load([name], ct);
            state = streams[name];
        }

        return state;
    }

    async Task Load(IEnumerable<string> names, CancellationToken ct)
    {
        var missing = names.Where(name => !streams.ContainsKey(name)).ToHashSet();
        if (missing.Count == 0)
        {
            return;
        }

        foreach (var (name, row) in await tables.Streams(missing, ct))
        {
            streams.Add(name, new(name, row));
        }
    }

    static IEnumerable<string> NamesOf(Wanted wanted)
    {
        yield return wanted.Write.Stream;
        if (StreamMetadata.OwnerOf(wanted.Write.Stream) is { } owner)
        {
            yield return owner;
        }

        if (wanted.Intent == Intent.Delete)
        {
            yield return StreamMetadata.StreamOf(wanted.Write.Stream);
        }
    }
}
