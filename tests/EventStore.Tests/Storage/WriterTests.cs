using CrmSuite.EventStore.Client;
using CrmSuite.EventStore.Storage;
using Npgsql;
using static CrmSuite.EventStore.Tests.Storage.Stores;

namespace CrmSuite.EventStore.Tests.Storage;

/// <summary>One writer, whatever happens: two willing processes, a lost lease, a dead connection.</summary>
public sealed class WriterTests
{
    static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task A_second_process_stands_by_reads_and_follows_and_takes_over_when_the_writer_stops()
    {
        var database = await Database();
        var first = await Start(database, "first");
        await Until(() => first.Writes);
        await using var second = await Start(database, "second");

        await Append(first, "thing-1", Expected.NoStream);
        await using var follower = second.SubscribeAll(null).GetAsyncEnumerator();
        await Append(first, "thing-1", Expected.Exactly(0));

        await Assert.ThrowsAsync<StoreUnavailableException>(() => Append(second, "thing-1", Expected.Exactly(1)));
        Assert.False(second.Writes);
        Assert.Equal([1L, 2L], await Positions(follower, 2));

        await first.DisposeAsync();
        await Until(() => second.Writes);
        Assert.Equal(new WriteResult.Written(2, 3), await Append(second, "thing-1", Expected.Exactly(1)));
        Assert.Equal([3L], await Positions(follower, 1));
    }

    [Fact]
    public async Task A_writer_that_lost_its_lease_can_never_commit()
    {
        var database = await Database();
        await using var first = await Start(database, "first");
        await Until(() => first.Writes);
        await Append(first, "thing-1", Expected.NoStream);

        // The lease ends unseen, as after a long pause of the whole process, and another takes it.
        await using var second = await Start(database, "second");
        while (!second.Writes)
        {
            await Execute(database, "update store.lease set expires = '-infinity' where holder = 'first'");
        }

        Assert.Equal(new WriteResult.Written(1, 2), await Append(second, "thing-1", Expected.Exactly(0)));

        await Assert.ThrowsAsync<StoreUnavailableException>(() => Append(first, "thing-1", Expected.Exactly(0)));
        Assert.Equal(new WriteResult.Written(2, 3), await Append(second, "thing-1", Expected.Exactly(1)));
        Assert.Equal([1L, 2L, 3L], (await Entries(second.ReadAll(0, 100, Direction.Forwards))).Select(e => e.Position));
    }

    [Fact]
    public async Task Whoever_takes_the_lease_waits_for_the_commit_under_way_and_counts_on_from_it()
    {
        var database = await Database();
        await using var source = Tables.Open(database);
        var (old, taker) = (new Lease(source, "old"), new Lease(source, "taker"));
        Assert.True(await old.TryTake(None));
        await using var connection = await source.OpenConnectionAsync(None);
        await using var transaction = await connection.BeginTransactionAsync(None);
        await Execute(connection, Lease.Check, old.Fence);
        await Execute(connection, "insert into store.streams (id, name) values ($1, 'thing-1')", 1L);
        await Execute(connection, """
            insert into store.events (position, stream, revision, id, type, json, data, metadata, created)
            values ($1, 1, 0, gen_random_uuid(), 't', true, '', '', now())
            """, 1L);

        var taking = Retake(taker, old);
        await Task.WhenAny(taking, WaitsForALock(database));
        Assert.False(taking.IsCompleted);
        await transaction.CommitAsync(None);

        Assert.True(await taking);
        Assert.Equal((1L, 1L), await new Tables(source).Heads(None));
        var late = await Assert.ThrowsAsync<PostgresException>(() => Execute(connection, Lease.Check, old.Fence));
        Assert.Equal(Lease.LostState, late.SqlState);
    }

    [Fact]
    public async Task Two_writers_that_take_the_lease_from_each_other_leave_one_history_without_gaps()
    {
        var database = await Database();
        await using var first = await Start(database, "first");
        await using var second = await Start(database, "second");
        using var end = new CancellationTokenSource(TimeSpan.FromSeconds(6));
        var written = new System.Collections.Concurrent.ConcurrentBag<(string Stream, long Revision, Guid Id)>();
        var callers = Enumerable.Range(0, 8).Select(c => Task.Run(async () =>
        {
            var stores = (PostgresEventStore[])[first, second];
            var revision = -1L;
            for (var i = c; !end.IsCancellationRequested;)
            {
                var e = New();
                WriteResult? result = null;
                while (result is null)
                {
                    try
                    {
                        result = (await stores[i % 2].Append([new($"thing-{c}", new(revision), [e])], None))[0];
                    }
                    catch (StoreUnavailableException)
                    {
                        i++;   // The same event again, at the other one: it is known or new, never twice.
                        await Task.Delay(20, None);
                    }
                }

                Assert.Equal(revision + 1, Assert.IsType<WriteResult.Written>(result).Revision);
                written.Add(($"thing-{c}", ++revision, e.Id));
            }
        })).ToList();
        while (!end.IsCancellationRequested)
        {
            await Execute(database, "update store.lease set expires = '-infinity'");
            await Task.WhenAny(Task.Delay(300, end.Token));
        }

        await Task.WhenAll(callers);

        var all = await Entries(first.ReadAll(0, long.MaxValue, Direction.Forwards));
        Assert.Equal(Enumerable.Range(1, all.Count).Select(p => (long)p), all.Select(e => e.Position));
        Assert.Equal(written.OrderBy(w => w), all.Select(e => (e.Stream, e.Revision, e.Id)).OrderBy(w => w));
    }

    [Fact]
    public async Task After_its_connection_is_cut_the_writer_begins_again_where_the_table_ends()
    {
        var database = await Database();
        await using var store = await Start(database);
        await Append(store, "thing-1", Expected.NoStream);

        await Execute(database, "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()");

        var e = New();
        WriteResult? result = null;
        while (result is null)
        {
            try
            {
                result = (await store.Append([new("thing-1", Expected.Exactly(0), [e])], None))[0];
            }
            catch (StoreUnavailableException)
            {
                await Task.Delay(20, None);
            }
        }

        Assert.Equal(new WriteResult.Written(1, 2), result);
    }

    [Fact]
    public async Task A_call_larger_than_a_batch_is_written_whole()
    {
        await using var store = await Start(await Database());

        var results = await store.Append([.. Enumerable.Range(0, 3 * Writer.WritesMax + 1).Select(i => new StreamWrite("thing-1", new(i - 1), [New()]))], None);

        Assert.Equal(Enumerable.Range(0, results.Count).Select(i => new WriteResult.Written(i, i + 1)), results);
    }

    [Fact]
    public async Task A_stream_said_to_be_new_that_is_there_is_refused_after_a_restart_and_what_else_was_asked_is_written_once()
    {
        var (database, first) = (await Database(), New());
        await using (var before = await Start(database))
        {
            await before.Append([new("thing-1", Expected.NoStream, [first])], None);
        }

        await using var store = await Start(database);
        var results = await store.Append(
            [
                new("thing-2", Expected.NoStream, [New()]),
                new("thing-2", Expected.NoStream, [New()]),   // Asks the log, and so commits what stands before it.
                new("thing-3", Expected.NoStream, [New(), New()]),
                new("thing-2", Expected.Any, [New()]),        // Not taken for its own repeat when the batch is judged again.
                new("thing-1", Expected.NoStream, [New()]),
                new("thing-1", Expected.NoStream, [first]),
                new("thing-1", Expected.Exactly(0), [New()]),
                new("thing-4", Expected.NoStream, [New()]),
            ], None);

        Assert.Equal(
            [
                new WriteResult.Written(0, 2), new WriteResult.WrongVersion(Expected.NoStream, 0), new WriteResult.Written(1, 4), new WriteResult.Written(1, 5),
                new WriteResult.WrongVersion(Expected.NoStream, 0), new WriteResult.Written(0, 1), new WriteResult.Written(1, 6), new WriteResult.Written(0, 7),
            ], results);
        var all = await Entries(store.ReadAll(0, 100, Direction.Forwards));
        Assert.Equal(
            [("thing-1", 0L, 1L), ("thing-2", 0, 2), ("thing-3", 0, 3), ("thing-3", 1, 4), ("thing-2", 1, 5), ("thing-1", 1, 6), ("thing-4", 0, 7)],
            all.Select(e => (e.Stream, e.Revision, e.Position)));
    }

    [Fact]
    public async Task What_was_said_of_a_stream_before_it_began_holds_after_a_restart()
    {
        var database = await Database();
        await using (var before = await Start(database))
        {
            await before.WriteMetadata("thing-1", Expected.NoStream, Guid.CreateVersion7(), new(TruncateBefore: Bound.End), None);
        }

        await using var store = await Start(database);
        await Append(store, "thing-1", Expected.NoStream);

        // It counted as deleted, so that its first event brings it back; had the writer not looked, nobody would see it.
        Assert.Single(await Entries(store.ReadStream("thing-1", 0, 10, Direction.Forwards)));
        Assert.Equal(new(1, 4), Assert.IsType<WriteResult.Written>(await Append(store, "thing-1", Expected.Exactly(0))));
    }

    static async Task<WriteResult> Append(PostgresEventStore store, string stream, Expected expected) =>
        (await store.Append([new(stream, expected, [New()])], None))[0];

    static async Task<List<long>> Positions(IAsyncEnumerator<ReadMessage> follower, int count)
    {
        var positions = new List<long>();
        while (positions.Count < count && await follower.MoveNextAsync())
        {
            if (follower.Current is ReadMessage.Entry { Event: { } e })
            {
                positions.Add(e.Position);
            }
        }

        return positions;
    }

    static async Task<bool> Retake(Lease taker, Lease old)
    {
        await old.Release(None);
        return await taker.TryTake(None);
    }

    static async Task WaitsForALock(string database)
    {
        await using var connection = new NpgsqlConnection(database);
        await connection.OpenAsync();
        while (true)
        {
            await using var waiting = new NpgsqlCommand(
                "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'", connection);
            if ((long)(await waiting.ExecuteScalarAsync())! > 0)
            {
                return;
            }
        }
    }

    static async Task Execute(NpgsqlConnection connection, string sql, long value)
    {
        await using var command = new NpgsqlCommand(sql, connection) { Parameters = { new() { Value = value } } };
        await command.ExecuteNonQueryAsync();
    }

    static async Task Execute(string database, string sql)
    {
        await using var connection = new NpgsqlConnection(database);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
