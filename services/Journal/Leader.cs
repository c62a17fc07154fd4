using Microsoft.Extensions.Logging;
using Npgsql;

namespace CrmSuite.Journal;

/// <summary>
/// Work that one replica does at a time: whoever holds a session lock of the database on a connection of its own. The connection is pinged every second;
/// when it is lost, the work is cancelled before another replica can begin.
/// </summary>
/// <param name="connectionString">The department's database; the connection is not pooled.</param>
/// <param name="log">Where changes of leadership are told.</param>
public sealed class Leader(string connectionString, ILogger<Leader> log)
{
    static readonly TimeSpan Beat = TimeSpan.FromSeconds(1);

    /// <summary>Runs the work whenever this replica leads, until cancelled. Work that ends or throws is begun again after a pause.</summary>
    /// <param name="name">What is led, for example <c>relay</c>; the lock's key follows from it.</param>
    /// <param name="work">Stops when its token is cancelled.</param>
    /// <param name="ct">Ends it.</param>
    public async Task Run(string name, Func<CancellationToken, Task> work, CancellationToken ct)
    {
        while (!ct.IsCancellationRequested)
        {
            try
            {
                await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false, CommandTimeout = 3 }.ConnectionString);
                await connection.OpenAsync(ct);
                if (await TryLock(connection, name, ct))
                {
                    log.LogInformation("Leads {Work}", name);
                    await Lead(connection, work, ct);
                }
            }
            catch (OperationCanceledException) when (ct.IsCancellationRequested)
            {
                return;
            }
            catch (Exception failure)
            {
                log.LogWarning("{Work} stopped: {Reason}; begun again shortly", name, failure.Message);
            }

            await Task.Delay(Beat, ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    static async Task Lead(NpgsqlConnection connection, Func<CancellationToken, Task> work, CancellationToken ct)
    {
        using var term = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var running = Task.Run(() => work(term.Token), CancellationToken.None);
        try
        {
            while (await Task.WhenAny(running, Task.Delay(Beat, ct)) != running)
            {
                ct.ThrowIfCancellationRequested();
                await connection.Sql("select 1").Run(ct);
            }
        }
        finally
        {
            await term.CancelAsync();
            await running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        await running;
    }

    static Task<bool> TryLock(NpgsqlConnection connection, string name, CancellationToken ct) =>
        connection.Sql("select pg_try_advisory_lock(hashtextextended($1, 0))", name).Value<bool>(ct);
}
