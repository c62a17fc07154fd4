using Npgsql;

namespace CrmSuite.Journal;

/// <summary>
/// The journal as a log. Readers stand behind the fence: only transactions older than the oldest one still running are read, so an event that commits late is
/// never passed. Why (transaction, position) and not position alone: see "Why" in README.md.
/// </summary>
public sealed class JournalLog : ILog, IDisposable
{
    /// <summary>How long a reader sleeps when nobody wakes it: other replicas write too.</summary>
    public static readonly TimeSpan PollMax = TimeSpan.FromMilliseconds(100);

    /// <summary>How long a reader waits for a commit that is already known but still behind the fence.</summary>
    static readonly TimeSpan FencePoll = TimeSpan.FromMilliseconds(5);

    const string Columns = "transaction, position, noun, id, version, event_id, name, data, meta, occurred_at, recorded_at, content_hash";

    readonly NpgsqlDataSource database;
    readonly string department;
    readonly Tail tail;
    readonly Lock gate = new();
    TaskCompletionSource wake = new(TaskCreationOptions.RunContinuationsAsynchronously);
    Position newest = Position.Start;

    /// <param name="database">The department's database.</param>
    /// <param name="department">Its name.</param>
    public JournalLog(NpgsqlDataSource database, string department)
    {
        (this.database, this.department) = (database, department);
        tail = new(Ask);
    }

    /// <inheritdoc/>
    public Position Newest
    {
        get
        {
            lock (gate)
            {
                return newest;
            }
        }
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<Recorded>> Read(Position after, int max, CancellationToken ct) => tail.Read(after, max, ct);

    async Task<IReadOnlyList<Recorded>> Ask(Position after, int max, CancellationToken ct) => await database.Sql($"""
        select {Columns} from journal.events
        where (transaction, position) > ($1, $2) and transaction < pg_snapshot_xmin(pg_current_snapshot())
        order by transaction, position limit $3
        """, after, max).Read(Row, ct);

    /// <summary>The events of a closed range, first and last included; a sealed pack is such a range and never changes.</summary>
    public async Task<IReadOnlyList<Recorded>> Range(Position first, Position last, CancellationToken ct) => await database.Sql($"""
        select {Columns} from journal.events
        where (transaction, position) >= ($1, $2) and (transaction, position) <= ($3, $4)
        order by transaction, position
        """, first, last).Read(Row, ct);

    /// <summary>The events of one stream, in order.</summary>
    public async Task<IReadOnlyList<Recorded>> Stream(string noun, Guid id, CancellationToken ct) =>
        await database.Sql($"select {Columns} from journal.events where id = $1 and noun = $2 order by version", id, noun).Read(Row, ct);

    /// <summary>The department whose journal it is.</summary>
    public string Department => department;

    /// <summary>
    /// The newest committed position that was recorded by an instant, settled or not: readers wait for it, else what an instant knew would depend on which
    /// transactions happen to be open when somebody asks. <see cref="Position.Start"/> where there was none.
    /// </summary>
    public async Task<Position> RecordedBy(DateTime at, CancellationToken ct)
    {
        var found = await database.Sql("""
            select transaction, position from journal.events where recorded_at <= $1 order by transaction desc, position desc limit 1
            """, at).Read(reader => reader.GetPosition(0), ct);
        return found is [var position] ? position : Position.Start;
    }

    /// <inheritdoc/>
    public async Task<Position> Head(CancellationToken ct)
    {
        var heads = await database.Sql("""
            select transaction, position from journal.events
            where transaction < pg_snapshot_xmin(pg_current_snapshot()) order by transaction desc, position desc limit 1
            """).Read(reader => reader.GetPosition(0), ct);
        return heads is [var head] ? head : Position.Start;
    }

    /// <summary>The newest committed position, settled or not: readers are told to wait for it, whichever replica wrote it.</summary>
    public async Task<Position> Last(CancellationToken ct)
    {
        var found = await database.Sql("select transaction, position from journal.events order by transaction desc, position desc limit 1")
            .Read(reader => reader.GetPosition(0), ct);
        return found is [var position] ? position : Position.Start;
    }

    /// <summary>What another department answered is no place in this journal: the own newest commit stands for it.</summary>
    public Task<Position?> Find(AtLeast asked, CancellationToken ct) =>
        Task.FromResult<Position?>(asked.Stream is null || asked.IsOf(department) ? asked.Position : Newest);

    /// <inheritdoc/>
    public async Task Wait(Position after, CancellationToken ct)
    {
        Task woken;
        bool known;
        lock (gate)
        {
            woken = wake.Task;
            known = newest > after;
        }

        try
        {
            await woken.WaitAsync(known ? FencePoll : PollMax, ct);
        }
        catch (TimeoutException)
        {
            // The poll: another replica may have written.
        }
    }

    /// <inheritdoc/>
    public void Dispose() => tail.Dispose();

    /// <summary>Told by the appender after every commit.</summary>
    internal void Committed(Position position)
    {
        TaskCompletionSource woken;
        lock (gate)
        {
            newest = position > newest ? position : newest;
            woken = wake;
            wake = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        woken.TrySetResult();
    }

    Recorded Row(NpgsqlDataReader reader) => new()
    {
        Position = reader.GetPosition(0),
        Category = CategoryOf(reader.GetString(2)),
        Id = reader.GetGuid(3),
        Version = reader.GetInt32(4),
        EventId = reader.GetGuid(5),
        Name = reader.GetString(6),
        Data = reader.GetFieldValue<byte[]>(7),
        MetaBytes = reader.GetFieldValue<byte[]>(8),
        OccurredAt = reader.GetDateTime(9),
        RecordedAt = reader.GetDateTime(10),
        ContentHash = reader.GetFieldValue<byte[]>(11),
    };

    readonly System.Collections.Concurrent.ConcurrentDictionary<string, string> categories = new();

    string CategoryOf(string noun) => categories.GetOrAdd(noun, static (noun, department) => $"{department}.{noun}", department);
}
