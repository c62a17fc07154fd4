using System.Collections.Concurrent;
using System.Net.Http.Headers;
using CrmSuite.Journal;
using CrmSuite.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace CrmSuite.Bus.Tests;

/// <summary>Sales publishes on one virtual host; the listener under test hears another, where the test says what arrives.</summary>
public sealed class PackListenerTests : IAsyncLifetime
{
    readonly ConcurrentQueue<Pack> handled = [];
    readonly ConcurrentQueue<(string? Department, string Reason)> aside = [];
    readonly ConcurrentQueue<string> stopped = [];
    readonly CancellationTokenSource life = new();
    readonly BusHealth health = new();
    Issuer issuer = null!;
    TestDepartment sales = null!;
    RabbitServer heard = null!;
    PackPublisher publisher = null!;
    IReadOnlyList<Pack> packs = null!;
    Task listening = Task.CompletedTask;
    int failures;

    public async ValueTask InitializeAsync()
    {
        issuer = await Issuer.Start();
        var told = await (await Servers.VirtualHost("told")).LoadTopology(TestDepartment.Topology);
        heard = await (await Servers.VirtualHost("heard")).LoadTopology(TestDepartment.Topology);
        sales = await TestDepartment.Sales(await TestDepartment.Database("sales"), told, issuer);
        publisher = new(heard.As("sales", "sales").AmqpUri, "sales", "sales");
        await PayPacks(5);
    }

    public async ValueTask DisposeAsync()
    {
        await life.CancelAsync();
        await listening.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await publisher.DisposeAsync();
        await sales.DisposeAsync();
        await issuer.DisposeAsync();
        life.Dispose();
    }

    [Fact]
    public async Task What_was_published_before_it_listened_is_pulled_from_the_feed()
    {
        Listen(PackHead.None);

        await Handled(1, 2, 3, 4, 5);
    }

    [Fact]
    public async Task Known_packs_are_dropped_and_the_next_ones_handled_in_order()
    {
        Listen(packs[1].Head);
        await Handled(3, 4, 5);
        await PayPacks(2);

        foreach (var no in (int[])[1, 5, 6, 6, 4, 7, 6])
        {
            await publisher.Publish(CloudEvents.Write(packs[no - 1]), default);
        }

        await Handled(3, 4, 5, 6, 7);
    }

    [Fact]
    public async Task A_missing_pack_is_pulled()
    {
        Listen(packs[4].Head);
        await PayPacks(3);

        await publisher.Publish(CloudEvents.Write(packs[7]), default);

        await Handled(6, 7, 8);
    }

    [Fact]
    public async Task A_wrong_hash_stops_that_department_with_an_alarm_and_no_other()
    {
        Listen(packs[4].Head, "sales", "loyalty");
        await using var loyalty = new PackPublisher(heard.As("loyalty", "loyalty").AmqpUri, "loyalty", "loyalty");
        var forged = packs[0] with { No = 6 };

        await publisher.Publish(CloudEvents.Write(forged), default);
        await TestDepartment.Until(() => Task.FromResult(health.Ills.ContainsKey("test chain sales")), "an alarm");
        await PayPacks(1);
        await publisher.Publish(CloudEvents.Write(packs[5]), default);
        var theirs = Pack.Next("loyalty", PackHead.None, [.. packs[0].Entries.Select(AsLoyalty)]);
        await loyalty.Publish(CloudEvents.Write(theirs), default);

        await TestDepartment.Until(() => Task.FromResult(!handled.IsEmpty), "the other department is heard");
        Assert.Equal(["loyalty"], handled.Select(pack => pack.Department));
        Assert.Equal(["sales"], stopped);
    }

    [Fact]
    public async Task A_feed_that_has_forgotten_what_was_heard_stops_the_department()
    {
        Listen(packs[4].Head with { Hash = packs[0].Hash });

        await TestDepartment.Until(() => Task.FromResult(health.Ills.ContainsKey("test chain sales")), "an alarm");
        await TestDepartment.Until(() => Task.FromResult(stopped.SequenceEqual(["sales"])), "its operators told");
        Assert.Empty(handled);
    }

    [Fact]
    public async Task A_body_that_cannot_be_read_and_facts_of_others_are_set_aside_and_the_feed_heals()
    {
        Listen(packs[4].Head);
        await PayPacks(1);

        await publisher.Publish("[{\"id\":"u8.ToArray(), default);
        await publisher.Publish(CloudEvents.Write(Pack.Next("loyalty", PackHead.None, [AsLoyalty(packs[0].Entries[0])])), default);

        await Handled(6);
        await TestDepartment.Until(() => Task.FromResult(aside.Count == 2), "both set aside");
        Assert.All(aside, body => Assert.Equal("sales", body.Department));
    }

    [Fact]
    public async Task A_handler_that_fails_is_asked_again_and_the_order_stays()
    {
        failures = 3;
        Listen(packs[4].Head);
        await PayPacks(3);
        foreach (var pack in packs.Skip(5))
        {
            await publisher.Publish(CloudEvents.Write(pack), default);
        }

        await Handled(6, 7, 8);
        Assert.Empty(health.Ills);
    }

    /// <summary>Each pack holds one event, because the next is paid only when the one before is out.</summary>
    async Task PayPacks(int count)
    {
        for (var i = 0; i < count; i++)
        {
            await sales.Pay(1);
            await sales.Published(1);
        }

        packs = await sales.Packs.Read(1, Packs.PageMax, default);
    }

    static Recorded AsLoyalty(Recorded entry)
    {
        const string name = "loyalty.points-noted.1";
        return entry with { Category = "loyalty.points", Name = name, ContentHash = Contracts.ContentHash.Of(name, entry.Data.Span, entry.MetaBytes.Span) };
    }

    void Listen(PackHead from, params string[] departments)
    {
        var feed = new PackFeed(department =>
        {
            var http = new HttpClient { BaseAddress = new Uri(department == "sales" ? sales.Address : "http://127.0.0.1:1") };
            http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", issuer.ServiceToken("test", "journal:feed"));
            return http;
        });
        var what = new Listening("test", heard.As("eventstore", "eventstore").AmqpUri, "eventstore.ingest", departments is [] ? ["sales"] : departments)
        {
            Heads = _ => Task.FromResult<IReadOnlyDictionary<string, PackHead>>(new Dictionary<string, PackHead> { ["sales"] = from }),
            Handle = (pack, _) =>
            {
                if (Interlocked.Decrement(ref failures) >= 0)
                {
                    throw new TimeoutException("Not now.");
                }

                handled.Enqueue(pack);
                return Task.CompletedTask;
            },
            Stop = (department, reason, _) =>
            {
                stopped.Enqueue(department);
                return Task.CompletedTask;
            },
            SetAside = (department, _, reason, _) =>
            {
                aside.Enqueue((department, reason));
                return Task.CompletedTask;
            },
        };
        listening = new PackListener(what, feed, health, NullLogger<PackListener>.Instance).Run(life.Token);
    }

    async Task Handled(params long[] numbers)
    {
        await TestDepartment.Until(() => Task.FromResult(handled.Count >= numbers.Length), $"{numbers.Length} packs, not {handled.Count}; {string.Join("; ", health.Ills)}");
        Assert.Equal(numbers, handled.Select(pack => pack.No));
    }
}
