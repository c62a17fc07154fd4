using System.Collections.Concurrent;
using CrmSuite.Contracts;
using CrmSuite.Contracts.Loyalty;
using CrmSuite.Contracts.Sales;
using CrmSuite.Databases;
using CrmSuite.Departments;
using CrmSuite.Journal;
using CrmSuite.ServiceDefaults;
using CrmSuite.Testing;
using Dapper;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace CrmSuite.Bus.Tests;

/// <summary>A department in the test process: real journal, real broker, real HTTP; only its nouns are small.</summary>
sealed class TestDepartment : IAsyncDisposable
{
    readonly WebApplication app;
    readonly string database;

    TestDepartment(WebApplication app, string database) => (this.app, this.database) = (app, database);

    public static string Topology { get; } = Path.Combine(Root(), "contracts", "topology.json");

    public string Address => app.Urls.Single();

    public IJournal Journal => Service<IJournal>();

    public Packs Packs => Service<Packs>();

    public BusHealth Health => Service<BusHealth>();

    public T Service<T>() where T : notnull => app.Services.GetRequiredService<T>();

    /// <summary>A fresh journal.</summary>
    public static async Task<string> Database(string name)
    {
        var connection = await Servers.Database(name);
        await Migration.Apply(connection, null, default, typeof(IJournal).Assembly);
        return connection;
    }

    public static async Task<TestDepartment> Start(
        string name, string database, RabbitServer rabbit, Issuer issuer, Action<Department> declare, int port = 0, params (string Department, string Address)[] feeds)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            [$"ConnectionStrings:{name}"] = database,
            ["ConnectionStrings:keyring"] = database,
            ["ConnectionStrings:messaging"] = rabbit.As(name, name).AmqpUri,
            ["Keyring:Master"] = Convert.ToBase64String(new byte[32]),
            ["Auth:Authority"] = issuer.Authority,
            ["Auth:ClientId"] = name,
            ["Auth:ClientSecret"] = name,
        });
        builder.Configuration.AddInMemoryCollection(feeds.Select(feed => KeyValuePair.Create<string, string?>($"services:{feed.Department}:http:0", feed.Address)));
        builder.AddServiceDefaults(name);
        builder.AddDepartment(name, declare);
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls($"http://127.0.0.1:{port}");
        var app = builder.Build();
        app.MapDefaultEndpoints();
        app.MapDepartment();
        await app.StartAsync();
        return new(app, database);
    }

    /// <summary>Sales as the tests need it: it is told what was paid.</summary>
    public static Task<TestDepartment> Sales(string database, RabbitServer rabbit, Issuer issuer, int port = 0) =>
        Start("sales", database, rabbit, issuer, sales => sales.Noun<Order>(), port);

    /// <summary>Loyalty as the tests need it: points for what was paid.</summary>
    public static Task<TestDepartment> Loyalty(string database, RabbitServer rabbit, Issuer issuer, params (string, string)[] feeds) =>
        Start("loyalty", database, rabbit, issuer, loyalty => loyalty.Noun<Points>().When<OrderPaid, Points, WhenOrderPaid>(), 0, feeds);

    public async Task Pay(Guid order, Guid customer, long minor = 100)
    {
        var paid = new OrderPaid(order, customer, new(minor, "EUR"), Money.Zero("EUR"));
        var outcome = await Journal.Decide<Order>(order, new(Guid.CreateVersion7(), new("staff", "test"), Guid.CreateVersion7()), _ => paid, default);
        Assert.IsType<Outcome.Accepted>(outcome);
    }

    /// <summary>Pays that many orders of one customer each, side by side.</summary>
    public async Task<IReadOnlyList<Guid>> Pay(int count)
    {
        var orders = Enumerable.Range(0, count).Select(_ => Guid.CreateVersion7()).ToList();
        await Task.WhenAll(orders.Select(order => Pay(order, order)));
        return orders;
    }

    public async Task<T> Ask<T>(string sql, object? parameters = null)
    {
        await using var connection = new NpgsqlConnection($"{database};Pooling=false;Application Name=test");
        await connection.OpenAsync();
        return (await connection.ExecuteScalarAsync<T>(sql, parameters))!;
    }

    public Task<long> Count(string table) => Ask<long>($"select count(*) from journal.{table}");

    /// <summary>Waits for a condition, not for a time; the time only ends a failing test.</summary>
    public static async Task Until(Func<Task<bool>> condition, string what, int seconds = 60)
    {
        var end = DateTime.UtcNow.AddSeconds(seconds);
        while (!await condition())
        {
            Assert.True(DateTime.UtcNow < end, $"Waited {seconds} s in vain: {what}");
            await Task.Delay(20);
        }
    }

    public Task Published(long events, int seconds = 60) =>
        Until(async () => await Count("events") >= events && await Ask<bool>("""
            select coalesce((select (last_transaction, last_position) from journal.packs order by no desc limit 1)
                = (select (transaction, position) from journal.events order by transaction desc, position desc limit 1), false)
              and (select confirmed from journal.relay) = (select max(no) from journal.packs)
            """), $"{events} events published; {string.Join(", ", Health.Ills)}", seconds);

    public async ValueTask DisposeAsync() => await app.DisposeAsync();

    static string Root()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "CrmSuite.sln")))
        {
            folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("The tests run inside the repository.");
        }

        return folder;
    }
}

sealed record Order(int Paid) : IFold<Order>
{
    public static string Category => "sales.order";
    public static Order Initial { get; } = new(0);
    public static Order Evolve(Order state, Event fact) => fact is OrderPaid ? new(state.Paid + 1) : state;
}

sealed record Points(int Times) : IFold<Points>
{
    public static string Category => "loyalty.points";
    public static Points Initial { get; } = new(0);
    public static Points Evolve(Points state, Event fact) => fact is PointsAccrued ? new(state.Times + 1) : state;
}

/// <summary>Says yes each time it is asked, so that a second decision on one fact would show.</summary>
sealed class WhenOrderPaid : IWhen<OrderPaid, Points>
{
    /// <summary>An amount for which the rule has a bug, while the customer is in this list.</summary>
    public static readonly ConcurrentDictionary<Guid, bool> Buggy = new();

    public static Guid? Target(OrderPaid fact) => fact.CustomerId;

    public static Decision Decide(Points state, Heard<OrderPaid> heard)
    {
        var (fact, entry) = (heard.Event, heard.Entry);
        if (fact.Total.Minor == 666 && Buggy.ContainsKey(fact.CustomerId))
        {
            throw new InvalidOperationException("This rule has a bug.");
        }

        return fact.Total.Minor < 0
            ? Decision.Refuse("points.negative", "Nothing is owed for less than nothing.")
            : fact.Total.Minor == 0
                ? []
                : new PointsAccrued(
                    fact.CustomerId, fact.CustomerId, entry.EventId, fact.OrderId, fact.Total.Minor, 0, "test", entry.OccurredAt, null, entry.EventId);
    }
}
