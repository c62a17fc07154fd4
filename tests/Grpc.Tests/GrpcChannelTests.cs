using CrmSuite.Testing;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;

namespace CrmSuite.Grpc.Tests;

/// <summary>Client and server of the layer against each other, over a real connection.</summary>
public sealed class GrpcChannelTests : IAsyncLifetime
{
    static readonly CallOptions Plain = new();

    readonly CancellationTokenSource _patience = new(TimeSpan.FromSeconds(60));
    Echo _echo = null!;
    GrpcChannel _channel = null!;

    CancellationToken Ct => _patience.Token;

    public async ValueTask InitializeAsync()
    {
        _echo = await Echo.Start();
        _channel = _echo.Connect();
    }

    public async ValueTask DisposeAsync()
    {
        _channel.Dispose();
        await _echo.DisposeAsync();
        _patience.Dispose();
    }

    [Fact]
    public async Task A_unary_call_is_answered() =>
        Assert.Equal(7, (await _channel.Unary(Echo.Unary, Bytes(7), Plain, Ct)).Value.Length);

    [Fact]
    public async Task A_message_of_the_greatest_size_passes_and_a_larger_one_is_refused()
    {
        const int header = 5;   // Tag and length of the one field.
        var greatest = Bytes(GrpcLimits.MessageBytesMax - header);
        Assert.Equal(GrpcLimits.MessageBytesMax, greatest.CalculateSize());

        Assert.Equal(greatest, await _channel.Unary(Echo.Unary, greatest, Plain, Ct));
        var refusal = await Refused(() => _channel.Unary(Echo.Unary, Bytes(GrpcLimits.MessageBytesMax), Plain, Ct));
        Assert.Equal(GrpcStatus.ResourceExhausted, refusal.Status);
    }

    [Fact]
    public async Task An_answer_that_comes_early_ends_the_upload_and_its_error_is_told()
    {
        var sent = 0;
        var refusal = await Refused(() => _channel.ClientStream(Echo.Upload, Endless(), Plain, Ct));

        Assert.Equal((GrpcStatus.InvalidArgument, "Zu groß – 100 %", "1000000"), (refusal.Status, refusal.Message, refusal.Trailer("limit")));
        Assert.True(sent > 0);

        async IAsyncEnumerable<BytesValue> Endless()
        {
            while (true)
            {
                sent++;
                yield return Bytes(100_000);
                await Task.Yield();
            }
        }
    }

    [Fact]
    public async Task A_server_that_speaks_first_is_heard_before_anything_is_sent()
    {
        await using var answers = _channel.Duplex(Echo.Speak, Silence(Ct), Plain, Ct).GetAsyncEnumerator(Ct);
        Assert.True(await answers.MoveNextAsync());
    }

    [Fact]
    public async Task A_talk_goes_to_and_fro_and_ends_with_the_requests()
    {
        var turn = new SemaphoreSlim(1);
        var heard = new List<int>();
        await foreach (var answer in _channel.Duplex(Echo.Talk, Say(), Plain, Ct))
        {
            heard.Add(answer.Value.Length);
            turn.Release();
        }

        Assert.Equal([1, 2, 3], heard);

        async IAsyncEnumerable<BytesValue> Say()
        {
            foreach (var length in (int[])[1, 2, 3])
            {
                await turn.WaitAsync(Ct);
                yield return Bytes(length);
            }
        }
    }

    [Fact]
    public async Task Thousand_calls_live_on_one_connection_and_their_end_frees_the_server()
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        await _channel.Unary(Echo.Unary, Bytes(1), Plain, Ct);
        var calls = Enumerable.Range(0, 1_000).Select(_ => _channel.ServerStream(Echo.Idle, new(), Plain, stop.Token).GetAsyncEnumerator(stop.Token)).ToList();
        await Task.WhenAll(calls.Select(c => c.MoveNextAsync().AsTask()));

        Assert.Equal(1_000, _echo.Live);
        Assert.Single(_echo.Connections);
        Assert.Equal(1, (await _channel.Unary(Echo.Unary, Bytes(1), Plain, Ct)).Value.Length);

        await Task.WhenAll(calls.Select(c => c.DisposeAsync().AsTask()));
        await Until(() => _echo.Live == 0);
    }

    [Fact]
    public async Task A_cancelled_call_frees_the_server()
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        await using var call = _channel.ServerStream(Echo.Idle, new(), Plain, stop.Token).GetAsyncEnumerator(stop.Token);
        await call.MoveNextAsync();
        var waiting = call.MoveNextAsync().AsTask();

        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        await Until(() => _echo.Live == 0);
    }

    [Fact]
    public async Task A_deadline_ends_the_call_on_both_sides()
    {
        await using var call = _channel.ServerStream(Echo.Idle, new(), new(TimeSpan.FromMilliseconds(300)), Ct).GetAsyncEnumerator(Ct);

        // On a crowded machine the deadline may pass before the first message has come.
        var refused = await Refused(async () =>
        {
            while (await call.MoveNextAsync())
            {
            }
        });

        Assert.Equal(GrpcStatus.DeadlineExceeded, refused.Status);
        await Until(() => _echo.Live == 0);
    }

    [Fact]
    public async Task A_server_that_stops_ends_its_calls_as_unavailable()
    {
        await using var call = _channel.ServerStream(Echo.Idle, new(), Plain, Ct).GetAsyncEnumerator(Ct);
        await call.MoveNextAsync();

        await _echo.DisposeAsync();

        Assert.Equal(GrpcStatus.Unavailable, (await Refused(() => call.MoveNextAsync().AsTask())).Status);
        Assert.Equal(GrpcStatus.Unavailable, (await Refused(() => _channel.Unary(Echo.Unary, Bytes(1), Plain, Ct))).Status);
        _echo = await Echo.Start();
    }

    [Fact]
    public async Task A_connection_cut_in_the_middle_of_a_stream_is_unavailable()
    {
        await using var cable = new Cable(_echo.Address.Port);
        using var channel = new GrpcChannel(new($"http://{cable.Address}"));
        await using var call = channel.ServerStream(Echo.Idle, new(), Plain, Ct).GetAsyncEnumerator(Ct);
        await call.MoveNextAsync();

        cable.Cut();

        Assert.Equal(GrpcStatus.Unavailable, (await Refused(() => call.MoveNextAsync().AsTask())).Status);
        await Until(() => _echo.Live == 0);
    }

    [Fact]
    public async Task A_silent_cable_is_noticed_by_pings()
    {
        await using var cable = new Cable(_echo.Address.Port);
        using var channel = new GrpcChannel(new($"http://{cable.Address}"), handler =>
            (handler.KeepAlivePingDelay, handler.KeepAlivePingTimeout) = (TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(5)));
        await using var call = channel.ServerStream(Echo.Idle, new(), Plain, Ct).GetAsyncEnumerator(Ct);
        await call.MoveNextAsync();

        cable.Freeze();

        Assert.Equal(GrpcStatus.Unavailable, (await Refused(() => call.MoveNextAsync().AsTask())).Status);
    }

    [Fact]
    public async Task An_idle_stream_outlives_every_ping_and_data_rate()
    {
        await using var echo = await Echo.Start(tune: limits =>
            (limits.Http2.KeepAlivePingDelay, limits.Http2.KeepAlivePingTimeout, limits.KeepAliveTimeout) =
            (TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(20), TimeSpan.FromSeconds(1)));
        using var channel = echo.Connect(handler =>
            (handler.KeepAlivePingDelay, handler.KeepAlivePingTimeout) = (TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(20)));
        await using var call = channel.ServerStream(Echo.Idle, new() { Value = ByteString.CopyFrom(8) }, Plain, Ct).GetAsyncEnumerator(Ct);

        Assert.True(await call.MoveNextAsync());
        Assert.True(await call.MoveNextAsync());   // Eight silent seconds later: every limit above has passed many times.
        Assert.False(await call.MoveNextAsync());
    }

    [Theory]
    [InlineData("plain")]
    [InlineData("Grüße – 100 %, Zeile\n2, 日本")]
    public async Task An_error_keeps_its_words(string words)
    {
        var refusal = await Refused(() => _channel.Unary(Echo.Fail, new() { Value = words }, Plain, Ct));
        Assert.Equal((GrpcStatus.FailedPrecondition, words), (refusal.Status, refusal.Message));
    }

    [Fact]
    public async Task A_fault_of_a_handler_tells_nothing_of_itself()
    {
        var refusal = await Refused(() => _channel.Unary(Echo.Fail, new(), Plain, Ct));
        Assert.Equal((GrpcStatus.Unknown, "Exception was thrown by handler."), (refusal.Status, refusal.Message));
    }

    [Fact]
    public async Task A_method_that_nobody_serves_is_unimplemented() =>
        Assert.Equal(GrpcStatus.Unimplemented, (await Refused(() => _channel.Unary(Echo.Missing, new(), Plain, Ct))).Status);

    [Fact]
    public async Task A_failure_of_the_requests_fails_the_call_and_is_not_taken_for_their_end()
    {
        var failure = await Refused(() => _channel.ClientStream(Echo.Upload, Breaking(), Plain, Ct));
        Assert.IsType<FormatException>(failure.InnerException);

        static async IAsyncEnumerable<BytesValue> Breaking()
        {
            yield return Bytes(1);
            await Task.Yield();
            throw new FormatException("The source is broken.");
        }
    }

    [Theory]
    [InlineData("ann:right", null)]
    [InlineData("ann:wrong", GrpcStatus.Unauthenticated)]
    [InlineData("no colon", GrpcStatus.Unauthenticated)]
    public async Task Basic_credentials_name_the_caller_or_are_refused(string credentials, GrpcStatus? refused)
    {
        var header = "Basic " + Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(credentials));
        var call = () => _channel.Unary(Echo.Unary, new(), new(Headers: new Dictionary<string, string> { ["authorization"] = header }), Ct);

        if (refused is { } status)
        {
            Assert.Equal(status, (await Refused(call)).Status);
        }
        else
        {
            Assert.Equal("ann", (await call()).Value.ToStringUtf8());
        }
    }

    static BytesValue Bytes(int length) => new() { Value = ByteString.CopyFrom(new byte[length]) };

    static async IAsyncEnumerable<BytesValue> Silence([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken ct)
    {
        await Task.Delay(Timeout.Infinite, ct);
        yield break;
    }

    static async Task<GrpcException> Refused(Func<Task> call) => await Assert.ThrowsAsync<GrpcException>(call);

    async Task Until(Func<bool> condition)
    {
        while (!condition())
        {
            await Task.Delay(10, Ct);
        }
    }
}
