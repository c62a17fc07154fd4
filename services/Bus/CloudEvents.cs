using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using CrmSuite.Contracts;
using CrmSuite.Journal;

namespace CrmSuite.Bus;

/// <summary>Packs as they travel: a CloudEvents 1.0 batch. The data goes through byte for byte; contracts/README.md has the table of attributes.</summary>
public static class CloudEvents
{
    /// <summary>The media type of a batch.</summary>
    public const string ContentType = "application/cloudevents-batch+json";

    /// <summary>The longest body that is read.</summary>
    public const int BodyBytesMax = 16 * 1024 * 1024;

    static readonly JsonWriterOptions Raw = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    /// <summary>One batch with the events of these packs of one department, in order.</summary>
    public static byte[] Write(params IReadOnlyList<Pack> packs)
    {
        var buffer = new ArrayBufferWriter<byte>(4096);
        using var writer = new Utf8JsonWriter(buffer, Raw);
        writer.WriteStartArray();
        foreach (var pack in packs)
        {
            for (var i = 0; i < pack.Entries.Count; i++)
            {
                Write(writer, pack, pack.Entries[i], i);
            }
        }

        writer.WriteEndArray();
        writer.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    static void Write(Utf8JsonWriter writer, Pack pack, Recorded entry, int index)
    {
        writer.WriteStartObject();
        writer.WriteString("specversion", "1.0");
        writer.WriteString("id", entry.EventId);
        writer.WriteString("source", $"/{pack.Department}");
        writer.WriteString("type", entry.Name);
        writer.WriteString("subject", entry.Stream);
        writer.WriteString("time", entry.OccurredAt);
        writer.WriteString("datacontenttype", "application/json");
        writer.WriteNumber("streamversion", entry.Version);
        writer.WriteString("recordedat", entry.RecordedAt);
        writer.WriteBase64String("contenthash", entry.ContentHash.Span);
        writer.WriteNumber("packno", pack.No);
        writer.WriteNumber("packindex", index);
        writer.WriteBase64String("packhash", pack.Hash.Span);
        if (TraceParent(entry.MetaBytes.Span) is { } traceParent)
        {
            writer.WriteString("traceparent", traceParent);
        }

        writer.WriteString("meta", entry.MetaBytes.Span);
        writer.WritePropertyName("data");
        writer.WriteRawValue(entry.Data.Span, skipInputValidation: true);
        writer.WriteEndObject();
    }

    /// <summary>Reads a batch back into the packs it holds. The entries' position is (pack number, index); their data are slices of the body.</summary>
    /// <param name="body">The batch; it must not be changed afterwards.</param>
    /// <param name="department">Whose events these must be.</param>
    /// <exception cref="FormatException">The body is no such batch, an event is of another department, or its content does not have its hash.</exception>
    public static IReadOnlyList<Pack> Read(ReadOnlyMemory<byte> body, string department)
    {
        try
        {
            var packs = new List<Pack>();
            var reader = new Utf8JsonReader(body.Span);
            Demand(reader.Read() && reader.TokenType == JsonTokenType.StartArray, "The body is not a JSON array.");
            while (reader.Read() && reader.TokenType == JsonTokenType.StartObject)
            {
                Add(packs, Item.Read(ref reader, body), department);
            }

            Demand(reader.TokenType == JsonTokenType.EndArray && !reader.Read(), "The batch does not end where it should.");
            return packs;
        }
        catch (Exception wrong) when (wrong is JsonException or InvalidOperationException or ArgumentException)
        {
            throw new FormatException(wrong.Message, wrong);
        }
    }

    static void Add(List<Pack> packs, Item item, string department)
    {
        var entry = item.ToRecorded();
        Demand(entry.Category.StartsWith(department + ".", StringComparison.Ordinal) && entry.Name.StartsWith(department + ".", StringComparison.Ordinal),
            $"{entry.Name} in {entry.Stream} is not a fact of {department}.");
        Demand(ContentHash.Of(entry.Name, entry.Data.Span, entry.MetaBytes.Span).AsSpan().SequenceEqual(entry.ContentHash.Span),
            $"The content of event {entry.EventId} does not have its hash.");
        if (item.PackIndex == 0)
        {
            packs.Add(new(department, item.PackNo, item.PackHash, new List<Recorded>()));
        }

        Demand(packs is [.., var last] && last.No == item.PackNo && last.Entries.Count == item.PackIndex && last.Hash.Span.SequenceEqual(item.PackHash),
            $"Event {item.PackIndex} of pack {item.PackNo} is out of place.");
        ((List<Recorded>)packs[^1].Entries).Add(entry);
    }

    static void Demand(bool right, string otherwise)
    {
        if (!right)
        {
            throw new FormatException(otherwise);
        }
    }

    /// <summary>Looks into the trail only: the rest of the metadata may be long.</summary>
    static string? TraceParent(ReadOnlySpan<byte> meta)
    {
        var trail = meta[Contracts.Meta.StablePart(meta).Length..];
        if (trail.IndexOf("\"traceParent\""u8) < 0)
        {
            return null;
        }

        var reader = new Utf8JsonReader(trail[(trail.IndexOf((byte)':') + 1)..^1]);
        while (reader.Read())
        {
            if (reader.TokenType == JsonTokenType.PropertyName && reader.ValueTextEquals("traceParent"u8))
            {
                return reader.Read() ? reader.GetString() : null;
            }
        }

        return null;
    }

    /// <summary>One event of a batch while it is read.</summary>
    struct Item
    {
        const int IdLength = 36;

        string? type, subject, meta;
        Guid id;
        DateTime time, recordedAt;
        int version;
        byte[]? contentHash;
        ReadOnlyMemory<byte> data;

        public long PackNo { get; private set; }

        public int PackIndex { get; private set; }

        public byte[] PackHash { get; private set; }

        public static Item Read(ref Utf8JsonReader reader, ReadOnlyMemory<byte> body)
        {
            var item = new Item { version = -1, PackIndex = -1, PackHash = [] };
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var name = reader.GetString();
                reader.Read();
                switch (name)
                {
                    case "id": item.id = reader.GetGuid(); break;
                    case "type": item.type = reader.GetString(); break;
                    case "subject": item.subject = reader.GetString(); break;
                    case "time": item.time = Utc(reader.GetDateTime()); break;
                    case "streamversion": item.version = reader.GetInt32(); break;
                    case "recordedat": item.recordedAt = Utc(reader.GetDateTime()); break;
                    case "contenthash": item.contentHash = reader.GetBytesFromBase64(); break;
                    case "packno": item.PackNo = reader.GetInt64(); break;
                    case "packindex": item.PackIndex = reader.GetInt32(); break;
                    case "packhash": item.PackHash = reader.GetBytesFromBase64(); break;
                    case "meta": item.meta = reader.GetString(); break;
                    case "data":
                        var start = (int)reader.TokenStartIndex;
                        reader.Skip();
                        item.data = body[start..(int)reader.BytesConsumed];
                        break;
                    default: reader.Skip(); break;
                }
            }

            return item;
        }

        public readonly Recorded ToRecorded()
        {
            Demand(type is not null && subject is not null && meta is not null && contentHash is not null && version >= 0 && !data.IsEmpty,
                "An event lacks one of type, subject, meta, contenthash, streamversion and data.");
            Demand(subject!.Length > IdLength + 1 && subject[^(IdLength + 1)] == '-' && Guid.TryParseExact(subject.AsSpan()[^IdLength..], "D", out _),
                $"The subject of event {id} is not a stream.");
            return new()
            {
                Position = new((ulong)PackNo, PackIndex),
                Category = subject[..^(IdLength + 1)],
                Id = Guid.ParseExact(subject[^IdLength..], "D"),
                Version = version,
                EventId = id,
                Name = type!,
                Data = data,
                MetaBytes = Encoding.UTF8.GetBytes(meta!),
                OccurredAt = time,
                RecordedAt = recordedAt,
                ContentHash = contentHash,
            };
        }

        static DateTime Utc(DateTime time) => time.Kind == DateTimeKind.Utc ? time : throw new FormatException("Times are UTC.");
    }
}
