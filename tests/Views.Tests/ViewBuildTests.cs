using System.Text.Json;

namespace CrmSuite.Views.Tests;

/// <summary>Rebuilding beside the live table: nothing is lost, and what changed is told.</summary>
public sealed class ViewBuildTests : IAsyncLifetime
{
    Shop shop = null!;

    public async ValueTask InitializeAsync() => shop = await Shop.Open();

    public async ValueTask DisposeAsync() => await shop.DisposeAsync();

    [Theory]
    [InlineData(1_000_000)]
    [InlineData(9)]
    [InlineData(0)]
    public async Task A_rebuild_while_others_write_changes_nothing_whether_it_fits_into_memory_or_not(int rowsInMemoryMax)
    {
        var runner = shop.Start(new ViewSettings { RowsInMemoryMax = rowsInMemoryMax, BuildPageMax = 16, PageMax = 8 }, Shop.Board, Shop.Sums);
        await shop.Trade(30);
        await shop.CaughtUp(runner, Shop.Board, Shop.Sums);
        var writing = shop.Trade(60, seed: 2);
        Assert.True(await runner.Rebuild("order_board", default));
        await shop.Until(state => state.Serving, "order_board_v1_2");
        await writing;
        await shop.Gone("order_board_v1");
        await shop.CaughtUp(runner, Shop.Board, Shop.Sums);
        Assert.Null(await shop.Ask<string?>("select to_regclass('views.order_board_v1')::text"));
        var diff = (await runner.Diff("order_board", default))!;
        if (diff.OldPosition == diff.NewPosition)
        {
            Assert.Equal((0, 0, 0), (diff.OnlyOld, diff.OnlyNew, diff.Changed));
        }

        await shop.Law<OrderBoard.Row, OrderBoard>();
    }

    [Fact]
    public async Task The_diff_says_exactly_what_a_rebuild_put_right()
    {
        var runner = shop.Start(Shop.Sums);
        await shop.Trade(20);
        await shop.CaughtUp(runner, Shop.Sums);
        var gone = await shop.Ask<Guid>("delete from views.customer_sums_v1 where customer_id = (select min(customer_id::text)::uuid from views.customer_sums_v1) returning customer_id");
        await shop.Ask<int>("insert into views.customer_sums_v1 values (gen_random_uuid(), 1, 1) returning 1");
        await shop.Ask<int>("update views.customer_sums_v1 set minor = -1 where customer_id = (select max(customer_id::text)::uuid from views.customer_sums_v1 where minor > 1) returning 1");
        Assert.True(await runner.Rebuild("customer_sums", default));
        await shop.Until(state => state.Serving, "customer_sums_v1_2");
        var diff = (await runner.Diff("customer_sums", default))!;
        Assert.Equal(diff.OldPosition, diff.NewPosition);
        Assert.Equal((1, 1, 1), (diff.OnlyOld, diff.OnlyNew, diff.Changed));
        Assert.Equal(3, diff.Samples.GetArrayLength());
        Assert.Contains(diff.Samples.EnumerateArray(), sample => sample.GetProperty("old").ValueKind is JsonValueKind.Null && sample.GetProperty("new").GetProperty("customer_id").GetGuid() == gone);
        await shop.Law<CustomerSums.Row, CustomerSums>();
    }

    [Fact]
    public async Task A_raised_version_is_built_beside_the_old_one_which_older_replicas_keep_feeding()
    {
        var older = shop.Start(Shop.Board);
        await shop.Trade(30);
        await shop.CaughtUp(older, Shop.Board);
        var second = ViewDeclaration.Of<OrderBoard2.Row, OrderBoard2>();
        var newer = shop.Start(second);
        await shop.Until(state => state.Serving, "order_board_v2");
        await shop.Trade(10, seed: 2);
        await shop.CaughtUp(newer, second);
        Assert.Equal(40, await shop.Ask<long>("select count(*) from views.order_board where times = 2 and is_gone is not null"));
        Assert.Equal("Whether all came back.", await shop.Ask<string>("select col_description('views.order_board'::regclass, 4)"));
        var newest = shop.Journal.Log.Newest;
        await shop.Until(state => state.At >= newest && !state.Serving, "order_board_v1");
        var diff = (await newer.Diff("order_board", default))!;
        Assert.Equal(5, diff.OnlyNew); // Returned whole: the first version forgot them.
        await shop.Law<OrderBoard2.Row, OrderBoard2>();

        // What the older replica asks is answered by what the newer one feeds.
        Assert.True(await older.Passed(["order_board"], newest, TimeSpan.FromSeconds(120), default));
        await shop.Stop(older);
        Assert.True(await newer.Drop("order_board", default));
        Assert.Equal(["order_board_v2"], (await shop.States()).Select(state => state.Table));
    }

    [Fact]
    public async Task A_view_says_in_the_database_what_it_holds()
    {
        await shop.Ask<int>("do $$ begin if not exists (select from pg_roles where rolname = 'analyst') then create role analyst; end if; end $$; select 1");
        var runner = shop.Start(new ViewSettings { Readers = ["analyst", "nobody-of-that-name"] }, Shop.Board);
        await shop.Trade(3);
        await shop.CaughtUp(runner, Shop.Board);
        Assert.Equal("Orders that were paid; it's complete.", await shop.Ask<string>("select obj_description('views.order_board'::regclass)"));
        Assert.Equal("The order's id.", await shop.Ask<string>("select col_description('views.order_board_v1'::regclass, 1)"));
        Assert.True(await shop.Ask<bool>("select has_table_privilege('analyst', 'views.order_board', 'select')"));
        Assert.False(await shop.Ask<bool>("select has_table_privilege('analyst', 'views.order_board', 'update')"));
        Assert.Equal(2, await shop.Ask<long>("select count(*) from pg_indexes where schemaname = 'views' and tablename = 'order_board_v1'"));
    }
}
