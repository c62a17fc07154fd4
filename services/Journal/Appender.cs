using System.Diagnostics.Metrics;
using Npgsql;
using NpgsqlTypes;

namespace CrmSuite.Journal;

/// <summary>An event ready to be written: sealed, serialised, hashed.</summary>
sealed record Pending(Guid EventId, string Name, byte[] Data, byte[] Meta, DateTime OccurredAt, byte[] ContentHash);

/// <summary>What a command's repetition will be answered with. Code is set when it was refused.</summary>
sealed record Claim(Guid CommandId, byte[]? Fingerprint, string? Code = null);

/// <summary>The events of one command for one stream, and its claim.</summary>
/// <param name="Expected">The version that the decision saw; −1 for a stream that does not exist.</param>
sealed record Append(string Noun, Guid Id, int Expected, IReadOnlyList<Pending> Events, IReadOnlyList<Claim> Claims)
{
    public int Last => Expected + Events.Count;
}

/// <summary>What became of an append: where it lies, or why it was not written.</summary>
readonly record struct Appended(Position? Position, bool Claimed = false);

/// <summary>
/// Writes events at exact next versions, together with their claims: one statement, one commit, shared by the callers of this host. All of a command or nothing.
/// The expected version was read before the transaction began, which is what the fence of the readers rests on (see "Why" in README.md).
/// </summary>
sealed class Appender
{
    /// <summary>How many batches commit at a time; more only compete for the two ends of one log.</summary>
    const int Writers = 2;

    /// <summary>How many commands share a commit.</summary>
    const int BatchMax = 256;

    /// <summary>How many commands may wait.</summary>
    const int WaitingMax = 10_000;

    /// <summary>How often a command is tried alone when the database fails.</summary>
    const int AttemptsMax = 3;

    static readonly Meter Meter = new("CrmSuite.Journal");
    static readonly Counter<long> EventsAppended = Meter.CreateCounter<long>("journal.events.appended");
    static readonly Histogram<int> BatchSize = Meter.CreateHistogram<int>("journal.append.batch");

    readonly NpgsqlDataSource database;
    readonly JournalLog log;
    readonly Coalescing<Item> queue;

    sealed record Item(Append Append, TaskCompletionSource<Appended> Done);

    public Appender(NpgsqlDataSource database, JournalLog log)
    {
        (this.database, this.log) = (database, log);
        queue = new(Writers, BatchMax, WaitingMax, Write, item => (item.Append.Id, item.Append.Noun));
    }

    /// <summary>Appends, sharing the commit with whoever else appends now.</summary>
    public Task<Appended> Run(Append append)
    {
        var item = new Item(append, new(TaskCreationOptions.RunContinuationsAsynchronously));
        queue.Add(item);
        return item.Done.Task;
    }

    /// <summary>Appends to several streams in one transaction, with a statement of the caller's in it: all or nothing. False when one of them was in conflict.</summary>
    public async Task<bool> RunAll(IReadOnlyList<Append> appends, NpgsqlBatchCommand? beside, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        var winners = appends.Count > 0 ? await Execute(connection, appends, ct) : [];
        if (appends.Any(append => append.Events.Count > 0 && !winners.ContainsKey((append.Id, append.Noun))))
        {
            return false;
        }

        if (beside is not null)
        {
            await using var batch = new NpgsqlBatch(connection, transaction) { BatchCommands = { beside } };
            await batch.ExecuteNonQueryAsync(ct);
        }

        await transaction.CommitAsync(CancellationToken.None);
        Count(appends, winners);
        return true;
    }

    async Task Write(IReadOnlyList<Item> batch)
    {
        try
        {
            var sorted = batch.Select(item => item.Append).OrderBy(append => append.Id).ThenBy(append => append.Noun, StringComparer.Ordinal).ToList();
            await using var connection = await database.OpenConnectionAsync();
            var winners = await Execute(connection, sorted, CancellationToken.None);
            Count(sorted, winners);
            foreach (var item in batch)
            {
                Complete(item, winners);
            }
        }
        catch (Exception)
        {
            // One bad command must not fail the others: each is tried alone.
            foreach (var item in batch)
            {
                await Alone(item);
            }
        }
    }

    async Task Alone(Item item)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await using var connection = await database.OpenConnectionAsync();
                if (await Lies(connection, item.Append) is { } position)
                {
                    // An earlier attempt had committed before its answer was lost. Readers wait for it as for any other.
                    log.Committed(position);
                    item.Done.SetResult(new(position));
                    return;
                }

                var winners = await Execute(connection, [item.Append], CancellationToken.None);
                Count([item.Append], winners);
                Complete(item, winners);
                return;
            }
            catch (PostgresException duplicate) when (duplicate.SqlState == PostgresErrorCodes.UniqueViolation)
            {
                item.Done.SetResult(new(null, Claimed: duplicate.TableName == "claims"));
                return;
            }
            catch (Exception failure) when (attempt == AttemptsMax || failure is PostgresException { IsTransient: false })
            {
                item.Done.SetException(failure);
                return;
            }
            catch (Exception)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(100 * attempt));
            }
        }
    }

    void Complete(Item item, Dictionary<(Guid, string), Position> winners)
    {
        if (item.Append.Events.Count == 0)
        {
            item.Done.SetResult(new(log.Newest));
        }
        else if (winners.TryGetValue((item.Append.Id, item.Append.Noun), out var position))
        {
            item.Done.SetResult(new(position));
        }
        else
        {
            item.Done.SetResult(new(null));
        }
    }

    void Count(IReadOnlyList<Append> appends, Dictionary<(Guid, string), Position> winners)
    {
        BatchSize.Record(appends.Count);
        if (winners.Count > 0)
        {
            EventsAppended.Add(appends.Where(append => winners.ContainsKey((append.Id, append.Noun))).Sum(append => append.Events.Count));
            log.Committed(winners.Values.Max());
        }
    }

    static async Task<Position?> Lies(NpgsqlConnection connection, Append append)
    {
        if (append.Events.Count == 0)
        {
            return null;
        }

        var found = await connection
            .Sql("select transaction, position from journal.events where id = $1 and noun = $2 and version = $3 and event_id = $4", append.Id, append.Noun, append.Last, append.Events[^1].EventId)
            .Read(reader => reader.GetPosition(0), CancellationToken.None);
        return found is [var position] ? position : null;
    }

    // The scalar sub-select is on purpose: `exists` becomes a hashed sub-plan with a sequential scan of streams. `previous` lets the upsert compare what was expected.
    const string Sql = """
        with c as materialized (
            select c.* from unnest($1::text[], $2::uuid[], $3::int[], $4::int[]) as c(noun, id, expected, last)
            where c.expected = coalesce((select x.version from journal.streams x where x.id = c.id and x.noun = c.noun), -1) order by c.id, c.noun),
        s as (
            insert into journal.streams as t (noun, id, version, previous) select noun, id, last, expected from c
            on conflict (id, noun) do update set version = excluded.version, previous = excluded.previous where t.version = excluded.previous
            returning t.id, t.noun),
        w as (
            insert into journal.events (noun, id, version, event_id, name, data, meta, occurred_at, content_hash)
            select e.noun, e.id, e.version, e.event_id, e.name, e.data, e.meta, e.occurred_at, e.content_hash
            from unnest($5::text[], $6::uuid[], $7::int[], $8::uuid[], $9::text[], $10::json[], $11::json[], $12::timestamptz[], $13::bytea[])
                with ordinality as e(noun, id, version, event_id, name, data, meta, occurred_at, content_hash, n)
            join s on s.id = e.id and s.noun = e.noun order by e.n
            returning id, noun, position),
        k as (
            insert into journal.claims (command_id, fingerprint, noun, id, version, added, code)
            select k.command_id, k.fingerprint, k.noun, k.id, k.version, k.added, k.code
            from unnest($14::uuid[], $15::bytea[], $16::text[], $17::uuid[], $18::int[], $19::int[], $20::text[])
                as k(command_id, fingerprint, noun, id, version, added, code)
            where k.added = 0 or (k.id, k.noun) in (select s.id, s.noun from s))
        select id, noun, max(position), pg_current_xact_id() from w group by id, noun
        """;

    // The same for one event alone, without arrays: half the work of the server, and most batches of a department that is not pressed.
    const string FirstSql = $"""
        with s as (insert into journal.streams (noun, id, version, previous) values ($1, $2, $3, $4) on conflict (id, noun) do nothing returning 1)
        {OneSql}
        """;

    const string NextSql = $"""
        with s as (update journal.streams set version = $3, previous = $4 where id = $2 and noun = $1 and version = $4 returning 1)
        {OneSql}
        """;

    const string OneSql = """
        insert into journal.events (noun, id, version, event_id, name, data, meta, occurred_at, content_hash)
        select $1, $2, $3, $5, $6, $7, $8, $9, $10 from s returning transaction, position
        """;

    static async Task<Dictionary<(Guid, string), Position>> ExecuteOne(NpgsqlConnection connection, Append append, Pending fact, CancellationToken ct)
    {
        static NpgsqlParameter Json(byte[] bytes) => new() { Value = bytes, NpgsqlDbType = NpgsqlDbType.Json };
        var written = await connection
            .Sql(append.Expected < 0 ? FirstSql : NextSql, append.Noun, append.Id, append.Last, append.Expected, fact.EventId, fact.Name, Json(fact.Data), Json(fact.Meta), fact.OccurredAt, fact.ContentHash)
            .Read(reader => reader.GetPosition(0), ct);
        return written is [var position] ? new() { [(append.Id, append.Noun)] = position } : [];
    }

    internal static async Task<Dictionary<(Guid, string), Position>> Execute(NpgsqlConnection connection, IReadOnlyList<Append> appends, CancellationToken ct)
    {
        if (appends is [{ Events: [var fact], Claims: [] } alone])
        {
            return await ExecuteOne(connection, alone, fact, ct);
        }

        var streams = appends.Where(append => append.Events.Count > 0).ToList();
        var events = streams.SelectMany(append => append.Events.Select((pending, index) => (append, pending, version: append.Expected + 1 + index))).ToList();
        var claims = appends.SelectMany(append => append.Claims.Select(claim => (append, claim))).ToList();
        var command = connection.Sql(Sql);
        void Add<T>(IEnumerable<T> values, NpgsqlDbType type) => command.Parameters.Add(new() { Value = values.ToArray(), NpgsqlDbType = type | NpgsqlDbType.Array });

        Add(streams.Select(s => s.Noun), NpgsqlDbType.Text);
        Add(streams.Select(s => s.Id), NpgsqlDbType.Uuid);
        Add(streams.Select(s => s.Expected), NpgsqlDbType.Integer);
        Add(streams.Select(s => s.Last), NpgsqlDbType.Integer);
        Add(events.Select(e => e.append.Noun), NpgsqlDbType.Text);
        Add(events.Select(e => e.append.Id), NpgsqlDbType.Uuid);
        Add(events.Select(e => e.version), NpgsqlDbType.Integer);
        Add(events.Select(e => e.pending.EventId), NpgsqlDbType.Uuid);
        Add(events.Select(e => e.pending.Name), NpgsqlDbType.Text);
        Add(events.Select(e => e.pending.Data), NpgsqlDbType.Json);
        Add(events.Select(e => e.pending.Meta), NpgsqlDbType.Json);
        Add(events.Select(e => e.pending.OccurredAt), NpgsqlDbType.TimestampTz);
        Add(events.Select(e => e.pending.ContentHash), NpgsqlDbType.Bytea);
        Add(claims.Select(k => k.claim.CommandId), NpgsqlDbType.Uuid);
        Add(claims.Select(k => k.claim.Fingerprint), NpgsqlDbType.Bytea);
        Add(claims.Select(k => k.append.Noun), NpgsqlDbType.Text);
        Add(claims.Select(k => k.append.Id), NpgsqlDbType.Uuid);
        Add(claims.Select(k => k.append.Last), NpgsqlDbType.Integer);
        Add(claims.Select(k => k.append.Events.Count), NpgsqlDbType.Integer);
        Add(claims.Select(k => k.claim.Code), NpgsqlDbType.Text);

        var winners = await command.Read(reader => (Id: reader.GetGuid(0), Noun: reader.GetString(1), Position: new Position(reader.GetFieldValue<ulong>(3), reader.GetInt64(2))), ct);
        return winners.ToDictionary(winner => (winner.Id, winner.Noun), winner => winner.Position);
    }
}
