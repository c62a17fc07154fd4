using System.Threading.Channels;
using CrmSuite.EventStore.Client;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace CrmSuite.EventStore.Storage;

/// <summary>
/// The store cannot write now: another process does, or its database cannot be reached. What was asked may or may not have been done; ask again. That is what
/// the protocol calls a time-out.
/// </summary>
sealed class StoreUnavailableException(string message, Exception? inner = null) : TimeoutException(message, inner);

/// <summary>
/// The one writer: takes what waits, judges it in order, gives positions, and commits up to <see cref="WritesMax"/> writes at once. Because nobody else writes
/// (<see cref="Lease"/>), it knows each stream's last revision without asking and gives positions without gaps, in commit order.
/// </summary>
sealed class Writer(NpgsqlDataSource database, Tables tables, Lease lease, Tail tail, TimeProvider time, ILogger log) : BackgroundService
{
    /// <summary>How many writes share a commit at most.</summary>
    public const int WritesMax = 512;

    /// <summary>How many bytes share a commit at most, the last write aside.</summary>
    public const long BytesMax = 8 * 1024 * 1024;

    /// <summary>How many calls wait at most; further callers wait to be let in.</summary>
    public const int CallsMax = 1_024;

    readonly Channel<Call> calls = Channel.CreateBounded<Call>(new BoundedChannelOptions(CallsMax) { SingleReader = true });
    readonly Queue<(Call Call, int Index)> queue = [];

    /// <summary>Whether this process is the writer now.</summary>
    public bool Leads { get; private set; }

    /// <summary>Hands a call to the writer and waits for its results. A cancelled wait does not take the call back.</summary>
    public async Task<IReadOnlyList<WriteResult>> Ask(IReadOnlyList<Wanted> wanted, CancellationToken ct)
    {
        if (wanted.Count == 0)
        {
            return [];
        }

        var call = new Call(wanted);
        await calls.Writer.WriteAsync(call, ct);
        return await call.Results.WaitAsync(ct);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            var why = new StoreUnavailableException("Another process is the writer of this store.");
            try
            {
                if (await lease.TryTake(stoppingToken))
                {
                    await Lead(stoppingToken);
                    continue;
                }

                tail.Observe((await tables.Heads(stoppingToken)).Position);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                why = new StoreUnavailableException("The store is stopping.");
            }
            catch (Exception failure)
            {
                why = new StoreUnavailableException("The store could not write.", failure);
                log.LogWarning("The writer stopped: {Reason}", failure.Message);
            }

            FailWaiting(why);
            await Task.Delay(Lease.Beat, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        calls.Writer.TryComplete();
        FailWaiting(new StoreUnavailableException("The store is stopping."));
    }

    async Task Lead(CancellationToken stopping)
    {
        using var term = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        var beating = Beat(term);
        try
        {
            await using var connection = await database.OpenConnectionAsync(term.Token);
            var heads = await tables.Heads(term.Token);
            tail.Observe(heads.Position);
            var batch = new WriteBatch(connection, tables, lease.Fence, tail, time, heads.Position, heads.Stream, await tables.Described(WriteBatch.DescribedMax, term.Token));
            Leads = true;
            log.LogInformation("Writes with fence {Fence} from position {Position} on", lease.Fence, heads.Position + 1);
            while (await calls.Reader.WaitToReadAsync(term.Token))
            {
                while (!term.IsCancellationRequested && Take() is { Count: > 0 } taken)
                {
                    await Write(batch, taken);
                }
            }
        }
        finally
        {
            Leads = false;
            await term.CancelAsync();
            await beating;
            // Also after a failure: it waits for a commit whose outcome is unknown, and the next taking reads the head behind it.
            await lease.Release(CancellationToken.None);
        }
    }

    /// <summary>A commit under way is not cancelled: it takes no longer than the command time-out, and its callers learn its outcome.</summary>
    static async Task Write(WriteBatch batch, List<(Call Call, int Index)> taken)
    {
        try
        {
            await batch.Write(taken, CancellationToken.None);
        }
        catch (Exception failure)
        {
            foreach (var (call, _) in taken)
            {
                call.Fail(new StoreUnavailableException("The store could not write.", failure));
            }

            throw;
        }
    }

    async Task Beat(CancellationTokenSource term)
    {
        var renewed = time.GetTimestamp();
        while (!term.IsCancellationRequested)
        {
            await Task.Delay(Lease.Beat, term.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            try
            {
                if (!await lease.Renew(term.Token))
                {
                    log.LogWarning("Another process has taken the lease");
                    await term.CancelAsync();
                    return;
                }

                renewed = time.GetTimestamp();
            }
            catch (OperationCanceledException) when (term.IsCancellationRequested)
            {
            }
            catch (Exception failure)
            {
                log.LogWarning("The lease could not be renewed: {Reason}", failure.Message);
                if (time.GetElapsedTime(renewed) > Lease.Length)
                {
                    await term.CancelAsync();
                }
            }
        }
    }

    List<(Call Call, int Index)> Take()
    {
        while (queue.Count < WritesMax && calls.Reader.TryRead(out var call))
        {
            for (var i = 0; i < call.Wanted.Count; i++)
            {
                queue.Enqueue((call, i));
            }
        }

        var taken = new List<(Call, int)>(Math.Min(queue.Count, WritesMax));
        var bytes = 0L;
        while (taken.Count < WritesMax && bytes < BytesMax && queue.TryDequeue(out var next))
        {
            taken.Add(next);
            bytes += next.Call.Wanted[next.Index].Write.Bytes;
        }

        return taken;
    }

    void FailWaiting(StoreUnavailableException why)
    {
        while (queue.TryDequeue(out var next))
        {
            next.Call.Fail(why);
        }

        while (calls.Reader.TryRead(out var call))
        {
            call.Fail(why);
        }
    }
}

/// <summary>What a write does to its stream.</summary>
enum Intent
{
    Append,
    Delete,
    Tombstone,
}

/// <summary>One write and its intent; a deletion has no events.</summary>
readonly record struct Wanted(StreamWrite Write, Intent Intent);

/// <summary>What one caller asked in one call, and its results as they come.</summary>
sealed class Call(IReadOnlyList<Wanted> wanted)
{
    readonly TaskCompletionSource<IReadOnlyList<WriteResult>> done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly WriteResult[] results = new WriteResult[wanted.Count];
    int open = wanted.Count;

    public IReadOnlyList<Wanted> Wanted { get; } = wanted;

    public Task<IReadOnlyList<WriteResult>> Results => done.Task;

    public void Set(int index, WriteResult result)
    {
        results[index] = result;
        if (--open == 0)
        {
            done.TrySetResult(results);
        }
    }

    public void Fail(Exception why) => done.TrySetException(why);
}
