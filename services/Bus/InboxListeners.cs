using System.Security.Cryptography;
using CrmSuite.Journal;
using Npgsql;

namespace CrmSuite.Bus;

/// <summary>How far each other department has been answered, and which is heard no more. It lies in the own database, so that any replica can ask the leader to begin again.</summary>
sealed class InboxListeners(NpgsqlDataSource database, Reactions reactions) : IListeners
{
    int stops;

    /// <summary>Where to go on, at the beginning of a term: what was stopped before is looked at again.</summary>
    public async Task<IReadOnlyDictionary<string, PackHead>> Begin(CancellationToken ct)
    {
        await database.Sql("update journal.inbox set stopped = null where stopped is not null").Run(ct);
        Volatile.Write(ref stops, 0);
        var heads = await database.Sql("select department, no, hash from journal.inbox")
            .Read(reader => (Department: reader.GetString(0), Head: new PackHead(reader.GetInt64(1), reader.GetFieldValue<byte[]>(2))), ct);
        return heads.ToDictionary(head => head.Department, head => head.Head);
    }

    /// <summary>Notes that a pack has been answered; never back.</summary>
    public Task Move(Pack pack, CancellationToken ct) => database.Sql("""
        insert into journal.inbox as i (department, no, hash) values ($1, $2, $3)
        on conflict (department) do update set no = excluded.no, hash = excluded.hash, handled_at = clock_timestamp() where i.no < excluded.no
        """, pack.Department, pack.No, pack.Hash.ToArray()).Run(ct);

    /// <summary>Notes that a department is heard no more, and why.</summary>
    public async Task Stop(string department, string reason, CancellationToken ct)
    {
        await database.Sql("""
            insert into journal.inbox (department, no, hash, stopped) values ($1, 0, $2, $3) on conflict (department) do update set stopped = excluded.stopped
            """, department, new byte[SHA256.HashSizeInBytes], reason).Run(ct);
        Interlocked.Increment(ref stops);
    }

    /// <summary>Whether an operator has resumed what was stopped in this term.</summary>
    public async Task<bool> Resumed(CancellationToken ct)
    {
        var stopped = Volatile.Read(ref stops);
        return stopped > 0 && await database.Sql("select count(*) from journal.inbox where stopped is not null").Value<long>(ct) < stopped;
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<Listened>> All(CancellationToken ct)
    {
        var heard = await database.Sql("select department, no, stopped from journal.inbox").Read<Listened>(ct);
        return [.. reactions.Sources.Order(StringComparer.Ordinal).Select(source => heard.Find(listened => listened.Department == source) ?? new(source, 0, null))];
    }

    /// <inheritdoc/>
    public Task Resume(string department, CancellationToken ct) => database.Sql("update journal.inbox set stopped = null where department = $1", department).Run(ct);
}
