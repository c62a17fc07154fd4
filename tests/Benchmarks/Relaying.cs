using System.Diagnostics;
using System.Net;
using System.Security.Cryptography;
using CrmSuite.Bus;
using CrmSuite.Databases;
using CrmSuite.EventStore.Client;
using CrmSuite.EventStore.Ingest;
using CrmSuite.EventStore.Protocol;
using CrmSuite.EventStore.Storage;
using CrmSuite.Grpc;
using CrmSuite.Journal;
using CrmSuite.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace CrmSuite.Benchmarks;

/// <summary>
/// A full journal sent to an empty store: the real relay, pack by pack with its confirm, the real listener and ingest, the store bound in process or behind its
/// protocol. The anchor moves as many messages of one event's size through a queue of the same kind, confirmed, and stores nothing.
/// </summary>
static class Relaying
{
    const string Queue = "eventstore.ingest";
    const string RawQueue = "bench.raw";

    /// <summary>What the bare client does best with: confirms outstanding, messages prefetched, messages acknowledged at once.</summary>
    const int Window = 1_024;
    const int AckEvery = 100;

    static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    public static async Task Run(Bench bench)
    {
        var (postgres, rabbit) = (await bench.Ground.Postgres(), await bench.Ground.Rabbit());
        await using var journal = await JournalDatabase.CreateOn(postgres, "sales");
        await Facts.Fill(journal.ConnectionString, bench.Options.Events);
        var rounds = await bench.Interleave(
            ("raw client, 1 event = 1 message", () => Raw(rabbit, bench.Options.Events)),
            ("relay + ingest, store in process", () => Relay(postgres, rabbit, journal, bench.Options.Events, byProtocol: false)),
            ("relay + ingest, store by gRPC", () => Relay(postgres, rabbit, journal, bench.Options.Events, byProtocol: true)));
        bench.Goal("6 relay + ingest, store bound in process, events", "/s", rounds, "relay + ingest, store in process", "raw client, 1 event = 1 message", 0.8, 1.0);
        bench.Goal("the same, store by gRPC", "/s", rounds, "relay + ingest, store by gRPC", "raw client, 1 event = 1 message");
    }

    /// <summary>From the first event in the store to the last.</summary>
    static async Task<Figure> Relay(OwnPostgres postgres, RabbitServer rabbit, JournalDatabase journal, int events, bool byProtocol)
    {
        await Ground.Sql(journal.ConnectionString, "truncate journal.packs; update journal.relay set confirmed = 0");
        await using var store = await StoreDatabase.Start(await StoreDatabase.Create(postgres));
        await using var server = byProtocol ? await Protocol(store) : null;
        await using var client = server is null ? null : new EventStoreClient(EventStoreConnection.Parse($"esdb://{new Uri(server.Urls.Single()).Authority}?tls=false"));
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var ingester = new Ingester(client ?? (IEventStore)store, new(key, []), TimeProvider.System, NullLogger<Ingester>.Instance);
        var listening = new Listening("ingest", rabbit.As("eventstore", "eventstore").AmqpUri, Queue, ["sales"])
        {
            Heads = ingester.Recover,
            Handle = ingester.Handle,
            Stop = (_, reason, _) => throw new InvalidOperationException(reason),
            SetAside = (_, _, reason, _) => throw new InvalidOperationException(reason),
        };

        // No feed: what arrives has come by the broker.
        var feed = new PackFeed(_ => throw new HttpRequestException("There is no feed here."));
        using var end = new CancellationTokenSource();
        var listener = new PackListener(listening, feed, new(), NullLogger<PackListener>.Instance).Run(end.Token);
        using var relay = new Relay(new(journal.Database, journal.Log, "sales"), journal.Log, journal.Leader, new(rabbit.As("sales", "sales").AmqpUri), new(), NullLogger<Relay>.Instance);
        await relay.StartAsync(default);
        var seconds = await FromFirstToLast(() => store.Head, events);
        await relay.StopAsync(default);
        await end.CancelAsync();
        await listener.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return new(seconds);
    }

    static async Task<Figure> Raw(RabbitServer rabbit, int events)
    {
        await using var connection = await new ConnectionFactory { Uri = new(rabbit.AmqpUri) }.CreateConnectionAsync();
        await using var receiving = await connection.CreateChannelAsync();
        await receiving.QueueDeclareAsync(RawQueue, durable: true, exclusive: false, autoDelete: false, new Dictionary<string, object?> { ["x-queue-type"] = "quorum" });
        await receiving.BasicQosAsync(0, Window, false);
        var consumer = new AsyncEventingBasicConsumer(receiving);
        var received = 0L;
        consumer.ReceivedAsync += async (_, delivery) =>
        {
            if (++received % AckEvery == 0 || received == events)
            {
                await receiving.BasicAckAsync(delivery.DeliveryTag, multiple: true);
            }
        };
        await receiving.BasicConsumeAsync(RawQueue, autoAck: false, consumer);
        var publishing = Publish(connection, events);
        var rate = await FromFirstToLast(() => Volatile.Read(ref received), events);
        await publishing;
        await receiving.QueueDeleteAsync(RawQueue);
        return new(rate);
    }

    static async Task Publish(IConnection connection, int events)
    {
        await using var channel = await connection.CreateChannelAsync(new(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true,
            outstandingPublisherConfirmationsRateLimiter: new System.Threading.RateLimiting.ConcurrencyLimiter(new() { PermitLimit = Window, QueueLimit = Window })));
        using var window = new SemaphoreSlim(Window);
        var body = Facts.Event(0).Data.Concat(Facts.Event(0).Meta).ToArray();
        var properties = new BasicProperties { Persistent = true };
        for (var i = 0; i < events; i++)
        {
            await window.WaitAsync();
            _ = One();
        }

        for (var i = 0; i < Window; i++)
        {
            await window.WaitAsync();
        }

        async Task One()
        {
            await channel.BasicPublishAsync("", RawQueue, mandatory: true, properties, body);
            window.Release();
        }
    }

    /// <summary>Events a second, without the time that connections take to open.</summary>
    static async Task<double> FromFirstToLast(Func<long> count, int events)
    {
        var (began, first) = (0L, 0L);
        for (var clock = Stopwatch.StartNew(); clock.Elapsed < Patience; await Task.Delay(1))
        {
            var now = count();
            if (began == 0 && now > 0)
            {
                (began, first) = (Stopwatch.GetTimestamp(), now);
            }

            if (now >= events)
            {
                return (events - first) / Stopwatch.GetElapsedTime(began).TotalSeconds;
            }
        }

        throw new TimeoutException($"Only {count()} of {events} events arrived.");
    }

    static async Task<WebApplication> Protocol(PostgresEventStore store)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            GrpcServer.Tune(kestrel.Limits);
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2);
        });
        var app = builder.Build();
        app.MapEventStore(store);
        await app.StartAsync();
        return app;
    }
}

/// <summary>Databases of the embedded event store.</summary>
static class StoreDatabase
{
    public static async Task<string> Create(OwnPostgres postgres)
    {
        var database = await postgres.Database("eventstore");
        await Migration.Apply(database, null, default, typeof(PostgresEventStore).Assembly);
        return database;
    }

    /// <summary>A store on it that may write.</summary>
    public static async Task<PostgresEventStore> Start(string database)
    {
        var store = new PostgresEventStore(database, "bench", NullLogger<PostgresEventStore>.Instance);
        await store.StartAsync(default);
        while (!store.Writes)
        {
            await Task.Delay(20);
        }

        return store;
    }
}
