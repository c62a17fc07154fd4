using CrmSuite.Contracts;
using CrmSuite.Testing;
using Npgsql;

namespace CrmSuite.Journal.Tests;

/// <summary>The race of a log on an identity column, forced: one transaction is held open while others commit. A server of its own, because the fence is instance-wide.</summary>
public sealed class JournalLogTests : IAsyncLifetime
{
    OwnPostgres server = null!;
    JournalDatabase journal = null!;

    public async ValueTask InitializeAsync()
    {
        server = await Servers.OwnPostgres();
        journal = await JournalDatabase.CreateOn(server, "sales");
    }

    public async ValueTask DisposeAsync()
    {
        await journal.DisposeAsync();
        await server.DisposeAsync();
    }

    [Fact]
    public async Task An_event_that_commits_late_is_not_passed()
    {
        await using var first = await Held("a");
        await using (var second = await Held("b"))
        {
            await second.Commit();
        }

        Assert.Empty(await Names());
        await first.Commit();
        Assert.Equal(["a", "b"], await Names());
    }

    [Fact]
    public async Task The_newest_commit_is_known_before_it_is_settled()
    {
        await using var first = await Held("a");
        await using (var second = await Held("b"))
        {
            await second.Commit();
        }

        Assert.Equal(Position.Start, await journal.Log.Head(default));
        var last = await journal.Log.Last(default);
        await first.Commit();
        Assert.Equal(["a", "b"], await Names());
        Assert.Equal(last, await journal.Log.Head(default));
    }

    [Fact]
    public async Task Three_open_and_the_last_commits_first_and_none_is_skipped()
    {
        await using var one = await Held("one");
        await using var two = await Held("two");
        await using var three = await Held("three");
        var seen = new List<string>();
        var at = Position.Start;
        foreach (var held in (Held[])[three, one, two])
        {
            await held.Commit();
            var page = await journal.Log.Read(at, 10, default);
            at = page.Count > 0 ? page[^1].Position : at;
            seen.AddRange(page.Select(NameOf));
        }

        Assert.Equal(["one", "two", "three"], seen);
    }

    [Fact]
    public async Task A_transaction_that_is_rolled_back_leaves_nothing_and_stops_nobody()
    {
        await using (var gone = await Held("gone"))
        {
            await using var kept = await Held("kept");
            await kept.Commit();
            Assert.Empty(await Names());
        }

        Assert.Equal(["kept"], await Names());
    }

    [Fact]
    public async Task An_append_that_waits_for_another_on_its_stream_sorts_behind_it()
    {
        var tab = Guid.CreateVersion7();
        await using var holder = await Held("first", tab);
        var waiting = journal.Journal.Decide<Tab>(tab, Tab.Cause(), state => state.Pay(tab, Guid.CreateVersion7()), default);
        await Until(async () => await Scalar("select count(*) from pg_stat_activity where wait_event_type = 'Lock'") is > 0L);
        await holder.Commit();
        Assert.IsType<Outcome.Accepted>(await waiting);
        var events = await journal.Log.Read(Position.Start, 10, default);
        Assert.Equal([0, 1], events.Select(entry => entry.Version));
    }

    [Fact]
    public async Task A_reader_is_woken_by_a_commit_of_its_own_process()
    {
        var waiting = journal.Log.Wait(Position.Start, default);
        var tab = Guid.CreateVersion7();
        await journal.Journal.Decide<Tab>(tab, Tab.Cause(), state => state.Pay(tab, tab), default);
        await waiting;
        Assert.True(journal.Log.Newest > Position.Start);
    }

    async Task<IEnumerable<string>> Names() => (await journal.Log.Read(Position.Start, 100, default)).Select(NameOf);

    static string NameOf(Recorded entry) => entry.Meta.Actor.Id;

    async Task<Held> Held(string name, Guid? tab = null)
    {
        var connection = new NpgsqlConnection(journal.ConnectionString);
        await connection.OpenAsync();
        var transaction = await connection.BeginTransactionAsync();
        await using var command = new NpgsqlCommand("""
            with s as (insert into journal.streams (noun, id, version, previous) values ('tab', $1, 0, -1))
            insert into journal.events (noun, id, version, event_id, name, data, meta, occurred_at, content_hash)
            values ('tab', $1, 0, gen_random_uuid(), 'sales.order-payment-received.1', $2::json, $3::json, now(), '\x00')
            """, connection, transaction);
        var id = tab ?? Guid.CreateVersion7();
        command.Parameters.Add(new() { Value = id });
        command.Parameters.Add(new() { Value = System.Text.Encoding.UTF8.GetString(EventReading.Write(new CrmSuite.Contracts.Sales.OrderPaymentReceived(id, id, id, new(1, "EUR")))) });
        command.Parameters.Add(new() { Value = System.Text.Encoding.UTF8.GetString(new Meta(new("staff", name), id, null, null, null, new(id)).ToBytes()) });
        await command.ExecuteNonQueryAsync();
        return new(connection, transaction);
    }

    async Task<long?> Scalar(string sql)
    {
        await using var command = journal.Database.CreateCommand(sql);
        return (long?)await command.ExecuteScalarAsync();
    }

    static async Task Until(Func<Task<bool>> condition)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(120));
        while (!await condition())
        {
            await Task.Delay(20, patience.Token);
        }
    }
}

sealed class Held(NpgsqlConnection connection, NpgsqlTransaction transaction) : IAsyncDisposable
{
    public Task Commit() => transaction.CommitAsync();

    public async ValueTask DisposeAsync()
    {
        await transaction.DisposeAsync();
        await connection.DisposeAsync();
    }
}
