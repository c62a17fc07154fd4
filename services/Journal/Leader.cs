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
    /// <summary>How long a ping may take, in seconds.</summary>
    const int PingMax = 3;

    /// <summary>How long is waited for a turn, in seconds.</summary>
    const int TurnMax = 30;

    static readonly TimeSpan Beat = TimeSpan.FromSeconds(1);

    /// <summary>Whoever waits in this host holds no connection.</summary>
    static readonly SemaphoreSlim Turn = new(1, 1);

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
                await using var connection = await Open(PingMax, ct);
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

    /// <summary>Does something that is done once at a time, on all replicas together: whoever comes later waits for his turn.</summary>
    /// <param name="name">What is done.</param>
    /// <param name="work">Does it; the lock is given back with the connection, whatever becomes of it.</param>
    /// <param name="ct">Ends the wait.</param>
    public async Task<T> Alone<T>(string name, Func<Task<T>> work, CancellationToken ct)
    {
        await Turn.WaitAsync(ct);
        try
        {
            await using var connection = await Open(TurnMax, ct);
            await connection.Sql("select pg_advisory_lock(hashtextextended($1, 0))", name).Run(ct);
            return await work();
        }
        finally
        {
            Turn.Release();
        }
    }

    async Task<NpgsqlConnection> Open(int commandSeconds, CancellationToken ct)
    {
        var settings = new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false, CommandTimeout = commandSeconds };
        var connection = new NpgsqlConnection(settings.ConnectionString);
        await connection.OpenAsync(ct);
        return connection;
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
