using System.Globalization;
using System.Text;

namespace CrmSuite.EventStore.Client;

/// <summary>One stream of the store in memory: its events, its metadata, and the rules of what may be written.</summary>
sealed class InMemoryStream(string name)
{
    readonly Dictionary<Guid, StoredEvent> _byId = [];

    public string Name { get; } = name;

    public List<StoredEvent> Events { get; } = [];

    public StreamMetadata Metadata { get; set; } = StreamMetadata.None;

    public StoredEvent? Tombstone { get; set; }

    public long Last => Events.Count - 1;

    public bool IsThere => Events.Count > 0 && !Metadata.IsDeleted;

    public void Add(StoredEvent stored)
    {
        Events.Add(stored);
        _byId[stored.Id] = stored;
    }

    public long FirstVisible => Metadata.FirstVisible(Last);

    public bool IsVisible(StoredEvent stored, DateTime now) =>
        !Metadata.IsDeleted && stored.Revision >= FirstVisible && (Metadata.MaxAge is not { } age || stored.Created > now - age);

    /// <summary>What a write meets: a result, or null if it is to be written.</summary>
    public WriteResult? Meet(StreamWrite write) => write switch
    {
        _ when Tombstone is not null => new WriteResult.StreamDeleted(Name),
        { Bytes: > StreamWrite.BytesMax } => new WriteResult.TooLarge(StreamWrite.BytesMax),
        { Expected: var expected } when expected == Expected.Any => MeetAny(write),
        { Expected: var expected } when expected == Expected.StreamExists => Last < 0
            ? new WriteResult.WrongVersion(write.Expected, -1)
            : Metadata.IsDeleted ? new WriteResult.StreamDeleted(Name) : MeetAny(write),
        _ => MeetRevision(write),
    };

    /// <summary>What a delete or tombstone meets; null if it is to be done.</summary>
    public WriteResult? MeetEnd(Expected expected, bool mustHaveBeen)
    {
        if (Tombstone is not null)
        {
            return new WriteResult.StreamDeleted(Name);
        }

        var holds = expected == Expected.Any || (expected == Expected.StreamExists ? Last >= 0 : expected.Value == Last);
        return holds && (Last >= 0 || !mustHaveBeen) ? null : new WriteResult.WrongVersion(expected, Last);
    }

    /// <summary>The place a link names, or null if it names none.</summary>
    public static (string Stream, long Revision)? TargetOf(StoredEvent link) =>
        Encoding.UTF8.GetString(link.Data.Span).Split('@', 2) is [var number, var stream]
        && long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var revision)
            ? (stream, revision)
            : null;

    WriteResult? MeetAny(StreamWrite write)
    {
        if (write.Events.Count == 0 || !_byId.ContainsKey(write.Events[0].Id))
        {
            return null;
        }

        return write.Events.All(e => _byId.ContainsKey(e.Id))
            ? new WriteResult.Written(_byId[write.Events[^1].Id].Revision, _byId[write.Events[^1].Id].Position)
            : new WriteResult.WrongVersion(write.Expected, Last);
    }

    WriteResult? MeetRevision(StreamWrite write)
    {
        var at = write.Expected.Value;
        if (at == Last)
        {
            return null;
        }

        var repeated = 0;
        while (at < Last && repeated < write.Events.Count && at + 1 + repeated <= Last
               && Events[(int)(at + 1 + repeated)].Id == write.Events[repeated].Id)
        {
            repeated++;
        }

        if (repeated > 0 && repeated == write.Events.Count)
        {
            return new WriteResult.Written(at + repeated, Events[(int)(at + repeated)].Position);
        }

        var recreated = repeated == 0 && write.Expected == Expected.NoStream && Metadata.IsDeleted;
        return recreated ? null : new WriteResult.WrongVersion(write.Expected, Last);
    }
}
