using System.Text.Json;
using System.Text.Json.Nodes;

namespace CrmSuite.EventStore.Client;

/// <summary>
/// What a stream's owner asks of it: how much to show, and to whom. It is the last event of the stream <c>$$name</c>, so stores follow it as they write.
/// Free keys of that JSON are left alone by the store and not seen here.
/// </summary>
public sealed record StreamMetadata(long? MaxCount = null, TimeSpan? MaxAge = null, long? TruncateBefore = null, StreamAcl? Acl = null)
{
    /// <summary>The event type of metadata.</summary>
    public const string EventType = "$metadata";

    /// <summary>The event that closes a tombstoned stream.</summary>
    public const string TombstoneType = "$streamDeleted";

    /// <summary>The event type of a link; its data is <c>revision@stream</c>.</summary>
    public const string LinkType = "$>";

    /// <summary>Nothing asked.</summary>
    public static readonly StreamMetadata None = new();

    /// <summary>True for a stream deleted softly and not written to since.</summary>
    public bool IsDeleted => TruncateBefore == Bound.End;

    /// <summary>The stream that holds the metadata of this one.</summary>
    public static string StreamOf(string stream) => "$$" + stream;

    /// <summary>The stream whose metadata this one holds, or null.</summary>
    public static string? OwnerOf(string metadataStream) => metadataStream.StartsWith("$$", StringComparison.Ordinal) ? metadataStream[2..] : null;

    /// <summary>The first revision that may be shown, before age is looked at.</summary>
    public long FirstVisible(long last) => Math.Max(MaxCount is { } max ? last - max + 1 : 0, TruncateBefore ?? 0);

    /// <summary>Reads the JSON; what cannot be read counts as nothing asked, as in every server of the protocol.</summary>
    public static StreamMetadata Parse(ReadOnlySpan<byte> json)
    {
        try
        {
            var reader = new Utf8JsonReader(json);
            return JsonNode.Parse(ref reader) is JsonObject keys
                ? new(Whole(keys, "$maxCount"), Seconds(keys), Whole(keys, "$tb"), StreamAcl.Parse(keys["$acl"]))
                : None;
        }
        catch (Exception e) when (e is JsonException or ArgumentException)   // The latter: a key that occurs twice.
        {
            return None;
        }
    }

    /// <summary>The JSON of the protocol.</summary>
    public byte[] ToJson()
    {
        var keys = new JsonObject();
        if (MaxCount is { } count)
        {
            keys["$maxCount"] = count;
        }

        if (MaxAge is { } age)
        {
            keys["$maxAge"] = (long)age.TotalSeconds;
        }

        if (TruncateBefore is { } before)
        {
            keys["$tb"] = before;
        }

        if (Acl is { } acl)
        {
            keys["$acl"] = acl.ToJson();
        }

        return JsonSerializer.SerializeToUtf8Bytes(keys);
    }

    static long? Whole(JsonObject keys, string key) => keys[key] is JsonValue v && v.TryGetValue(out long whole) && whole >= 0 ? whole : null;

    static TimeSpan? Seconds(JsonObject keys) =>
        Whole(keys, "$maxAge") is { } s ? TimeSpan.FromSeconds(Math.Min(s, (long)TimeSpan.MaxValue.TotalSeconds - 1)) : null;
}

/// <summary>Who may read, write, delete, and read and write the metadata: users or roles; null leaves the default in force.</summary>
public sealed record StreamAcl(
    IReadOnlyList<string>? Read = null,
    IReadOnlyList<string>? Write = null,
    IReadOnlyList<string>? Delete = null,
    IReadOnlyList<string>? MetaRead = null,
    IReadOnlyList<string>? MetaWrite = null)
{
    internal static StreamAcl? Parse(JsonNode? node) => node is JsonObject keys
        ? new(Names(keys["$r"]), Names(keys["$w"]), Names(keys["$d"]), Names(keys["$mr"]), Names(keys["$mw"]))
        : null;

    internal JsonObject ToJson()
    {
        var keys = new JsonObject();
        foreach (var (key, names) in (ReadOnlySpan<(string, IReadOnlyList<string>?)>)
                 [("$r", Read), ("$w", Write), ("$d", Delete), ("$mr", MetaRead), ("$mw", MetaWrite)])
        {
            if (names is not null)
            {
                keys[key] = new JsonArray([.. names.Select(n => JsonValue.Create(n))]);
            }
        }

        return keys;
    }

    static string[]? Names(JsonNode? node) => node switch
    {
        JsonValue one when one.TryGetValue(out string? name) => [name],
        JsonArray many => [.. many.OfType<JsonValue>().Select(v => v.TryGetValue(out string? name) ? name : null).OfType<string>()],
        _ => null,
    };
}

/// <summary>Metadata by way of the stream that holds it.</summary>
public static class StreamMetadataStreams
{
    /// <summary>The stream's metadata and the revision to expect when it is changed; <see cref="Expected.NoStream"/> if it has none.</summary>
    public static async Task<(StreamMetadata Metadata, Expected Revision)> ReadMetadata(this IEventStore store, string stream, CancellationToken ct)
    {
        await foreach (var message in store.ReadStream(StreamMetadata.StreamOf(stream), Bound.End, 1, Direction.Backwards, ct: ct))
        {
            if (message is ReadMessage.Entry { Event: { } last })
            {
                return (StreamMetadata.Parse(last.Data.Span), Expected.Exactly(last.Revision));
            }
        }

        return (StreamMetadata.None, Expected.NoStream);
    }

    /// <summary>Sets the stream's metadata whole. The id names the change, so that its repeat is recognised.</summary>
    public static async Task<WriteResult> WriteMetadata(
        this IEventStore store, string stream, Expected expected, Guid id, StreamMetadata metadata, CancellationToken ct)
    {
        var change = new NewEvent(id, StreamMetadata.EventType, metadata.ToJson(), ReadOnlyMemory<byte>.Empty);
        return (await store.Append([new(StreamMetadata.StreamOf(stream), expected, [change])], ct))[0];
    }
}
