using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using CrmSuite.Journal;
using CrmSuite.Testing;

namespace CrmSuite.Bus.Tests;

public sealed class RelayTests : IAsyncLifetime
{
    Issuer issuer = null!;
    string database = null!;

    public async ValueTask InitializeAsync() => (issuer, database) = (await Issuer.Start(), await TestDepartment.Database("sales"));

    public async ValueTask DisposeAsync() => await issuer.DisposeAsync();

    [Fact]
    public async Task Every_event_is_published_once_in_journal_order_in_chained_packs()
    {
        var rabbit = await (await Servers.VirtualHost("relay")).LoadTopology(TestDepartment.Topology);
        await using var sales = await TestDepartment.Sales(database, rabbit, issuer);
        await using var ear = await Ear.Listen(rabbit);

        await sales.Pay(500);
        await sales.Published(500);

        await TestDepartment.Until(() => Task.FromResult(ear.Events.Count >= 500), "500 events heard");
        Assert.Equal(await Journal(sales), ear.Events);
        Assert.Empty(ear.Broken);
    }

    [Fact]
    public async Task The_feed_answers_the_bytes_that_were_published_to_callers_with_the_permission_only()
    {
        var rabbit = await (await Servers.VirtualHost("feed")).LoadTopology(TestDepartment.Topology);
        await using var sales = await TestDepartment.Sales(database, rabbit, issuer);
        await using var ear = await Ear.Listen(rabbit);
        await sales.Pay(250);
        await sales.Published(250);
        await TestDepartment.Until(() => Task.FromResult(ear.Events.Count >= 250), "250 events heard");
        using var http = new HttpClient { BaseAddress = new Uri(sales.Address) };

        Assert.Equal(HttpStatusCode.Unauthorized, (await http.GetAsync("journal/packs?from=1")).StatusCode);
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", issuer.Token("sales-agent"));
        Assert.Equal(HttpStatusCode.Forbidden, (await http.GetAsync("journal/head")).StatusCode);
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", issuer.ServiceToken("loyalty", "journal:feed"));
        Assert.Equal(HttpStatusCode.BadRequest, (await http.GetAsync("journal/packs?from=0")).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await http.GetAsync($"journal/packs?max={Packs.PageMax + 1}")).StatusCode);
        for (var no = 0; no < ear.Bodies.Count; no++)
        {
            Assert.Equal(ear.Bodies[no], await http.GetByteArrayAsync($"journal/packs?from={no + 1}&max=1"));
        }

        var all = CloudEvents.Read(await http.GetByteArrayAsync("journal/packs?from=1"), "sales");
        Assert.Equal(ear.Events.Take(all.Sum(pack => pack.Entries.Count)), all.SelectMany(pack => pack.Entries).Select(entry => entry.EventId));
    }

    [Fact]
    public async Task A_broker_that_is_killed_and_comes_back_gets_every_pack_in_order_and_the_department_works_meanwhile()
    {
        await using var broker = await Servers.OwnRabbit();
        var rabbit = await broker.Root.LoadTopology(TestDepartment.Topology);
        await using var sales = await TestDepartment.Sales(database, rabbit, issuer);
        await sales.Pay(100);
        await sales.Published(100);

        await broker.Kill();
        await sales.Pay(300);
        await TestDepartment.Until(() => Task.FromResult(sales.Health.Ills.ContainsKey("relay")), "the relay shows as degraded");
        await TestDepartment.Until(async () => await sales.Ask<long>("select max(no) from journal.packs") > await sales.Ask<long>("select confirmed from journal.relay"), "sealed without a broker");
        await broker.Start();
        await sales.Pay(100);

        await sales.Published(500);
        await TestDepartment.Until(() => Task.FromResult(sales.Health.Ills.Count == 0), "the relay is well again");
        await using var ear = await Ear.Listen(rabbit);
        await TestDepartment.Until(() => Task.FromResult(ear.Events.Distinct().Count() >= 500), "500 events heard");
        Assert.Equal(await Journal(sales), ear.Events.Distinct());
        Assert.Empty(ear.Broken);
    }

    [Fact]
    public async Task A_connection_that_falls_silent_is_made_anew_and_the_packs_go_over_the_new_one()
    {
        var rabbit = (await (await Servers.VirtualHost("silent")).LoadTopology(TestDepartment.Topology)).As("sales", "sales");
        await using var cable = new Cable(rabbit.Port);
        await using var publisher = new PackPublisher(new UriBuilder(rabbit.AmqpUri) { Port = cable.Address.Port }.Uri.AbsoluteUri, "sales", "sales");
        await FailuresUntilPublished(publisher);
        var before = cable.Connections;

        cable.Freeze();

        // The client would notice by its heartbeats, but later: it is not left to it. One attempt more, should the new connection take long.
        Assert.InRange(await FailuresUntilPublished(publisher), 1, PackPublisher.RenewAfter + 1);
        Assert.True(cable.Connections > before);
    }

    [Fact]
    public async Task Two_replicas_and_a_cut_leader_publish_one_chain()
    {
        var rabbit = await (await Servers.VirtualHost("replicas")).LoadTopology(TestDepartment.Topology);
        await using var one = await TestDepartment.Sales(database, rabbit, issuer);
        await using var two = await TestDepartment.Sales(database, rabbit, issuer);
        await using var ear = await Ear.Listen(rabbit);

        for (var round = 0; round < 3; round++)
        {
            var paying = Task.WhenAll(one.Pay(100), two.Pay(100));
            await one.Ask<long>("select count(pg_terminate_backend(pid)) from pg_locks where locktype = 'advisory' and database = (select oid from pg_database where datname = current_database())");
            await paying;
        }

        await one.Published(600);
        await TestDepartment.Until(() => Task.FromResult(ear.Events.Distinct().Count() >= 600), "600 events heard");
        Assert.Equal(await Journal(one), ear.Events.Distinct());
        Assert.Empty(ear.Broken);
    }

    [Fact]
    public async Task A_second_relay_cannot_seal_a_number_again()
    {
        var rabbit = await Servers.VirtualHost("sealing");
        await using var sales = await TestDepartment.Sales(database, rabbit, issuer);
        await sales.Pay(20);
        await TestDepartment.Until(async () => await sales.Packs.Head(default) is { No: > 0 }, "sealed");

        var failure = await Assert.ThrowsAsync<Npgsql.PostgresException>(() =>
            sales.Ask<int>("insert into journal.packs select no, first_transaction, first_position, last_transaction, last_position, hash from journal.packs where no = 1 returning 1"));

        Assert.Equal(Npgsql.PostgresErrorCodes.UniqueViolation, failure.SqlState);
    }

    [Fact]
    public async Task A_pack_without_a_queue_comes_back_and_is_published_when_there_is_one()
    {
        var bare = await Servers.VirtualHost("unrouted");
        await bare.LoadTopology(await Changed(topology => (topology["queues"], topology["bindings"]) = (new JsonArray(), new JsonArray())));
        await using var sales = await TestDepartment.Sales(database, bare, issuer);

        await sales.Pay(1);
        await TestDepartment.Until(() => Task.FromResult(sales.Health.Ills.ContainsKey("relay")), "returned as unroutable");
        Assert.Equal(0, await sales.Ask<long>("select confirmed from journal.relay"));
        await bare.LoadTopology(TestDepartment.Topology);

        await sales.Published(1);
    }

    [Fact]
    public async Task The_broker_refuses_a_wrong_user_a_foreign_key_and_a_stranger()
    {
        var rabbit = await (await Servers.VirtualHost("rights")).LoadTopology(TestDepartment.Topology);

        await using var honest = new PackPublisher(rabbit.As("sales", "sales").AmqpUri, "sales", "sales");
        await honest.Publish("[]"u8.ToArray(), default);
        await using var foreignKey = new PackPublisher(rabbit.As("sales", "sales").AmqpUri, "sales", "loyalty");
        Assert.Contains("ACCESS_REFUSED", (await Assert.ThrowsAsync<PublishException>(() => foreignKey.Publish("[]"u8.ToArray(), default))).Message, StringComparison.Ordinal);
        await using var wrongUser = new PackPublisher(rabbit.As("sales", "sales").AmqpUri, "loyalty", "sales");
        Assert.Contains("PRECONDITION_FAILED", (await Assert.ThrowsAsync<PublishException>(() => wrongUser.Publish("[]"u8.ToArray(), default))).Message, StringComparison.Ordinal);
        await using var listener = new PackPublisher(rabbit.As("eventstore", "eventstore").AmqpUri, "eventstore", "sales");
        Assert.Contains("ACCESS_REFUSED", (await Assert.ThrowsAsync<PublishException>(() => listener.Publish("[]"u8.ToArray(), default))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_full_ingest_queue_pushes_back_and_the_journal_keeps_the_rest()
    {
        var narrow = await Servers.VirtualHost("narrow");
        await narrow.LoadTopology(await Changed(topology => topology["queues"]![0]!["arguments"]!["x-max-length"] = 2));
        await using var sales = await TestDepartment.Sales(database, narrow, issuer);

        await TestDepartment.Until(
            async () =>
            {
                await sales.Pay(1);
                return sales.Health.Ills.ContainsKey("relay");
            },
            "the queue is full");
        await using var ear = await Ear.Listen(narrow);

        var events = await sales.Count("events");
        await sales.Published(events);
        await TestDepartment.Until(() => Task.FromResult(ear.Events.Distinct().Count() >= events), "all heard");
        Assert.Equal(await Journal(sales), ear.Events.Distinct());
        Assert.Empty(ear.Broken);
    }

    static async Task<int> FailuresUntilPublished(PackPublisher publisher)
    {
        var failures = 0;
        await TestDepartment.Until(
            async () =>
            {
                try
                {
                    await publisher.Publish("[]"u8.ToArray(), default);
                    return true;
                }
                catch (PublishException)
                {
                    failures++;
                    return false;
                }
            },
            "a pack was confirmed");
        return failures;
    }

    /// <summary>The topology with a change, in a file of its own.</summary>
    static async Task<string> Changed(Action<JsonNode> change)
    {
        var topology = JsonNode.Parse(await File.ReadAllTextAsync(TestDepartment.Topology))!;
        change(topology);
        var path = Path.Combine(AppContext.BaseDirectory, $"topology-{Guid.CreateVersion7():N}.json");
        await File.WriteAllTextAsync(path, topology.ToJsonString());
        return path;
    }

    static async Task<IReadOnlyList<Guid>> Journal(TestDepartment department) =>
        [.. (await department.Service<JournalLog>().Read(Position.Start, int.MaxValue, default)).Select(entry => entry.EventId)];
}

/// <summary>Listens on the ingest queue as the event store does, and only writes down.</summary>
sealed class Ear : IAsyncDisposable
{
    readonly CancellationTokenSource life = new();
    readonly List<byte[]> bodies = [];
    readonly List<Guid> events = [];
    readonly List<string> broken = [];
    PackHead head = PackHead.None;
    MassTransit.IBusControl bus = null!;

    public IReadOnlyList<byte[]> Bodies => Copy(bodies);

    public IReadOnlyList<Guid> Events => Copy(events);

    public IReadOnlyList<string> Broken => Copy(broken);

    public static async Task<Ear> Listen(RabbitServer rabbit)
    {
        var ear = new Ear();
        ear.bus = RabbitBus.Listener(rabbit.As("eventstore", "eventstore").AmqpUri, "eventstore.ingest", ear.Hear);
        await ear.bus.StartAsync(ear.life.Token);
        return ear;
    }

    Task Hear(string? user, byte[] body, CancellationToken ct)
    {
        lock (bodies)
        {
            foreach (var pack in CloudEvents.Read(body, user!))
            {
                if (pack.No > head.No)
                {
                    if (!pack.Follows(head))
                    {
                        broken.Add($"{pack.No} after {head.No}");
                    }

                    bodies.Add(body);
                    head = pack.Head;
                }

                events.AddRange(pack.Entries.Select(entry => entry.EventId));
            }
        }

        return Task.CompletedTask;
    }

    IReadOnlyList<T> Copy<T>(List<T> list)
    {
        lock (bodies)
        {
            return [.. list];
        }
    }

    public async ValueTask DisposeAsync()
    {
        await bus.StopAsync(default);
        await life.CancelAsync();
        life.Dispose();
    }
}
