using System.Runtime.CompilerServices;
using CrmSuite.EventStore.Client;
using CrmSuite.EventStore.Client.Proto;
using CrmSuite.Grpc;
using Google.Protobuf.WellKnownTypes;
using Options = CrmSuite.EventStore.Client.Proto.ReadReq.Types.Options;

namespace CrmSuite.EventStore.Protocol;

/// <summary>Read: one stream or all, once or followed, in every combination the protocol allows.</summary>
sealed class Reading(IEventStore store, Access access)
{
    /// <summary>The window of a filter whose client leaves it to the server.</summary>
    const uint WindowDefault = 32;

    public async IAsyncEnumerable<ReadResp> Read(ReadReq request, ServerCall call, [EnumeratorCancellation] CancellationToken ct)
    {
        var options = request.Options ?? throw Refusals.Invalid("A read says what is to be read.");
        var messages = Ask(options, ct);
        await access.Demand(call.Caller, options.All is null ? Proposals.Name(options.Stream.StreamIdentifier) : Access.All, Right.Read, ct);
        var idAsText = options.UuidOption.ContentCase == Options.Types.UUIDOption.ContentOneofCase.String;
        var saysBounds = options.ControlOption is { Compatibility: >= 1 };
        await foreach (var message in messages.WithCancellation(ct))
        {
            if (Answer(message, idAsText, saysBounds) is { } answer)
            {
                yield return answer;
            }
        }
    }

    IAsyncEnumerable<ReadMessage> Ask(Options options, CancellationToken ct)
    {
        var filtered = options.FilterOptionCase == Options.FilterOptionOneofCase.Filter;
        var subscribing = options.CountOptionCase == Options.CountOptionOneofCase.Subscription;
        var ofStream = options.StreamOptionCase == Options.StreamOptionOneofCase.Stream;
        var backwards = options.ReadDirection == Options.Types.ReadDirection.Backwards;
        if (options.StreamOptionCase == Options.StreamOptionOneofCase.None || options.CountOptionCase == Options.CountOptionOneofCase.None
            || options.FilterOptionCase == Options.FilterOptionOneofCase.None || (ofStream && filtered) || (subscribing && backwards)
            || !System.Enum.IsDefined(options.ReadDirection))
        {
            throw Refusals.Invalid(
                $"The combination of ({options.StreamOptionCase}, {options.CountOptionCase}, {options.ReadDirection}, {options.FilterOptionCase}) is invalid.");
        }

        if (options.UuidOption is null or { ContentCase: Options.Types.UUIDOption.ContentOneofCase.None })
        {
            throw Refusals.Invalid("A read says in which form it wants its ids.");
        }

        var direction = backwards ? Direction.Backwards : Direction.Forwards;
        var links = options.ResolveLinks;
        if (ofStream)
        {
            var stream = Proposals.Name(options.Stream.StreamIdentifier);
            var revision = Place(options.Stream);
            return subscribing
                ? store.SubscribeStream(stream, revision, links, ct)
                : store.ReadStream(stream, revision ?? Bound.Start, Count(options), direction, links, ct);
        }

        var position = Place(options.All);
        var filter = filtered ? Filter(options.Filter) : null;
        return subscribing
            ? store.SubscribeAll(position, filter, links, ct)
            : store.ReadAll(position ?? Bound.Start, Count(options), direction, filter, links, ct);
    }

    static long Count(Options options) =>
        options.Count > 0 ? Wire.ToSigned(options.Count) : throw Refusals.Invalid("A read asks for one event at least.");

    /// <summary>Null for the start.</summary>
    static long? Place(Options.Types.StreamOptions stream) => stream.RevisionOptionCase switch
    {
        Options.Types.StreamOptions.RevisionOptionOneofCase.Revision => Wire.ToSigned(stream.Revision),
        Options.Types.StreamOptions.RevisionOptionOneofCase.Start => null,
        Options.Types.StreamOptions.RevisionOptionOneofCase.End => Bound.End,
        _ => throw Refusals.Invalid("A read of a stream says where it begins."),
    };

    /// <summary>Null for the start.</summary>
    static long? Place(Options.Types.AllOptions all) => all.AllOptionCase switch
    {
        Options.Types.AllOptions.AllOptionOneofCase.Position when all.Position.CommitPosition < all.Position.PreparePosition =>
            throw Refusals.Invalid("Trying to read from an invalid position."),
        Options.Types.AllOptions.AllOptionOneofCase.Position => Wire.ToSigned(all.Position.CommitPosition),
        Options.Types.AllOptions.AllOptionOneofCase.Start => null,
        Options.Types.AllOptions.AllOptionOneofCase.End => Bound.End,
        _ => throw Refusals.Invalid("A read of all says where it begins."),
    };

    static EventFilter Filter(Options.Types.FilterOptions options)
    {
        var (on, expression) = options.FilterCase switch
        {
            Options.Types.FilterOptions.FilterOneofCase.StreamIdentifier => (FilterOn.Stream, options.StreamIdentifier),
            Options.Types.FilterOptions.FilterOneofCase.EventType => (FilterOn.Type, options.EventType),
            _ => throw Refusals.Invalid("A filter looks at streams or at types."),
        };
        var window = options.WindowCase switch
        {
            Options.Types.FilterOptions.WindowOneofCase.Max when options.Max > 0 => options.Max,
            Options.Types.FilterOptions.WindowOneofCase.Count => WindowDefault,
            _ => throw Refusals.Invalid("A filter has a window of one event at least."),
        };
        if (options.CheckpointIntervalMultiplier == 0)
        {
            throw Refusals.Invalid("A filter's checkpoint interval multiplier is one at least.");
        }

        var every = (int)Math.Min((ulong)window * options.CheckpointIntervalMultiplier, int.MaxValue);
        return expression.Regex.Length > 0
            ? EventFilter.ByPattern(on, expression.Regex, every)
            : EventFilter.ByPrefix(on, expression.Prefix, every);
    }

    static ReadResp? Answer(ReadMessage message, bool idAsText, bool saysBounds) => message switch
    {
        ReadMessage.Entry entry => new() { Event = Event(entry, idAsText) },
        ReadMessage.Confirmed => new() { Confirmation = new() { SubscriptionId = Guid.NewGuid().ToString() } },
        ReadMessage.Checkpoint at => new()
        {
            Checkpoint = new()
            {
                CommitPosition = Wire.ToUnsigned(at.Position),
                PreparePosition = Wire.ToUnsigned(at.Position),
                Timestamp = DateTime.UtcNow.ToTimestamp(),
            },
        },
        ReadMessage.CaughtUp => new() { CaughtUp = new() { Timestamp = DateTime.UtcNow.ToTimestamp() } },
        ReadMessage.NotFound none => new() { StreamNotFound = new() { StreamIdentifier = Wire.ToIdentifier(none.Stream) } },
        ReadMessage.Deleted deleted => throw Refusals.StreamDeleted(deleted.Stream),
        ReadMessage.FirstRevision first when saysBounds => new() { FirstStreamPosition = Wire.ToRevision(first.Revision) },
        ReadMessage.LastRevision last when saysBounds => new() { LastStreamPosition = Wire.ToRevision(last.Revision) },
        _ => null,
    };

    static ReadResp.Types.ReadEvent Event(ReadMessage.Entry entry, bool idAsText)
    {
        var answer = new ReadResp.Types.ReadEvent { CommitPosition = Wire.ToUnsigned(entry.Original.Position) };
        if (entry.Event is { } target)
        {
            answer.Event = Wire.ToRecorded(target, idAsText);
        }

        if (entry.Link is { } link)
        {
            answer.Link = Wire.ToRecorded(link, idAsText);
        }

        return answer;
    }
}
