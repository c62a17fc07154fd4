using CrmSuite.Journal;
using CrmSuite.ServiceDefaults;
using CrmSuite.Testing;
using RabbitMQ.Client;

namespace CrmSuite.Benchmarks;

/// <summary>
/// POST /orders of a real Sales process, its relay and views at work beside it: each answer means that the order is on the disk. Its anchor is the bare INSERT of the
/// same rows into the same server; its peer a host that does nothing but commit each request by itself.
/// </summary>
static class Door
{
    const string Path = "/orders";
    const int WarmConnections = 128;

    static readonly TimeSpan WarmLength = TimeSpan.FromSeconds(8);

    public static async Task Run(Bench bench)
    {
        var sales = await Department.Start(bench.Ground);
        var commit = await bench.Ground.Start("tests/Benchmarks", "/", [], "serve", "commit", sales.Database);
        var (raw, length) = (sales.Database, bench.Options.Length);
        Func<Task<Figure>> Posts(string url, int connections) => async () =>
        {
            var figure = await Load.Run(connections, length, _ => HttpCaller.Open(url, sales.Token, Facts.Body));
            await sales.Settle();
            return figure;
        };
        Func<Task<Figure>> Inserts(int connections) => () => Load.Run(connections, length, _ => RawInsert.Open(raw));

        // Code is compiled twice before it is as fast as it gets.
        foreach (var url in (string[])[sales.Host.Url + Path, sales.Gateway.Url + "/api/sales" + Path, commit.Url + Path])
        {
            await Load.Run(WarmConnections, WarmLength, _ => HttpCaller.Open(url, sales.Token, Facts.Body));
        }

        await sales.Settle();
        var rounds = await bench.Interleave(
            ("raw INSERT, 32", Inserts(32)), ("POST, 32", Posts(sales.Host.Url + Path, 32)), ("POST by the gateway, 32", Posts(sales.Gateway.Url + "/api/sales" + Path, 32)),
            ("POST, commit each, 32", Posts(commit.Url + Path, 32)),
            ("raw INSERT, 128", Inserts(128)), ("POST, 128", Posts(sales.Host.Url + Path, 128)), ("POST, commit each, 128", Posts(commit.Url + Path, 128)));
        bench.Goal("1 durable order over HTTP, 32 connections", "/s", rounds, "POST, 32", "raw INSERT, 32", 0.8, 1.2);
        bench.Goal("2 the same, 128", "/s", rounds, "POST, 128", "raw INSERT, 128", 1.0, 1.5);
        bench.Goal("2 its p99 beside one commit per request", "ms", rounds, "POST, 128", "POST, commit each, 128", 1.0, 0.5, atMost: true, of: figure => figure.P99Ms);
        bench.Goal("3 through the gateway, 32", "/s", rounds, "POST by the gateway, 32", "raw INSERT, 32", 0.5, 0.7);
        bench.Goal("peer: a host with one commit per request, 32", "/s", rounds, "POST, commit each, 32", "raw INSERT, 32");
        bench.Goal("peer: the same, 128", "/s", rounds, "POST, commit each, 128", "raw INSERT, 128");
    }
}

/// <summary>Sales as a process, on private servers, with a gateway process in front.</summary>
sealed record Department(string Database, Host Host, Host Gateway, string Token, RabbitServer Rabbit)
{
    const string Queue = "eventstore.ingest";

    public static async Task<Department> Start(Ground ground)
    {
        var (postgres, rabbit, issuer) = (await ground.Postgres(), await ground.Rabbit(), await ground.Issuer());
        var (sales, keyring) = (await postgres.Database("sales"), await postgres.Database("keyring"));
        var settings = new Dictionary<string, string>
        {
            ["ConnectionStrings__sales"] = sales,
            ["ConnectionStrings__keyring"] = keyring,
            ["ConnectionStrings__messaging"] = rabbit.As("sales", "sales").AmqpUri,
            ["Keyring__Master"] = JournalDatabase.MasterKey(),
            ["Auth__Authority"] = issuer.Authority,
            ["Auth__ClientId"] = "sales",
            ["Auth__ClientSecret"] = "the-secret-of-sales-in-a-benchmark",
        };
        // By argument: the shell that detaches a process drops what is no name of a variable to it.
        await ground.Finish("services/Sales", settings, "migrate", $"--ConnectionStrings:keyring-owner={keyring}");
        await Ground.Sql(sales, RawInsert.Table);
        var host = await ground.Start("services/Sales", "/health/ready", settings);
        var gateway = await ground.Start("gateway", "/health/ready", new()
        {
            ["Auth__Authority"] = issuer.Authority,
            ["services__sales__http__0"] = host.Url,
            ["Limits__address__Burst"] = "100000000",
            ["Limits__caller__Burst"] = "100000000",
        });
        return new(sales, host, gateway, issuer.Token("sales-agent"), rabbit);
    }

    /// <summary>Waits until relay and views have done what the load left them, and empties the queue that nobody reads here, before it is full.</summary>
    public async Task Settle()
    {
        await Host.Quiet();
        await using var connection = await new ConnectionFactory { Uri = new(Rabbit.AmqpUri) }.CreateConnectionAsync();
        await using var channel = await connection.CreateChannelAsync();
        await channel.QueuePurgeAsync(Queue);
    }
}
