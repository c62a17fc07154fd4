using System.Diagnostics;
using CrmSuite.EventStore.Client;
using CrmSuite.Testing;

namespace CrmSuite.Benchmarks;

/// <summary>The embedded event store as a process, by its protocol over loopback, with our client. EventStoreDB's published figures on such a machine stand beside.</summary>
static class Storing
{
    const int ReadEvents = 200_000;
    const int PerAppend = 100;

    public static async Task Run(Bench bench)
    {
        var (address, host) = await Start(bench.Ground);
        await using var client = new EventStoreClient(EventStoreConnection.Parse(address));
        await Fill(client);
        Func<Task<Figure>> Appends(int callers) => () => Load.Run(callers, bench.Options.Length, Caller.Of(_ => () => Append(client, 1)));
        var rounds = await bench.Interleave(
            ("1 caller", Appends(1)), ("16 callers", Appends(16)), ("64 callers", Appends(64)), ("512 callers", Appends(512)),
            ("100 events per append", async () => new((await Load.Run(1, bench.Options.Length, Caller.Of(_ => () => Append(client, PerAppend)))).Value * PerAppend)),
            ("$all", () => Read(client)));
        bench.Plain("event store: append 1 event, 1 caller", "/s", rounds, "1 caller", "EventStoreDB on disk, published: 790");
        bench.Plain("the same, p50", "ms", rounds, "1 caller", "0.7", figure => figure.P50Ms);
        bench.Plain("append, 16 callers", "/s", rounds, "16 callers", "4,200");
        bench.Plain("append, 64 callers", "/s", rounds, "64 callers", "10,100");
        bench.Plain("the same, p99", "ms", rounds, "64 callers", "37", figure => figure.P99Ms);
        bench.Plain("BatchAppend, window 512", "/s", rounds, "512 callers", "27,500");
        bench.Plain("100 events per append, 1 caller, events", "/s", rounds, "100 events per append", "33,800");
        bench.Plain("read of $all, events", "/s", rounds, "$all", "171,000–203,000");
        await host.DisposeAsync();
    }

    static async Task<(string Address, Host Host)> Start(Ground ground)
    {
        var (database, rabbit, issuer) = (await StoreDatabase.Create(await ground.Postgres()), await ground.Rabbit(), await ground.Issuer());
        var authority = $"127.0.0.1:{LoopbackService.FreePort()}";
        var host = await ground.Start("services/EventStore", "/health/ready", new()
        {
            ["ConnectionStrings__eventstore"] = database,
            ["ConnectionStrings__messaging"] = rabbit.As("eventstore", "eventstore").AmqpUri,
            ["EventStore__GrpcUrl"] = $"http://{authority}",
            ["Ingest__Departments"] = "none",
            ["services__none__http__0"] = issuer.Authority,
            ["Verify__Folder"] = Directory.CreateTempSubdirectory("crm-suite-bench-").FullName,
            ["Auth__Authority"] = issuer.Authority,
            ["Auth__ClientId"] = "eventstore",
            ["Auth__ClientSecret"] = "the-secret-of-a-benchmark-store",
        });
        return ($"esdb://{authority}?tls=false", host);
    }

    static async Task Append(EventStoreClient client, int events)
    {
        var writes = new StreamWrite($"bench-{Guid.CreateVersion7()}", Expected.NoStream, [.. Enumerable.Range(0, events).Select(version => New(version))]);
        if (await client.Append([writes], default) is not [WriteResult.Written])
        {
            throw new InvalidOperationException("Not written.");
        }
    }

    static NewEvent New(int version)
    {
        var fact = Facts.Event(version);
        return new(fact.EventId, fact.Name, fact.Data, fact.Meta);
    }

    static async Task Fill(EventStoreClient client)
    {
        for (var written = 0; written < ReadEvents; written += 1_000)
        {
            await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => Append(client, PerAppend)));
        }
    }

    static async Task<Figure> Read(EventStoreClient client)
    {
        var (clock, read) = (Stopwatch.StartNew(), 0);
        await foreach (var message in client.ReadAll(Bound.Start, ReadEvents, Direction.Forwards))
        {
            read += message is ReadMessage.Entry ? 1 : 0;
        }

        return read == ReadEvents ? new(read / clock.Elapsed.TotalSeconds) : throw new InvalidOperationException($"Only {read} events were read.");
    }
}
