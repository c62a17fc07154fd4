using System.Text;
using CrmSuite.Contracts;
using CrmSuite.Journal;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace CrmSuite.Views.Tests;

/// <summary>Queries: the own write is seen, pages have no gap and no repeat, what is malformed is refused.</summary>
public sealed class QueriesTests : IAsyncLifetime
{
    Shop shop = null!;

    public async ValueTask InitializeAsync() => shop = await Shop.Open();

    public async ValueTask DisposeAsync() => await shop.DisposeAsync();

    [Fact]
    public async Task A_row_comes_back_as_it_was_folded()
    {
        var runner = shop.Start(Shop.Board);
        var (order, customer) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        await shop.Pay(order, customer, 1_234);
        var returned = Shop.Returned(order, customer, 34);
        await shop.Write(order, returned);
        var row = (await shop.Queries(runner).Find<OrderBoard, OrderBoard.Row>(order, default))!;
        var entries = await shop.Journal.Log.Read(Position.Start, 10, default);
        var folded = entries.Aggregate((OrderBoard.Row?)null, (row, entry) => OrderBoard.Fold(order, row, entry))!;
        Assert.Equal(folded with { PaidAt = folded.PaidAt.AddTicks(-3), Returns = row.Returns }, row);
        Assert.Equal([returned.ReturnId], row.Returns);
        Assert.Null(await shop.Queries(runner).Find<OrderBoard, OrderBoard.Row>(customer, default));
    }

    [Fact]
    public async Task While_nothing_has_happened_yet_a_query_is_answered() =>
        Assert.Null(await shop.Queries(shop.Start(Shop.Board), patienceSeconds: 10).Find<OrderBoard, OrderBoard.Row>(Guid.CreateVersion7(), default));

    [Fact]
    public async Task The_own_write_is_seen_with_and_without_the_header()
    {
        var runner = shop.Start(Shop.Sums);
        for (var i = 1; i <= 20; i++)
        {
            var customer = Guid.CreateVersion7();
            var order = Guid.CreateVersion7();
            var position = await shop.Pay(order, customer, i);
            var token = (i % 3) switch { 0 => new AtLeast(position, $"sales.order-{order}", 0).ToString(), 1 => position.ToString(), _ => null };
            var row = await shop.Queries(runner, token).Find<CustomerSums, CustomerSums.Row>(customer, default);
            Assert.Equal(new(customer, i, 1), row);
        }
    }

    [Fact]
    public async Task A_query_and_a_cut_of_knowledge_wait_for_a_commit_behind_the_fence_and_a_view_that_stays_behind_answers_503()
    {
        await using var server = await CrmSuite.Testing.Servers.OwnPostgres();
        await using var own = await Shop.OpenOn(server);
        var runner = own.Start(Shop.Sums);
        await own.Trade(1);
        await own.CaughtUp(runner, Shop.Sums);
        await using var holder = await own.Journal.Database.OpenConnectionAsync();
        await using var fence = await holder.BeginTransactionAsync();
        await using (var take = new Npgsql.NpgsqlCommand("select pg_current_xact_id()::text", holder, fence))
        {
            await take.ExecuteScalarAsync();
        }

        var customer = Guid.CreateVersion7();
        var position = await own.Pay(Guid.CreateVersion7(), customer);
        var behind = await Assert.ThrowsAsync<ViewProblemException>(() => own.Queries(runner, position.ToString(), patienceSeconds: 0.2).Find<CustomerSums, CustomerSums.Row>(customer, default));
        Assert.Equal((503, "view.behind"), (behind.Status, behind.Code));
        var waiting = own.Queries(runner, position.ToString()).Find<CustomerSums, CustomerSums.Row>(customer, default);
        var known = own.Queries(runner, new Position(0, 0).ToString());
        known.Cut = await own.Journal.Log.RecordedBy(DateTime.UtcNow, default);
        Assert.Equal(position, known.Cut);
        var cut = known.Find<CustomerSums, CustomerSums.Row>(customer, default);
        Assert.False(waiting.IsCompleted || cut.IsCompleted);
        await fence.CommitAsync();
        Assert.NotNull(await waiting);
        Assert.NotNull(await cut);
    }

    [Fact]
    public async Task What_another_department_answered_means_the_own_newest_commit()
    {
        var runner = shop.Start(Shop.Sums);
        var customer = Guid.CreateVersion7();
        await shop.Pay(Guid.CreateVersion7(), customer);
        Assert.NotNull(await shop.Queries(runner, "18446744073709551615.7/loyalty.points-0198c3a2-0000-7000-8000-000000000001/3").Find<CustomerSums, CustomerSums.Row>(customer, default));
    }

    [Theory]
    [InlineData("")]
    [InlineData("yesterday")]
    [InlineData("1.2/sales.order-1")]
    [InlineData("1.2//3")]
    [InlineData("1.2/sales.order-1/three")]
    [InlineData("1.2/sales.order-1/-1")]
    [InlineData("1.2/sales.order-1/3/4")]
    public void What_no_command_answers_is_not_read(string header) => Assert.False(AtLeast.TryParse(header, out _));

    [Fact]
    public void What_a_command_answers_is_read_as_it_was_written()
    {
        foreach (var token in (AtLeast[])[new(new(847, 12)), new(new(847, 12), "sales.order-0198c3a2-0000-7000-8000-000000000001", 3)])
        {
            Assert.True(AtLeast.TryParse(token.ToString(), out var read));
            Assert.Equal(token, read);
        }
    }

    [Theory]
    [InlineData("minor desc", 7)]
    [InlineData("stage, minor desc, id", 3)]
    [InlineData("currency, is_whole desc, day", 10)]
    [InlineData("paid_at, ratio desc, share", 200)]
    public async Task Pages_show_each_row_once_while_others_come_and_go(string orderBy, int size)
    {
        var runner = shop.Start(Shop.Board);
        var before = await shop.Trade(30);
        await shop.CaughtUp(runner, Shop.Board);
        var there = (await shop.Queries(runner).Query<Guid>($"select id from order_board", default)).ToHashSet();
        var seen = new List<Guid>();
        string? after = null;
        var round = 10;
        do
        {
            var page = await shop.Queries(runner).Page<OrderBoard, OrderBoard.Row>($"select * from order_board where currency = {"EUR"}", orderBy, after, size, default);
            Assert.InRange(page.Items.Count, 1, size);
            seen.AddRange(page.Items.Select(row => row.Id));
            await shop.Trade(2, seed: round++);
            after = page.Next;
        }
        while (after is not null);

        Assert.Equal(seen.Count, seen.Distinct().Count());
        Assert.Superset(there, seen.ToHashSet());
        Assert.NotEmpty(before);
    }

    [Theory]
    [InlineData("x")]
    [InlineData("!!!")]
    [InlineData("bnVsbA")]
    [InlineData("WyJhIl0")]
    [InlineData("WyJhIiwiYiJd")]
    [InlineData("WyIxIixudWxsXQ")]
    public async Task A_cursor_that_no_page_answered_is_refused(string cursor)
    {
        var runner = shop.Start(Shop.Board);
        await shop.Trade(1);
        var problem = await Assert.ThrowsAsync<ViewProblemException>(() =>
            shop.Queries(runner).Page<OrderBoard, OrderBoard.Row>($"select * from order_board", "minor", cursor, null, default));
        Assert.Equal((400, "cursor.invalid"), (problem.Status, problem.Code));
    }

    [Fact]
    public async Task A_page_size_and_a_position_that_make_no_sense_are_refused()
    {
        var runner = shop.Start(Shop.Board);
        var size = await Assert.ThrowsAsync<ViewProblemException>(() =>
            shop.Queries(runner).Page<OrderBoard, OrderBoard.Row>($"select * from order_board", "minor", null, 201, default));
        Assert.Equal((400, "page.size"), (size.Status, size.Code));
        var position = await Assert.ThrowsAsync<ViewProblemException>(() => shop.Queries(runner, "yesterday").Query<long>($"select count(*) from order_board", default));
        Assert.Equal((400, "at-least.invalid"), (position.Status, position.Code));
    }

    [Fact]
    public async Task Holes_are_parameters_and_enums_are_words()
    {
        var runner = shop.Start(Shop.Board);
        await shop.Trade(12);
        var evil = "'; drop table views.order_board_v1 --";
        Assert.Empty(await shop.Queries(runner).Query<Guid>($"select id from order_board where currency = {evil}", default));
        Assert.Equal(2, Assert.Single(await shop.Queries(runner).Query<long>($"select count(*) from {"order_board":name} where stage = {Stage.PartlyReturned}", default)));
        Assert.Empty(await shop.Queries(runner).Query<string?>($"select reason from order_board where id = any({new[] { Guid.Empty }})", default));
        await Assert.ThrowsAsync<FormatException>(() => shop.Queries(runner).Query<Guid>($"select id from {evil:name}", default));
    }

    [Fact]
    public async Task A_list_as_csv_has_all_pages_and_no_formula()
    {
        var runner = shop.Start(Shop.Board);
        var ids = await shop.Trade(250);
        var (order, customer) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        await shop.Pay(order, customer, 5_000);
        await shop.Write(order, Shop.Returned(order, customer, 1) with { Reason = "=cmd|'/c calc'!A1,\"quoted\"" });
        var answer = await shop.Queries(runner, query: "?format=csv").Answer<OrderBoard, OrderBoard.Row>($"select * from order_board", "minor desc", null, null, default);
        var lines = (await Body(answer)).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.StartsWith("id,customer_id,stage,before,currency,reason,times,minor,", lines[0], StringComparison.Ordinal);
        Assert.Equal(1 + 1 + await shop.Ask<long>("select count(*) from views.order_board where times = 2"), lines.Length);
        Assert.StartsWith($"{order},{customer},partly-returned,paid,EUR,\"'=cmd|'/c calc'!A1,\"\"quoted\"\"\",1,5000,", lines[1], StringComparison.Ordinal);
        Assert.True(ids.Count > Queries.SizeMax);
        Assert.Contains("\"items\":[{\"id\":", await Body(await shop.Queries(runner).Answer<OrderBoard, OrderBoard.Row>($"select * from order_board", "minor", null, 1, default)), StringComparison.Ordinal);
    }

    static async Task<string> Body(IResult result)
    {
        var services = new ServiceCollection().AddLogging().ConfigureHttpJsonOptions(json => Json.ConfigureDoor(json.SerializerOptions)).BuildServiceProvider();
        var context = new DefaultHttpContext { RequestServices = services, Response = { Body = new MemoryStream() } };
        await result.ExecuteAsync(context);
        return Encoding.UTF8.GetString(((MemoryStream)context.Response.Body).ToArray());
    }
}
