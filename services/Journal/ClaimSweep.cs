using Microsoft.Extensions.Hosting;
using Npgsql;

namespace CrmSuite.Journal;

/// <summary>
/// Forgets what callers were answered, once the time in which they may repeat it is over. Only the claims of an <c>Idempotency-Key</c> go: they alone have a
/// fingerprint. Those of reactions, due work and imports stay for ever (see "Why" in README.md). One replica leads.
/// </summary>
sealed class ClaimSweep(NpgsqlDataSource database, Leader leader) : BackgroundService
{
    /// <summary>How long a key may be repeated.</summary>
    public static readonly TimeSpan KeptFor = TimeSpan.FromDays(7);

    /// <summary>How many claims one transaction deletes, so that it is over in no time.</summary>
    public const int ChunkMax = 1_000;

    static readonly TimeSpan Pause = TimeSpan.FromHours(1);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => leader.Run("claims", Lead, stoppingToken);

    async Task Lead(CancellationToken ct)
    {
        while (true)
        {
            if (await Sweep(ct) < ChunkMax)
            {
                await Task.Delay(Pause, ct);
            }
        }
    }

    /// <summary>Deletes a chunk, the oldest first.</summary>
    /// <returns>How many there were.</returns>
    internal Task<int> Sweep(CancellationToken ct) => database.Sql("""
        delete from journal.claims where command_id in (
            select command_id from journal.claims where fingerprint is not null and claimed_at < statement_timestamp() - $1 order by claimed_at limit $2)
        """, KeptFor, ChunkMax).Run(ct);
}
