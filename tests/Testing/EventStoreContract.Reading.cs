using System.Text;
using CrmSuite.EventStore.Client;
using Xunit;

namespace CrmSuite.Testing;

/// <summary>Reading, deleting, truncating and links.</summary>
public abstract partial class EventStoreContract
{
    [Fact]
    public async Task A_stream_is_read_forwards_from_a_revision()
    {
        await Written(Expected.NoStream, Some(5));

        Assert.Equal([2L, 3L], (await Read(2, 2)).Select(e => e.Revision));
        Assert.Equal([0L, 1L, 2L, 3L, 4L], (await Read(Bound.Start)).Select(e => e.Revision));
        Assert.Equal(new ReadMessage.LastRevision(4), (await All(Store.ReadStream(_stream, 2, 2, Direction.Forwards, ct: Ct)))[^1]);
    }

    [Fact]
    public async Task A_stream_is_read_backwards_from_a_revision_and_from_beyond_its_end()
    {
        await Written(Expected.NoStream, Some(5));

        Assert.Equal([2L, 1L], (await Read(2, 2, Direction.Backwards)).Select(e => e.Revision));
        Assert.Equal([4L, 3L], (await Read(Bound.End, 2, Direction.Backwards)).Select(e => e.Revision));
        Assert.Equal([4L], (await Read(99, 1, Direction.Backwards)).Select(e => e.Revision));
        Assert.Equal([0L], (await Read(Bound.Start, 9, Direction.Backwards)).Select(e => e.Revision));
        Assert.Equal(new ReadMessage.LastRevision(4), (await All(Store.ReadStream(_stream, 2, 2, Direction.Backwards, ct: Ct)))[^1]);
    }

    [Fact]
    public async Task A_long_stream_is_read_whole_both_ways()
    {
        await Written(Expected.NoStream, Some(1_500));

        Assert.Equal(Enumerable.Range(0, 1_500).Select(r => (long)r), (await Read(0)).Select(e => e.Revision));
        Assert.Equal(Enumerable.Range(0, 1_500).Reverse().Select(r => (long)r), (await Read(Bound.End, 9_999, Direction.Backwards)).Select(e => e.Revision));
    }

    [Fact]
    public async Task A_read_forwards_from_beyond_the_end_says_where_the_stream_stands()
    {
        await Written(Expected.NoStream, Some(2));

        Assert.Equal<ReadMessage>(
            [new ReadMessage.FirstRevision(2), new ReadMessage.LastRevision(1)], await All(Store.ReadStream(_stream, 9, 10, Direction.Forwards, ct: Ct)));
    }

    [Fact]
    public async Task A_stream_that_never_was_is_not_found()
    {
        Assert.Equal<ReadMessage>([new ReadMessage.NotFound(_stream)], await All(Store.ReadStream(_stream, 0, 1, Direction.Forwards, ct: Ct)));
        Assert.Equal<ReadMessage>([new ReadMessage.NotFound(_stream)], await All(Store.ReadStream(_stream, Bound.End, 1, Direction.Backwards, ct: Ct)));
    }

    [Fact]
    public async Task A_read_of_nothing_and_one_forwards_from_the_end_are_wrong_uses()
    {
        await Written(Expected.NoStream, New());

        await Assert.ThrowsAnyAsync<ArgumentException>(() => All(Store.ReadStream(_stream, 0, 0, Direction.Forwards, ct: Ct)));
        await Assert.ThrowsAnyAsync<ArgumentException>(() => All(Store.ReadStream(_stream, Bound.End, 1, Direction.Forwards, ct: Ct)));
    }

    [Fact]
    public async Task All_is_read_in_position_order_both_ways()
    {
        var before = await Head();
        await Written(Expected.NoStream, New());
        await Store.Append([new(_stream + "-b", Expected.NoStream, [New(), New()])], Ct);
        await Written(Expected.Exactly(0), New());

        var forwards = (await All(Store.ReadAll(before, 100, Direction.Forwards, ct: Ct)))
            .OfType<ReadMessage.Entry>().Select(e => e.Event!).Where(e => e.Position > before).ToList();
        var backwards = (await All(Store.ReadAll(Bound.End, 4, Direction.Backwards, ct: Ct))).OfType<ReadMessage.Entry>().Select(e => e.Event!).ToList();

        Assert.Equal([_stream, _stream + "-b", _stream + "-b", _stream], forwards.Select(e => e.Stream));
        Assert.Equal(forwards.Select(e => e.Position).Order().Distinct(), forwards.Select(e => e.Position));
        Assert.Equal(forwards.Select(e => e.Id).Reverse(), backwards.Select(e => e.Id));
    }

    [Fact]
    public async Task A_position_is_included_in_a_read_both_ways()
    {
        await Written(Expected.NoStream, Some(3));
        var middle = (await Read(1, 1))[0];

        foreach (var direction in (Direction[])[Direction.Forwards, Direction.Backwards])
        {
            var found = await All(Store.ReadAll(middle.Position, 1, direction, ct: Ct));
            Assert.Equal(middle.Id, Assert.IsType<ReadMessage.Entry>(found[0]).Event!.Id);
        }
    }

    [Fact]
    public async Task A_filter_chooses_by_prefix_or_pattern_of_stream_or_type()
    {
        await Written(Expected.NoStream, New(type: "order-placed"), New(type: "order-paid"), New(type: "credit-given"));
        await Store.Append([new(_stream + "-b", Expected.NoStream, [New(type: "order-placed")])], Ct);

        Assert.Equal(4, (await Filtered(EventFilter.ByPrefix(FilterOn.Stream, ["nothing-", _stream]))).Count);
        Assert.Equal(1, (await Filtered(EventFilter.ByPrefix(FilterOn.Stream, [_stream + "-"]))).Count);
        Assert.Equal(3, (await Filtered(EventFilter.ByPrefix(FilterOn.Type, ["order-"]))).Count);
        Assert.Equal(2, (await Filtered(EventFilter.ByPattern(FilterOn.Type, "^(credit|order-paid)"))).Count);
        Assert.Equal(3, (await Filtered(EventFilter.ByPattern(FilterOn.Stream, $"{_stream}$"))).Count);
        Assert.Equal(4, (await Filtered(EventFilter.NotSystem)).Count);

        async Task<List<StoredEvent>> Filtered(EventFilter filter) =>
            [.. (await All(Store.ReadAll(0, long.MaxValue, Direction.Forwards, filter, ct: Ct)))
                .OfType<ReadMessage.Entry>().Select(e => e.Event!).Where(e => e.Stream.StartsWith(_stream, StringComparison.Ordinal))];
    }

    [Fact]
    public async Task The_count_of_a_filtered_read_is_of_events_that_pass()
    {
        await Written(Expected.NoStream, New(), New(type: $"{_stream}-x"), New(), New(type: $"{_stream}-x"), New(type: $"{_stream}-x"));

        var found = await All(Store.ReadAll(0, 2, Direction.Forwards, EventFilter.ByPrefix(FilterOn.Type, [_stream]), ct: Ct));

        Assert.Equal([1L, 3L], found.OfType<ReadMessage.Entry>().Select(e => e.Event!.Revision));
    }

    [Fact]
    public async Task A_deleted_stream_is_not_found_and_continues_its_numbering()
    {
        await Written(Expected.NoStream, Some(3));

        Assert.IsType<WriteResult.Written>(await Store.Delete(_stream, Expected.Exactly(2), Ct));
        Assert.Equal<ReadMessage>([new ReadMessage.NotFound(_stream)], await All(Store.ReadStream(_stream, 0, 9, Direction.Forwards, ct: Ct)));
        Assert.True((await Store.ReadMetadata(_stream, Ct)).Metadata.IsDeleted);
        Assert.IsType<WriteResult.StreamDeleted>(await Append(Expected.StreamExists, New()));

        Assert.Equal(3, (await Written(Expected.NoStream, New())).Revision);
        Assert.Equal([3L], (await Read(0)).Select(e => e.Revision));
        Assert.Equal(3, (await Store.ReadMetadata(_stream, Ct)).Metadata.TruncateBefore);
    }

    [Fact]
    public async Task A_deleted_stream_may_be_deleted_again_but_not_at_a_wrong_revision_and_not_before_it_was()
    {
        Assert.Equal(new WriteResult.WrongVersion(Expected.Any, -1), await Store.Delete(_stream, Expected.Any, Ct));
        await Written(Expected.NoStream, New());

        Assert.Equal(new WriteResult.WrongVersion(Expected.Exactly(4), 0), await Store.Delete(_stream, Expected.Exactly(4), Ct));
        Assert.IsType<WriteResult.Written>(await Store.Delete(_stream, Expected.StreamExists, Ct));
        Assert.IsType<WriteResult.Written>(await Store.Delete(_stream, Expected.Any, Ct));
    }

    [Fact]
    public async Task A_tombstoned_stream_is_closed_for_ever()
    {
        await Written(Expected.NoStream, New());
        Assert.Equal(new WriteResult.WrongVersion(Expected.NoStream, 0), await Store.Tombstone(_stream, Expected.NoStream, Ct));

        Assert.IsType<WriteResult.Written>(await Store.Tombstone(_stream, Expected.Exactly(0), Ct));

        foreach (var expected in (Expected[])[Expected.Any, Expected.NoStream, Expected.StreamExists, Expected.Exactly(0)])
        {
            Assert.Equal(new WriteResult.StreamDeleted(_stream), await Append(expected, New()));
            Assert.Equal(new WriteResult.StreamDeleted(_stream), await Store.Delete(_stream, expected, Ct));
            Assert.Equal(new WriteResult.StreamDeleted(_stream), await Store.Tombstone(_stream, expected, Ct));
        }

        Assert.Equal<ReadMessage>([new ReadMessage.Deleted(_stream)], await All(Store.ReadStream(_stream, 0, 1, Direction.Forwards, ct: Ct)));
        Assert.Equal<ReadMessage>([new ReadMessage.Deleted(_stream)], await All(Store.SubscribeStream(_stream, null, ct: Ct)));
    }

    [Fact]
    public async Task A_stream_that_never_was_may_be_tombstoned()
    {
        var closed = Assert.IsType<WriteResult.Written>(await Store.Tombstone(_stream, Expected.NoStream, Ct));

        var found = await All(Store.ReadAll(closed.Position!.Value, 1, Direction.Forwards, ct: Ct));
        var tombstone = Assert.IsType<ReadMessage.Entry>(found[0]).Event!;
        Assert.Equal((StreamMetadata.TombstoneType, Bound.End, _stream), (tombstone.Type, tombstone.Revision, tombstone.Stream));
        Assert.Equal(new WriteResult.StreamDeleted(_stream), await Append(Expected.NoStream, New()));
    }

    [Fact]
    public async Task Metadata_truncates_by_count_and_by_revision_while_all_keeps_the_events()
    {
        var first = await Written(Expected.NoStream, Some(6));

        await Ask(Expected.NoStream, new(MaxCount: 2));
        Assert.Equal([4L, 5L], (await Read(0)).Select(e => e.Revision));
        await Ask(Expected.Exactly(0), new(TruncateBefore: 3));
        Assert.Equal([5L, 4L, 3L], (await Read(Bound.End, 9, Direction.Backwards)).Select(e => e.Revision));
        Assert.Equal(new StreamMetadata(TruncateBefore: 3), (await Store.ReadMetadata(_stream, Ct)).Metadata);

        var kept = await All(Store.ReadAll(0, long.MaxValue, Direction.Forwards, EventFilter.ByPrefix(FilterOn.Stream, [_stream]), ct: Ct));
        Assert.Equal(6, kept.OfType<ReadMessage.Entry>().Count());
        Assert.NotNull(first.Position);
    }

    [Fact]
    public async Task A_stream_truncated_whole_still_stands_and_continues()
    {
        await Written(Expected.NoStream, Some(2));
        await Ask(Expected.NoStream, new(TruncateBefore: 2));

        Assert.Equal<ReadMessage>(
            [new ReadMessage.FirstRevision(2), new ReadMessage.LastRevision(1)], await All(Store.ReadStream(_stream, 0, 9, Direction.Forwards, ct: Ct)));
        Assert.Equal(2, (await Written(Expected.Exactly(1), New())).Revision);
        Assert.Single(await Read(0));
    }

    [Fact]
    public async Task Age_hides_events_and_unreadable_metadata_asks_nothing()
    {
        await Written(Expected.NoStream, New());
        await Ask(Expected.NoStream, new(MaxAge: TimeSpan.Zero));
        Assert.Empty(await Read(0));

        var broken = New(type: StreamMetadata.EventType, data: "{ not json");
        Assert.IsType<WriteResult.Written>((await Store.Append([new(StreamMetadata.StreamOf(_stream), Expected.Exactly(0), [broken])], Ct))[0]);
        Assert.Single(await Read(0));
    }

    [Fact]
    public async Task A_link_is_resolved_if_asked_and_comes_alone_if_its_target_is_lost()
    {
        await Written(Expected.NoStream, Some(2));
        var links = _stream + "-links";
        await Store.Append([new(links, Expected.NoStream, [Link($"1@{_stream}"), Link($"7@{_stream}"), Link("0@nowhere")])], Ct);

        var entries = (await All(Store.ReadStream(links, 0, 9, Direction.Forwards, resolveLinks: true, Ct))).OfType<ReadMessage.Entry>().ToList();

        Assert.Equal((_stream, 1L, links, 0L), (entries[0].Event!.Stream, entries[0].Event!.Revision, entries[0].Link!.Stream, entries[0].Original.Revision));
        Assert.All(entries.Skip(1), e => Assert.Null(e.Event));
        Assert.All(entries.Skip(1), e => Assert.Equal(StreamMetadata.LinkType, e.Link!.Type));

        var raw = (await All(Store.ReadStream(links, 0, 1, Direction.Forwards, ct: Ct))).OfType<ReadMessage.Entry>().Single();
        Assert.Equal(($"1@{_stream}", (StoredEvent?)null), (Encoding.UTF8.GetString(raw.Event!.Data.Span), raw.Link));

        static NewEvent Link(string target) => new(Guid.NewGuid(), StreamMetadata.LinkType, Encoding.UTF8.GetBytes(target), default, IsJson: false);
    }

    async Task Ask(Expected expected, StreamMetadata metadata) =>
        Assert.IsType<WriteResult.Written>(await Store.WriteMetadata(_stream, expected, Guid.NewGuid(), metadata, Ct));
}
