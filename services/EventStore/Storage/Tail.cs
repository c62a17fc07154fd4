using CrmSuite.EventStore.Client;

namespace CrmSuite.EventStore.Storage;

/// <summary>
/// The newest events in memory, for followers that have caught up. It is never the truth: who asks for more than it holds reads the table, and being woken
/// only means that looking again may pay.
/// </summary>
sealed class Tail
{
    /// <summary>How many events are kept at most.</summary>
    public const int EventsMax = 8_192;

    /// <summary>How many bytes of them are kept at most.</summary>
    public const long BytesMax = 32 * 1024 * 1024;

    readonly Lock gate = new();
    readonly StoredEvent?[] ring = new StoredEvent?[EventsMax];
    TaskCompletionSource signal = new(TaskCreationOptions.RunContinuationsAsynchronously);
    long first = 1;   // The oldest position held; head + 1 when none is.
    long head;
    long bytes;

    /// <summary>The newest position that is known to be in the table; 0 for none.</summary>
    public long Head
    {
        get
        {
            lock (gate)
            {
                return head;
            }
        }
    }

    /// <summary>What was just committed, behind the head without a gap.</summary>
    public void Add(IReadOnlyList<StoredEvent> events)
    {
        TaskCompletionSource moved;
        lock (gate)
        {
            foreach (var e in events)
            {
                if (head + 1 - first == EventsMax)
                {
                    DropFirst();
                }

                ring[e.Position % EventsMax] = e;
                head = e.Position;
                bytes += SizeOf(e);
            }

            while (bytes > BytesMax && first < head)
            {
                DropFirst();
            }

            moved = Rearm();
        }

        moved.TrySetResult();
    }

    /// <summary>The table is known to reach so far, by whoever wrote it: followers read it there.</summary>
    public void Observe(long seen)
    {
        TaskCompletionSource moved;
        lock (gate)
        {
            if (seen == head)
            {
                return;
            }

            Array.Clear(ring);
            (head, first, bytes) = (seen, seen + 1, 0);
            moved = Rearm();
        }

        moved.TrySetResult();
    }

    /// <summary>Up to <paramref name="max"/> events after the position, none if it is the head or beyond; null if they are no longer held.</summary>
    public IReadOnlyList<StoredEvent>? After(long position, int max)
    {
        lock (gate)
        {
            if (position >= head)
            {
                return [];
            }

            if (position + 1 < first)
            {
                return null;
            }

            var events = new StoredEvent[(int)Math.Min(max, head - position)];
            for (var i = 0; i < events.Length; i++)
            {
                events[i] = ring[(position + 1 + i) % EventsMax]!;
            }

            return events;
        }
    }

    /// <summary>Returns when the head has passed the position.</summary>
    public async Task Passed(long position, CancellationToken ct)
    {
        while (true)
        {
            Task moved;
            lock (gate)
            {
                if (head > position)
                {
                    return;
                }

                moved = signal.Task;
            }

            await moved.WaitAsync(ct);
        }
    }

    void DropFirst()
    {
        ref var slot = ref ring[first++ % EventsMax];
        bytes -= SizeOf(slot!);
        slot = null;
    }

    TaskCompletionSource Rearm()
    {
        var moved = signal;
        signal = new(TaskCreationOptions.RunContinuationsAsynchronously);
        return moved;
    }

    static long SizeOf(StoredEvent e) => e.Data.Length + e.Metadata.Length + 256;
}
