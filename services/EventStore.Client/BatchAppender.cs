using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using CrmSuite.EventStore.Client.Proto;
using CrmSuite.Grpc;
using Google.Protobuf.WellKnownTypes;

namespace CrmSuite.EventStore.Client;

/// <summary>
/// Writes through one long BatchAppend call. Streams are written side by side, each of them one write at a time, so their order holds on every server.
/// When the call breaks, what is not acknowledged is sent again: a repeat at its revision is recognised. The call is never half-closed:
/// servers drop replies then.
/// </summary>
sealed class BatchAppender(Cluster cluster, TimeSpan deadline) : IAsyncDisposable
{
    /// <summary>Writes sent and not yet acknowledged.</summary>
    public const int WindowMax = 512;

    /// <summary>Writes taken and not yet answered; one more is refused.</summary>
    public const int TakenMax = 100_000;

    /// <summary>How often one write is sent again because the server had no time for it.</summary>
    const int TimeoutsMax = 10;

    static readonly TimeSpan WatchEvery = TimeSpan.FromSeconds(1);

    readonly Channel<Pending> _ready = Channel.CreateUnbounded<Pending>(new() { SingleReader = true });   // Bounded by TakenMax.
    readonly ConcurrentDictionary<Guid, Pending> _sent = new();
    readonly Dictionary<string, Queue<Pending>> _behind = new(StringComparer.Ordinal);
    readonly SemaphoreSlim _window = new(WindowMax);
    readonly SemaphoreSlim _sending = new(1);
    readonly CancellationTokenSource _stop = new();
    readonly Lock _gate = new();
    Task? _running;
    int _taken;

    /// <summary>Takes the write, in the order of calls; completes with its result.</summary>
    public Task<WriteResult> Append(StreamWrite write)
    {
        var pending = new Pending(write);
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_stop.IsCancellationRequested, this);
            if (_taken >= TakenMax)
            {
                throw new GrpcException(GrpcStatus.ResourceExhausted, $"More than {TakenMax} writes wait for the event store.");
            }

            _taken++;
            _running ??= Task.Run(Run);
            if (_behind.TryGetValue(write.Stream, out var queue))
            {
                queue.Enqueue(pending);
            }
            else
            {
                _behind[write.Stream] = new();
                _ = _ready.Writer.TryWrite(pending);
            }
        }

        return pending.Result.Task;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await (_running ?? Task.CompletedTask).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await FailAll(new(GrpcStatus.Cancelled, "The client is closed."));
        _stop.Dispose();
        _window.Dispose();
        _sending.Dispose();
    }

    async Task Run()
    {
        var attempt = 0;
        while (!_sent.IsEmpty || await _ready.Reader.WaitToReadAsync(_stop.Token))
        {
            using var call = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
            await using var watch = new Timer(_ => CancelIfOverdue(call), null, WatchEvery, WatchEvery);
            var failure = new GrpcException(GrpcStatus.Unavailable, "The server has ended the batch.");
            try
            {
                var node = await cluster.Node(call.Token);
                await foreach (var reply in node.Duplex(Wire.BatchAppend, Requests(call.Token), cluster.Streaming, call.Token))
                {
                    attempt = 0;
                    Acknowledge(reply);
                }
            }
            catch (OperationCanceledException) when (!_stop.IsCancellationRequested)
            {
                failure = new(GrpcStatus.Unavailable, "The server has not acknowledged a write in time.");
            }
            catch (Exception broken) when (broken is not OperationCanceledException)
            {
                failure = broken as GrpcException ?? new(GrpcStatus.Internal, "The batch broke off.", inner: broken);
            }

            await call.CancelAsync();
            if (!await cluster.Again(failure, attempt++, _stop.Token))
            {
                attempt = 0;
                await FailAll(failure);
            }
        }
    }

    /// <summary>First what the last call left open, then what is ready, as far as the window allows. One enumeration at a time.</summary>
    async IAsyncEnumerable<BatchAppendReq> Requests([EnumeratorCancellation] CancellationToken ct)
    {
        await _sending.WaitAsync(ct);
        try
        {
            foreach (var open in _sent.Values)
            {
                yield return open.Request(deadline);
            }

            while (await _ready.Reader.WaitToReadAsync(ct))
            {
                await _window.WaitAsync(ct);
                if (!_ready.Reader.TryRead(out var pending))
                {
                    _window.Release();
                    continue;
                }

                _sent[pending.Id] = pending;
                yield return pending.Request(deadline);
            }
        }
        finally
        {
            _sending.Release();
        }
    }

    void Acknowledge(BatchAppendResp reply)
    {
        if (!_sent.TryRemove(Wire.ToGuid(reply.CorrelationId), out var pending))
        {
            return;
        }

        _window.Release();
        if (reply.Error is { Code: (int)GrpcStatus.DeadlineExceeded } && ++pending.Timeouts < TimeoutsMax)
        {
            _ = _ready.Writer.TryWrite(pending);
            return;
        }

        if (BatchReplies.Read(reply, pending.Write) is { } result)
        {
            pending.Result.SetResult(result);
        }
        else
        {
            pending.Result.SetException(BatchReplies.Failure(reply.Error));
        }

        Next(pending.Write.Stream);
    }

    void Next(string stream)
    {
        lock (_gate)
        {
            _taken--;
            if (_behind[stream].TryDequeue(out var next))
            {
                _ = _ready.Writer.TryWrite(next);
            }
            else
            {
                _behind.Remove(stream);
            }
        }
    }

    async Task FailAll(GrpcException failure)
    {
        await _sending.WaitAsync();
        try
        {
            foreach (var pending in _sent.Values)
            {
                _ = _sent.TryRemove(pending.Id, out _);
                _window.Release();
                pending.Result.TrySetException(failure);
            }

            lock (_gate)
            {
                while (_ready.Reader.TryRead(out var pending))
                {
                    pending.Result.TrySetException(failure);
                }

                foreach (var pending in _behind.Values.SelectMany(queue => queue))
                {
                    pending.Result.TrySetException(failure);
                }

                _behind.Clear();
                _taken = 0;
            }
        }
        finally
        {
            _sending.Release();
        }
    }

    void CancelIfOverdue(CancellationTokenSource call)
    {
        if (deadline > TimeSpan.Zero && _sent.Values.Any(p => p.SentFor > deadline))
        {
            call.Cancel();
        }
    }

    sealed class Pending(StreamWrite write)
    {
        long _sentAt = Environment.TickCount64;

        public Guid Id { get; } = Guid.NewGuid();

        public StreamWrite Write => write;

        public TaskCompletionSource<WriteResult> Result { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public int Timeouts { get; set; }

        public TimeSpan SentFor => TimeSpan.FromMilliseconds(Environment.TickCount64 - _sentAt);

        public BatchAppendReq Request(TimeSpan deadline)
        {
            _sentAt = Environment.TickCount64;
            var request = new BatchAppendReq
            {
                CorrelationId = Wire.ToUuid(Id),
                Options = Wire.ToOptions(write.Stream, write.Expected),
                ProposedMessages = { write.Events.Select(Wire.ToProposed) },
                IsFinal = true,
            };
            if (deadline > TimeSpan.Zero)
            {
                request.Options.Deadline = Duration.FromTimeSpan(deadline);
            }

            return request;
        }
    }
}
