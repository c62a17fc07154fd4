using CrmSuite.Journal;
using CrmSuite.Keyring;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace CrmSuite.Views;

/// <summary>
/// Takes the rows of erased persons out of the tables that hold personal fields in the clear. A key may be remembered for a minute after it was destroyed, so what was
/// erased lately is looked for again; a table that was not looked at before, or has only now been built, is looked through as a whole.
/// </summary>
/// <param name="keyring">Knows whose key was destroyed.</param>
/// <param name="sealing">Opens what the tables hold.</param>
/// <param name="log">Where it is told that the keyring does not answer.</param>
sealed class Erasure(Keyring.Keyring keyring, Sealing sealing, ILogger<Erasure> log)
{
    /// <summary>For how long after an erasure rows are looked for: longer than a key is remembered and a page is folded.</summary>
    static readonly TimeSpan Margin = Keyring.Keyring.CacheMax * 3;

    HashSet<string> seen = [];
    DateTime since = DateTime.UnixEpoch;

    public Sealing Sealing => sealing;

    /// <summary>Takes them out of these tables, whichever version of a view they are and whether they serve or not.</summary>
    public async Task Sweep(NpgsqlConnection connection, string schema, IReadOnlyList<ViewState> tables, CancellationToken ct)
    {
        var now = tables.Select(table => $"{table.Table} {table.Status}").ToHashSet();
        var (at, person) = (now.IsSubsetOf(seen) ? since : DateTime.UnixEpoch, Guid.Empty);
        try
        {
            var until = await keyring.Now(ct);
            for (var erased = await keyring.Erased(at, person, ct); erased.Count > 0; erased = await keyring.Erased(at, person, ct))
            {
                foreach (var table in tables)
                {
                    await Delete(connection, $"{schema}.\"{table.Table}\"", [.. erased.Select(gone => gone.Person)], ct);
                }

                (person, at) = erased[^1];
            }

            (seen, since) = (now, until - Margin);
        }
        catch (KeyringUnavailableException failure)
        {
            log.LogWarning("Nobody can be taken out of personal tables now: {Reason} {Cause}", failure.Message, failure.InnerException?.Message);
        }
    }

    static async Task Delete(NpgsqlConnection connection, string table, Guid[] persons, CancellationToken ct)
    {
        try
        {
            await connection.Sql($"delete from {table} where person = any($1)", persons).Run(ct);
        }
        catch (PostgresException missing) when (missing.SqlState == PostgresErrorCodes.UndefinedTable)
        {
            // Wanted, but not made yet: it is looked through when it is.
        }
    }
}
