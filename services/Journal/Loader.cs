using System.Diagnostics;
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

    /// <summary>How long two clocks are taken to go alike.</summary>
    static readonly TimeSpan ClockMax = TimeSpan.FromSeconds(10);

    readonly NpgsqlDataSource database;
    readonly Coalescing<Item> queue;
    Clock? clock;

    /// <summary>What is asked; the same from several callers is one row of the statement.</summary>
    readonly record struct Question(string Category, Guid Id, Guid CommandId, Guid Code, int Known);

    sealed record Item(Question Question, TaskCompletionSource<Loaded> Done);

    sealed record Clock(DateTime Shown, long At);

    sealed class Answer
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

    /// <summary>What the database's clock shows, told from what it showed a moment ago: not ahead of it. Null where that is too long ago.</summary>
    public DateTime? Now => clock is var (shown, at) && Stopwatch.GetElapsedTime(at) is var since && since < ClockMax ? Cells.Settle(shown + since) : null;

    /// <param name="category">The noun's category.</param>
    /// <param name="id">Its id.</param>
    /// <param name="commandId">The command whose claim is looked up; empty for none.</param>
    /// <param name="code">The build whose snapshot is taken (<see cref="Snapshots.CodeOf"/>); empty for all events.</param>
    /// <param name="known">The version up to which the caller has the events; −1 for none.</param>
    public Task<Loaded> Run(string category, Guid id, Guid commandId, Guid code, int known = -1)
    {
        var item = new Item(new(category, id, commandId, code, known), new(TaskCreationOptions.RunContinuationsAsynchronously));
        queue.Add(item);
        return item.Done.Task;
    }

    async Task Read(IReadOnlyList<Item> batch)
    {
        try
        {
            var asked = batch.Select(item => item.Question).Distinct().ToList();
            var answers = (await ReadRows(asked)).Zip(asked).ToDictionary(pair => pair.Second,
                pair => new Loaded(pair.First.Snapshot, pair.First.Events, pair.First.Version, pair.First.Last, pair.First.Now, pair.First.Claim));
            foreach (var item in batch)
            {
                item.Done.SetResult(answers[item.Question]);
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
        select s.n, clock_timestamp(), c.command_id, c.fingerprint, c.id, c.version, c.added, c.code, coalesce(e.version, k.version, s.known),
            coalesce(e.occurred_at, k.occurred_at), case when e.version is null or e.version = k.version + 1 then k.state end, e.event_id, e.name, e.data
        from unnest($1::text[], $2::uuid[], $3::uuid[], $4::uuid[], $5::int[]) with ordinality as s(category, id, command_id, code, known, n)
        left join lateral (select * from journal.claims where command_id = s.command_id limit 1) c on true
        left join lateral (select * from views.snapshots where category = s.category and id = s.id and code = s.code limit 1) k on true
        left join lateral (
            select * from journal.events where id = s.id and noun = split_part(s.category, '.', 2) and version > coalesce(k.version, s.known) order by version) e on true
        order by s.n, e.version
        """;

    async Task<IReadOnlyList<Answer>> ReadRows(IReadOnlyList<Question> asked)
    {
        var answers = asked.Select(_ => new Answer()).ToList();
        await using var command = database.Sql(Sql, asked.Select(one => one.Category).ToArray(), asked.Select(one => one.Id).ToArray(),
            asked.Select(one => one.CommandId).ToArray(), asked.Select(one => one.Code).ToArray(), asked.Select(one => one.Known).ToArray());
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync())
        {
            var answer = answers[(int)reader.GetInt64(0) - 1];
            answer.Now = reader.GetDateTime(1);
            answer.Claim ??= reader.IsDBNull(2) ? null : new(reader.GetOrNull<byte[]>(3), reader.GetGuid(4), reader.GetInt32(5), reader.GetInt32(6), reader.GetOrNull<string>(7));
            answer.Version = reader.GetInt32(8);
            answer.Last = Cells.Read<DateTime?>(reader, 9);
            answer.Snapshot ??= reader.GetOrNull<byte[]>(10);
            if (!reader.IsDBNull(11))
            {
                answer.Events.Add((reader.GetGuid(11), reader.GetString(12), reader.GetFieldValue<byte[]>(13)));
            }
        }

        clock = new(answers[^1].Now, Stopwatch.GetTimestamp());
        return answers;
    }
}
