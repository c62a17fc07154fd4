using System.Runtime.InteropServices;
using CrmSuite.EventStore.Client;
using Npgsql;

namespace CrmSuite.EventStore.Storage;

/// <summary>What the tables say of a stream. <paramref name="Id"/> is 0 and <paramref name="Last"/> −1 if it never was.</summary>
/// <param name="Id">Its number.</param>
/// <param name="Last">Its last revision; <see cref="Bound.End"/> once it is closed for ever.</param>
/// <param name="Metadata">The JSON that its metadata stream ends with; empty for none.</param>
readonly record struct StreamRow(long Id, long Last, ReadOnlyMemory<byte> Metadata)
{
    /// <summary>Of a stream that never was.</summary>
    public static readonly StreamRow None = new(0, -1, default);
}

/// <summary>An event and the number of its stream, on the way into the table.</summary>
readonly record struct NewRow(long Stream, StoredEvent Event);

/// <summary>The SQL over streams and events; nobody else names these tables.</summary>
/// <param name="database">Opened by <see cref="Open"/>.</param>
sealed class Tables(NpgsqlDataSource database)
{
    const string Columns = "e.position, s.name, e.revision, e.id, e.type, e.json, e.data, e.metadata, e.created";

    const string Joined = "from store.events e join store.streams s on s.id = e.stream";

    /// <summary>
    /// The store's way to its database. Every statement here is a look-up by index or a walk along one. The planner is told so, because a plan that is made
    /// while the tables are empty, and kept, would else read them whole; and one plan for all values is kept, for another one would be no better. Workers beside it,
    /// which it starts for a large table, cost several times the page that they help to read.
    /// </summary>
    public static NpgsqlDataSource Open(string connectionString) => NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(connectionString)
    {
        ApplicationName = "eventstore",
        MaxPoolSize = 32,
        MaxAutoPrepare = 50,
        ReadBufferSize = 64 * 1024,
        WriteBufferSize = 64 * 1024,
        AutoPrepareMinUsages = 2,
        NoResetOnClose = true,
        Timeout = 2,
        CommandTimeout = 5,
        IncludeErrorDetail = false,
        Options = "-c enable_seqscan=off -c enable_hashjoin=off -c enable_mergejoin=off -c enable_bitmapscan=off -c plan_cache_mode=force_generic_plan -c jit=off "
            + "-c max_parallel_workers_per_gather=0",
    });

    /// <summary>The newest position and stream number; 0 for none.</summary>
    public async Task<(long Position, long Stream)> Heads(CancellationToken ct)
    {
        await using var command = database.CreateCommand(
            "select coalesce((select max(position) from store.events), 0), coalesce((select max(id) from store.streams), 0)");
        await using var reader = await command.ExecuteReaderAsync(ct);
        await reader.ReadAsync(ct);
        return (reader.GetInt64(0), reader.GetInt64(1));
    }

    /// <summary>The names of the streams that have metadata, at most so many.</summary>
    public async Task<HashSet<string>> Described(int max, CancellationToken ct)
    {
        await using var command = database.CreateCommand("""select substr(name, 3) from store.streams where name >= '$$' and name < '$%' order by name limit $1""");
        Add(command, max);
        var names = new HashSet<string>();
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
        {
            names.Add(reader.GetString(0));
        }

        return names;
    }

    /// <summary>What is known of each of these streams.</summary>
    public async Task<Dictionary<string, StreamRow>> Streams(IReadOnlyCollection<string> names, CancellationToken ct)
    {
        await using var command = database.CreateCommand("""
            select n.name, coalesce(s.id, 0),
                coalesce((select e.revision from store.events e where e.stream = s.id order by e.revision desc limit 1), -1),
                (select e.data from store.events e where e.stream = m.id order by e.revision desc limit 1)
            from unnest($1::text[]) n(name)
            left join store.streams s on s.name = n.name collate "C"
            left join store.streams m on m.name = ('$$' || n.name) collate "C"
            """);
        command.Parameters.Add(new() { Value = names.ToArray() });
        var rows = new Dictionary<string, StreamRow>(names.Count);
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
        {
            rows[reader.GetString(0)] = new(reader.GetInt64(1), reader.GetInt64(2), reader.IsDBNull(3) ? default : reader.GetFieldValue<byte[]>(3));
        }

        return rows;
    }

    /// <summary>Ids and positions in one stream from a revision on.</summary>
    public async Task<List<(Guid Id, long Position)>> Ids(long stream, long from, int max, CancellationToken ct)
    {
        await using var command = database.CreateCommand(
            "select e.id, e.position from store.events e where e.stream = $1 and e.revision >= $2 order by e.revision limit $3");
        Add(command, stream, from, max);
        var ids = new List<(Guid, long)>(max);
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
        {
            ids.Add((reader.GetGuid(0), reader.GetInt64(1)));
        }

        return ids;
    }

    /// <summary>A page of all events beginning at a position, it included.</summary>
    public Task<List<StoredEvent>> All(long from, int max, Direction direction, CancellationToken ct) => direction == Direction.Forwards
        ? Read($"select {Columns} {Joined} where e.position >= $1 order by e.position limit $2", ct, from, max)
        : Read($"select {Columns} {Joined} where e.position <= $1 order by e.position desc limit $2", ct, from, max);

    /// <summary>A page of one stream between two revisions, both included.</summary>
    public Task<List<StoredEvent>> Stream(long stream, long lowest, long highest, int max, Direction direction, CancellationToken ct) => Read(
        $"""
         select {Columns} {Joined} where e.stream = $1 and e.revision between $2 and $3
         order by e.revision {(direction == Direction.Forwards ? "asc" : "desc")} limit $4
         """, ct, stream, lowest, highest, max);

    /// <summary>Adds streams and events in one transaction of its own, together with the check of the fence: all or nothing, in one round trip.</summary>
    /// <exception cref="PostgresException">With <see cref="Lease.LostState"/> if the fence no longer holds; see <see cref="IsTaken"/> too.</exception>
    public static async Task Insert(
        NpgsqlConnection connection, long fence, IReadOnlyList<(long Id, string Name)> streams, IReadOnlyList<NewRow> events, CancellationToken ct)
    {
        await using var batch = new NpgsqlBatch(connection);
        batch.BatchCommands.Add(new NpgsqlBatchCommand(Lease.Check) { Parameters = { new() { Value = fence } } });
        if (streams.Count > 0)
        {
            var added = new NpgsqlBatchCommand("insert into store.streams (id, name) select * from unnest($1::bigint[], $2::text[])");
            added.Parameters.Add(new() { Value = streams.Select(s => s.Id).ToArray() });
            added.Parameters.Add(new() { Value = streams.Select(s => s.Name).ToArray() });
            batch.BatchCommands.Add(added);
        }

        batch.BatchCommands.Add(InsertEvents(events));
        await batch.ExecuteNonQueryAsync(ct);
    }

    /// <summary>Whether a stream could not be added because one of its name is there.</summary>
    public static bool IsTaken(PostgresException failure) => failure is { SqlState: PostgresErrorCodes.UniqueViolation, ConstraintName: "streams_name_key" };

    static NpgsqlBatchCommand InsertEvents(IReadOnlyList<NewRow> rows)
    {
        var (position, stream, revision) = (new long[rows.Count], new long[rows.Count], new long[rows.Count]);
        var (id, type, json) = (new Guid[rows.Count], new string[rows.Count], new bool[rows.Count]);
        var (data, metadata, created) = (new byte[rows.Count][], new byte[rows.Count][], new DateTime[rows.Count]);
        for (var i = 0; i < rows.Count; i++)
        {
            var e = rows[i].Event;
            (position[i], stream[i], revision[i]) = (e.Position, rows[i].Stream, e.Revision);
            (id[i], type[i], json[i]) = (e.Id, e.Type, e.IsJson);
            (data[i], metadata[i], created[i]) = (Bytes(e.Data), Bytes(e.Metadata), e.Created);
        }

        var command = new NpgsqlBatchCommand("""
            insert into store.events (position, stream, revision, id, type, json, data, metadata, created)
            select * from unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::uuid[], $5::text[], $6::boolean[], $7::bytea[], $8::bytea[], $9::timestamptz[])
            """);
        foreach (var column in (Array[])[position, stream, revision, id, type, json, data, metadata, created])
        {
            command.Parameters.Add(new() { Value = column });
        }

        return command;
    }

    async Task<List<StoredEvent>> Read(string sql, CancellationToken ct, params object[] values)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        await using var command = new NpgsqlCommand(sql, connection);
        Add(command, values);
        var events = new List<StoredEvent>();
        var bytes = 0L;
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
        {
            var e = new StoredEvent(
                reader.GetString(1), reader.GetInt64(2), reader.GetInt64(0), reader.GetGuid(3), reader.GetString(4), reader.GetDateTime(8),
                reader.GetFieldValue<byte[]>(6), reader.GetFieldValue<byte[]>(7), reader.GetBoolean(5));
            events.Add(e);
            bytes += e.Data.Length + e.Metadata.Length;
            if (bytes > PageBytesMax)
            {
                command.Cancel();   // A shorter page; the caller asks on from its end.
                break;
            }
        }

        return events;
    }

    /// <summary>A page ends after so many bytes even if it could hold more events.</summary>
    public const long PageBytesMax = 16 * 1024 * 1024;

    static void Add(NpgsqlCommand command, params object[] values)
    {
        foreach (var value in values)
        {
            command.Parameters.Add(new() { Value = value });
        }
    }

    static byte[] Bytes(ReadOnlyMemory<byte> memory) =>
        MemoryMarshal.TryGetArray(memory, out var segment) && segment.Offset == 0 && segment.Count == segment.Array!.Length ? segment.Array : memory.ToArray();
}
