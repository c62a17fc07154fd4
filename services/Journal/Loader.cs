using CrmSuite.Contracts;
using Npgsql;
using NpgsqlTypes;

namespace CrmSuite.Journal;

/// <summary>What a decision needs of a stream: its events in order, its version, its last business time, the database's time, and the command's claim, if any.</summary>
sealed record Loaded(IReadOnlyList<(Guid EventId, string Name, byte[] Data)> Events, int Version, DateTime? Last, DateTime Now, Claimed? Claim);

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

    sealed record Item(string Noun, Guid Id, Guid CommandId, TaskCompletionSource<Loaded> Done)
    {
        public List<(Guid, string, byte[])> Events { get; } = [];
        public int Version { get; set; } = -1;
        public DateTime? Last { get; set; }
        public Claimed? Claim { get; set; }
    }

    public Loader(NpgsqlDataSource database)
    {
        this.database = database;
        queue = new(Readers, BatchMax, WaitingMax, Read);
    }

    /// <param name="noun">The noun's word.</param>
    /// <param name="id">Its id.</param>
    /// <param name="commandId">The command whose claim is looked up; empty for none.</param>
    public Task<Loaded> Run(string noun, Guid id, Guid commandId)
    {
        var item = new Item(noun, id, commandId, new(TaskCreationOptions.RunContinuationsAsynchronously));
        queue.Add(item);
        return item.Done.Task;
    }

    async Task Read(IReadOnlyList<Item> batch)
    {
        try
        {
            await using var connection = await database.OpenConnectionAsync();
            var now = await Read(connection, batch);
            foreach (var item in batch)
            {
                item.Done.SetResult(new(item.Events, item.Version, item.Last, now, item.Claim));
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

    static async Task<DateTime> Read(NpgsqlConnection connection, IReadOnlyList<Item> batch)
    {
        // Each stream is looked up by its key (lateral), never by a scan, whatever the statistics say.
        await using var commands = new NpgsqlBatch(connection)
        {
            BatchCommands =
            {
                new("""
                    select s.n, e.event_id, e.name, e.data, e.version, e.occurred_at from unnest($1::uuid[], $2::text[]) with ordinality as s(id, noun, n)
                    cross join lateral (select * from journal.events e where e.id = s.id and e.noun = s.noun order by e.version) e order by s.n, e.version
                    """)
                {
                    Parameters =
                    {
                        new() { Value = batch.Select(item => item.Id).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Uuid },
                        new() { Value = batch.Select(item => item.Noun).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text },
                    },
                },
                new("select command_id, fingerprint, id, version, added, code from journal.claims where command_id = any($1)")
                {
                    Parameters = { new() { Value = batch.Select(item => item.CommandId).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Uuid } },
                },
                new("select clock_timestamp()"),
            },
        };
        await using var reader = await commands.ExecuteReaderAsync();
        while (await reader.ReadAsync())
        {
            var item = batch[(int)reader.GetInt64(0) - 1];
            item.Events.Add((reader.GetGuid(1), reader.GetString(2), reader.GetFieldValue<byte[]>(3)));
            item.Version = reader.GetInt32(4);
            item.Last = reader.GetDateTime(5);
        }

        await reader.NextResultAsync();
        var claims = new Dictionary<Guid, Claimed>();
        while (await reader.ReadAsync())
        {
            claims[reader.GetGuid(0)] = new(reader.IsDBNull(1) ? null : reader.GetFieldValue<byte[]>(1), reader.GetGuid(2), reader.GetInt32(3), reader.GetInt32(4), reader.IsDBNull(5) ? null : reader.GetString(5));
        }

        foreach (var item in batch)
        {
            item.Claim = claims.GetValueOrDefault(item.CommandId);
        }

        await reader.NextResultAsync();
        await reader.ReadAsync();
        return reader.GetDateTime(0);
    }
}
