using CrmSuite.Contracts;
using CrmSuite.Journal;
using Npgsql;

namespace CrmSuite.Views.Tests;

/// <summary>What the runner promises: each event once in every view, whatever dies, doubles or fails beside it.</summary>
public sealed class ViewRunnerTests : IAsyncLifetime
{
    Shop shop = null!;

    public async ValueTask InitializeAsync() => shop = await Shop.Open();

    public async ValueTask DisposeAsync() => await shop.DisposeAsync();

    [Fact]
    public async Task Events_become_rows_and_equal_a_rebuild()
    {
        var runner = shop.Start(Shop.Board, Shop.Sums);
        await shop.Trade(40);
        await shop.CaughtUp(runner, Shop.Board, Shop.Sums);
        Assert.Equal(await shop.PaidByJournal(), await shop.PaidBySums());
        await shop.Law<OrderBoard.Row, OrderBoard>();
        await shop.Law<CustomerSums.Row, CustomerSums>();
    }

    [Fact]
    public async Task Repeated_identical_events_count_each()
    {
        var runner = shop.Start(Shop.Sums);
        var customer = Guid.CreateVersion7();
        for (var i = 0; i < 5; i++)
        {
            await shop.Pay(Ids.Derive("order", "same"), customer, 7);
        }

        await shop.CaughtUp(runner, Shop.Sums);
        Assert.Equal(new CustomerSums.Row(customer, 35, 5), await shop.Queries(runner).Find<CustomerSums, CustomerSums.Row>(customer, default));
    }

    [Fact]
    public async Task A_runner_that_dies_between_fold_and_commit_leaves_nothing_behind()
    {
        var first = shop.Start(Shop.Sums);
        await shop.Trade(10);
        await shop.CaughtUp(first, Shop.Sums);
        await using (var holder = new NpgsqlConnection(shop.Journal.ConnectionString))
        {
            // The checkpoints are held (by a lock that stops no fence): the runner has folded and waits inside its one statement when it is stopped.
            await holder.OpenAsync();
            await using var held = await holder.BeginTransactionAsync();
            await using (var hold = new NpgsqlCommand("lock table views.state in share mode", holder, held))
            {
                await hold.ExecuteNonQueryAsync();
            }

            await shop.Trade(10, seed: 2);
            await UntilWaits(holder, held);
            await shop.Stop(first);
        }

        var second = shop.Start(Shop.Sums);
        await shop.CaughtUp(second, Shop.Sums);
        Assert.Equal(await shop.PaidByJournal(), await shop.PaidBySums());
        await shop.Law<CustomerSums.Row, CustomerSums>();
    }

    [Fact]
    public async Task Three_runners_at_once_count_each_event_once()
    {
        var runners = Enumerable.Range(0, 3).Select(_ => shop.Start(new ViewSettings { PageMax = 7 }, Shop.Board, Shop.Sums)).ToList();
        await shop.Trade(60);
        foreach (var runner in runners)
        {
            await shop.CaughtUp(runner, Shop.Board, Shop.Sums);
        }

        Assert.Equal(await shop.PaidByJournal(), await shop.PaidBySums());
        await shop.Law<OrderBoard.Row, OrderBoard>();
    }

    [Fact]
    public async Task A_failing_view_stops_alone_with_its_reason_and_goes_on_where_it_stopped()
    {
        FragileSums.HasBug = true;
        var fragile = ViewDeclaration.Of<CustomerSums.Row, FragileSums>();
        var runner = shop.Start(fragile, Shop.Sums);
        await shop.Trade(5);
        await shop.CaughtUp(runner, fragile, Shop.Sums);
        await shop.Pay(Guid.CreateVersion7(), Guid.CreateVersion7(), 666);
        await shop.Trade(5, seed: 2);
        await shop.CaughtUp(runner, Shop.Sums);
        await shop.Until(state => state.Status == ViewStatus.Failed, "fragile_sums_v1");
        var reason = (await shop.States()).Single(state => state.Name == "fragile_sums").Reason!;
        Assert.StartsWith("InvalidOperationException at sales.order-paid.1 of sales.order-", reason, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", reason, StringComparison.Ordinal);
        Assert.Equal("Degraded", (await runner.CheckHealthAsync(null!)).Status.ToString());
        Assert.False(await runner.Passed(["fragile_sums"], shop.Journal.Log.Newest, TimeSpan.FromMilliseconds(50), default));

        FragileSums.HasBug = false;
        Assert.True(await runner.Resume("fragile_sums", default));
        await shop.CaughtUp(runner, fragile);
        Assert.Equal("Healthy", (await runner.CheckHealthAsync(null!)).Status.ToString());
        await shop.Law<CustomerSums.Row, FragileSums>();
    }

    [Fact]
    public async Task An_unknown_event_is_waited_for_and_never_skipped()
    {
        var runner = shop.Start(Shop.Sums);
        await shop.Trade(5);
        await shop.CaughtUp(runner, Shop.Sums);
        await shop.Stop(runner);
        await shop.Pay(Ids.Derive("order", "new"), Guid.CreateVersion7(), 50);
        var before = await shop.PaidBySums();
        await shop.Ask<int>("update journal.events set name = 'sales.order-blessed.9' where id = (select id from journal.events order by position desc limit 1) returning 1");
        await shop.Trade(5, seed: 2);

        var old = shop.Start(Shop.Sums);
        await shop.Until(state => state.Status == ViewStatus.Waiting, "customer_sums_v1");
        Assert.Contains("sales.order-blessed.9", (await shop.States()).Single().Reason, StringComparison.Ordinal);
        Assert.Equal(before, await shop.PaidBySums());

        // The newer build comes and knows the name; the older one beside it does no harm.
        await shop.Ask<int>("update journal.events set name = 'sales.order-paid.1' where name = 'sales.order-blessed.9' returning 1");
        await using var other = shop.Journal.Replica();
        var newer = shop.Start(new(), other.Log, Shop.Sums);
        await shop.CaughtUp(newer, Shop.Sums);
        await shop.CaughtUp(old, Shop.Sums);
        Assert.Equal(await shop.PaidByJournal(), await shop.PaidBySums());
        Assert.Equal(ViewStatus.Running, (await shop.States()).Single().Status);
        await shop.Stop(newer);
    }

    [Fact]
    public async Task A_page_is_read_once_for_all_views_at_the_same_position()
    {
        await shop.Trade(20);
        var log = new CountingLog(shop.Journal.Log);
        var views = new[] { Shop.Board, Shop.Sums, ViewDeclaration.Of<OrderHistory.Row, OrderHistory>() };
        using var runner = new ViewRunner(shop.Journal.ConnectionString, new(), views, log, Microsoft.Extensions.Logging.Abstractions.NullLogger<ViewRunner>.Instance);
        await runner.StartAsync(default);
        await shop.CaughtUp(runner, views);
        var before = log.Events;
        await shop.Trade(20, seed: 2);
        await shop.CaughtUp(runner, views);
        await runner.StopAsync(default);
        Assert.Equal(await shop.Ask<long>("select count(*) from journal.events") / 2, log.Events - before);
    }

    static async Task UntilWaits(NpgsqlConnection holder, NpgsqlTransaction held)
    {
        await using var waits = new NpgsqlCommand("""
            select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock' and query like '%views.state%'
            """, holder, held);
        for (var i = 0; (long)(await waits.ExecuteScalarAsync())! == 0; i++)
        {
            Assert.True(i < 3_000, "No runner came to the checkpoint.");
            await Task.Delay(20);
        }
    }

    sealed class CountingLog(ILog log) : ILog
    {
        public int Events { get; private set; }
        public Position Newest => log.Newest;
        public Task<Position> Head(CancellationToken ct) => log.Head(ct);
        public Task Wait(Position after, CancellationToken ct) => log.Wait(after, ct);

        public async Task<IReadOnlyList<Recorded>> Read(Position after, int max, CancellationToken ct)
        {
            var page = await log.Read(after, max, ct);
            Events += page.Count;
            return page;
        }
    }
}
