namespace CrmSuite.EventStore.Client;

/// <summary>
/// The company's history: streams of events, and all of them in one order. Three implementations obey the same contract tests: the gRPC client
/// (<see cref="EventStoreClient"/>), the embedded server's tables, and <see cref="InMemoryEventStore"/>.
/// <para>Domain code appends at exact revisions (or <see cref="Expected.NoStream"/>) only: a repeat is then recognised for ever. With
/// <see cref="Expected.Any"/> a repeat is recognised only while its ids are remembered.</para>
/// <para>Revisions count from 0 in each stream, without gaps. Positions order all events: strictly rising in commit order, otherwise opaque. No position is
/// shown before all smaller ones are.</para>
/// <para>What may happen in a right use comes back as a value; a wrong use is an <see cref="ArgumentException"/>, a broken server any other exception.</para>
/// </summary>
public interface IEventStore
{
    /// <summary>
    /// Writes to many streams in one call, each write whole or not at all by itself, in this order. Calls are written in the order they are made.
    /// </summary>
    Task<IReadOnlyList<WriteResult>> Append(IReadOnlyList<StreamWrite> writes, CancellationToken ct);

    /// <summary>
    /// Hides the stream's events (soft delete); a later append continues its numbering. Deleting again is fine; a stream that never was cannot be. The
    /// revision answered is <see cref="Bound.End"/>.
    /// </summary>
    Task<WriteResult> Delete(string stream, Expected expected, CancellationToken ct);

    /// <summary>Closes the stream for ever (hard delete), even one that never was. The revision answered is <see cref="Bound.End"/>.</summary>
    Task<WriteResult> Tombstone(string stream, Expected expected, CancellationToken ct);

    /// <summary>
    /// Reads one stream, <paramref name="from"/> included; <see cref="Bound.End"/> backwards means the last event. Answers
    /// <see cref="ReadMessage.NotFound"/> or <see cref="ReadMessage.Deleted"/> alone; else the entries, then <see cref="ReadMessage.FirstRevision"/> if a forwards read found none, then
    /// <see cref="ReadMessage.LastRevision"/>.
    /// </summary>
    IAsyncEnumerable<ReadMessage> ReadStream(
        string stream, long from, long count, Direction direction, bool resolveLinks = false, CancellationToken ct = default);

    /// <summary>Reads all streams in position order, <paramref name="from"/> included; the count is of events that pass the filter.</summary>
    IAsyncEnumerable<ReadMessage> ReadAll(
        long from, long count, Direction direction, EventFilter? filter = null, bool resolveLinks = false, CancellationToken ct = default);

    /// <summary>
    /// Follows one stream: <see cref="ReadMessage.Confirmed"/>, its history after the given revision (null: from the beginning; <see cref="Bound.End"/>: none),
    /// <see cref="ReadMessage.CaughtUp"/>, then what is appended. Ends only with <see cref="ReadMessage.Deleted"/>. A stream that is not there yet is fine.
    /// </summary>
    IAsyncEnumerable<ReadMessage> SubscribeStream(string stream, long? after, bool resolveLinks = false, CancellationToken ct = default);

    /// <summary>
    /// Follows all streams in the same way. With a filter come <see cref="ReadMessage.Checkpoint"/>s too, so that a follower may move on without a match.
    /// </summary>
    IAsyncEnumerable<ReadMessage> SubscribeAll(long? after, EventFilter? filter = null, bool resolveLinks = false, CancellationToken ct = default);
}

/// <summary>Which way to read.</summary>
public enum Direction
{
    /// <summary>Oldest first.</summary>
    Forwards,

    /// <summary>Newest first.</summary>
    Backwards,
}

/// <summary>The ends of a stream and of all streams, as revision or position.</summary>
public static class Bound
{
    /// <summary>The first event.</summary>
    public const long Start = 0;

    /// <summary>The last event; also the revision of a tombstone and the "truncate before" of a deleted stream.</summary>
    public const long End = long.MaxValue;
}

/// <summary>What a writer believes of the stream: a revision, or one of three states. The numbers are the protocol's.</summary>
public readonly record struct Expected(long Value)
{
    /// <summary>The stream has no event yet.</summary>
    public static readonly Expected NoStream = new(-1);

    /// <summary>Nothing is believed. Not for domain code.</summary>
    public static readonly Expected Any = new(-2);

    /// <summary>The stream has events.</summary>
    public static readonly Expected StreamExists = new(-4);

    /// <summary>The stream's last event has exactly this revision.</summary>
    public static Expected Exactly(long revision) => revision >= 0
        ? new(revision)
        : throw new ArgumentOutOfRangeException(nameof(revision), "A revision counts from 0.");

    /// <summary>True for a revision, false for the three states.</summary>
    public bool IsExact => Value >= 0;
}

/// <summary>An event to be written. The id makes its repeat recognisable.</summary>
public sealed record NewEvent(Guid Id, string Type, ReadOnlyMemory<byte> Data, ReadOnlyMemory<byte> Metadata, bool IsJson = true)
{
    /// <summary>The size that counts against <see cref="StreamWrite.BytesMax"/>, by the protocol's rule.</summary>
    public int Bytes => Data.Length + Metadata.Length + 2 * Type.Length;
}

/// <summary>Events for one stream, written whole or not at all. None is allowed: it only asks whether the expectation holds.</summary>
public sealed record StreamWrite(string Stream, Expected Expected, IReadOnlyList<NewEvent> Events)
{
    /// <summary>The largest write: 1 MiB, as every server of the protocol takes.</summary>
    public const int BytesMax = 1024 * 1024;

    /// <summary>The size that counts against <see cref="BytesMax"/>.</summary>
    public long Bytes => Events.Sum(e => (long)e.Bytes);

    /// <summary>Throws <see cref="ArgumentException"/> unless stream and events are named. Every store asks this first.</summary>
    public void Check()
    {
        CheckName(Stream);
        if (Events.Any(e => e.Type.Length == 0))
        {
            throw new ArgumentException("An event needs a type.");
        }
    }

    /// <summary>Throws <see cref="ArgumentException"/> unless a stream may have this name.</summary>
    public static void CheckName(string stream)
    {
        if (stream.Length == 0 || stream == "$all")
        {
            throw new ArgumentException("A stream needs a name of its own.", nameof(stream));
        }
    }
}

/// <summary>What became of a write.</summary>
public abstract record WriteResult
{
    WriteResult()
    {
    }

    /// <summary>Written, now or by an equal earlier try: the last event's revision (−1 if the stream has none) and position (null if not known).</summary>
    public sealed record Written(long Revision, long? Position) : WriteResult;

    /// <summary>The expectation does not hold; <paramref name="Current"/> is the last revision, −1 for no stream.</summary>
    public sealed record WrongVersion(Expected Expected, long Current) : WriteResult;

    /// <summary>The stream is closed for ever, or (expected to exist) deleted.</summary>
    public sealed record StreamDeleted(string Stream) : WriteResult;

    /// <summary>The write is larger than the store takes.</summary>
    public sealed record TooLarge(int BytesMax) : WriteResult;
}

/// <summary>An event as the store keeps it; <paramref name="Created"/> is the store's clock, UTC.</summary>
public sealed record StoredEvent(
    string Stream, long Revision, long Position, Guid Id, string Type, DateTime Created, ReadOnlyMemory<byte> Data, ReadOnlyMemory<byte> Metadata, bool IsJson);

/// <summary>What a read or a subscription says.</summary>
public abstract record ReadMessage
{
    ReadMessage()
    {
    }

    /// <summary>
    /// An event. If links are resolved and this came by one, <paramref name="Link"/> is the link and <paramref name="Event"/> its target, null if lost.
    /// </summary>
    public sealed record Entry(StoredEvent? Event, StoredEvent? Link = null) : ReadMessage
    {
        /// <summary>The entry's own place: that of the link, if there is one.</summary>
        public StoredEvent Original => Link ?? Event!;
    }

    /// <summary>The stream never was, or is deleted.</summary>
    public sealed record NotFound(string Stream) : ReadMessage;

    /// <summary>The stream is closed for ever.</summary>
    public sealed record Deleted(string Stream) : ReadMessage;

    /// <summary>Where the stream's readable events begin or will begin; said only when a forwards read found none.</summary>
    public sealed record FirstRevision(long Revision) : ReadMessage;

    /// <summary>The stream's last revision; closes a read of a stream.</summary>
    public sealed record LastRevision(long Revision) : ReadMessage;

    /// <summary>The subscription stands: nothing appended from now on is missed.</summary>
    public sealed record Confirmed : ReadMessage;

    /// <summary>Everything up to this position has been considered; a follower stores it as its own position.</summary>
    public sealed record Checkpoint(long Position) : ReadMessage;

    /// <summary>The history is read; what follows is new.</summary>
    public sealed record CaughtUp : ReadMessage;
}
