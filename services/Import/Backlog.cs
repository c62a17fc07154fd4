using Npgsql;

namespace CrmSuite.Import;

/// <summary>How far the bus is behind the journal.</summary>
/// <param name="database">The department's database.</param>
sealed class Backlog(NpgsqlDataSource database)
{
    /// <summary>Beyond so many unpublished packs an import waits.</summary>
    public const int PacksMax = 200;

    /// <summary>The size of a full pack, in events: what is not yet sealed counts as so many packs.</summary>
    const int PackSize = 100;

    /// <summary>Sealed packs that are not yet confirmed, and what is not yet sealed, counted in packs; looks no further than it must.</summary>
    public async Task<long> Packs(CancellationToken ct)
    {
        await using var command = database.CreateCommand("""
            with last as (select no, last_transaction as t, last_position as p from journal.packs union all select 0, '0'::xid8, -1 order by no desc limit 1)
            select last.no - (select confirmed from journal.relay)
                + (select count(*) / $1 from (select 1 from journal.events e where (e.transaction, e.position) > (last.t, last.p) limit $2) unsealed)
            from last
            """);
        command.Parameters.Add(new() { Value = PackSize });
        command.Parameters.Add(new() { Value = (PacksMax + 1) * PackSize });
        return (long)(await command.ExecuteScalarAsync(ct))!;
    }
}
