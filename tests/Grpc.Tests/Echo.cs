using System.Collections.Concurrent;
using System.Net;
using System.Runtime.CompilerServices;
using System.Security.Claims;
using Google.Protobuf.WellKnownTypes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace CrmSuite.Grpc.Tests;

/// <summary>A server of a few methods, in this process, over HTTP/2 in clear text.</summary>
sealed class Echo : IAsyncDisposable
{
    public static readonly GrpcMethod<BytesValue, BytesValue> Unary = Method("Unary");
    public static readonly GrpcMethod<BytesValue, BytesValue> Upload = Method("Upload");
    public static readonly GrpcMethod<BytesValue, BytesValue> Idle = Method("Idle");
    public static readonly GrpcMethod<BytesValue, BytesValue> Talk = Method("Talk");
    public static readonly GrpcMethod<BytesValue, BytesValue> Speak = Method("Speak");
    public static readonly GrpcMethod<StringValue, BytesValue> Fail = new("crmsuite.Echo", "Fail", StringValue.Parser, BytesValue.Parser);
    public static readonly GrpcMethod<BytesValue, BytesValue> Missing = Method("Missing");

    readonly WebApplication _app;
    int _live;

    Echo(WebApplication app) => _app = app;

    /// <summary>Calls of <see cref="Idle"/> that hold resources.</summary>
    public int Live => Volatile.Read(ref _live);

    /// <summary>The connections that have carried a call.</summary>
    public ConcurrentDictionary<string, bool> Connections { get; } = new();

    public Uri Address => new(_app.Urls.Single());

    public static async Task<Echo> Start(int port = 0, Action<KestrelServerLimits>? tune = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            GrpcServer.Tune(kestrel.Limits);
            tune?.Invoke(kestrel.Limits);
            kestrel.Listen(IPAddress.Loopback, port, listen => listen.Protocols = HttpProtocols.Http2);
        });
        var app = builder.Build();
        var echo = new Echo(app);
        app.Use((http, next) =>
        {
            echo.Connections[http.Connection.Id] = true;
            return next(http);
        });
        echo.Map();
        await app.StartAsync();
        return echo;
    }

    public GrpcChannel Connect(Action<SocketsHttpHandler>? tune = null) => new(Address, tune);

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    static GrpcMethod<BytesValue, BytesValue> Method(string name) => new("crmsuite.Echo", name, BytesValue.Parser, BytesValue.Parser);

    void Map()
    {
        var grpc = new GrpcServer(_app, Who);
        grpc.Unary(Unary, (request, call, _) => Task.FromResult(
            call.Caller.Identity?.Name is { } name ? new() { Value = Google.Protobuf.ByteString.CopyFromUtf8(name) } : request));
        grpc.ClientStream(Upload, async (requests, _, ct) =>
        {
            var taken = 0;
            await foreach (var request in requests.WithCancellation(ct))
            {
                taken += request.Value.Length;
                if (taken > 1_000_000)
                {
                    throw new GrpcException(GrpcStatus.InvalidArgument, "Zu groß – 100 %", new Dictionary<string, string> { ["limit"] = "1000000" });
                }
            }

            return new();
        });
        grpc.ServerStream(Idle, (request, _, ct) => Wait(request, ct));
        grpc.Duplex(Talk, (requests, _, _) => requests);
        grpc.Duplex(Speak, (_, _, ct) => Greet(ct));
        grpc.Unary(Fail, (request, _, _) => throw (request.Value.Length > 0
            ? new GrpcException(GrpcStatus.FailedPrecondition, request.Value)
            : new InvalidOperationException("A bug.")));
        grpc.Unimplemented();
    }

    static ClaimsPrincipal? Who(BasicCredentials? credentials) => credentials switch
    {
        null => new(),
        { Password: "right" } => new(new ClaimsIdentity([new(ClaimTypes.Name, credentials.User)], "Basic")),
        _ => null,
    };

    static async IAsyncEnumerable<BytesValue> Greet([EnumeratorCancellation] CancellationToken ct)
    {
        yield return new();
        await Task.Delay(Timeout.Infinite, ct);
    }

    async IAsyncEnumerable<BytesValue> Wait(BytesValue request, [EnumeratorCancellation] CancellationToken ct)
    {
        Interlocked.Increment(ref _live);
        try
        {
            yield return request;
            await Task.Delay(request.Value.IsEmpty ? Timeout.InfiniteTimeSpan : TimeSpan.FromSeconds(request.Value[0]), ct);
            yield return request;
        }
        finally
        {
            Interlocked.Decrement(ref _live);
        }
    }
}
