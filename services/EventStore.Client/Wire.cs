using System.Buffers.Binary;
using System.Globalization;
using CrmSuite.EventStore.Client.Proto;
using CrmSuite.Grpc;
using Google.Protobuf;

namespace CrmSuite.EventStore.Client;

/// <summary>The methods of the protocol, and how the port's values look in its messages: shared by client and server.</summary>
public static class Wire
{
    /// <summary>The service of streams.</summary>
    public const string Streams = "event_store.client.streams.Streams";

    /// <summary>Reads and subscribes.</summary>
    public static readonly GrpcMethod<ReadReq, ReadResp> Read = new(Streams, "Read", ReadReq.Parser, ReadResp.Parser);

    /// <summary>Writes to one stream.</summary>
    public static readonly GrpcMethod<AppendReq, AppendResp> Append = new(Streams, "Append", AppendReq.Parser, AppendResp.Parser);

    /// <summary>Writes to many streams in one long call.</summary>
    public static readonly GrpcMethod<BatchAppendReq, BatchAppendResp> BatchAppend =
        new(Streams, "BatchAppend", BatchAppendReq.Parser, BatchAppendResp.Parser);

    /// <summary>Deletes softly.</summary>
    public static readonly GrpcMethod<DeleteReq, DeleteResp> Delete = new(Streams, "Delete", DeleteReq.Parser, DeleteResp.Parser);

    /// <summary>Deletes for ever.</summary>
    public static readonly GrpcMethod<DeleteReq, DeleteResp> Tombstone = new(Streams, "Tombstone", DeleteReq.Parser, DeleteResp.Parser);

    /// <summary>Says what the server can do.</summary>
    public static readonly GrpcMethod<Empty, SupportedMethods> SupportedMethods =
        new("event_store.client.server_features.ServerFeatures", "GetSupportedMethods", Empty.Parser, Proto.SupportedMethods.Parser);

    /// <summary>Says who is in the cluster.</summary>
    public static readonly GrpcMethod<Empty, ClusterInfo> Gossip =
        new("event_store.client.gossip.Gossip", "Read", Empty.Parser, ClusterInfo.Parser);

    /// <summary>The name of the trailer that names an error.</summary>
    public const string ExceptionTrailer = "exception";

    /// <summary>The content type of JSON; anything else is binary.</summary>
    public const string Json = "application/json";

    /// <summary>The message that says nothing.</summary>
    public static Empty Nothing { get; } = new();

    /// <summary>Sixteen bytes in network order, as two numbers.</summary>
    public static UUID ToUuid(Guid id)
    {
        Span<byte> bytes = stackalloc byte[16];
        _ = id.TryWriteBytes(bytes, bigEndian: true, out _);
        return new()
        {
            Structured = new()
            {
                MostSignificantBits = BinaryPrimitives.ReadInt64BigEndian(bytes),
                LeastSignificantBits = BinaryPrimitives.ReadInt64BigEndian(bytes[8..]),
            },
        };
    }

    /// <summary>Reads an id of either form; <see cref="FormatException"/> if it is none.</summary>
    public static Guid ToGuid(UUID? id)
    {
        if (id is null or { ValueCase: UUID.ValueOneofCase.None })
        {
            throw new FormatException("An id is missing.");
        }

        if (id.ValueCase == UUID.ValueOneofCase.String)
        {
            return Guid.Parse(id.String);
        }

        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteInt64BigEndian(bytes, id.Structured.MostSignificantBits);
        BinaryPrimitives.WriteInt64BigEndian(bytes[8..], id.Structured.LeastSignificantBits);
        return new(bytes, bigEndian: true);
    }

    /// <summary>A stream's name as the protocol has it: UTF-8.</summary>
    public static StreamIdentifier ToIdentifier(string stream) => new() { StreamName = ByteString.CopyFromUtf8(stream) };

    /// <summary>A position: commit and prepare are the same in everything written over this protocol.</summary>
    public static AllStreamPosition ToPosition(long position) =>
        new() { CommitPosition = ToUnsigned(position), PreparePosition = ToUnsigned(position) };

    /// <summary>The end is the greatest number on either side.</summary>
    public static ulong ToUnsigned(long bound) => bound == Bound.End ? ulong.MaxValue : (ulong)bound;

    /// <summary>The end is the greatest number on either side.</summary>
    public static long ToSigned(ulong bound) => bound >= long.MaxValue ? Bound.End : (long)bound;

    /// <summary>The revision of an event, where the greatest number of the port is a tombstone's.</summary>
    public static ulong ToRevision(long revision) => (ulong)revision;

    /// <summary>Stream and expectation of a write.</summary>
    public static WriteOptions ToOptions(string stream, Expected expected)
    {
        var options = new WriteOptions { StreamIdentifier = ToIdentifier(stream) };
        if (expected.IsExact)
        {
            options.Revision = (ulong)expected.Value;
        }
        else if (expected == Expected.NoStream)
        {
            options.NoStream = Nothing;
        }
        else if (expected == Expected.StreamExists)
        {
            options.StreamExists = Nothing;
        }
        else
        {
            options.Any = Nothing;
        }

        return options;
    }

    /// <summary>The expectation of a write, or null if none is said.</summary>
    public static Expected? ToExpected(WriteOptions options) => options.ExpectedCase switch
    {
        WriteOptions.ExpectedOneofCase.Revision => new(ToSigned(options.Revision)),
        WriteOptions.ExpectedOneofCase.NoStream => Expected.NoStream,
        WriteOptions.ExpectedOneofCase.Any => Expected.Any,
        WriteOptions.ExpectedOneofCase.StreamExists => Expected.StreamExists,
        _ => null,
    };

    /// <summary>An event to be written.</summary>
    public static ProposedMessage ToProposed(NewEvent fresh) => new()
    {
        Id = ToUuid(fresh.Id),
        Metadata = { ["type"] = fresh.Type, ["content-type"] = ContentType(fresh.IsJson) },
        CustomMetadata = UnsafeByteOperations.UnsafeWrap(fresh.Metadata),
        Data = UnsafeByteOperations.UnsafeWrap(fresh.Data),
    };

    /// <summary>An event as it was stored. Ids come in the form the reader asked for.</summary>
    public static ReadResp.Types.ReadEvent.Types.RecordedEvent ToRecorded(StoredEvent stored, bool idAsText) => new()
    {
        Id = idAsText ? new() { String = stored.Id.ToString() } : ToUuid(stored.Id),
        StreamIdentifier = ToIdentifier(stored.Stream),
        StreamRevision = ToRevision(stored.Revision),
        CommitPosition = ToUnsigned(stored.Position),
        PreparePosition = ToUnsigned(stored.Position),
        Metadata =
        {
            ["type"] = stored.Type,
            ["content-type"] = ContentType(stored.IsJson),
            ["created"] = (stored.Created - DateTime.UnixEpoch).Ticks.ToString(CultureInfo.InvariantCulture),
        },
        CustomMetadata = UnsafeByteOperations.UnsafeWrap(stored.Metadata),
        Data = UnsafeByteOperations.UnsafeWrap(stored.Data),
    };

    /// <summary>An event as it was stored.</summary>
    public static StoredEvent ToStored(ReadResp.Types.ReadEvent.Types.RecordedEvent recorded) => new(
        recorded.StreamIdentifier.StreamName.ToStringUtf8(),
        ToSigned(recorded.StreamRevision),
        ToSigned(recorded.CommitPosition),
        ToGuid(recorded.Id),
        recorded.Metadata["type"],
        DateTime.UnixEpoch.AddTicks(long.Parse(recorded.Metadata["created"], CultureInfo.InvariantCulture)),
        recorded.Data.Memory,
        recorded.CustomMetadata.Memory,
        recorded.Metadata["content-type"] == Json);

    static string ContentType(bool isJson) => isJson ? Json : "application/octet-stream";
}
