namespace CrmSuite.Journal;

/// <summary>
/// The newest settled events, in memory: views, relay and reactions of a host want the same ones at nearly the same time, and one of them asks for all. What is
/// settled never changes, and nothing is settled before it later.
/// </summary>
/// <param name="ask">Asks the log for the settled events after a position.</param>
sealed class Tail(Func<Position, int, CancellationToken, Task<IReadOnlyList<Recorded>>> ask) : IDisposable
{
    /// <summary>How many are kept, and how many are asked for at once.</summary>
    public const int Max = 1_000;

    readonly SemaphoreSlim asking = new(1);
    volatile Part kept = new(Position.Start, []);
    volatile int begun;
    int answered;
    bool full;

    /// <summary>All events that are settled from a position (it excluded) to the last of them.</summary>
    sealed record Part(Position From, Recorded[] Entries)
    {
        public Position End => Entries.Length > 0 ? Entries[^1].Position : From;

        public ArraySegment<Recorded> After(Position after, int max)
        {
            var first = Array.FindLastIndex(Entries, entry => entry.Position <= after) + 1; // From the end: most readers are near it.
            return new(Entries, first, Math.Min(max, Entries.Length - first));
        }
    }

    /// <summary>The settled events after a position, in order, at most so many.</summary>
    public async Task<IReadOnlyList<Recorded>> Read(Position after, int max, CancellationToken ct)
    {
        var (part, seen) = (kept, begun);
        if (max > Max || after < part.From)
        {
            return await ask(after, max, ct); // A rebuild, or somebody far behind: not what the others want.
        }

        if (after < part.End)
        {
            return part.After(after, max);
        }

        await asking.WaitAsync(ct);
        try
        {
            // What somebody was told who asked since this reader came is no older than what this one would be told.
            var known = answered > seen && kept.From <= after && (after < kept.End || (after == kept.End && !full));
            if (!known)
            {
                var asked = ++begun;
                var page = await ask(after, Max, ct);
                (kept, full, answered) = (kept.End == after ? Joined(kept, page) : new(after, [.. page]), page.Count == Max, asked);
            }

            return kept.After(after, max);
        }
        finally
        {
            asking.Release();
        }
    }

    public void Dispose() => asking.Dispose();

    static Part Joined(Part part, IReadOnlyList<Recorded> page)
    {
        var gone = Math.Max(0, part.Entries.Length + page.Count - Max);
        return page.Count == 0 ? part : new(gone == 0 ? part.From : part.Entries[gone - 1].Position, [.. part.Entries.AsSpan(gone), .. page]);
    }
}
