using CrmSuite.EventStore.Client;

namespace CrmSuite.EventStore.Storage;

/// <summary>What the writer knows of one stream, its own uncommitted writes included.</summary>
sealed class StreamState(string name, StreamRow row)
{
    public string Name { get; } = name;

    /// <summary>0 until its first event.</summary>
    public long Id { get; set; } = row.Id;

    /// <summary>The last revision, −1 for none, <see cref="Bound.End"/> once closed.</summary>
    public long Last { get; set; } = row.Last;

    /// <summary>The JSON its metadata stream ends with.</summary>
    public ReadOnlyMemory<byte> MetadataJson { get; private set; } = row.Metadata;

    /// <summary>That JSON, read.</summary>
    public StreamMetadata Metadata { get; private set; } = row.Metadata.IsEmpty ? StreamMetadata.None : StreamMetadata.Parse(row.Metadata.Span);

    public bool IsClosed => Last == Bound.End;

    /// <summary>Deleted softly and not written to since.</summary>
    public bool IsDeleted => Metadata.IsDeleted;

    public void SetMetadata(ReadOnlyMemory<byte> json) => (MetadataJson, Metadata) = (json, StreamMetadata.Parse(json.Span));
}

/// <summary>What is to become of a write.</summary>
enum Verdict
{
    /// <summary>It is new and its expectation holds.</summary>
    Append,

    /// <summary>It is there already.</summary>
    Repeat,

    /// <summary>Its expectation does not hold.</summary>
    WrongVersion,

    /// <summary>The stream is closed, or deleted and expected to exist.</summary>
    Deleted,

    /// <summary>The log must be asked: it may be there already.</summary>
    AskLog,
}

/// <summary>
/// The protocol's rules of expectation and repetition (its table 2.8), pure. A repeat with an exact revision is found in the log and so for ever; with
/// <see cref="Expected.Any"/> only while its ids are remembered.
/// </summary>
static class Expectation
{
    /// <summary>Where an equal write would have begun.</summary>
    public static long FirstRevision(Expected expected) => expected.IsExact ? expected.Value + 1 : 0;

    /// <summary>Whether the expectation of a deletion or a closing holds; to these, a deleted stream is still one that exists.</summary>
    public static bool HoldsForEnd(StreamState stream, Expected expected) =>
        expected == Expected.Any || (expected == Expected.StreamExists ? stream.Last >= 0 : expected.Value == stream.Last);

    /// <summary>Whether the expectation of a write holds.</summary>
    public static bool Holds(StreamState stream, Expected expected) => expected switch
    {
        { IsExact: true } => expected.Value == stream.Last,
        _ when expected == Expected.NoStream => stream.Last < 0 || stream.IsDeleted,
        _ when expected == Expected.StreamExists => stream.Last >= 0 && !stream.IsDeleted,
        _ => true,
    };

    /// <summary>Judges a write with at least one event.</summary>
    /// <param name="stream">The stream as it is.</param>
    /// <param name="write">What is asked.</param>
    /// <param name="recent">The remembered place of an id in this stream, or null.</param>
    /// <param name="stored">Ids from <see cref="FirstRevision"/> on, as many as the write has or fewer at the end; null before the log was asked.</param>
    public static Verdict Judge(StreamState stream, StreamWrite write, Func<Guid, EventPlace?> recent, IReadOnlyList<Guid>? stored)
    {
        if (stream.IsClosed)
        {
            return Verdict.Deleted;
        }

        var expected = write.Expected;
        if (expected == Expected.Any || expected == Expected.StreamExists)
        {
            if (expected == Expected.StreamExists && stream.IsDeleted)
            {
                return Verdict.Deleted;
            }

            return recent(write.Events[0].Id) is null
                ? Holds(stream, expected) ? Verdict.Append : Verdict.WrongVersion
                : write.Events.All(e => recent(e.Id) is not null) ? Verdict.Repeat : Verdict.WrongVersion;
        }

        var first = FirstRevision(expected);
        if (first > stream.Last)
        {
            return first == stream.Last + 1 ? Verdict.Append : Verdict.WrongVersion;
        }

        if (stored is null)
        {
            return write.Events.Index().All(e => recent(e.Item.Id)?.Revision == first + e.Index) ? Verdict.Repeat : Verdict.AskLog;
        }

        if (stored.Count == 0 || stored[0] != write.Events[0].Id)
        {
            return expected == Expected.NoStream && stream.IsDeleted ? Verdict.Append : Verdict.WrongVersion;
        }

        return stored.SequenceEqual(write.Events.Select(e => e.Id)) ? Verdict.Repeat : Verdict.WrongVersion;
    }
}

/// <summary>Where an event lies.</summary>
readonly record struct EventPlace(long Revision, long Position);

/// <summary>The ids written last, so that a repeat is recognised without the log, and at all with <see cref="Expected.Any"/>. Forgotten at a restart.</summary>
sealed class RecentIds
{
    /// <summary>How many are remembered.</summary>
    public const int IdsMax = 100_000;

    readonly Dictionary<(long Stream, Guid Id), EventPlace> places = [];
    readonly Queue<(long Stream, Guid Id)> order = [];

    public EventPlace? Find(long stream, Guid id) => places.TryGetValue((stream, id), out var place) ? place : null;

    public void Add(long stream, Guid id, EventPlace place)
    {
        places[(stream, id)] = place;
        order.Enqueue((stream, id));
        if (order.Count > IdsMax)
        {
            places.Remove(order.Dequeue());
        }
    }

    public void Remove(long stream, Guid id) => places.Remove((stream, id));
}
