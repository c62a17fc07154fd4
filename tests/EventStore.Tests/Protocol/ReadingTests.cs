using CrmSuite.EventStore.Client;
using CrmSuite.EventStore.Client.Proto;
using CrmSuite.Grpc;
using Options = CrmSuite.EventStore.Client.Proto.ReadReq.Types.Options;

namespace CrmSuite.EventStore.Tests.Protocol;

/// <summary>Reads as they stand on the wire: what is wrong is answered INVALID_ARGUMENT at once, never with a hang or UNKNOWN.</summary>
public sealed class ReadingTests : IAsyncLifetime
{
    static readonly CallOptions Plain = new(TimeSpan.FromSeconds(60));

    readonly InMemoryEventStore _store = new();
    ProtocolServer _server = null!;
    GrpcChannel _channel = null!;

    public static TheoryData<string, Action<Options>> WrongReads => new()
    {
        { "nothing to read", o => o.ClearStreamOption() },
        { "no count", o => o.ClearCountOption() },
        { "a count of none", o => o.Count = 0 },
        { "no word on a filter", o => o.ClearFilterOption() },
        { "a filter on a stream", o => o.Filter = Filter() },
        { "a subscription backwards", o => (o.Subscription, o.ReadDirection) = (new(), Options.Types.ReadDirection.Backwards) },
        { "no form of ids", o => o.UuidOption = null },
        { "no place in the stream", o => o.Stream.ClearRevisionOption() },
        { "forwards from the end", o => o.Stream.End = Wire.Nothing },
        { "a stream without a name", o => o.Stream.StreamIdentifier = Wire.ToIdentifier("") },
        { "commit before prepare", o => o.All = new() { Position = new() { CommitPosition = 1, PreparePosition = 2 } } },
        { "an expression that is none", o => (o.All, o.Filter) = (Start(), Filter(f => f.EventType.Regex = "(")) },
        { "a filter without a window", o => (o.All, o.Filter) = (Start(), Filter(f => f.ClearWindow())) },
        { "a multiplier of none", o => (o.All, o.Filter) = (Start(), Filter(f => f.CheckpointIntervalMultiplier = 0)) },
        { "a filter of nothing", o => (o.All, o.Filter) = (Start(), Filter(f => f.ClearFilter())) },
    };

    public async ValueTask InitializeAsync()
    {
        _server = await ProtocolServer.Start(_store);
        _channel = new(_server.Address);
        await _store.Append([new("s", Expected.NoStream, [new(Guid.NewGuid(), "thing-happened", "{}"u8.ToArray(), default)])], default);
    }

    public async ValueTask DisposeAsync()
    {
        _channel.Dispose();
        await _server.DisposeAsync();
    }

    [Theory]
    [MemberData(nameof(WrongReads), DisableDiscoveryEnumeration = true)]
    public async Task A_wrong_read_is_an_invalid_argument(string what, Action<Options> spoil)
    {
        var options = Whole();
        spoil(options);

        var refusal = await Assert.ThrowsAsync<GrpcException>(() => Read(options));

        Assert.True(refusal.Status == GrpcStatus.InvalidArgument, $"{what} was answered {refusal.Status}: {refusal.Message}");
    }

    [Fact]
    public async Task An_impossible_combination_is_named()
    {
        var options = Whole();
        options.Filter = Filter();

        var refusal = await Assert.ThrowsAsync<GrpcException>(() => Read(options));

        Assert.Equal("The combination of (Stream, Count, Forwards, Filter) is invalid.", refusal.Message);
    }

    [Fact]
    public async Task Bounds_are_said_only_to_clients_that_know_them()
    {
        var old = Whole();
        old.ControlOption = null;

        Assert.Equal([ReadResp.ContentOneofCase.Event, ReadResp.ContentOneofCase.LastStreamPosition], (await Read(Whole())).Select(r => r.ContentCase));
        Assert.Equal([ReadResp.ContentOneofCase.Event], (await Read(old)).Select(r => r.ContentCase));
    }

    [Fact]
    public async Task Ids_come_in_the_form_asked_for()
    {
        var text = Whole();
        text.UuidOption.String = Wire.Nothing;

        var structured = (await Read(Whole()))[0].Event.Event.Id;
        var asText = (await Read(text))[0].Event.Event.Id;

        Assert.Equal((UUID.ValueOneofCase.Structured, UUID.ValueOneofCase.String), (structured.ValueCase, asText.ValueCase));
        Assert.Equal(Wire.ToGuid(structured), Guid.Parse(asText.String));
    }

    [Fact]
    public async Task A_tombstoned_stream_is_refused_with_its_name()
    {
        await _store.Tombstone("s", Expected.Any, default);

        var refusal = await Assert.ThrowsAsync<GrpcException>(() => Read(Whole()));

        Assert.Equal((GrpcStatus.FailedPrecondition, "stream-deleted", "s"), (refusal.Status, refusal.Trailer("exception"), refusal.Trailer("stream-name")));
    }

    [Fact]
    public async Task The_server_says_what_it_can_do_and_that_it_leads()
    {
        var methods = await _channel.Unary(Wire.SupportedMethods, Wire.Nothing, Plain, default);
        var member = Assert.Single((await _channel.Unary(Wire.Gossip, Wire.Nothing, Plain, default)).Members);

        Assert.Contains(methods.Methods, m =>
            m is { MethodName: "batchappend", ServiceName: "event_store.client.streams.streams", Features: ["deadline_duration"] });
        Assert.Equal((MemberInfo.Types.VNodeState.Leader, true), (member.State, member.IsAlive));
        Assert.Equal((_server.Address.Host, _server.Address.Port), (member.HttpEndPoint.Address, (int)member.HttpEndPoint.Port));
    }

    static Options Whole() => new()
    {
        Stream = new() { StreamIdentifier = Wire.ToIdentifier("s"), Start = Wire.Nothing },
        Count = 10,
        NoFilter = Wire.Nothing,
        UuidOption = new() { Structured = Wire.Nothing },
        ControlOption = new() { Compatibility = 1 },
    };

    static Options.Types.AllOptions Start() => new() { Start = Wire.Nothing };

    static Options.Types.FilterOptions Filter(Action<Options.Types.FilterOptions>? spoil = null)
    {
        var filter = new Options.Types.FilterOptions { EventType = new() { Regex = "^thing" }, Max = 32, CheckpointIntervalMultiplier = 1 };
        spoil?.Invoke(filter);
        return filter;
    }

    async Task<List<ReadResp>> Read(Options options)
    {
        var answers = new List<ReadResp>();
        await foreach (var answer in _channel.ServerStream(Wire.Read, new() { Options = options }, Plain, default))
        {
            answers.Add(answer);
        }

        return answers;
    }
}
