namespace CrmSuite.Journal;

/// <summary>A log of events in commit order that views, relay and reactions follow: a department's journal, or the event store's <c>$all</c>.</summary>
public interface ILog
{
    /// <summary>The events after a position, in order, as many as are settled, at most <paramref name="max"/>. Empty when there is nothing new.</summary>
    Task<IReadOnlyList<Recorded>> Read(Position after, int max, CancellationToken ct);

    /// <summary>The newest settled position; <see cref="Position.Start"/> for an empty log.</summary>
    Task<Position> Head(CancellationToken ct);

    /// <summary>The newest position this process has written or seen; what a reader waits for that names none.</summary>
    Position Newest { get; }

    /// <summary>Where this log has what a command answered; null while it has not got it yet.</summary>
    Task<Position?> Find(AtLeast asked, CancellationToken ct) => Task.FromResult<Position?>(asked.Position);

    /// <summary>Returns when something may be there after the position: woken in process, and after a short time anyhow.</summary>
    Task Wait(Position after, CancellationToken ct);
}
