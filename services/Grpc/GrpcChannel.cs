using System.IO.Pipelines;
using System.Net;
using System.Net.Http.Headers;
using System.Runtime.CompilerServices;
using Google.Protobuf;

namespace CrmSuite.Grpc;

/// <summary>Calls methods of one server over HTTP/2. All four shapes are one: requests out, responses in.</summary>
public sealed class GrpcChannel : IDisposable
{
    static readonly HashSet<string> NotTrailers = new(StringComparer.OrdinalIgnoreCase) { "date", "server", GrpcHeaders.Status, GrpcHeaders.Message };

    static readonly Dictionary<string, string> NoHeaders = [];

    readonly HttpMessageInvoker _http;
    readonly Uri _address;

    /// <summary>Opens nothing yet: connections come with the first call.</summary>
    /// <param name="address"><c>https://host:port</c>, or <c>http://</c> for HTTP/2 in clear text.</param>
    /// <param name="tune">Certificates and keep-alive, if other than the defaults.</param>
    public GrpcChannel(Uri address, Action<SocketsHttpHandler>? tune = null)
    {
        _address = address;
        var handler = new SocketsHttpHandler
        {
            EnableMultipleHttp2Connections = true,
            KeepAlivePingDelay = GrpcLimits.KeepAliveDelay,
            KeepAlivePingTimeout = GrpcLimits.KeepAliveTimeout,
            ConnectTimeout = TimeSpan.FromSeconds(10),
            PooledConnectionIdleTimeout = Timeout.InfiniteTimeSpan,
            UseProxy = false,
            UseCookies = false,
            AllowAutoRedirect = false,
        };
        tune?.Invoke(handler);
        _http = new(handler);
    }

    /// <summary>Calls a method of one request and one response.</summary>
    public Task<TResponse> Unary<TRequest, TResponse>(
        GrpcMethod<TRequest, TResponse> method, TRequest request, CallOptions options, CancellationToken ct)
        where TRequest : class, IMessage<TRequest>
        where TResponse : class, IMessage<TResponse> =>
        ClientStream(method, Just(request), options, ct);

    /// <summary>Calls a method of many requests and one response.</summary>
    public async Task<TResponse> ClientStream<TRequest, TResponse>(
        GrpcMethod<TRequest, TResponse> method, IAsyncEnumerable<TRequest> requests, CallOptions options, CancellationToken ct)
        where TRequest : class, IMessage<TRequest>
        where TResponse : class, IMessage<TResponse>
    {
        TResponse? single = null;
        await foreach (var response in Duplex(method, requests, options, ct))
        {
            single = single is null ? response : throw new GrpcException(GrpcStatus.Internal, "More than one message came in answer.");
        }

        return single ?? throw new GrpcException(GrpcStatus.Internal, "No message came in answer.");
    }

    /// <summary>Calls a method of one request and many responses.</summary>
    public IAsyncEnumerable<TResponse> ServerStream<TRequest, TResponse>(
        GrpcMethod<TRequest, TResponse> method, TRequest request, CallOptions options, CancellationToken ct)
        where TRequest : class, IMessage<TRequest>
        where TResponse : class, IMessage<TResponse> =>
        Duplex(method, Just(request), options, ct);

    /// <summary>
    /// Calls a method of many requests and many responses. Leaving the enumeration early cancels the call. The end of the requests is told to the server; the
    /// end of the responses ends the call, with a <see cref="GrpcException"/> unless the status is OK.
    /// </summary>
    public async IAsyncEnumerable<TResponse> Duplex<TRequest, TResponse>(
        GrpcMethod<TRequest, TResponse> method,
        IAsyncEnumerable<TRequest> requests,
        CallOptions options,
        [EnumeratorCancellation] CancellationToken ct)
        where TRequest : class, IMessage<TRequest>
        where TResponse : class, IMessage<TResponse>
    {
        using var call = new ClientCall<TRequest>(requests, options.Deadline, ct);
        using var request = Request(method.Path, call.Content, options);
        using var response = await call.Map(() => new ValueTask<HttpResponseMessage>(_http.SendAsync(request, call.Stop)));
        ThrowUnlessGrpc(response);
        var reader = PipeReader.Create(await response.Content.ReadAsStreamAsync(call.Stop), new(bufferSize: GrpcLimits.FlushBytesMax));
        await using var messages = Frames.Read(reader, method.Responses, call.Stop).GetAsyncEnumerator(call.Stop);
        try
        {
            var step = messages.MoveNextAsync;
            while (await call.Map(step))
            {
                yield return messages.Current;
            }

            ThrowUnlessOk(response.Headers.Contains(GrpcHeaders.Status) ? response.Headers : response.TrailingHeaders);
        }
        finally
        {
            await reader.CompleteAsync();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    static async IAsyncEnumerable<T> Just<T>(T request)
    {
        await Task.CompletedTask;
        yield return request;
    }

    HttpRequestMessage Request(string path, HttpContent content, CallOptions options)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, new Uri(_address, path))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = content,
        };
        content.Headers.ContentType = new(GrpcHeaders.ContentType);
        request.Headers.TE.Add(new("trailers"));
        if (options.Deadline is { } deadline)
        {
            request.Headers.Add(GrpcHeaders.Timeout, GrpcHeaders.WriteTimeout(deadline));
        }

        foreach (var (name, value) in options.Headers ?? NoHeaders)
        {
            request.Headers.Add(name, value);
        }

        return request;
    }

    /// <summary>Something other than gRPC has answered: a proxy, or a server that knows no such address.</summary>
    static void ThrowUnlessGrpc(HttpResponseMessage response)
    {
        if (response.StatusCode == HttpStatusCode.OK
            && response.Content.Headers.ContentType?.MediaType?.StartsWith(GrpcHeaders.ContentType, StringComparison.Ordinal) == true)
        {
            return;
        }

        if (response.Headers.Contains(GrpcHeaders.Status))
        {
            ThrowUnlessOk(response.Headers);
        }

        throw new GrpcException(
            response.StatusCode switch
            {
                HttpStatusCode.Unauthorized => GrpcStatus.Unauthenticated,
                HttpStatusCode.Forbidden => GrpcStatus.PermissionDenied,
                HttpStatusCode.NotFound => GrpcStatus.Unimplemented,
                HttpStatusCode.TooManyRequests or HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout
                    => GrpcStatus.Unavailable,
                _ => GrpcStatus.Unknown,
            },
            $"HTTP {(int)response.StatusCode} came in answer, not gRPC.");
    }

    static void ThrowUnlessOk(HttpResponseHeaders headers)
    {
        var said = headers.ToDictionary(h => h.Key, h => PercentEncoding.Decode(string.Join(',', h.Value)), StringComparer.OrdinalIgnoreCase);
        if (!said.TryGetValue(GrpcHeaders.Status, out var text) || !int.TryParse(text, out var number))
        {
            throw new GrpcException(GrpcStatus.Unavailable, "The answer ended without a status.");
        }

        if (number != (int)GrpcStatus.Ok)
        {
            throw new GrpcException(
                Enum.IsDefined((GrpcStatus)number) ? (GrpcStatus)number : GrpcStatus.Unknown,
                said.GetValueOrDefault(GrpcHeaders.Message, ""),
                said.Where(h => !NotTrailers.Contains(h.Key)).ToDictionary(h => h.Key, h => h.Value, StringComparer.OrdinalIgnoreCase));
        }
    }
}

/// <summary>What one call sends beside its messages. Without a deadline it may last for ever.</summary>
public sealed record CallOptions(TimeSpan? Deadline = null, IReadOnlyDictionary<string, string>? Headers = null);
