using System.Net.Http.Json;
using System.Text.Json;
using CrmSuite.Bus;
using CrmSuite.EventStore.Client;
using CrmSuite.EventStore.Ingest;
using CrmSuite.EventStore.Storage;
using CrmSuite.EventStore.Tests.Ingest;
using CrmSuite.EventStore.Tests.Storage;
using CrmSuite.ServiceDefaults;
using CrmSuite.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using RabbitMQ.Client;

namespace CrmSuite.EventStore.Tests;

/// <summary>The whole host: packs come in over RabbitMQ and from the feed, and are read over the protocol on its own port.</summary>
public sealed class ServerHostingTests : IAsyncLifetime
{
    static readonly CancellationToken None = CancellationToken.None;

    readonly Telling sales = new("sales");
    readonly Telling loyalty = new("loyalty");
    readonly Guid a = Guid.NewGuid();
    readonly Guid b = Guid.NewGuid();
    readonly string folder = Path.Combine(Path.GetTempPath(), $"crm-suite-heads-{Guid.NewGuid()}");
    Issuer issuer = null!;
    RabbitServer rabbit = null!;
    WebApplication feeds = null!;
    WebApplication host = null!;
    string database = "";

    public async ValueTask InitializeAsync()
    {
        issuer = await Issuer.Start();
        rabbit = await (await Servers.VirtualHost("ingest")).LoadTopology(Topology());
        database = await Stores.Database();
        feeds = await Feeds();
        host = await Host();
    }

    public async ValueTask DisposeAsync()
    {
        await host.DisposeAsync();
        await feeds.DisposeAsync();
        await issuer.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task Packs_from_the_bus_and_the_feed_are_read_over_the_protocol_each_once_and_verify()
    {
        // The first two are only in the feed, as after a wiped broker; one is published twice; one comes before the pack it follows.
        sales.Tell(a, b);
        sales.Tell(b);
        await Publish("sales", sales.Tell(a), sales.Packs[2]);
        await Publish("loyalty", loyalty.Tell(a));
        sales.Tell(b, b);
        await Publish("sales", sales.Tell(a), sales.Packs[3]);
        await using var client = new EventStoreClient(EventStoreConnection.Parse(Address("esdb")));

        await Until(client, 8);

        var stored = await All(client);
        var told = sales.Packs.SelectMany(p => p.Entries).Select(e => e.EventId);
        Assert.Equal(told, stored.Where(e => e.Type.StartsWith("sales.", StringComparison.Ordinal)).Select(e => e.Id));
        Assert.Single(stored, e => e.Type.StartsWith("loyalty.", StringComparison.Ordinal));
        await host.StopAsync();
        Assert.True(File.Exists(Path.Combine(folder, "heads.jsonl")));

        await host.DisposeAsync();
        host = await Host();
        Assert.Equal(0, await host.Verified(["verify"]));
        Assert.Equal(0, await host.Verified(["verify", "--connection", Address("esdb")]));
        Assert.Null(await host.Verified([]));
    }

    [Fact]
    public async Task A_department_that_diverges_is_stopped_with_an_alarm_and_the_others_flow()
    {
        await Publish("sales", sales.Tell(a));
        await using var client = new EventStoreClient(EventStoreConnection.Parse(Address("esdb")));
        await Until(client, 1);
        var other = sales.Fact(b, 0, "{}");
        await client.Append([new(other.Stream, Expected.NoStream, [new(other.EventId, "note", other.Data, default)])], None);

        await Publish("sales", sales.Tell(b));
        await Until(() => host.Services.GetRequiredService<BusHealth>().Ills.ContainsKey("ingest chain sales"));
        await Publish("sales", sales.Tell(a));
        await Publish("loyalty", loyalty.Tell(a), loyalty.Tell(b));

        await Until(client, 4);
        Assert.Single(await All(client), e => e.Type.StartsWith("sales.", StringComparison.Ordinal));
        using var http = new HttpClient();
        var health = await http.GetFromJsonAsync<JsonElement>(Address("http") + "/health");
        Assert.Equal("degraded", health.GetProperty("status").GetString());
        Assert.Equal("healthy", (await http.GetFromJsonAsync<JsonElement>(Address("http") + "/health/ready")).GetProperty("status").GetString());
    }

    [Fact]
    public async Task With_another_server_named_ingest_fills_that_one()
    {
        await using var filled = await Host(
            ("ConnectionStrings:eventstore", Address("esdb")), ("Ingest:Departments", "loyalty"), ("Verify:Folder", folder + "-other"));
        await using var client = new EventStoreClient(EventStoreConnection.Parse(Address("esdb")));
        Assert.Null(filled.Services.GetService<PostgresEventStore>());

        loyalty.Tell(a, b);
        await Until(client, 2);

        Assert.Equal(0, await filled.Verified(["verify"]));
        await filled.StopAsync();
        Directory.Delete(folder + "-other", recursive: true);
    }

    async Task<WebApplication> Host(params (string Name, string Value)[] settings)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["urls"] = "http://127.0.0.1:0",
            ["EventStore:GrpcUrl"] = "http://127.0.0.1:0",
            ["ConnectionStrings:eventstore"] = database,
            ["ConnectionStrings:messaging"] = rabbit.As("eventstore", "eventstore").AmqpUri,
            ["services:sales:http:0"] = feeds.Urls.Single() + "/sales/",
            ["services:loyalty:http:0"] = feeds.Urls.Single() + "/loyalty/",
            ["Ingest:Departments"] = "sales, loyalty",
            ["Verify:Folder"] = folder,
            ["Auth:Authority"] = issuer.Authority,
            ["Auth:ClientId"] = "eventstore",
            ["Auth:ClientSecret"] = "eventstore",
        });
        builder.Configuration.AddInMemoryCollection(settings.Select(s => KeyValuePair.Create(s.Name, (string?)s.Value)));
        builder.AddServiceDefaults("eventstore");
        builder.Logging.ClearProviders();
        builder.AddStorage();
        builder.AddServer();
        builder.AddIngest();
        var app = builder.Build();
        app.MapDefaultEndpoints();
        app.MapServer();
        await app.StartAsync();
        return app;
    }

    /// <summary>The feeds of both departments, from what was told.</summary>
    async Task<WebApplication> Feeds()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        foreach (var (name, department) in (ReadOnlySpan<(string, Telling)>)[("sales", sales), ("loyalty", loyalty)])
        {
            app.MapGet($"/{name}/journal/head", () => new { department.Head.No, Hash = department.Head.Hash.ToArray() });
            app.MapGet($"/{name}/journal/packs", (int from) => Results.Bytes(CloudEvents.Write([.. department.Packs.Skip(from - 1)]), CloudEvents.ContentType));
        }

        await app.StartAsync();
        return app;
    }

    async Task Publish(string department, params Pack[] packs)
    {
        var factory = new ConnectionFactory { Uri = new(rabbit.As(department, department).AmqpUri) };
        await using var connection = await factory.CreateConnectionAsync();
        await using var channel = await connection.CreateChannelAsync(new(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true));
        foreach (var pack in packs)
        {
            var properties = new BasicProperties { UserId = department, Persistent = true, ContentType = CloudEvents.ContentType };
            await channel.BasicPublishAsync("crm.events", department, mandatory: true, properties, CloudEvents.Write(pack));
        }
    }

    /// <summary>The host's addresses: the protocol's port was opened first.</summary>
    string Address(string scheme)
    {
        var urls = host.Urls.ToList();
        return scheme == "esdb" ? urls.Single(IsGrpc).Replace("http://", "esdb://", StringComparison.Ordinal) + "?tls=false" : urls.Single(url => !IsGrpc(url));
    }

    /// <summary>Which of the two ports speaks HTTP/1.1 is asked of the port.</summary>
    static bool IsGrpc(string url)
    {
        try
        {
            using var http = new HttpClient();
            using var answer = http.Send(new(HttpMethod.Get, url + "/health/live"));
            return !answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return true;
        }
    }

    static async Task<List<StoredEvent>> All(IEventStore store) => await Stores.Entries(store.ReadAll(0, long.MaxValue, Direction.Forwards));

    static async Task Until(IEventStore store, int count)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while ((await All(store)).Count < count)
        {
            await Task.Delay(100, patience.Token);
        }
    }

    static Task Until(Func<bool> condition) => Stores.Until(condition);

    static string Topology()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "CrmSuite.sln")))
        {
            folder = folder.Parent!;
        }

        return Path.Combine(folder.FullName, "contracts", "topology.json");
    }
}
