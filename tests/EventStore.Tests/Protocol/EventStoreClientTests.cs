using System.Net;
using CrmSuite.EventStore.Client;
using CrmSuite.Grpc;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace CrmSuite.EventStore.Tests.Protocol;

/// <summary>The client through bad times: a server that restarts, one that does not lead, one that never comes.</summary>
public sealed class EventStoreClientTests : IAsyncLifetime
{
    const int BatchWindow = 512;

    readonly CancellationTokenSource _patience = new(TimeSpan.FromSeconds(90));
    readonly InMemoryEventStore _store = new();
    ProtocolServer _server = null!;

    CancellationToken Ct => _patience.Token;

    public async ValueTask InitializeAsync() => _server = await ProtocolServer.Start(_store);

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _patience.Dispose();
    }

    [Fact]
    public async Task A_subscription_goes_on_from_its_place_when_the_server_is_back()
    {
        await using var client = _server.Connect();
        var filter = EventFilter.ByPrefix(FilterOn.Stream, ["s"]);
        await using var follower = client.SubscribeAll(null, filter, ct: Ct).GetAsyncEnumerator(Ct);
        await Write(10);
        var seen = new List<long>();
        await Follow(10);

        await Restart(async () => await Write(10));
        await Follow(20);
        await Write(10);
        await Follow(30);

        Assert.Equal(Enumerable.Range(0, 30).Select(n => (long)n), seen);

        async Task Follow(int count)
        {
            while (seen.Count < count && await follower.MoveNextAsync())
            {
                if (follower.Current is ReadMessage.Entry entry)
                {
                    seen.Add(entry.Event!.Revision);
                }
            }
        }
    }

    [Fact]
    public async Task Appends_wait_for_the_server_to_come_back_and_keep_their_order()
    {
        await using var client = _server.Connect();
        await client.Append([New("s", -1)], Ct);
        Task<IReadOnlyList<WriteResult>>[] waiting = [];

        await Restart(() =>
        {
            waiting = [.. Enumerable.Range(0, 30).Select(last => client.Append([New("s", last), New($"t-{last}", -1)], Ct))];
            return Task.CompletedTask;
        });

        var results = await Task.WhenAll(waiting);
        Assert.Equal(Enumerable.Range(1, 30).Select(r => (long)r), results.Select(r => Assert.IsType<WriteResult.Written>(r[0]).Revision));
        Assert.All(results, r => Assert.Equal(0, Assert.IsType<WriteResult.Written>(r[1]).Revision));
    }

    [Fact]
    public async Task More_writes_than_the_window_holds_are_all_acknowledged()
    {
        await using var client = _server.Connect();

        var results = await client.Append([.. Enumerable.Range(0, 3 * BatchWindow).Select(n => New($"s-{n}", -1))], Ct);

        Assert.All(results, r => Assert.IsType<WriteResult.Written>(r));
    }

    [Fact]
    public async Task A_node_that_does_not_lead_sends_the_client_to_the_one_that_does()
    {
        await using var follower = await Refusing(new(GrpcStatus.NotFound, "Leader info available", new Dictionary<string, string>
        {
            ["exception"] = "not-leader",
            ["leader-endpoint-host"] = _server.Address.Host,
            ["leader-endpoint-port"] = $"{_server.Address.Port}",
        }));
        var address = new Uri(follower.Urls.Single());
        foreach (var deed in (Func<EventStoreClient, Task<WriteResult>>[])
                 [async c => (await c.Append([New("s", -1)], Ct))[0], c => c.Delete("s", Expected.Any, Ct), c => c.Tombstone("s", Expected.Any, Ct)])
        {
            await using var client = new EventStoreClient(EventStoreConnection.Parse($"esdb://{address.Authority}?tls=false"));
            Assert.IsType<WriteResult.Written>(await deed(client));
        }
    }

    [Fact]
    public async Task A_server_that_never_comes_is_given_up_after_the_tries_allowed()
    {
        await using var client = _server.Connect(query: "tls=false&maxDiscoverAttempts=2&discoveryInterval=10");
        await _server.DisposeAsync();

        foreach (var deed in (Func<Task>[])
                 [() => client.Append([New("s", -1)], Ct), () => Drain(client.ReadAll(0, 1, Direction.Forwards, ct: Ct)),
                     () => Drain(client.SubscribeAll(null, ct: Ct))])
        {
            Assert.Equal(GrpcStatus.Unavailable, (await Assert.ThrowsAsync<GrpcException>(deed)).Status);
        }

        _server = await ProtocolServer.Start(_store);
    }

    [Fact]
    public async Task A_closed_client_fails_what_still_waits()
    {
        await using var silent = await Refusing(null);
        var client = new EventStoreClient(EventStoreConnection.Parse($"esdb://{new Uri(silent.Urls.Single()).Authority}?tls=false"));
        var waiting = client.Append([New("s", -1)], Ct);

        await client.DisposeAsync();

        Assert.Equal(GrpcStatus.Cancelled, (await Assert.ThrowsAsync<GrpcException>(() => waiting)).Status);
    }

    static StreamWrite New(string stream, long last) =>
        new(stream, new(last), [new(Guid.NewGuid(), "thing-happened", "{}"u8.ToArray(), default)]);

    static async Task Drain(IAsyncEnumerable<ReadMessage> messages)
    {
        await foreach (var _ in messages)
        {
        }
    }

    /// <summary>A node that refuses everything in the same way, or (null) never answers.</summary>
    static async Task<WebApplication> Refusing(GrpcException? refusal)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2));
        var app = builder.Build();
        var grpc = new GrpcServer(app);
        grpc.Unary(Wire.Delete, async (_, _, ct) => await Refuse<Client.Proto.DeleteResp>(ct));
        grpc.Unary(Wire.Tombstone, async (_, _, ct) => await Refuse<Client.Proto.DeleteResp>(ct));
        grpc.ClientStream(Wire.BatchAppend, async (_, _, ct) => await Refuse<Client.Proto.BatchAppendResp>(ct));
        await app.StartAsync();
        return app;

        async Task<T> Refuse<T>(CancellationToken ct)
        {
            await Task.Delay(refusal is null ? Timeout.InfiniteTimeSpan : TimeSpan.Zero, ct);
            throw refusal!;
        }
    }

    async Task Write(int count)
    {
        for (var n = 0; n < count; n++)
        {
            await _store.Append([new("s", Expected.Any, [new(Guid.NewGuid(), "thing-happened", "{}"u8.ToArray(), default)])], Ct);
        }
    }

    async Task Restart(Func<Task> meanwhile)
    {
        var port = _server.Address.Port;
        await _server.DisposeAsync();
        await meanwhile();
        _server = await ProtocolServer.Start(_store, port: port);
    }
}
