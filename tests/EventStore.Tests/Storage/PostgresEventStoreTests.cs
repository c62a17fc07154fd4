using CrmSuite.EventStore.Client;
using CrmSuite.EventStore.Storage;
using CrmSuite.Testing;
using static CrmSuite.EventStore.Tests.Storage.Stores;

namespace CrmSuite.EventStore.Tests.Storage;

/// <summary>One store for the class.</summary>
public sealed class RunningStore : IAsyncLifetime
{
    /// <summary>The store.</summary>
    public PostgresEventStore Store { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Store = await Start(await Database());

    public ValueTask DisposeAsync() => Store.DisposeAsync();
}

/// <summary>The embedded store obeys the laws of every event store …</summary>
public sealed class PostgresEventStoreContractTests(RunningStore running) : EventStoreContract, IClassFixture<RunningStore>
{
    protected override ValueTask<IEventStore> Open() => ValueTask.FromResult<IEventStore>(running.Store);
}

/// <summary>… and some of its own.</summary>
public sealed class PostgresEventStoreTests(RunningStore running) : IClassFixture<RunningStore>
{
    static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task Everything_is_found_again_after_a_restart_and_repeats_are_still_recognised()
    {
        var database = await Database();
        NewEvent[] events = [New(), New()];
        await using (var store = await Start(database))
        {
            await store.Append([new("thing-1", Expected.NoStream, events), new("thing-2", Expected.NoStream, [New()])], None);
            await store.Delete("thing-2", Expected.Exactly(0), None);
        }

        await using var again = await Start(database);

        Assert.Equal(new WriteResult.Written(1, 2), (await again.Append([new("thing-1", Expected.NoStream, events)], None))[0]);
        Assert.Equal(new WriteResult.Written(1, 6), (await again.Append([new("thing-2", Expected.NoStream, [New()])], None))[0]);
        Assert.Equal([1L, 2L, 3L, 4L, 5L, 6L], (await Entries(again.ReadAll(0, 100, Direction.Forwards))).Select(e => e.Position));
    }

    [Fact]
    public async Task A_repeat_in_the_same_batch_is_answered_as_a_repeat()
    {
        var write = new StreamWrite($"thing-{Guid.NewGuid()}", Expected.NoStream, [New(), New()]);

        var results = await running.Store.Append([write, write, write with { Events = [write.Events[0], New()] }, write], None);

        Assert.Equal(results[0], results[1]);
        Assert.Equal(results[0], results[3]);
        Assert.Equal(new WriteResult.WrongVersion(Expected.NoStream, 1), results[2]);
    }

    [Fact]
    public async Task Metadata_written_in_a_batch_rules_the_writes_behind_it()
    {
        var stream = $"thing-{Guid.NewGuid()}";
        var deleted = new NewEvent(Guid.NewGuid(), StreamMetadata.EventType, new StreamMetadata(TruncateBefore: Bound.End).ToJson(), default);

        var results = await running.Store.Append(
            [
                new(stream, Expected.NoStream, [New()]),
                new(StreamMetadata.StreamOf(stream), Expected.NoStream, [deleted]),
                new(stream, Expected.NoStream, [New()]),
            ],
            None);

        Assert.All(results, r => Assert.IsType<WriteResult.Written>(r));
        Assert.Equal([1L], (await Entries(running.Store.ReadStream(stream, 0, 9, Direction.Forwards))).Select(e => e.Revision));
    }

    [Fact]
    public async Task Free_keys_of_the_metadata_survive_the_return_of_a_deleted_stream()
    {
        var stream = $"thing-{Guid.NewGuid()}";
        var metadata = StreamMetadata.StreamOf(stream);
        var json = """{"$tb":9223372036854775807,"colour":"green"}"""u8.ToArray();
        NewEvent change = new(Guid.NewGuid(), StreamMetadata.EventType, json, default);
        await running.Store.Append([new(stream, Expected.NoStream, [New()]), new(metadata, Expected.NoStream, [change])], None);

        await running.Store.Append([new(stream, Expected.Exactly(0), [New()])], None);

        var last = (await Entries(running.Store.ReadStream(metadata, Bound.End, 1, Direction.Backwards))).Single();
        Assert.Equal("""{"$tb":1,"colour":"green"}"""u8.ToArray(), last.Data.ToArray());
    }

    [Fact]
    public async Task A_page_of_large_events_is_cut_and_read_on()
    {
        var stream = $"large-{Guid.NewGuid()}";
        const int count = 40;
        for (var i = 0; i < count; i++)
        {
            var data = new byte[1_000_000];
            Random.Shared.NextBytes(data);
            Assert.IsType<WriteResult.Written>((await running.Store.Append([new(stream, new(i - 1), [New() with { Data = data, IsJson = false }])], None))[0]);
        }

        Assert.Equal(count, (await Entries(running.Store.ReadStream(stream, 0, 100, Direction.Forwards))).Count);
        Assert.Equal(count, (await Entries(running.Store.ReadStream(stream, Bound.End, 100, Direction.Backwards))).Count);
        var filter = EventFilter.ByPrefix(FilterOn.Stream, [stream]);
        Assert.Equal(count, (await Entries(running.Store.ReadAll(0, long.MaxValue, Direction.Forwards, filter))).Count);
    }

    [Fact]
    public async Task Text_that_the_database_cannot_keep_is_refused_and_harms_nobody_else()
    {
        foreach (var name in (string[])["a\0b", "half \ud83d", new string('x', PostgresEventStore.NameBytesMax + 1)])
        {
            await Assert.ThrowsAnyAsync<ArgumentException>(() => running.Store.Append([new(name, Expected.Any, [New()])], None));
        }

        await Assert.ThrowsAnyAsync<ArgumentException>(() => running.Store.Append([new("thing", Expected.Any, [New() with { Type = "a\0b" }])], None));
        var longest = new string('x', PostgresEventStore.NameBytesMax);
        Assert.IsType<WriteResult.Written>((await running.Store.Append([new(longest, Expected.Any, [New()])], None))[0]);
    }

    [Fact]
    public async Task A_follower_that_fell_behind_the_tail_reads_on_from_the_table()
    {
        var stream = $"thing-{Guid.NewGuid()}";
        const int count = Tail.EventsMax + 2_000;
        await using var all = running.Store.SubscribeAll(Bound.End).GetAsyncEnumerator();
        await using var one = running.Store.SubscribeStream(stream, null).GetAsyncEnumerator();
        foreach (var follower in (IAsyncEnumerator<ReadMessage>[])[all, one])
        {
            Assert.True(await follower.MoveNextAsync() && await follower.MoveNextAsync());
            Assert.IsType<ReadMessage.CaughtUp>(follower.Current);
        }

        for (var i = 0; i < count; i += 500)
        {
            await running.Store.Append([new(stream, new(i - 1), [.. Enumerable.Range(0, Math.Min(500, count - i)).Select(_ => New())])], None);
        }

        foreach (var follower in (IAsyncEnumerator<ReadMessage>[])[all, one])
        {
            for (var next = 0; next < count;)
            {
                Assert.True(await follower.MoveNextAsync());
                if (follower.Current is ReadMessage.Entry { Event: { } e } && e.Stream == stream)
                {
                    Assert.Equal(next++, e.Revision);
                }
            }
        }
    }
}
