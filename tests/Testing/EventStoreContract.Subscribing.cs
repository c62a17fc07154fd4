using CrmSuite.EventStore.Client;
using Xunit;

namespace CrmSuite.Testing;

/// <summary>Following one stream and all of them.</summary>
public abstract partial class EventStoreContract
{
    [Fact]
    public async Task A_follower_of_a_stream_reads_its_history_then_what_is_new()
    {
        await Written(Expected.NoStream, Some(3));
        await using var follower = Store.SubscribeStream(_stream, null, ct: Ct).GetAsyncEnumerator(Ct);

        await Expect<ReadMessage.Confirmed>(follower);
        for (var revision = 0; revision < 3; revision++)
        {
            Assert.Equal(revision, (await Expect<ReadMessage.Entry>(follower)).Event!.Revision);
        }

        await Expect<ReadMessage.CaughtUp>(follower);
        await Written(Expected.Exactly(2), New());
        Assert.Equal(3, (await Expect<ReadMessage.Entry>(follower)).Event!.Revision);
    }

    [Fact]
    public async Task A_follower_starts_after_the_revision_it_names()
    {
        await Written(Expected.NoStream, Some(3));
        await using var follower = Store.SubscribeStream(_stream, 1, ct: Ct).GetAsyncEnumerator(Ct);

        await Expect<ReadMessage.Confirmed>(follower);
        Assert.Equal(2, (await Expect<ReadMessage.Entry>(follower)).Event!.Revision);
        await Expect<ReadMessage.CaughtUp>(follower);
    }

    [Fact]
    public async Task A_follower_from_the_end_sees_only_what_is_new()
    {
        await Written(Expected.NoStream, Some(3));
        await using var follower = Store.SubscribeStream(_stream, Bound.End, ct: Ct).GetAsyncEnumerator(Ct);

        await Expect<ReadMessage.Confirmed>(follower);
        await Expect<ReadMessage.CaughtUp>(follower);
        await Written(Expected.Exactly(2), New());
        Assert.Equal(3, (await Expect<ReadMessage.Entry>(follower)).Event!.Revision);
    }

    [Fact]
    public async Task A_stream_may_be_followed_before_it_is_there_and_after_it_was_deleted()
    {
        await using var follower = Store.SubscribeStream(_stream, null, ct: Ct).GetAsyncEnumerator(Ct);
        await Expect<ReadMessage.Confirmed>(follower);
        await Expect<ReadMessage.CaughtUp>(follower);

        await Written(Expected.NoStream, New());
        Assert.Equal(0, (await Expect<ReadMessage.Entry>(follower)).Event!.Revision);
        await Store.Delete(_stream, Expected.Exactly(0), Ct);
        await Written(Expected.NoStream, New());
        Assert.Equal(1, (await Expect<ReadMessage.Entry>(follower)).Event!.Revision);
    }

    [Fact]
    public async Task A_tombstone_reaches_the_follower_and_ends_it()
    {
        await Written(Expected.NoStream, New());
        await using var follower = Store.SubscribeStream(_stream, Bound.End, ct: Ct).GetAsyncEnumerator(Ct);
        await Expect<ReadMessage.Confirmed>(follower);
        await Expect<ReadMessage.CaughtUp>(follower);

        await Store.Tombstone(_stream, Expected.Exactly(0), Ct);

        Assert.Equal(StreamMetadata.TombstoneType, (await Expect<ReadMessage.Entry>(follower)).Event!.Type);
        Assert.Equal(_stream, (await Expect<ReadMessage.Deleted>(follower)).Stream);
        Assert.False(await follower.MoveNextAsync());
    }

    [Fact]
    public async Task A_follower_of_all_misses_nothing_between_history_and_news()
    {
        const int total = 600;
        var filter = EventFilter.ByPrefix(FilterOn.Stream, [_stream]);
        await Written(Expected.NoStream, Some(100));
        var writing = Task.Run(async () =>
        {
            for (var last = 99; last < total - 1; last += 10)
            {
                await Written(Expected.Exactly(last), Some(10));
            }
        });
        await using var follower = Store.SubscribeAll(null, filter, ct: Ct).GetAsyncEnumerator(Ct);

        var seen = new List<long>();
        while (seen.Count < total)
        {
            Assert.True(await follower.MoveNextAsync());
            if (follower.Current is ReadMessage.Entry entry)
            {
                seen.Add(entry.Event!.Revision);
            }
        }

        await writing;
        Assert.Equal(Enumerable.Range(0, total).Select(r => (long)r), seen);
    }

    [Fact]
    public async Task A_follower_of_all_continues_after_its_checkpoint()
    {
        await Written(Expected.NoStream, Some(2));
        var first = (await Read(0))[0];
        await using var follower = Store.SubscribeAll(first.Position, ct: Ct).GetAsyncEnumerator(Ct);

        await Expect<ReadMessage.Confirmed>(follower);
        var next = (await Expect<ReadMessage.Entry>(follower)).Event!;
        Assert.Equal((_stream, 1L), (next.Stream, next.Revision));
        Assert.True(next.Position > first.Position);
    }

    [Fact]
    public async Task A_filtering_follower_gets_checkpoints_for_events_it_does_not_see()
    {
        var filter = EventFilter.ByPrefix(FilterOn.Stream, ["nothing-" + _stream], checkpointEvery: 8);
        await using var follower = Store.SubscribeAll(Bound.End, filter, ct: Ct).GetAsyncEnumerator(Ct);
        await Expect<ReadMessage.Confirmed>(follower);
        await CaughtUp(follower);

        var written = await Written(Expected.NoStream, Some(40));

        var positions = new List<long>();
        for (var i = 0; i < 5; i++)
        {
            positions.Add((await Expect<ReadMessage.Checkpoint>(follower)).Position);
        }

        Assert.Equal(positions.Order().Distinct(), positions);
        Assert.Equal(written.Position, positions[^1]);
    }

    [Fact]
    public async Task A_filtering_follower_gets_a_checkpoint_when_it_has_caught_up()
    {
        var before = await Head();
        var written = await Written(Expected.NoStream, Some(3));
        var filter = EventFilter.ByPrefix(FilterOn.Stream, ["nothing-" + _stream]);
        await using var follower = Store.SubscribeAll(before, filter, ct: Ct).GetAsyncEnumerator(Ct);

        await Expect<ReadMessage.Confirmed>(follower);
        Assert.Equal(written.Position, (await Expect<ReadMessage.Checkpoint>(follower)).Position);
        await Expect<ReadMessage.CaughtUp>(follower);
    }

    [Fact]
    public async Task A_follower_that_is_cancelled_ends()
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        await using var follower = Store.SubscribeAll(Bound.End, ct: stop.Token).GetAsyncEnumerator(stop.Token);
        await Expect<ReadMessage.Confirmed>(follower);
        await Expect<ReadMessage.CaughtUp>(follower);

        var waiting = follower.MoveNextAsync().AsTask();
        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
    }

    static async Task<T> Expect<T>(IAsyncEnumerator<ReadMessage> follower)
        where T : ReadMessage
    {
        Assert.True(await follower.MoveNextAsync(), "The subscription has ended.");
        return Assert.IsType<T>(follower.Current);
    }

    static async Task CaughtUp(IAsyncEnumerator<ReadMessage> follower)
    {
        do
        {
            Assert.True(await follower.MoveNextAsync(), "The subscription has ended.");
        }
        while (follower.Current is not ReadMessage.CaughtUp);
    }
}
