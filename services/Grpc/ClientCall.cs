using System.IO.Pipelines;
using System.Net;
using Google.Protobuf;

namespace CrmSuite.Grpc;

/// <summary>A call under way at its caller: when it stops, how its requests go out, and what its failures mean.</summary>
sealed class ClientCall<TRequest> : IDisposable
    where TRequest : class, IMessage<TRequest>
{
    readonly CancellationToken _caller;
    readonly CancellationTokenSource _deadline = new();
    readonly CancellationTokenSource _stop;
    readonly Requests _requests;

    public ClientCall(IAsyncEnumerable<TRequest> requests, TimeSpan? deadline, CancellationToken caller)
    {
        _caller = caller;
        _stop = CancellationTokenSource.CreateLinkedTokenSource(caller, _deadline.Token);
        _requests = new(requests, _stop.Token);
        if (deadline is { } timeout)
        {
            _deadline.CancelAfter(timeout < GrpcLimits.DeadlineMax ? timeout : GrpcLimits.DeadlineMax);
        }
    }

    public CancellationToken Stop => _stop.Token;

    public HttpContent Content => _requests;

    /// <summary>Takes a step of the call; what breaks the transport becomes the status it means.</summary>
    public async ValueTask<T> Map<T>(Func<ValueTask<T>> step)
    {
        try
        {
            return await step();
        }
        catch (Exception e) when (e is not GrpcException && _requests.Failure is { } failure)
        {
            throw new GrpcException(GrpcStatus.Cancelled, "The requests broke off.", inner: failure);
        }
        catch (Exception e) when (e is not GrpcException && _deadline.IsCancellationRequested && !_caller.IsCancellationRequested)
        {
            throw new GrpcException(GrpcStatus.DeadlineExceeded, "The deadline has passed.", inner: e);
        }
        catch (Exception e) when (_caller.IsCancellationRequested && e is not OperationCanceledException)
        {
            throw new OperationCanceledException("The call was cancelled.", e, _caller);
        }
        catch (Exception e) when (!_caller.IsCancellationRequested && e is HttpRequestException or IOException or OperationCanceledException)
        {
            throw new GrpcException(GrpcStatus.Unavailable, "The server cannot be reached, or is gone.", inner: e);
        }
    }

    public void Dispose()
    {
        _stop.Cancel();
        _stop.Dispose();
        _deadline.Dispose();
    }

    sealed class Requests(IAsyncEnumerable<TRequest> messages, CancellationToken stop) : HttpContent
    {
        public Exception? Failure { get; private set; }

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            try
            {
                await stream.FlushAsync(stop);   // Else the headers wait for the first message, and a server that speaks first is never heard.
                await Frames.Write(PipeWriter.Create(stream, new(leaveOpen: true)), Watched(), stop);
            }
            catch (Exception) when (Failure is null && !stop.IsCancellationRequested)
            {
                return;   // The server has answered before it read everything: the status tells why.
            }
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }

        async IAsyncEnumerable<TRequest> Watched()
        {
            await using var source = messages.GetAsyncEnumerator(stop);
            while (await Step(source))
            {
                yield return source.Current;
            }
        }

        async ValueTask<bool> Step(IAsyncEnumerator<TRequest> source)
        {
            try
            {
                return await source.MoveNextAsync();
            }
            catch (Exception failure) when (!stop.IsCancellationRequested)
            {
                Failure = failure;
                throw;
            }
        }
    }
}
