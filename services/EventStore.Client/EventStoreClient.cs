using System.Globalization;
using System.Runtime.CompilerServices;
using CrmSuite.EventStore.Client.Proto;
using CrmSuite.Grpc;
using Options = CrmSuite.EventStore.Client.Proto.ReadReq.Types.Options;

namespace CrmSuite.EventStore.Client;

/// <summary>
/// The company's event store over the network: the embedded server, or an EventStoreDB or KurrentDB cluster (22.10 or later). Appends and reads are tried
/// again, subscriptions go on from where they were, while the store is away; after <see cref="EventStoreConnection.MaxDiscoverAttempts"/> tries in a row a
/// <see cref="GrpcException"/> tells.
/// </summary>
public sealed class EventStoreClient : IEventStore, IAsyncDisposable
{
    /// <summary>The page a filtering server searches before it looks whether a checkpoint is due.</summary>
    const int FilterWindowMax = 256;

    readonly Cluster _cluster;
    readonly BatchAppender _appender;

    /// <summary>Connects with the first call.</summary>
    public EventStoreClient(EventStoreConnection connection)
    {
        _cluster = new(connection);
        _appender = new(_cluster, connection.DefaultDeadline);
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<WriteResult>> Append(IReadOnlyList<StreamWrite> writes, CancellationToken ct)
    {
        foreach (var write in writes)
        {
            write.Check();
        }

        return await Task.WhenAll(writes.Select(write => write.Bytes > StreamWrite.BytesMax
            ? Task.FromResult<WriteResult>(new WriteResult.TooLarge(StreamWrite.BytesMax))
            : _appender.Append(write))).WaitAsync(ct);
    }

    /// <inheritdoc/>
    public Task<WriteResult> Delete(string stream, Expected expected, CancellationToken ct) => End(Wire.Delete, stream, expected, ct);

    /// <inheritdoc/>
    public Task<WriteResult> Tombstone(string stream, Expected expected, CancellationToken ct) => End(Wire.Tombstone, stream, expected, ct);

    /// <inheritdoc/>
    public IAsyncEnumerable<ReadMessage> ReadStream(
        string stream, long from, long count, Direction direction, bool resolveLinks = false, CancellationToken ct = default)
    {
        StreamWrite.CheckName(stream);
        var options = Reading(count, direction, resolveLinks);
        options.Stream = new() { StreamIdentifier = Wire.ToIdentifier(stream) };
        switch (from)
        {
            case Bound.Start: options.Stream.Start = Wire.Nothing; break;
            case Bound.End: options.Stream.End = Wire.Nothing; break;
            default: options.Stream.Revision = (ulong)from; break;
        }

        return Messages(options, stream, ct);
    }

    /// <inheritdoc/>
    public IAsyncEnumerable<ReadMessage> ReadAll(
        long from, long count, Direction direction, EventFilter? filter = null, bool resolveLinks = false, CancellationToken ct = default)
    {
        var options = Filtering(Reading(count, direction, resolveLinks), filter);
        options.All = from switch
        {
            Bound.Start => new() { Start = Wire.Nothing },
            Bound.End => new() { End = Wire.Nothing },
            _ => new() { Position = Wire.ToPosition(from) },
        };
        return Messages(options, "$all", ct);
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<ReadMessage> SubscribeStream(
        string stream, long? after, bool resolveLinks = false, [EnumeratorCancellation] CancellationToken ct = default)
    {
        StreamWrite.CheckName(stream);
        var options = Subscribing(resolveLinks);
        options.Stream = new() { StreamIdentifier = Wire.ToIdentifier(stream), Start = Wire.Nothing };
        if ((after == Bound.End ? await LastRevision(stream, ct) : after) is { } revision)
        {
            options.Stream.Revision = (ulong)revision;
        }

        await foreach (var message in Messages(options, stream, ct))
        {
            yield return message;
        }
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<ReadMessage> SubscribeAll(
        long? after, EventFilter? filter = null, bool resolveLinks = false, [EnumeratorCancellation] CancellationToken ct = default)
    {
        var options = Filtering(Subscribing(resolveLinks), filter);
        options.All = (after == Bound.End ? await Head(ct) : after) is { } position
            ? new() { Position = Wire.ToPosition(position) }
            : new() { Start = Wire.Nothing };
        await foreach (var message in Messages(options, "$all", ct))
        {
            yield return message;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _appender.DisposeAsync();
        _cluster.Dispose();
    }

    static Options Reading(long count, Direction direction, bool resolveLinks)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        var options = Asking(resolveLinks);
        options.Count = Wire.ToUnsigned(count);
        options.ReadDirection = direction == Direction.Forwards ? Options.Types.ReadDirection.Forwards : Options.Types.ReadDirection.Backwards;
        return options;
    }

    static Options Subscribing(bool resolveLinks)
    {
        var options = Asking(resolveLinks);
        options.Subscription = new();
        return options;
    }

    static Options Asking(bool resolveLinks) => new()
    {
        ResolveLinks = resolveLinks,
        NoFilter = Wire.Nothing,
        UuidOption = new() { Structured = Wire.Nothing },
        ControlOption = new() { Compatibility = 1 },
    };

    static Options Filtering(Options options, EventFilter? filter)
    {
        if (filter is null)
        {
            return options;
        }

        var expression = new Options.Types.FilterOptions.Types.Expression { Regex = filter.Pattern ?? "", Prefix = { filter.Prefixes } };
        var window = Math.Min(filter.CheckpointEvery, FilterWindowMax);
        options.Filter = new() { Max = (uint)window, CheckpointIntervalMultiplier = (uint)(filter.CheckpointEvery / window) };
        if (filter.On == FilterOn.Stream)
        {
            options.Filter.StreamIdentifier = expression;
        }
        else
        {
            options.Filter.EventType = expression;
        }

        return options;
    }

    /// <summary>"From now on" is made a place, so that a broken subscription can go on from it.</summary>
    async Task<long?> LastRevision(string stream, CancellationToken ct)
    {
        await foreach (var message in ReadStream(stream, Bound.End, 1, Direction.Backwards, ct: ct))
        {
            if (message is ReadMessage.Entry { Original: var last })
            {
                return last.Revision;
            }

            if (message is ReadMessage.LastRevision { Revision: var revision })
            {
                return revision;
            }
        }

        return null;
    }

    async Task<long?> Head(CancellationToken ct)
    {
        await foreach (var message in ReadAll(Bound.End, 1, Direction.Backwards, ct: ct))
        {
            if (message is ReadMessage.Entry { Original: var last })
            {
                return last.Position;
            }
        }

        return null;
    }

    async Task<WriteResult> End(GrpcMethod<DeleteReq, DeleteResp> method, string stream, Expected expected, CancellationToken ct)
    {
        StreamWrite.CheckName(stream);
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                var node = await _cluster.Node(ct);
                var done = await node.Unary(method, new() { Options = Wire.ToOptions(stream, expected) }, _cluster.Short, ct);
                return new WriteResult.Written(Bound.End, done.Position is { } position ? Wire.ToSigned(position.CommitPosition) : null);
            }
            catch (GrpcException e) when (e.Trailer(Wire.ExceptionTrailer) == "wrong-expected-version")
            {
                return new WriteResult.WrongVersion(expected, long.Parse(e.Trailer("actual-version") ?? "-1", CultureInfo.InvariantCulture));
            }
            catch (GrpcException e) when (e.Trailer(Wire.ExceptionTrailer) == "stream-deleted")
            {
                return new WriteResult.StreamDeleted(stream);
            }
            catch (GrpcException e) when (e.Trailer(Wire.ExceptionTrailer) == "not-leader")
            {
                if (!await _cluster.Again(e, attempt, ct))
                {
                    throw;
                }
            }
        }
    }

    /// <summary>A read that has said nothing yet is tried again; a subscription goes on from the last place it has seen.</summary>
    async IAsyncEnumerable<ReadMessage> Messages(Options options, string stream, [EnumeratorCancellation] CancellationToken ct)
    {
        var subscribing = options.CountOptionCase == Options.CountOptionOneofCase.Subscription;
        var begun = false;
        for (var attempt = 0; ; attempt++)
        {
            await using var answers = Call(options, ct).GetAsyncEnumerator(ct);
            var step = await Step(answers);
            for (; step.Message is not null; step = await Step(answers))
            {
                (var again, begun, attempt) = (begun, true, 0);
                GoOnFrom(options, step.Message);
                if (!again || step.Message is not ReadMessage.Confirmed)
                {
                    yield return step.Message;
                }
            }

            switch (step.Failure)
            {
                case null when !subscribing:
                    yield break;
                case { } gone when gone.Trailer(Wire.ExceptionTrailer) == "stream-deleted":
                    yield return new ReadMessage.Deleted(stream);
                    yield break;
                case { Status: GrpcStatus.InvalidArgument } wrong:
                    throw new ArgumentException(wrong.Message, wrong);
            }

            var failure = step.Failure is { } told && (!subscribing || SpeaksForItself(told))
                ? told
                : new GrpcException(GrpcStatus.Unavailable, "The subscription broke off.", inner: step.Failure);
            if ((begun && !subscribing) || !await _cluster.Again(failure, attempt, ct))
            {
                throw failure;
            }
        }
    }

    /// <summary>Another try would be answered alike, or goes elsewhere; any other end of a subscription is only an interruption.</summary>
    static bool SpeaksForItself(GrpcException told) =>
        told.Status is GrpcStatus.PermissionDenied or GrpcStatus.Unauthenticated or GrpcStatus.Unimplemented
        || told.Trailer(Wire.ExceptionTrailer) == "not-leader";

    static void GoOnFrom(Options options, ReadMessage message)
    {
        if (options.CountOptionCase != Options.CountOptionOneofCase.Subscription)
        {
            return;
        }

        switch (message)
        {
            case ReadMessage.Entry entry when options.Stream is { } stream:
                stream.Revision = Wire.ToRevision(entry.Original.Revision);
                break;
            case ReadMessage.Entry entry:
                options.All.Position = Wire.ToPosition(entry.Original.Position);
                break;
            case ReadMessage.Checkpoint checkpoint:
                options.All.Position = Wire.ToPosition(checkpoint.Position);
                break;
        }
    }

    static async ValueTask<(ReadMessage? Message, GrpcException? Failure)> Step(IAsyncEnumerator<ReadResp> answers)
    {
        try
        {
            while (await answers.MoveNextAsync())
            {
                if (ToMessage(answers.Current) is { } message)
                {
                    return (message, null);
                }
            }

            return default;
        }
        catch (GrpcException failure)
        {
            return (null, failure);
        }
    }

    static ReadMessage? ToMessage(ReadResp answer) => answer.ContentCase switch
    {
        ReadResp.ContentOneofCase.Event => new ReadMessage.Entry(
            answer.Event.Event is { } target ? Wire.ToStored(target) : null, answer.Event.Link is { } link ? Wire.ToStored(link) : null),
        ReadResp.ContentOneofCase.Confirmation => new ReadMessage.Confirmed(),
        ReadResp.ContentOneofCase.Checkpoint => new ReadMessage.Checkpoint(Wire.ToSigned(answer.Checkpoint.CommitPosition)),
        ReadResp.ContentOneofCase.StreamNotFound => new ReadMessage.NotFound(answer.StreamNotFound.StreamIdentifier.StreamName.ToStringUtf8()),
        ReadResp.ContentOneofCase.FirstStreamPosition => new ReadMessage.FirstRevision(Wire.ToSigned(answer.FirstStreamPosition)),
        ReadResp.ContentOneofCase.LastStreamPosition => new ReadMessage.LastRevision(Wire.ToSigned(answer.LastStreamPosition)),
        ReadResp.ContentOneofCase.CaughtUp => new ReadMessage.CaughtUp(),
        _ => null,   // What later servers say beside.
    };

    async IAsyncEnumerable<ReadResp> Call(Options options, [EnumeratorCancellation] CancellationToken ct)
    {
        var node = await _cluster.Node(ct);
        await foreach (var answer in node.ServerStream(Wire.Read, new() { Options = options.Clone() }, _cluster.Streaming, ct))
        {
            yield return answer;
        }
    }
}
