using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using CrmSuite.Contracts;
using CrmSuite.Contracts.Sales;
using CrmSuite.Journal;
using CrmSuite.Testing;

namespace CrmSuite.Bus.Tests;

public sealed class ReactionsTests : IAsyncLifetime
{
    Issuer issuer = null!;
    string salesDatabase = null!, loyaltyDatabase = null!;

    public async ValueTask InitializeAsync()
    {
        issuer = await Issuer.Start();
        (salesDatabase, loyaltyDatabase) = (await TestDepartment.Database("sales"), await TestDepartment.Database("loyalty"));
    }

    public async ValueTask DisposeAsync() => await issuer.DisposeAsync();

    [Fact]
    public async Task A_fact_is_answered_once_whatever_is_redelivered_or_cut()
    {
        var rabbit = await (await Servers.VirtualHost("once")).LoadTopology(TestDepartment.Topology);
        await using var sales = await TestDepartment.Sales(salesDatabase, rabbit, issuer);
        await using (var loyalty = await TestDepartment.Loyalty(loyaltyDatabase, rabbit, issuer, ("sales", sales.Address)))
        {
            for (var round = 0; round < 3; round++)
            {
                var paying = sales.Pay(200);
                await TestDepartment.Until(async () => await loyalty.Count("events") > round * 200, "the first of them answered");
                await CutConnections(loyalty);
                await paying;
            }

            await Answered(loyalty, 600);
        }

        // What a kill between the append and the note of the pack leaves behind: the packs come again to a host that has answered them.
        await using var again = await TestDepartment.Loyalty(loyaltyDatabase, rabbit, issuer, ("sales", sales.Address));
        await again.Ask<int>("delete from journal.inbox returning 1");
        await CutConnections(again);
        await sales.Pay(10);

        await Answered(again, 610);
        await TestDepartment.Until(async () => await again.Ask<long>("select coalesce(max(no), 0) from journal.inbox") == (await sales.Packs.Head(default)).No, "all packs heard again");
        await Answered(again, 610);
        Assert.Equal(610, await again.Ask<long>("select count(distinct id) from journal.events where version = 0"));
    }

    [Fact]
    public async Task Nothing_to_do_and_a_refusal_are_claimed_with_their_code_and_not_decided_again()
    {
        var rabbit = await (await Servers.VirtualHost("refused")).LoadTopology(TestDepartment.Topology);
        await using var sales = await TestDepartment.Sales(salesDatabase, rabbit, issuer);
        await using var loyalty = await TestDepartment.Loyalty(loyaltyDatabase, rabbit, issuer, ("sales", sales.Address));

        await sales.Pay(Guid.CreateVersion7(), Guid.CreateVersion7(), minor: 0);
        await sales.Pay(Guid.CreateVersion7(), Guid.CreateVersion7(), minor: -5);

        await TestDepartment.Until(async () => await loyalty.Count("claims") == 2, "two claims");
        Assert.Equal(0, await loyalty.Count("events"));
        Assert.Equal("points.negative", await loyalty.Ask<string>("select code from journal.claims where code is not null"));
        Assert.Equal(0, await loyalty.Count("set_aside"));
    }

    [Fact]
    public async Task A_reaction_carries_on_the_chain_of_causes()
    {
        var rabbit = await (await Servers.VirtualHost("causes")).LoadTopology(TestDepartment.Topology);
        await using var sales = await TestDepartment.Sales(salesDatabase, rabbit, issuer);
        await using var loyalty = await TestDepartment.Loyalty(loyaltyDatabase, rabbit, issuer, ("sales", sales.Address));
        var order = (await sales.Pay(1))[0];

        await Answered(loyalty, 1);

        var cause = (await sales.Journal.Read<Order>(order, default))[0];
        var effect = (await loyalty.Journal.Read<Points>(order, default))[0];
        Assert.Equal((cause.EventId, cause.Meta.Trail.CorrelationId, cause.OccurredAt), (effect.Meta.CausationId, effect.Meta.Trail.CorrelationId, effect.OccurredAt));
        Assert.Equal(new Actor("rule", nameof(WhenOrderPaid)), effect.Meta.Actor);
    }

    [Fact]
    public async Task Poison_is_set_aside_its_stream_waits_all_others_go_on_and_a_retry_answers_in_order()
    {
        var rabbit = await (await Servers.VirtualHost("poison")).LoadTopology(TestDepartment.Topology);
        await using var sales = await TestDepartment.Sales(salesDatabase, rabbit, issuer);
        await using var loyalty = await TestDepartment.Loyalty(loyaltyDatabase, rabbit, issuer, ("sales", sales.Address));
        var (order, customer) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        WhenOrderPaid.Buggy[customer] = true;

        await sales.Pay(order, customer, minor: 666);
        await sales.Pay(order, customer, minor: 1);
        await sales.Pay(50);
        await Answered(loyalty, 50);
        await TestDepartment.Until(async () => await loyalty.Count("set_aside") == 2, "the poison and what waits behind it");
        using var http = Operator(loyalty);
        var rows = await http.GetFromJsonAsync<List<SetAside.Row>>("journal/set-aside", Json.Stored);
        var retry = await http.PostAsync($"journal/set-aside/{rows![1].Id}/retry", null);
        Assert.Equal(HttpStatusCode.Conflict, retry.StatusCode);
        Assert.Contains("set-aside.still", await retry.Content.ReadAsStringAsync(), StringComparison.Ordinal);

        WhenOrderPaid.Buggy.TryRemove(customer, out _);
        Assert.Equal(HttpStatusCode.NoContent, (await http.PostAsync($"journal/set-aside/{rows[1].Id}/retry", null)).StatusCode);

        Assert.Equal([$"sales.order-{order}", $"sales.order-{order}"], rows.Select(row => row.Stream));
        Assert.Equal(0, await loyalty.Count("set_aside"));
        Assert.Equal([666L, 1L], (await loyalty.Journal.Read<Points>(customer, default)).Select(entry => ((Contracts.Loyalty.PointsAccrued)entry.Event).Points));
        Assert.Equal(HttpStatusCode.NotFound, (await http.PostAsync($"journal/set-aside/{rows[1].Id}/retry", null)).StatusCode);
    }

    [Fact]
    public async Task An_event_of_a_version_not_known_yet_waits_and_a_restart_tries_it_again()
    {
        var rabbit = await (await Servers.VirtualHost("unknown")).LoadTopology(TestDepartment.Topology);
        await using var sales = await TestDepartment.Sales(salesDatabase, rabbit, issuer);
        var order = Guid.CreateVersion7();
        await Write(sales, order, "sales.order-paid.99");
        await using (var loyalty = await TestDepartment.Loyalty(loyaltyDatabase, rabbit, issuer, ("sales", sales.Address)))
        {
            await TestDepartment.Until(async () => await loyalty.Count("set_aside") == 1, "the unknown version is set aside");
            await sales.Pay(10);
            await Answered(loyalty, 10);
        }

        await using var newer = await TestDepartment.Loyalty(loyaltyDatabase, rabbit, issuer, ("sales", sales.Address));
        await TestDepartment.Until(async () => await newer.Ask<int>("select attempts from journal.set_aside") > 1, "tried again at the start");
    }

    [Fact]
    public async Task Own_facts_are_followed_from_the_own_journal()
    {
        var nowhere = new RabbitServer("127.0.0.1", 1, "/", "", "", "", 1);
        await using var sales = await TestDepartment.Start("sales", salesDatabase, nowhere, issuer, department => department.Noun<Order>().Noun<Credit>().When<OrderPaid, Credit, WhenPaidTwice>());

        var orders = await sales.Pay(100);

        await TestDepartment.Until(async () => await sales.Ask<long>("select count(*) from journal.events where noun = 'credit'") == 100, "100 own facts answered without a broker");
        await CutConnections(sales);
        await TestDepartment.Until(() => Paid(sales, orders[0]), "paid again, over a fresh connection");
        await TestDepartment.Until(async () => await sales.Ask<long>("select count(*) from journal.events where noun = 'credit'") == 101, "the cursor went on");
        await TestDepartment.Until(async () => await sales.Ask<bool>("""
            select (transaction, position) = (select transaction, position from journal.events order by transaction desc, position desc limit 1) from journal.followed
            """), "followed to the end");
        Assert.Equal(101, await sales.Ask<long>("select count(*) from journal.events where noun = 'credit'"));
    }

    [Fact]
    public async Task A_broker_that_lost_its_disk_half_way_costs_time_and_no_fact()
    {
        await using var broker = await Servers.OwnRabbit();
        var rabbit = await broker.Root.LoadTopology(TestDepartment.Topology);
        await using var sales = await TestDepartment.Sales(salesDatabase, rabbit, issuer);
        await using (await TestDepartment.Loyalty(loyaltyDatabase, rabbit, issuer, ("sales", sales.Address)))
        {
            await sales.Pay(50);
        }

        await sales.Pay(100);
        await sales.Published(150);
        await broker.Kill();
        broker.WipeData();
        await broker.Start();
        await broker.Root.LoadTopology(TestDepartment.Topology);
        await using var loyalty = await TestDepartment.Loyalty(loyaltyDatabase, rabbit, issuer, ("sales", sales.Address));
        await sales.Pay(50);

        await Answered(loyalty, 200);
        await sales.Published(200);
    }

    [Fact]
    public async Task Departments_that_start_before_the_broker_knows_them_publish_and_hear_once_it_does()
    {
        var rabbit = await Servers.VirtualHost("early");
        await using var sales = await TestDepartment.Sales(salesDatabase, rabbit, issuer);
        await using var loyalty = await TestDepartment.Loyalty(loyaltyDatabase, rabbit, issuer, ("sales", sales.Address));
        await sales.Pay(10);
        await TestDepartment.Until(() => Task.FromResult(sales.Health.Ills.ContainsKey("relay") && loyalty.Health.Ills.ContainsKey("inbox broker")), "both degraded");
        await Answered(loyalty, 10); // By the feed.

        await rabbit.LoadTopology(TestDepartment.Topology);

        await sales.Published(10);
        await TestDepartment.Until(() => Task.FromResult(sales.Health.Ills.Count + loyalty.Health.Ills.Count == 0), "both well");
        await sales.Pay(1000);
        await Answered(loyalty, 1010);
    }

    static async Task CutConnections(TestDepartment department) => await department.Ask<long>("""
        select count(pg_terminate_backend(pid)) from pg_stat_activity where datname = current_database() and application_name <> 'test'
        """);

    /// <summary>Exactly that many facts were answered, each stream once; more would have come by the time the last pack is noted.</summary>
    static async Task Answered(TestDepartment loyalty, long count)
    {
        await TestDepartment.Until(async () => await loyalty.Count("events") >= count, $"{count} answered; {string.Join("; ", loyalty.Health.Ills)}");
        Assert.Equal(count, await loyalty.Count("events"));
    }

    static async Task<bool> Paid(TestDepartment sales, Guid order)
    {
        try
        {
            await sales.Pay(order, order);
            return true;
        }
        catch (Npgsql.NpgsqlException)
        {
            return false; // The load met a connection that had been cut; nothing was decided.
        }
    }

    static async Task Write(TestDepartment sales, Guid order, string name)
    {
        var data = "{\"later\":true}"u8.ToArray();
        var meta = new Meta(new("staff", "test"), Guid.CreateVersion7(), null, null, null, new(Guid.CreateVersion7())).ToBytes();
        var pending = new Pending(Guid.CreateVersion7(), name, data, meta, DateTime.UtcNow, ContentHash.Of(name, data, meta));
        Assert.NotNull((await sales.Service<Appender>().Run(new("order", order, -1, [pending], []))).Position);
    }

    HttpClient Operator(TestDepartment department)
    {
        var http = new HttpClient { BaseAddress = new Uri(department.Address) };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", issuer.Token("operator"));
        return http;
    }

    sealed record Credit(int Times) : IFold<Credit>
    {
        public static string Category => "sales.credit";
        public static Credit Initial { get; } = new(0);
        public static Credit Evolve(Credit state, Event fact) => fact is CreditIssued ? new(state.Times + 1) : state;
    }

    sealed class WhenPaidTwice : IWhen<OrderPaid, Credit>
    {
        public static Guid? Target(OrderPaid fact) => fact.OrderId;

        public static Decision Decide(Credit state, Heard<OrderPaid> heard) =>
            new CreditIssued(heard.Event.OrderId, heard.Event.CustomerId, "test", $"{state.Times}", heard.Event.Total);
    }
}
