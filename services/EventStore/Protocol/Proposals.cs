using CrmSuite.EventStore.Client;
using CrmSuite.EventStore.Client.Proto;

namespace CrmSuite.EventStore.Protocol;

/// <summary>What is asked to be written, read from the protocol's messages.</summary>
static class Proposals
{
    /// <summary>Stream and expectation; both must be said.</summary>
    public static (string Stream, Expected Expected) Target(WriteOptions? options)
    {
        if (options is null || Wire.ToExpected(options) is not { } expected)
        {
            throw Refusals.Invalid("A write says its stream and what it expects of it.");
        }

        return (Name(options.StreamIdentifier), expected);
    }

    /// <summary>A stream's name, of its own.</summary>
    public static string Name(StreamIdentifier? identifier)
    {
        var stream = identifier?.StreamName.ToStringUtf8() ?? "";
        StreamWrite.CheckName(stream);
        return stream;
    }

    /// <summary>An event; type and content type must be said.</summary>
    public static NewEvent Event(ProposedMessage message) => new(
        Wire.ToGuid(message.Id),
        message.Metadata.TryGetValue("type", out var type) && type.Length > 0 ? type : throw Refusals.MissingMetadata("type"),
        message.Data.Memory,
        message.CustomMetadata.Memory,
        (message.Metadata.TryGetValue("content-type", out var content) ? content : throw Refusals.MissingMetadata("content-type")) == Wire.Json);

    /// <summary>The answer to a write that was done.</summary>
    public static WriteSuccess Success(WriteResult.Written written)
    {
        var success = new WriteSuccess();
        if (written.Revision >= 0)
        {
            success.CurrentRevision = Wire.ToRevision(written.Revision);
        }
        else
        {
            success.NoStream = Wire.Nothing;
        }

        if (written.Position is { } position)
        {
            success.Position = Wire.ToPosition(position);
        }
        else
        {
            success.NoPosition = Wire.Nothing;
        }

        return success;
    }
}
