using CrmSuite.EventStore.Client;
using CrmSuite.EventStore.Client.Proto;
using CrmSuite.Grpc;
using Google.Protobuf.WellKnownTypes;

namespace CrmSuite.EventStore.Tests.Protocol;

/// <summary>The batch as it stands on the wire.</summary>
public sealed class BatchWritingTests : IAsyncLifetime
{
    static readonly CallOptions Plain = new(TimeSpan.FromSeconds(60));

    ProtocolServer _server = null!;
    GrpcChannel _channel = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await ProtocolServer.Start(new InMemoryEventStore());
        _channel = new(_server.Address);
    }

    public async ValueTask DisposeAsync()
    {
        _channel.Dispose();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task All_writes_are_answered_after_the_caller_has_said_his_last()
    {
        var replies = await Batch(Enumerable.Range(0, 500).Select(n => Write($"s-{n}", Expected.NoStream, true, Proposed())));

        Assert.Equal(500, replies.Count);
        Assert.All(replies, r => Assert.Equal(0UL, r.Success.CurrentRevision));
        Assert.Equal(500, replies.Select(r => r.CorrelationId).Distinct().Count());
    }

    [Fact]
    public async Task A_batch_without_writes_ends_at_once() => Assert.Empty(await Batch([]));

    [Fact]
    public async Task Chunks_of_two_writes_may_interleave()
    {
        var first = Write("a", Expected.NoStream, false, Proposed());
        var second = Write("b", Expected.NoStream, false, Proposed(), Proposed());
        var replies = await Batch([first, second, Rest(second, Proposed()), Rest(first, Proposed())]);

        Assert.Equal(1UL, replies.Single(r => r.CorrelationId.Equals(first.CorrelationId)).Success.CurrentRevision);
        Assert.Equal(2UL, replies.Single(r => r.CorrelationId.Equals(second.CorrelationId)).Success.CurrentRevision);
    }

    [Fact]
    public async Task Each_failure_is_told_with_its_detail_and_the_call_stays_open()
    {
        var nameless = Proposed();
        nameless.Metadata.Remove("content-type");
        var large = Proposed();
        large.Data = Google.Protobuf.ByteString.CopyFrom(new byte[StreamWrite.BytesMax]);
        var late = Write("late", Expected.NoStream, true, Proposed());
        late.Options.Deadline = Duration.FromTimeSpan(TimeSpan.Zero);

        var replies = await Batch(
        [
            Write("s", Expected.Exactly(3), true, Proposed()), Write("s", Expected.NoStream, true, nameless), Write("s", Expected.NoStream, true, large),
            late, Write("", Expected.NoStream, true, Proposed()), Write("s", Expected.NoStream, true, Proposed()),
        ]);

        var told = replies.Where(r => r.Error is not null).Select(r => (r.Error.Code, r.Error.Message, Any.GetTypeName(r.Error.Details.TypeUrl)));
        Assert.Equal(
            [
                (3, "BadRequest", BadRequest.Descriptor.FullName), (3, "BadRequest", BadRequest.Descriptor.FullName),
                (3, "MaximumAppendSizeExceeded", MaximumAppendSizeExceeded.Descriptor.FullName),
                (4, "Timeout", Client.Proto.Timeout.Descriptor.FullName), (6, "WrongExpectedVersion", WrongExpectedVersion.Descriptor.FullName),
            ],
            told.OrderBy(t => t.Code).ThenBy(t => t.Message));
        Assert.Equal("event_store.client.WrongExpectedVersion", WrongExpectedVersion.Descriptor.FullName);
        Assert.Single(replies, r => r.Success is not null);
    }

    [Fact]
    public async Task A_write_to_a_tombstoned_stream_is_told_so()
    {
        await _server.Connect().Tombstone("gone", Expected.NoStream, default);

        var reply = Assert.Single(await Batch([Write("gone", Expected.Any, true, Proposed())]));

        Assert.Equal((5, "StreamDeleted"), (reply.Error.Code, reply.Error.Message));
        Assert.Equal("gone", reply.Error.Details.Unpack<StreamDeleted>().StreamIdentifier.StreamName.ToStringUtf8());
    }

    static ProposedMessage Proposed() => Wire.ToProposed(new(Guid.NewGuid(), "thing-happened", "{}"u8.ToArray(), default));

    static BatchAppendReq Write(string stream, Expected expected, bool isFinal, params ProposedMessage[] messages) => new()
    {
        CorrelationId = Wire.ToUuid(Guid.NewGuid()),
        Options = Wire.ToOptions(stream, expected),
        ProposedMessages = { messages },
        IsFinal = isFinal,
    };

    static BatchAppendReq Rest(BatchAppendReq begun, params ProposedMessage[] messages) =>
        new() { CorrelationId = begun.CorrelationId, ProposedMessages = { messages }, IsFinal = true };

    async Task<List<BatchAppendResp>> Batch(IEnumerable<BatchAppendReq> requests)
    {
        var replies = new List<BatchAppendResp>();
        await foreach (var reply in _channel.Duplex(Wire.BatchAppend, requests.ToAsyncEnumerable(), Plain, default))
        {
            replies.Add(reply);
        }

        return replies;
    }
}
