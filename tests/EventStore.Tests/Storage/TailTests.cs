using CrmSuite.EventStore.Client;
using CrmSuite.EventStore.Storage;

namespace CrmSuite.EventStore.Tests.Storage;

/// <summary>The newest events in memory: bounded in number and bytes, and honest about what they no longer hold.</summary>
public sealed class TailTests
{
    readonly Tail tail = new();

    [Fact]
    public void What_was_added_is_found_after_each_position_it_follows()
    {
        tail.Observe(10);
        tail.Add([At(11), At(12), At(13)]);

        Assert.Equal([11L, 12L, 13L], tail.After(10, 99)!.Select(e => e.Position));
        Assert.Equal([12L], tail.After(11, 1)!.Select(e => e.Position));
        Assert.Empty(tail.After(13, 99)!);
        Assert.Empty(tail.After(99, 99)!);
        Assert.Null(tail.After(9, 99));
    }

    [Fact]
    public void At_its_limit_of_events_it_forgets_the_oldest()
    {
        tail.Add([.. Enumerable.Range(1, Tail.EventsMax).Select(p => At(p))]);
        Assert.Equal(Tail.EventsMax, tail.After(0, int.MaxValue)!.Count);

        tail.Add([At(Tail.EventsMax + 1)]);

        Assert.Null(tail.After(0, 1));
        Assert.Equal(2L, tail.After(1, 1)![0].Position);
        Assert.Equal(Tail.EventsMax + 1L, tail.After(Tail.EventsMax, 1)![0].Position);
    }

    [Fact]
    public void At_its_limit_of_bytes_it_forgets_the_oldest_but_never_the_newest()
    {
        const int half = (int)(Tail.BytesMax / 2);
        tail.Add([At(1, half), At(2, half)]);
        Assert.Null(tail.After(0, 9));
        Assert.Equal(2L, tail.After(1, 9)!.Single().Position);

        tail.Add([At(3, (int)Tail.BytesMax + 1)]);
        Assert.Equal(3L, tail.After(2, 9)!.Single().Position);
    }

    [Fact]
    public async Task Waiting_ends_when_the_head_passes_the_position_by_whoever_wrote()
    {
        tail.Add([At(1)]);
        await tail.Passed(0, CancellationToken.None);
        var second = tail.Passed(1, CancellationToken.None);
        var third = tail.Passed(2, CancellationToken.None);
        Assert.False(second.IsCompleted);

        tail.Add([At(2)]);
        await second;
        Assert.False(third.IsCompleted);

        tail.Observe(7);
        await third;
        Assert.Equal(7, tail.Head);
        Assert.Null(tail.After(2, 9));
    }

    static StoredEvent At(long position, int bytes = 2) =>
        new("thing-1", position - 1, position, Guid.NewGuid(), "t", DateTime.UnixEpoch, new byte[bytes], default, true);
}
