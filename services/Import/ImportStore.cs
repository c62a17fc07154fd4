using System.Security.Cryptography;
using System.Text.Json;
using CrmSuite.Contracts;
using CrmSuite.Journal;
using CrmSuite.Keyring;
using Dapper;
using Npgsql;
using NpgsqlTypes;

namespace CrmSuite.Import;

/// <summary>An import as its users see it.</summary>
/// <param name="State">receiving, waiting, running, done, failed or cancelled.</param>
/// <param name="Failure">Why it failed, or what it waits for.</param>
/// <param name="Bytes">The size of what was uploaded.</param>
/// <param name="Percent">How far it is, by bytes.</param>
/// <param name="Read">Rows read so far.</param>
/// <param name="Accepted">Rows that added facts.</param>
/// <param name="Repeated">Rows that were known already and added nothing.</param>
/// <param name="Refused">Rows that were refused; see its refusals for line, code and reason.</param>
/// <param name="Events">Facts added.</param>
public sealed record Imported(
    Guid Id, string Kind, string State, string? Failure, long Bytes, int Percent, long Read, long Accepted, long Repeated, long Refused, long Events,
    DateTime ReceivedAt, DateTime? EndedAt);

/// <summary>A row that was refused.</summary>
/// <param name="Line">Where it stands.</param>
/// <param name="Code">A stable code.</param>
/// <param name="Reason">What is wrong and what to do.</param>
/// <param name="NounId">The noun that refused; null where the row could not be read.</param>
/// <param name="More">What a program needs to go on, as in the problem that a request is answered with.</param>
public sealed record RefusedRow(long Line, string Code, string Reason, Guid? NounId = null, IReadOnlyDictionary<string, object?>? More = null);

/// <summary>The tables of imports; the only file that knows them.</summary>
sealed class ImportStore(NpgsqlDataSource database, MasterKey master)
{
    /// <summary>The size of a stored part of the body.</summary>
    public const int PartSize = 256 * 1024;

    const string Resource = """
        select id, kind, state, failure, bytes, (case when bytes = 0 or state = 'done' then 100 else least(100, consumed * 100 / bytes) end)::int as percent,
            read, accepted, repeated, refused, events, received_at, ended_at from journal.imports
        """;

    static ImportStore() => DefaultTypeMap.MatchNamesWithUnderscores = true;

    /// <summary>What the runner needs to go on.</summary>
    public sealed record Open(Guid Id, string Kind, Mapping Mapping, Actor Actor, Guid Correlation, long Read);

    public async Task<bool> Begin(Guid id, string kind, Mapping mapping, Actor actor, Guid correlation, CancellationToken ct)
    {
        await using var command = database.CreateCommand("""
            insert into journal.imports (id, kind, mapping, actor, correlation) values ($1, $2, $3, $4, $5) on conflict (id) do nothing
            """);
        command.Parameters.Add(new() { Value = id });
        command.Parameters.Add(new() { Value = kind });
        command.Parameters.Add(new() { Value = JsonSerializer.SerializeToUtf8Bytes(mapping, Json.Stored), NpgsqlDbType = NpgsqlDbType.Jsonb });
        command.Parameters.Add(new() { Value = JsonSerializer.SerializeToUtf8Bytes(actor, Json.Stored), NpgsqlDbType = NpgsqlDbType.Jsonb });
        command.Parameters.Add(new() { Value = correlation });
        return await command.ExecuteNonQueryAsync(ct) == 1;
    }

    public async Task Write(Guid id, int no, ReadOnlyMemory<byte> part, CancellationToken ct)
    {
        var output = new byte[part.Length + AesGcm.TagByteSizes.MaxSize];
        using var aes = new AesGcm(KeyOf(id), AesGcm.TagByteSizes.MaxSize);
        aes.Encrypt(NonceOf(no), part.Span, output.AsSpan(0, part.Length), output.AsSpan(part.Length));
        await using var command = database.CreateCommand("insert into journal.import_parts (import_id, no, sealed) values ($1, $2, $3)");
        command.Parameters.Add(new() { Value = id });
        command.Parameters.Add(new() { Value = no });
        command.Parameters.Add(new() { Value = output });
        await command.ExecuteNonQueryAsync(ct);
    }

    public async Task<byte[]?> Part(Guid id, int no, CancellationToken ct)
    {
        await using var command = database.CreateCommand("select sealed from journal.import_parts where import_id = $1 and no = $2");
        command.Parameters.Add(new() { Value = id });
        command.Parameters.Add(new() { Value = no });
        if (await command.ExecuteScalarAsync(ct) is not byte[] input)
        {
            return null;
        }

        var part = new byte[input.Length - AesGcm.TagByteSizes.MaxSize];
        using var aes = new AesGcm(KeyOf(id), AesGcm.TagByteSizes.MaxSize);
        aes.Decrypt(NonceOf(no), input.AsSpan(0, part.Length), input.AsSpan(part.Length), part);
        return part;
    }

    public Task Received(Guid id, long bytes, CancellationToken ct) =>
        Execute("update journal.imports set state = 'waiting', bytes = @bytes, changed_at = now() where id = @id and state = 'receiving'", new { id, bytes }, ct);

    /// <summary>The oldest import that is not at its end, now running.</summary>
    public async Task<Open?> Next(CancellationToken ct)
    {
        await using var command = database.CreateCommand("""
            update journal.imports set state = 'running', failure = null, changed_at = now()
            where id = (select id from journal.imports where state in ('waiting', 'running') order by received_at, id limit 1)
            returning id, kind, mapping, actor, correlation, read
            """);
        await using var reader = await command.ExecuteReaderAsync(ct);
        return await reader.ReadAsync(ct)
            ? new(reader.GetGuid(0), reader.GetString(1), JsonSerializer.Deserialize<Mapping>(reader.GetString(2), Json.Stored)!,
                JsonSerializer.Deserialize<Actor>(reader.GetString(3), Json.Stored)!, reader.GetGuid(4), reader.GetInt64(5))
            : null;
    }

    /// <summary>Moves the cursor from where the page began, with its counters and refusals: a statement for the page's own transaction. It fails when somebody else moved it.</summary>
    public static NpgsqlBatchCommand Advance(Open import, long from, long read, long consumed, IReadOnlyList<Outcome> outcomes, IReadOnlyList<RefusedRow> refusals)
    {
        var accepted = outcomes.OfType<Outcome.Accepted>().ToList();
        var added = accepted.Count(outcome => outcome is { Repeated: false, Added: > 0 });
        return new("""
            with r as (insert into journal.import_refusals (import_id, line, code, reason, noun_id, more)
                    select $1, line, code, reason, noun_id, more from unnest($9::bigint[], $10::text[], $11::text[], $12::uuid[], $13::jsonb[])
                        as r(line, code, reason, noun_id, more) on conflict do nothing),
                u as (update journal.imports set read = $3, consumed = $4, accepted = accepted + $5, repeated = repeated + $6, refused = refused + $7, events = events + $8, changed_at = now()
                    where id = $1 and read = $2 and state = 'running' returning 1)
            select 1 / (select count(*) from u)::int
            """)
        {
            Parameters =
            {
                new() { Value = import.Id },
                new() { Value = from },
                new() { Value = read },
                new() { Value = consumed },
                new() { Value = (long)added },
                new() { Value = (long)(accepted.Count - added) },
                new() { Value = (long)refusals.Count },
                new() { Value = accepted.Where(outcome => !outcome.Repeated).Sum(outcome => (long)outcome.Added) },
                new() { Value = refusals.Select(row => row.Line).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Bigint },
                new() { Value = refusals.Select(row => row.Code).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text },
                new() { Value = refusals.Select(row => row.Reason).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text },
                new() { Value = refusals.Select(row => row.NounId).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Uuid },
                new()
                {
                    Value = refusals.Select(row => row.More is null ? null : JsonSerializer.Serialize(row.More, Json.Stored)).ToArray(),
                    NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Jsonb,
                },
            },
        };
    }

    /// <summary>Ends an import: the sealed parts are deleted with it.</summary>
    public Task End(Guid id, string state, string? failure, CancellationToken ct) => Execute("""
        with d as (delete from journal.import_parts where import_id = @id)
        update journal.imports set state = @state, failure = @failure, changed_at = now(), ended_at = now() where id = @id and state in ('receiving', 'waiting', 'running')
        """, new { id, state, failure }, ct);

    /// <summary>Says what a running import waits for.</summary>
    public Task Waits(Guid id, string reason, CancellationToken ct) => Execute("update journal.imports set failure = @reason, changed_at = now() where id = @id", new { id, reason }, ct);

    /// <summary>Uploads that broke off are forgotten after a while.</summary>
    public Task Sweep(CancellationToken ct) => Execute("delete from journal.imports where state = 'receiving' and changed_at < now() - interval '1 hour'", new { }, ct);

    public async Task<Imported?> Find(string kind, Guid id, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        return await connection.QuerySingleOrDefaultAsync<Imported>(new CommandDefinition($"{Resource} where kind = @kind and id = @id", new { kind, id }, cancellationToken: ct));
    }

    public async Task<IReadOnlyList<Imported>> Newest(string kind, int max, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        return (await connection.QueryAsync<Imported>(new CommandDefinition($"{Resource} where kind = @kind order by received_at desc limit @max", new { kind, max }, cancellationToken: ct))).AsList();
    }

    public async Task<IReadOnlyList<RefusedRow>> Refusals(Guid id, long after, int max, CancellationToken ct) => await database.Sql("""
        select line, code, reason, noun_id, more from journal.import_refusals where import_id = $1 and line > $2 order by line limit $3
        """, id, after, max).Read<RefusedRow>(ct);

    public Task Store(string kind, string name, Mapping mapping, CancellationToken ct) => Execute("""
        insert into journal.import_mappings (kind, name, body) values (@kind, @name, @body::jsonb) on conflict (kind, name) do update set body = excluded.body, changed_at = now()
        """, new { kind, name, body = JsonSerializer.Serialize(mapping, Json.Stored) }, ct);

    public async Task<IReadOnlyDictionary<string, Mapping>> Mappings(string kind, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        var rows = await connection.QueryAsync<(string Name, string Body)>(new CommandDefinition(
            "select name, body::text from journal.import_mappings where kind = @kind order by name", new { kind }, cancellationToken: ct));
        return rows.ToDictionary(row => row.Name, row => JsonSerializer.Deserialize<Mapping>(row.Body, Json.Stored)!);
    }

    async Task Execute(string sql, object parameters, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        await connection.ExecuteAsync(new CommandDefinition(sql, parameters, cancellationToken: ct));
    }

    // One key for each import, and each part of it once: the part's number is nonce enough.
    byte[] KeyOf(Guid id) => master.Keyed([.. "import"u8, .. id.ToByteArray(bigEndian: true)]);

    static byte[] NonceOf(int no)
    {
        var nonce = new byte[12];
        System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(nonce.AsSpan(8), no);
        return nonce;
    }
}
