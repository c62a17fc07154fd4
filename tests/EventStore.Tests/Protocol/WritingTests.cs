using CrmSuite.EventStore.Client;
using CrmSuite.EventStore.Client.Proto;
using CrmSuite.Grpc;

namespace CrmSuite.EventStore.Tests.Protocol;

/// <summary>Single appends and deletes as they stand on the wire.</summary>
public sealed class WritingTests : IAsyncLifetime
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
    public async Task An_append_is_answered_with_revision_and_position()
    {
        var answer = await Append(Options(Expected.NoStream), Proposed(), Proposed());

        Assert.Equal((1UL, 2UL, 2UL), (answer.Success.CurrentRevision, answer.Success.Position.CommitPosition, answer.Success.Position.PreparePosition));
    }

    [Fact]
    public async Task A_wrong_version_is_an_answer_and_says_itself_in_old_fields_and_new()
    {
        await Append(Options(Expected.NoStream), Proposed());

        var none = (await Append(Options(Expected.NoStream), Proposed())).WrongExpectedVersion;
        var later = (await Append(Options(Expected.Exactly(9)), Proposed())).WrongExpectedVersion;

        Assert.Equal((0UL, 0UL, ulong.MaxValue), (none.CurrentRevision, none.CurrentRevision2060, none.ExpectedRevision2060));
        Assert.NotNull(none.ExpectedNoStream);
        Assert.Equal((9UL, 9UL), (later.ExpectedRevision, later.ExpectedRevision2060));
    }

    [Theory]
    [InlineData("type")]
    [InlineData("content-type")]
    public async Task An_event_without_its_required_metadata_is_refused(string key)
    {
        var message = Proposed();
        message.ProposedMessage.Metadata.Remove(key);

        var refusal = await Assert.ThrowsAsync<GrpcException>(() => Append(Options(Expected.Any), message));

        Assert.Equal(
            (GrpcStatus.InvalidArgument, "missing-required-metadata-property", "type,content-type"),
            (refusal.Status, refusal.Trailer("exception"), refusal.Trailer("required-metadata-properties")));
    }

    [Fact]
    public async Task A_write_that_grows_too_large_is_refused_before_all_of_it_has_come()
    {
        var message = Proposed();
        message.ProposedMessage.Data = Google.Protobuf.ByteString.CopyFrom(new byte[100_000]);

        var refusal = await Assert.ThrowsAsync<GrpcException>(() => Append([Options(Expected.Any), .. Enumerable.Repeat(message, 10_000)]));

        Assert.Equal(
            (GrpcStatus.InvalidArgument, "maximum-append-size-exceeded", "1048576"),
            (refusal.Status, refusal.Trailer("exception"), refusal.Trailer("maximum-append-size")));
    }

    [Fact]
    public async Task An_append_that_says_nothing_or_begins_with_an_event_is_refused()
    {
        foreach (var requests in (AppendReq[][])[[], [Proposed()], [new()], [Options(Expected.Any), new()]])
        {
            Assert.Equal(GrpcStatus.InvalidArgument, (await Assert.ThrowsAsync<GrpcException>(() => Append(requests))).Status);
        }
    }

    [Fact]
    public async Task A_delete_at_a_wrong_revision_names_both()
    {
        await Append(Options(Expected.NoStream), Proposed());

        var refusal = await Assert.ThrowsAsync<GrpcException>(
            () => _channel.Unary(Wire.Delete, new() { Options = Wire.ToOptions("s", Expected.StreamExists with { Value = 7 }) }, Plain, default));

        Assert.Equal(
            (GrpcStatus.FailedPrecondition, "wrong-expected-version", "s", "7", "0"),
            (refusal.Status, refusal.Trailer("exception"), refusal.Trailer("stream-name"),
                refusal.Trailer("expected-version"), refusal.Trailer("actual-version")));
    }

    static AppendReq Options(Expected expected) => new() { Options = Wire.ToOptions("s", expected) };

    static AppendReq Proposed() => new() { ProposedMessage = Wire.ToProposed(new(Guid.NewGuid(), "thing-happened", "{}"u8.ToArray(), default)) };

    Task<AppendResp> Append(params AppendReq[] requests) => _channel.ClientStream(Wire.Append, requests.ToAsyncEnumerable(), Plain, default);
}
