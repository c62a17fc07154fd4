using System.Runtime.CompilerServices;
using System.Threading.Channels;
using CrmSuite.EventStore.Client;
using CrmSuite.EventStore.Client.Proto;
using CrmSuite.Grpc;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;

namespace CrmSuite.EventStore.Protocol;

/// <summary>
/// BatchAppend: writes come in chunks and are answered as they are done, each under its correlation id. A failed write is an answer; the call stays open.
/// When the caller has sent everything, all is answered before the call ends.
/// </summary>
sealed class BatchWriting(IEventStore store, Access access)
{
    /// <summary>Writes of one call under way; the next one waits.</summary>
    const int WindowMax = 2_048;

    /// <summary>Writes of one call of which only a part has come.</summary>
    const int PartialMax = 64;

    /// <summary>A write is answered within this time, whatever its caller allows.</summary>
    static readonly TimeSpan WriteTimeout = TimeSpan.FromSeconds(2);

    public async IAsyncEnumerable<BatchAppendResp> Append(
        IAsyncEnumerable<BatchAppendReq> requests, ServerCall call, [EnumeratorCancellation] CancellationToken ct)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var replies = Channel.CreateBounded<BatchAppendResp>(WindowMax);
        var taking = Take(requests, new BatchCaller(access, call.Caller), replies.Writer, stop.Token);
        try
        {
            await foreach (var reply in replies.Reader.ReadAllAsync(ct))
            {
                yield return reply;
            }
        }
        finally
        {
            await stop.CancelAsync();
            await taking.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    async Task Take(IAsyncEnumerable<BatchAppendReq> requests, BatchCaller caller, ChannelWriter<BatchAppendResp> replies, CancellationToken ct)
    {
        var window = new SemaphoreSlim(WindowMax);
        Exception? failure = null;
        try
        {
            var partial = new Dictionary<ByteString, Batch>();
            await foreach (var request in requests.WithCancellation(ct))
            {
                var key = request.CorrelationId?.ToByteString() ?? throw Refusals.Invalid("A batch needs a correlation id.");
                if (!partial.Remove(key, out var batch))
                {
                    batch = new(request.CorrelationId, request.Options);
                }

                batch.Add(request.ProposedMessages);
                if (!request.IsFinal)
                {
                    partial[key] = partial.Count < PartialMax ? batch : throw Refusals.Invalid($"More than {PartialMax} writes are begun and not ended.");
                    continue;
                }

                await window.WaitAsync(ct);
                _ = Answer(batch, await Begin(batch, caller, ct), replies, window, ct);
            }

            for (var answered = 0; answered < WindowMax; answered++)
            {
                await window.WaitAsync(ct);
            }
        }
        catch (Exception e)
        {
            failure = e;   // Told to the caller as the end of the replies.
        }

        replies.TryComplete(failure);
    }

    /// <summary>Hands the write to the store before the next one is looked at, so that they keep their order.</summary>
    async Task<Task<IReadOnlyList<WriteResult>>> Begin(Batch batch, BatchCaller caller, CancellationToken ct)
    {
        try
        {
            if (batch.Bytes > StreamWrite.BytesMax)
            {
                return Task.FromResult<IReadOnlyList<WriteResult>>([new WriteResult.TooLarge(StreamWrite.BytesMax)]);
            }

            var write = batch.Write();
            await caller.Demand(write.Stream, ct);
            return batch.Timeout > TimeSpan.Zero ? store.Append([write], ct) : Task.FromException<IReadOnlyList<WriteResult>>(new TimeoutException());
        }
        catch (Exception e)
        {
            return Task.FromException<IReadOnlyList<WriteResult>>(e);
        }
    }

    static async Task Answer(
        Batch batch, Task<IReadOnlyList<WriteResult>> writing, ChannelWriter<BatchAppendResp> replies, SemaphoreSlim window, CancellationToken ct)
    {
        var reply = new BatchAppendResp { CorrelationId = batch.CorrelationId, StreamIdentifier = batch.Stream };   // The Node clients fail without it.
        try
        {
            var result = (await writing.WaitAsync(batch.Timeout < WriteTimeout ? batch.Timeout : WriteTimeout, ct))[0];
            if (result is WriteResult.Written written)
            {
                reply.Success = Proposals.Success(written);
            }
            else
            {
                reply.Error = BatchErrors.Of(result);
            }
        }
        catch (Exception e)
        {
            reply.Error = BatchErrors.Of(e);
        }

        // An ended call takes no more replies; nobody waits for them then.
        _ = replies.TryWrite(reply) || await replies.WaitToWriteAsync(CancellationToken.None) && replies.TryWrite(reply);
        window.Release();
    }

    /// <summary>One write, as its chunks come in.</summary>
    sealed class Batch(UUID correlationId, WriteOptions? options)
    {
        readonly List<ProposedMessage> _messages = [];
        readonly TimeSpan? _asked = options?.DeadlineOptionCase switch
        {
            WriteOptions.DeadlineOptionOneofCase.Deadline => Within(options.Deadline.Seconds, options.Deadline.Nanos),
            WriteOptions.DeadlineOptionOneofCase.Deadline21100 =>
                Within(options.Deadline21100.Seconds - DateTimeOffset.UtcNow.ToUnixTimeSeconds(), options.Deadline21100.Nanos),
            _ => null,
        };

        public UUID CorrelationId => correlationId;

        public StreamIdentifier Stream => options?.StreamIdentifier ?? new();

        public long Bytes { get; private set; }

        public TimeSpan Timeout => _asked ?? WriteTimeout;

        /// <summary>Any number may come; no more than <see cref="WriteTimeout"/> counts.</summary>
        static TimeSpan Within(long seconds, int nanos) =>
            TimeSpan.FromSeconds(Math.Clamp(seconds, -1, WriteTimeout.Seconds)) + TimeSpan.FromTicks(nanos / TimeSpan.NanosecondsPerTick);

        /// <summary>What makes the write too large is not kept.</summary>
        public void Add(IEnumerable<ProposedMessage> messages)
        {
            foreach (var message in messages)
            {
                Bytes += message.Data.Length + message.CustomMetadata.Length + 2 * message.Metadata.GetValueOrDefault("type", "").Length;
                if (Bytes <= StreamWrite.BytesMax)
                {
                    _messages.Add(message);
                }
            }
        }

        public StreamWrite Write()
        {
            var (stream, expected) = Proposals.Target(options);
            return new(stream, expected, [.. _messages.Select(Proposals.Event)]);
        }
    }
}
