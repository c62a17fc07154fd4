using System.Collections.Immutable;
using System.ComponentModel;
using CrmSuite.Contracts;
using CrmSuite.Contracts.Loyalty;
using CrmSuite.Contracts.Sales;
using CrmSuite.Journal;
using CrmSuite.Testing;
using Dapper;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace CrmSuite.Views.Tests;

/// <summary>A journal with views on it, without a host: the tests start and stop runners themselves.</summary>
sealed class Shop : IAsyncDisposable
{
    static readonly DateTime Base = new(2024, 3, 1, 9, 0, 0, DateTimeKind.Utc);
    readonly List<ViewRunner> runners = [];

    Shop(JournalDatabase journal) => Journal = journal;

    public JournalDatabase Journal { get; }

    public static async Task<Shop> Open(string department = "sales") => new(await JournalDatabase.Create(department));

    public static async Task<Shop> OpenOn(OwnPostgres server) => new(await JournalDatabase.CreateOn(server, "sales"));

    public static ViewDeclaration Board { get; } = ViewDeclaration.Of<OrderBoard.Row, OrderBoard>();
    public static ViewDeclaration Sums { get; } = ViewDeclaration.Of<CustomerSums.Row, CustomerSums>();

    /// <summary>A replica's runner.</summary>
    public ViewRunner Start(params ViewDeclaration[] views) => Start(new ViewSettings(), views);

    public ViewRunner Start(ViewSettings settings, params ViewDeclaration[] views) => Start(settings, Journal.Log, views);

    /// <summary>The runner of another host, which reads the log by itself.</summary>
    public ViewRunner Start(ViewSettings settings, JournalLog log, params ViewDeclaration[] views)
    {
        var runner = new ViewRunner(Journal.ConnectionString, settings, views, log, NullLogger<ViewRunner>.Instance);
        runner.StartAsync(default).GetAwaiter().GetResult();
        runners.Add(runner);
        return runner;
    }

    public async Task Stop(ViewRunner runner)
    {
        await runner.StopAsync(default);
        runners.Remove(runner);
        runner.Dispose();
    }

    /// <summary>Queries as a request makes them, only more patient: the machine may be busy.</summary>
    public Queries Queries(ViewRunner runner, string? atLeast = null, string query = "", double patienceSeconds = 30)
    {
        var context = new DefaultHttpContext();
        context.Request.QueryString = new(query);
        if (atLeast is not null)
        {
            context.Request.Headers[Http.AtLeast] = atLeast;
        }

        return new(runner, Journal.Log, Journal.Database, new(), new HttpContextAccessor { HttpContext = context }) { Patience = TimeSpan.FromSeconds(patienceSeconds), CsvSize = 100 };
    }

    public async Task<Position> Write(Guid id, Event fact, DateTime? at = null)
    {
        var cause = new Cause(Guid.CreateVersion7(), new("staff", "tester"), Guid.CreateVersion7(), At: at) { AtLeastLast = true, IsClaimed = false };
        return Assert.IsType<Outcome.Accepted>(await Journal.Journal.Decide<Till>(id, cause, _ => fact, default)).Position;
    }

    public Task<Position> Pay(Guid order, Guid customer, long minor = 100) => Write(order, Paid(order, customer, minor), Base.AddMinutes(minor));

    public static OrderPaid Paid(Guid order, Guid customer, long minor) => new(order, customer, new(minor, "EUR"), Money.Zero("EUR"));

    public static OrderReturned Returned(Guid order, Guid customer, long minor, bool whole = false) =>
        new(order, customer, Guid.CreateVersion7(), [], new(minor, "EUR"), new(minor, "EUR"), new(minor, "EUR"), whole, "torn");

    /// <summary>Some orders of few customers, side by side, some paid again and again and some returned.</summary>
    public async Task<IReadOnlyList<Guid>> Trade(int orders, int seed = 1)
    {
        var customers = Enumerable.Range(0, 5).Select(i => Ids.Derive("customer", $"{i}")).ToArray();
        var ids = Enumerable.Range(0, orders).Select(i => Ids.Derive("order", $"{seed}", $"{i}")).ToList();
        await Task.WhenAll(ids.Select(async (id, i) =>
        {
            var customer = customers[i % customers.Length];
            await Pay(id, customer, i + 1);
            await Pay(id, customer, i + 1);
            if (i % 3 == 0)
            {
                await Write(id, Returned(id, customer, i + 1, whole: i % 6 == 0), Base.AddDays(i));
            }
        }));
        return ids;
    }

    public async Task CaughtUp(ViewRunner runner, params ViewDeclaration[] views)
    {
        // The shared server's other tests may hold the fence for a moment: everything written must be settled first.
        var newest = Journal.Log.Newest;
        Assert.True(await runner.Passed([.. views.Select(view => view.Name)], newest, TimeSpan.FromSeconds(60), default), $"{newest} was not reached: {await Told()}");
    }

    public async Task Until(Func<ViewState, bool> condition, string table)
    {
        var end = DateTime.UtcNow.AddSeconds(60);
        while (!(await States()).Any(state => state.Table == table && condition(state)))
        {
            Assert.True(DateTime.UtcNow < end, $"Waited in vain for {table}: {await Told()}");
            await Task.Delay(20);
        }
    }

    public async Task Gone(string table)
    {
        var end = DateTime.UtcNow.AddSeconds(60);
        while ((await States()).Exists(state => state.Table == table))
        {
            Assert.True(DateTime.UtcNow < end, $"{table} is still there: {await Told()}");
            await Task.Delay(20);
        }
    }

    public async Task<List<ViewState>> States()
    {
        await using var connection = await Journal.Database.OpenConnectionAsync();
        return await new ViewStates("views").All(connection, default);
    }

    public async Task<T> Ask<T>(string sql)
    {
        await using var connection = await Journal.Database.OpenConnectionAsync();
        return (await connection.ExecuteScalarAsync<T>(sql))!;
    }

    public Task Law<TRow, TView>() where TRow : class where TView : IView<TRow> => ViewLaws.RebuildEqualsLive<TRow, TView>(Journal.ConnectionString, Journal.Log);

    /// <summary>Count and sum of what was paid, by the journal itself.</summary>
    public Task<string> PaidByJournal() =>
        Ask<string>("select count(*) || ' ' || coalesce(sum((data->'total'->>'minor')::bigint), 0) from journal.events where name = 'sales.order-paid.1'");

    public Task<string> PaidBySums() => Ask<string>("select sum(times) || ' ' || sum(minor) from views.customer_sums");

    async Task<string> Told() => string.Join("; ", await States());

    public async ValueTask DisposeAsync()
    {
        foreach (var runner in runners.ToArray())
        {
            await Stop(runner);
        }

        await Journal.DisposeAsync();
    }
}

/// <summary>A noun that agrees to everything, so that tests write what they like.</summary>
sealed record Till(int Facts) : IFold<Till>
{
    public static string Category => "sales.order";
    public static Till Initial { get; } = new(0);
    public static Till Evolve(Till state, Event fact) => new(state.Facts + 1);
}

enum Stage
{
    Paid,
    PartlyReturned,
}

/// <summary>Every type of column.</summary>
sealed class OrderBoard : IView<OrderBoard.Row>
{
    public sealed record Row(
        [property: Description("The order's id.")] Guid Id,
        Guid? CustomerId,
        Stage Stage,
        Stage? Before,
        string Currency,
        string? Reason,
        int Times,
        long Minor,
        decimal Share,
        double Ratio,
        bool IsWhole,
        DateTime PaidAt,
        DateTime? ReturnedAt,
        DateOnly Day,
        DateOnly? ReturnedOn,
        Money Last,
        IReadOnlyList<Guid> Returns);

    public static string Name => "order_board";
    public static int Version => 1;
    public static string About => "Orders that were paid; it's complete.";
    public static IReadOnlyList<string> Indexes => ["(stage, paid_at desc, id)"];

    public static IEnumerable<Guid> Keys(Recorded entry) => entry.Event is OrderPaid or OrderReturned ? [entry.Id, entry.Id] : [];

    public static Row? Fold(Guid key, Row? row, Recorded entry) => entry.Event switch
    {
        OrderPaid e when row is null => new(key, e.CustomerId, Stage.Paid, null, e.Total.Currency, null, 1, e.Total.Minor, e.Total.Minor / 3m, e.Total.Minor / 7d, false,
            entry.OccurredAt.AddTicks(3), null, DateOnly.FromDateTime(entry.OccurredAt), null, e.Total, []),
        OrderPaid e when row is not null => row with { Times = row.Times + 1, Minor = row.Minor + e.Total.Minor, Last = e.Total },
        OrderReturned { Whole: true } => null,
        OrderReturned e when row is not null => row with
        {
            Before = row.Stage,
            Stage = Stage.PartlyReturned,
            Reason = e.Reason,
            ReturnedAt = entry.OccurredAt,
            ReturnedOn = DateOnly.FromDateTime(entry.OccurredAt),
            Returns = [.. row.Returns, e.ReturnId],
        },
        _ => row,
    };
}

/// <summary>The second version of the board: it keeps what was returned whole, and knows less.</summary>
sealed class OrderBoard2 : IView<OrderBoard2.Row>
{
    public sealed record Row(Guid Id, int Times, long Minor, [property: Description("Whether all came back.")] bool IsGone);

    public static string Name => "order_board";
    public static int Version => 2;

    public static IEnumerable<Guid> Keys(Recorded entry) => entry.Event is OrderPaid or OrderReturned ? [entry.Id] : [];

    public static Row? Fold(Guid key, Row? row, Recorded entry) => entry.Event switch
    {
        OrderPaid e => new(key, (row?.Times ?? 0) + 1, (row?.Minor ?? 0) + e.Total.Minor, false),
        OrderReturned { Whole: true } when row is not null => row with { IsGone = true },
        _ => row,
    };
}

/// <summary>A sum over many streams: counting an event twice shows.</summary>
sealed class CustomerSums : IView<CustomerSums.Row>
{
    public sealed record Row(Guid CustomerId, long Minor, int Times);

    public static string Name => "customer_sums";
    public static int Version => 1;

    public static IEnumerable<Guid> Keys(Recorded entry) => entry.Event is OrderPaid e ? [e.CustomerId] : [];

    public static Row? Fold(Guid key, Row? row, Recorded entry) =>
        entry.Event is OrderPaid e ? new(key, (row?.Minor ?? 0) + e.Total.Minor, (row?.Times ?? 0) + 1) : row;
}

/// <summary>A view with a bug, while <see cref="HasBug"/>.</summary>
sealed class FragileSums : IView<CustomerSums.Row>
{
    public static bool HasBug { get; set; }
    public static string Name => "fragile_sums";
    public static int Version => 1;

    public static IEnumerable<Guid> Keys(Recorded entry) => CustomerSums.Keys(entry);

    public static CustomerSums.Row? Fold(Guid key, CustomerSums.Row? row, Recorded entry) =>
        HasBug && entry.Event is OrderPaid { Total.Minor: 666 } ? throw new InvalidOperationException("secret@example.org") : CustomerSums.Fold(key, row, entry);
}

/// <summary>What each order was worth, when, and when that was known.</summary>
sealed class OrderHistory : IHistoryView<OrderHistory.Row>
{
    public sealed record Row(Guid Id, long Minor);

    public static string Name => "order_history";
    public static int Version => 1;

    public static IEnumerable<Guid> Keys(Recorded entry) => entry.Event is OrderPaid or OrderReturned ? [entry.Id] : [];

    public static Row? Fold(Guid key, Row? row, Recorded entry) => entry.Event switch
    {
        OrderReturned => null,
        OrderPaid { Total.Minor: 0 } => row,
        OrderPaid e => new(key, e.Total.Minor),
        _ => row,
    };
}

/// <summary>Points that end, as the due work sees them.</summary>
sealed record Lots(ImmutableList<PointsAccrued> Open) : IFold<Lots>
{
    public static string Category => "loyalty.lots";
    public static Lots Initial { get; } = new([]);

    public static Lots Evolve(Lots state, Event fact) => fact switch
    {
        PointsAccrued e => new(state.Open.Add(e)),
        PointsExpired e => new(state.Open.RemoveAll(lot => lot.LotId == e.LotId)),
        _ => state,
    };
}

/// <summary>Each lot ends at its time; a lot of 13 points is a mistake of the rule.</summary>
sealed class LotExpiry : IDue<Lots>
{
    public static string Kind => "expiry";
    public static DateTime? At(Lots state) => state.Open.Min(lot => lot.ExpiresAt);

    public static Decision Decide(Lots state, DateTime at) => state.Open.Exists(lot => lot.ExpiresAt <= at && lot.Points == 13)
        ? Decision.Refuse("lots.unlucky", "Never.")
        : Decision.Create([.. state.Open.Where(lot => lot.ExpiresAt <= at).Select(lot => new PointsExpired(lot.MemberId, lot.CustomerId, lot.LotId, lot.Points))]);
}
