using CrmSuite.Journal;
using Npgsql;
namespace CrmSuite.Bus;

/// <summary>The own journal cut into packs: sealed once, read as often as anybody asks.</summary>
/// <param name="database">The department's database.</param>
/// <param name="log">Its journal.</param>
/// <param name="department">Its name.</param>
public sealed class Packs(NpgsqlDataSource database, JournalLog log, string department)
{
    /// <summary>The most packs in one answer of the feed.</summary>
    public const int PageMax = 50;

    /// <summary>Whose packs these are.</summary>
    public string Department => department;

    /// <summary>The last sealed pack.</summary>
    public async Task<PackHead> Head(CancellationToken ct) => (await Newest(ct)).Head;

    /// <summary>Packs from a number on, in order, at most <paramref name="max"/> and about 4 MB; they are the same for ever.</summary>
    public async Task<IReadOnlyList<Pack>> Read(long from, int max, CancellationToken ct)
    {
        const int BytesMax = 4 * 1024 * 1024;
        var rows = await database.Sql("""
            select no, hash, first_transaction, first_position, last_transaction, last_position from journal.packs where no >= $1 order by no limit $2
            """, from, max).Read(reader => (Head: HeadOf(reader), First: reader.GetPosition(2), Last: reader.GetPosition(4)), ct);
        var packs = new List<Pack>();
        var bytes = 0;
        foreach (var (head, first, last) in rows)
        {
            var entries = await log.Range(first, last, ct);
            packs.Add(new(department, head.No, head.Hash, entries));
            bytes += entries.Sum(entry => entry.Data.Length + entry.MetaBytes.Length);
            if (bytes > BytesMax)
            {
                break;
            }
        }

        return packs;
    }

    /// <summary>Seals what is settled in the journal behind the newest pack into the next one; null when nothing is new.</summary>
    /// <param name="confirmed">The last pack that the broker has, noted in the same commit; 0 when it is noted already.</param>
    /// <exception cref="PostgresException">Unique violation: another relay has sealed that number; begin again from its head.</exception>
    internal async Task<Pack?> Seal(PackHead head, Position last, CancellationToken ct, long confirmed = 0)
    {
        var entries = await log.Read(last, Pack.EventsMax, ct);
        if (entries.Count == 0)
        {
            return null;
        }

        var pack = Pack.Next(department, head, Pack.Fitting(entries));
        await database.Sql("""
            with noted as (update journal.relay set confirmed = $7 where confirmed < $7)
            insert into journal.packs (no, first_transaction, first_position, last_transaction, last_position, hash) values ($1, $2, $3, $4, $5, $6)
            """, pack.No, pack.Entries[0].Position, pack.Entries[^1].Position, pack.Hash.ToArray(), confirmed).Run(ct);
        return pack;
    }

    /// <summary>The number of the last pack that the broker has confirmed.</summary>
    internal Task<long> Confirmed(CancellationToken ct) => database.Sql("select confirmed from journal.relay").Value<long>(ct);

    /// <summary>Moves the cursor; never back.</summary>
    internal Task Confirm(long no, CancellationToken ct) => database.Sql("update journal.relay set confirmed = $1 where confirmed < $1", no).Run(ct);

    /// <summary>The last sealed pack and where it ends in the journal.</summary>
    internal async Task<(PackHead Head, Position Last)> Newest(CancellationToken ct)
    {
        var newest = await database.Sql("select no, hash, last_transaction, last_position from journal.packs order by no desc limit 1")
            .Read(reader => (HeadOf(reader), reader.GetPosition(2)), ct);
        return newest is [var pack] ? pack : (PackHead.None, Position.Start);
    }

    static PackHead HeadOf(NpgsqlDataReader reader) => new(reader.GetInt64(0), reader.GetFieldValue<byte[]>(1));
}
