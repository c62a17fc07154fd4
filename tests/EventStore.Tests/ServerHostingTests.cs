using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using CrmSuite.Bus;
using CrmSuite.Contracts;
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
    public async Task A_department_that_was_stopped_is_resumed_by_an_operator()
    {
        await using var client = new EventStoreClient(EventStoreConnection.Parse(Address("esdb")));
        await Publish("sales", sales.Tell(a));
        await Until(client, 1);
        await Publish("sales", sales.Packs[0] with { No = 2 });
        await Until(() => host.Services.GetRequiredService<BusHealth>().Ills.ContainsKey("ingest chain sales"));
        using var http = Http("operator");
        Assert.Equal([("loyalty", 0, false), ("sales", 1, true)], (await Listened(http)).Select(heard => (heard.Department, heard.No, heard.Stopped is not null)));
        Assert.Equal(HttpStatusCode.Conflict, (await http.PostAsync(Route("listeners/loyalty/resume"), null)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await http.PostAsync(Route("listeners/service/resume"), null)).StatusCode);

        sales.Tell(b);
        Assert.Equal(HttpStatusCode.Accepted, (await http.PostAsync(Route("listeners/sales/resume"), null)).StatusCode);
        await Until(client, 2);
        await Until(() => Listened(http).Result.All(heard => heard.Stopped is null));
        Assert.DoesNotContain("ingest chain sales", host.Services.GetRequiredService<BusHealth>().Ills.Keys);
    }

    [Fact]
    public async Task A_body_that_cannot_be_read_is_told_of_until_an_operator_clears_it_away()
    {
        await using var client = new EventStoreClient(EventStoreConnection.Parse(Address("esdb")));
        await Send("sales", "[{\"id\":"u8.ToArray());
        await Publish("sales", sales.Tell(a));
        await Until(client, 1);

        using var http = Http("operator");
        var row = Assert.Single((await http.GetFromJsonAsync<UnreadableBodies.Row[]>(Route("ingest/set-aside"), Json.Stored))!);
        Assert.Equal(("sales", 7), (row.Department, row.Bytes));
        Assert.Contains("ingest unreadable", host.Services.GetRequiredService<BusHealth>().Ills.Keys);
        Assert.Equal(HttpStatusCode.NoContent, (await http.PostAsync(Route($"ingest/set-aside/{row.Id}/retry"), null)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await http.PostAsync(Route($"ingest/set-aside/{row.Id}/retry"), null)).StatusCode);
        Assert.DoesNotContain("ingest unreadable", host.Services.GetRequiredService<BusHealth>().Ills.Keys);
    }

    [Fact]
    public async Task Only_operators_see_and_change_what_is_ingested()
    {
        Assert.Empty(Endpoints.WithoutPermission(host));
        using var analyst = Http("analyst");
        Assert.Equal(HttpStatusCode.Forbidden, (await analyst.GetAsync(Route("listeners"))).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await analyst.GetAsync(Route("ingest/set-aside"))).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await analyst.PostAsync(Route("listeners/sales/resume"), null)).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await analyst.PostAsync(Route("ingest/set-aside/1/retry"), null)).StatusCode);
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
        app.MapIngest();
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

    static Uri Route(string path) => new(path, UriKind.Relative);

    static async Task<IReadOnlyList<Listened>> Listened(HttpClient http) => (await http.GetFromJsonAsync<List<Listened>>(Route("listeners"), Json.Stored))!;

    HttpClient Http(string role)
    {
        var http = new HttpClient { BaseAddress = new Uri(Address("http")) };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", issuer.Token(role));
        return http;
    }

    Task Publish(string department, params Pack[] packs) => Send(department, [.. packs.Select(pack => CloudEvents.Write(pack))]);

    async Task Send(string department, params byte[][] bodies)
    {
        var factory = new ConnectionFactory { Uri = new(rabbit.As(department, department).AmqpUri) };
        await using var connection = await factory.CreateConnectionAsync();
        await using var channel = await connection.CreateChannelAsync(new(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true));
        foreach (var body in bodies)
        {
            var properties = new BasicProperties { UserId = department, Persistent = true, ContentType = CloudEvents.ContentType };
            await channel.BasicPublishAsync("crm.events", department, mandatory: true, properties, body);
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
