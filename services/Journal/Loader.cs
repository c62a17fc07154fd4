using Npgsql;

namespace CrmSuite.Journal;

/// <summary>
/// What a decision needs of a stream: its newest snapshot, if any, and the events since in order, its version, its last business time, the database's time, and the
/// command's claim, if any.
/// </summary>
sealed record Loaded(byte[]? Snapshot, IReadOnlyList<(Guid EventId, string Name, byte[] Data)> Events, int Version, DateTime? Last, DateTime Now, Claimed? Claim)
{
    /// <summary>Whether personal fields of it could not be opened, because the keyring does not answer.</summary>
    public bool IsClosed { get; init; }
}

/// <summary>An earlier outcome of the same command.</summary>
sealed record Claimed(byte[]? Fingerprint, Guid Id, int Version, int Added, string? Code);

/// <summary>Loads streams and claims; callers of one host share round trips as they share commits.</summary>
sealed class Loader
{
    const int Readers = 2;
    const int BatchMax = 256;
    const int WaitingMax = 10_000;

    readonly NpgsqlDataSource database;
    readonly Coalescing<Item> queue;

    sealed record Item(string Category, Guid Id, Guid CommandId, Guid Code, TaskCompletionSource<Loaded> Done)
    {
        public List<(Guid, string, byte[])> Events { get; } = [];
        public byte[]? Snapshot { get; set; }
        public int Version { get; set; }
        public DateTime? Last { get; set; }
        public DateTime Now { get; set; }
        public Claimed? Claim { get; set; }
    }

    public Loader(NpgsqlDataSource database)
    {
        this.database = database;
        queue = new(Readers, BatchMax, WaitingMax, Read);
    }

    /// <param name="category">The noun's category.</param>
    /// <param name="id">Its id.</param>
    /// <param name="commandId">The command whose claim is looked up; empty for none.</param>
    /// <param name="code">The build whose snapshot is taken (<see cref="Snapshots.CodeOf"/>); empty for all events.</param>
    public Task<Loaded> Run(string category, Guid id, Guid commandId, Guid code)
    {
        var item = new Item(category, id, commandId, code, new(TaskCreationOptions.RunContinuationsAsynchronously));
        queue.Add(item);
        return item.Done.Task;
    }

    async Task Read(IReadOnlyList<Item> batch)
    {
        try
        {
            await ReadRows(batch);
            foreach (var item in batch)
            {
                item.Done.SetResult(new(item.Snapshot, item.Events, item.Version, item.Last, item.Now, item.Claim));
            }
        }
        catch (Exception failure)
        {
            foreach (var item in batch)
            {
                item.Done.TrySetException(failure);
            }
        }
    }

    // Everything is looked up by its key (lateral), never by a scan, whatever the statistics say. A stream answers a row for each event, or one without; the
    // snapshot comes with the first. One statement sees one state of the database, so that snapshot and events join without a gap.
    const string Sql = """
        select s.n, clock_timestamp(), c.command_id, c.fingerprint, c.id, c.version, c.added, c.code, coalesce(e.version, k.version, -1),
            coalesce(e.occurred_at, k.occurred_at), case when e.version is null or e.version = k.version + 1 then k.state end, e.event_id, e.name, e.data
        from unnest($1::text[], $2::uuid[], $3::uuid[], $4::uuid[]) with ordinality as s(category, id, command_id, code, n)
        left join lateral (select * from journal.claims where command_id = s.command_id limit 1) c on true
        left join lateral (select * from views.snapshots where category = s.category and id = s.id and code = s.code limit 1) k on true
        left join lateral (
            select * from journal.events where id = s.id and noun = split_part(s.category, '.', 2) and version > coalesce(k.version, -1) order by version) e on true
        order by s.n, e.version
        """;

    async Task ReadRows(IReadOnlyList<Item> batch)
    {
        await using var command = database.Sql(Sql, batch.Select(item => item.Category).ToArray(), batch.Select(item => item.Id).ToArray(),
            batch.Select(item => item.CommandId).ToArray(), batch.Select(item => item.Code).ToArray());
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync())
        {
            var item = batch[(int)reader.GetInt64(0) - 1];
            item.Now = reader.GetDateTime(1);
            item.Claim ??= reader.IsDBNull(2) ? null : new(reader.GetOrNull<byte[]>(3), reader.GetGuid(4), reader.GetInt32(5), reader.GetInt32(6), reader.GetOrNull<string>(7));
            item.Version = reader.GetInt32(8);
            item.Last = Cells.Read<DateTime?>(reader, 9);
            item.Snapshot ??= reader.GetOrNull<byte[]>(10);
            if (!reader.IsDBNull(11))
            {
                item.Events.Add((reader.GetGuid(11), reader.GetString(12), reader.GetFieldValue<byte[]>(13)));
            }
        }
    }
}
