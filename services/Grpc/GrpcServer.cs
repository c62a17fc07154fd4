using System.Runtime.CompilerServices;
using System.Security.Claims;
using Google.Protobuf;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.Timeouts;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace CrmSuite.Grpc;

/// <summary>
/// Serves gRPC methods on Kestrel's routes. All four shapes are one: requests in, responses out.
/// </summary>
/// <param name="app">Where the routes go.</param>
/// <param name="authenticate">Who the caller is, by the credentials sent (null: none); null refuses the call. Without it everybody is anonymous.</param>
/// <param name="translate">What a handler's exception means to the caller; null for a fault.</param>
public sealed partial class GrpcServer(
    IEndpointRouteBuilder app,
    Func<BasicCredentials?, ClaimsPrincipal?>? authenticate = null,
    Func<Exception, GrpcException?>? translate = null)
{
    readonly ILogger _log = app.ServiceProvider.GetRequiredService<ILogger<GrpcServer>>();
    readonly CancellationToken _stopping = app.ServiceProvider.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;

    /// <summary>Settings of Kestrel for calls that live long: no data rates, no body limit, many streams, pings.</summary>
    public static void Tune(KestrelServerLimits limits)
    {
        limits.MinRequestBodyDataRate = null;
        limits.MinResponseDataRate = null;
        limits.MaxRequestBodySize = null;
        limits.Http2.MaxStreamsPerConnection = GrpcLimits.StreamsPerConnectionMax;
        limits.Http2.KeepAlivePingDelay = GrpcLimits.KeepAliveDelay;
        limits.Http2.KeepAlivePingTimeout = GrpcLimits.KeepAliveTimeout;
        limits.Http2.InitialConnectionWindowSize = 4 * 1024 * 1024;
        limits.Http2.InitialStreamWindowSize = 1024 * 1024;
    }

    /// <summary>Serves a method of one request and one response.</summary>
    public void Unary<TRequest, TResponse>(
        GrpcMethod<TRequest, TResponse> method, Func<TRequest, ServerCall, CancellationToken, Task<TResponse>> handle)
        where TRequest : class, IMessage<TRequest>
        where TResponse : class, IMessage<TResponse> =>
        ClientStream(method, async (requests, call, ct) => await handle(await Single(requests, ct), call, ct));

    /// <summary>Serves a method of many requests and one response.</summary>
    public void ClientStream<TRequest, TResponse>(
        GrpcMethod<TRequest, TResponse> method, Func<IAsyncEnumerable<TRequest>, ServerCall, CancellationToken, Task<TResponse>> handle)
        where TRequest : class, IMessage<TRequest>
        where TResponse : class, IMessage<TResponse>
    {
        Duplex(method, Answer);

        async IAsyncEnumerable<TResponse> Answer(
            IAsyncEnumerable<TRequest> requests, ServerCall call, [EnumeratorCancellation] CancellationToken ct)
        {
            yield return await handle(requests, call, ct);
        }
    }

    /// <summary>Serves a method of one request and many responses.</summary>
    public void ServerStream<TRequest, TResponse>(
        GrpcMethod<TRequest, TResponse> method, Func<TRequest, ServerCall, CancellationToken, IAsyncEnumerable<TResponse>> handle)
        where TRequest : class, IMessage<TRequest>
        where TResponse : class, IMessage<TResponse>
    {
        Duplex(method, Answer);

        async IAsyncEnumerable<TResponse> Answer(
            IAsyncEnumerable<TRequest> requests, ServerCall call, [EnumeratorCancellation] CancellationToken ct)
        {
            await foreach (var response in handle(await Single(requests, ct), call, ct))
            {
                yield return response;
            }
        }
    }

    /// <summary>Serves a method of many requests and many responses. The call ends when the responses do.</summary>
    public void Duplex<TRequest, TResponse>(
        GrpcMethod<TRequest, TResponse> method,
        Func<IAsyncEnumerable<TRequest>, ServerCall, CancellationToken, IAsyncEnumerable<TResponse>> handle)
        where TRequest : class, IMessage<TRequest>
        where TResponse : class, IMessage<TResponse> =>
        Open(app.MapPost(method.Path, http => Serve(http, method, handle)));

    /// <summary>Answers calls of methods that nobody serves.</summary>
    public void Unimplemented() => Open(app.MapFallback("{**path}", http =>
    {
        if (IsGrpc(http.Request))
        {
            return End(http, new(GrpcStatus.Unimplemented, "The method is not implemented."));
        }

        http.Response.StatusCode = StatusCodes.Status404NotFound;
        return Task.CompletedTask;
    }));

    /// <summary>The protocol has callers and deadlines of its own: the host's tokens and time-outs do not rule it.</summary>
    static void Open(IEndpointConventionBuilder endpoint) =>
        endpoint.WithMetadata(new AllowAnonymousAttribute(), new DisableRequestTimeoutAttribute(), new ExcludeFromDescriptionAttribute());

    static async Task<T> Single<T>(IAsyncEnumerable<T> requests, CancellationToken ct)
        where T : class
    {
        T? single = null;
        await foreach (var request in requests.WithCancellation(ct))
        {
            single = single is null ? request : throw new GrpcException(GrpcStatus.InvalidArgument, "The method takes one message.");
        }

        return single ?? throw new GrpcException(GrpcStatus.InvalidArgument, "The method takes one message.");
    }

    static bool IsGrpc(HttpRequest request) =>
        request.ContentType is { } type && type.StartsWith(GrpcHeaders.ContentType, StringComparison.OrdinalIgnoreCase);

    async Task Serve<TRequest, TResponse>(
        HttpContext http,
        GrpcMethod<TRequest, TResponse> method,
        Func<IAsyncEnumerable<TRequest>, ServerCall, CancellationToken, IAsyncEnumerable<TResponse>> handle)
        where TRequest : class, IMessage<TRequest>
        where TResponse : class, IMessage<TResponse>
    {
        if (!IsGrpc(http.Request))
        {
            http.Response.StatusCode = StatusCodes.Status415UnsupportedMediaType;
            return;
        }

        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
        {
            size.MaxRequestBodySize = null;
        }

        using var deadline = new CancellationTokenSource();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, deadline.Token, _stopping);
        try
        {
            if (GrpcHeaders.ReadTimeout(http.Request.Headers[GrpcHeaders.Timeout]) is { } timeout)
            {
                deadline.CancelAfter(timeout);
            }

            var call = new ServerCall(http, Authenticate(http.Request));
            http.Response.ContentType = GrpcHeaders.ContentType;
            var requests = Frames.Read(http.Request.BodyReader, method.Requests, stop.Token);
            await Frames.Write(http.Response.BodyWriter, handle(requests, call, stop.Token), stop.Token);
            await End(http, null);
        }
        catch (Exception) when (http.RequestAborted.IsCancellationRequested)
        {
            Gone(_log, method.Path);
        }
        catch (Exception fault)
        {
            await End(http, Translate(fault, method.Path, deadline.IsCancellationRequested));
        }
    }

    ClaimsPrincipal Authenticate(HttpRequest request)
    {
        if (authenticate is null)
        {
            return new();
        }

        return BasicCredentials.TryRead(request.Headers.Authorization, out var credentials) && authenticate(credentials) is { } caller
            ? caller
            : throw new GrpcException(GrpcStatus.Unauthenticated, "The credentials are not valid.");
    }

    GrpcException Translate(Exception fault, string path, bool late)
    {
        if ((fault as GrpcException ?? translate?.Invoke(fault)) is { } known)
        {
            return known;
        }

        if (fault is OperationCanceledException)
        {
            return late
                ? new(GrpcStatus.DeadlineExceeded, "The deadline has passed.")
                : new(GrpcStatus.Unavailable, "The server is shutting down.");
        }

        Failed(_log, path, fault);
        return new(GrpcStatus.Unknown, "Exception was thrown by handler.");
    }

    /// <summary>Before anything was sent the status goes in the headers ("trailers-only"), afterwards in the trailers.</summary>
    static Task End(HttpContext http, GrpcException? error)
    {
        var started = http.Response.HasStarted;
        if (!started)
        {
            http.Response.ContentType = GrpcHeaders.ContentType;
        }

        Put(GrpcHeaders.Status, ((int)(error?.Status ?? GrpcStatus.Ok)).ToString());
        if (error is not null)
        {
            Put(GrpcHeaders.Message, PercentEncoding.Encode(error.Message));
            foreach (var (name, value) in error.Trailers)
            {
                Put(name, PercentEncoding.Encode(value));
            }
        }

        return http.Response.CompleteAsync();

        void Put(string name, string value)
        {
            if (started)
            {
                http.Response.AppendTrailer(name, value);
            }
            else
            {
                http.Response.Headers[name] = value;
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "The caller of {Path} is gone.")]
    static partial void Gone(ILogger log, string path);

    [LoggerMessage(Level = LogLevel.Error, Message = "The handler of {Path} failed.")]
    static partial void Failed(ILogger log, string path, Exception fault);
}
