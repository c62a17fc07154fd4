namespace CrmSuite.Journal;

/// <summary>
/// Callers share round trips: what waits is carried out together, by at most <paramref name="slots"/> at a time. A caller that finds a free slot carries out its own
/// work at once, so a single caller pays no hand-over; where several came together last time, those who are on their way are let in first. Another slot is opened only
/// for a crowd: two half batches side by side cost two round trips, and two commits that wait for the same disk.
/// </summary>
/// <param name="slots">How many batches may be under way.</param>
/// <param name="batchMax">How much one batch holds at most.</param>
/// <param name="waitingMax">How much may wait; beyond it callers are told that the service is busy.</param>
/// <param name="carryOut">Carries out a batch and completes each of its items; it does not throw.</param>
/// <param name="key">Items of one key never share a batch; null when they may.</param>
sealed class Coalescing<TItem>(int slots, int batchMax, int waitingMax, Func<IReadOnlyList<TItem>, Task> carryOut, Func<TItem, object>? key = null)
{
    /// <summary>How many must wait for a batch to be begun beside another one.</summary>
    const int Crowd = 32;

    readonly Lock gate = new();
    readonly LinkedList<TItem> waiting = [];
    int running;
    bool alone = true;

    /// <summary>Adds the item; its completion is the item's own affair.</summary>
    /// <exception cref="BusyException">Too much waits already.</exception>
    public void Add(TItem item)
    {
        lock (gate)
        {
            if (waiting.Count >= waitingMax)
            {
                throw new BusyException();
            }

            waiting.AddLast(item);
            if (running == slots || (running > 0 && waiting.Count < Crowd))
            {
                return;
            }

            running++;
        }

        _ = CarryOut();
    }

    async Task CarryOut()
    {
        do
        {
            // Behind the callers that are ready to run: the same answer woke them, or they were read from their sockets at the same moment.
            if (!Volatile.Read(ref alone))
            {
                await Task.Yield();
            }
        }
        while (await CarryOutNext());
    }

    async Task<bool> CarryOutNext()
    {
        List<TItem> batch;
        lock (gate)
        {
            batch = Take();
            if (batch.Count == 0)
            {
                running--;
                return false;
            }

            alone = batch.Count == 1;
        }

        await carryOut(batch);
        return true;
    }

    List<TItem> Take()
    {
        var taken = new List<TItem>(Math.Min(waiting.Count, batchMax));
        var keys = key is null ? null : new HashSet<object>();
        for (var node = waiting.First; node is not null && taken.Count < batchMax;)
        {
            var next = node.Next;
            if (keys is null || keys.Add(key!(node.Value)))
            {
                taken.Add(node.Value);
                waiting.Remove(node);
            }

            node = next;
        }

        return taken;
    }
}

/// <summary>More waits than the service can hold: 503 with Retry-After, nothing was done.</summary>
public sealed class BusyException() : Exception("The service is busy. Try again shortly.");
