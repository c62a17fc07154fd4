using System.Text;
using CrmSuite.EventStore.Client;
using Xunit;

namespace CrmSuite.Testing;

/// <summary>The laws of <see cref="IEventStore"/>. Every implementation passes all of them; streams are named freshly, so a store may be shared.</summary>
public abstract partial class EventStoreContract : IAsyncLifetime
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    readonly CancellationTokenSource _patience = new(Patience);
    readonly string _stream = $"contract-{Guid.NewGuid():n}";

    /// <summary>The store under test; opened for each test.</summary>
    protected IEventStore Store { get; private set; } = null!;

    /// <summary>Ends a test that waits in vain.</summary>
    protected CancellationToken Ct => _patience.Token;

    /// <summary>Opens a store; it may hold events of other tests.</summary>
    protected abstract ValueTask<IEventStore> Open();

    public async ValueTask InitializeAsync() => Store = await Open();

    public virtual ValueTask DisposeAsync()
    {
        _patience.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task Revisions_count_from_zero_and_positions_rise()
    {
        var first = await Written(Expected.NoStream, New(), New());
        var second = await Written(Expected.Exactly(1), New());

        Assert.Equal(1, first.Revision);
        Assert.Equal(2, second.Revision);
        Assert.True(second.Position > first.Position);
    }

    [Fact]
    public async Task Many_streams_are_written_in_one_call_and_a_failing_one_fails_alone()
    {
        var results = await Store.Append(
            [
                new(_stream, Expected.NoStream, [New()]),
                new(_stream + "-b", Expected.Exactly(7), [New()]),
                new(_stream, Expected.Exactly(0), [New(), New()]),
                new(_stream + "-c", Expected.NoStream, [New()]),
            ],
            Ct);

        Assert.Equal(0, Assert.IsType<WriteResult.Written>(results[0]).Revision);
        Assert.Equal(new WriteResult.WrongVersion(Expected.Exactly(7), -1), results[1]);
        Assert.Equal(2, Assert.IsType<WriteResult.Written>(results[2]).Revision);
        Assert.Equal(0, Assert.IsType<WriteResult.Written>(results[3]).Revision);
        Assert.Equal(3, (await Read(0)).Count);
    }

    [Fact]
    public async Task Calls_are_written_in_the_order_they_are_made()
    {
        var calls = Enumerable.Range(-1, 50).Select(r => Store.Append([new(_stream, new Expected(r), [New()])], Ct)).ToArray();

        var results = await Task.WhenAll(calls);

        Assert.Equal(Enumerable.Range(0, 50).Select(i => (long)i), results.Select(r => Assert.IsType<WriteResult.Written>(r[0]).Revision));
    }

    [Fact]
    public async Task Nothing_of_a_refused_write_is_kept()
    {
        await Written(Expected.NoStream, New());

        Assert.Equal(new WriteResult.WrongVersion(Expected.NoStream, 0), await Append(Expected.NoStream, New(), New()));
        Assert.Single(await Read(0));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(0)]
    public async Task A_repeat_at_its_revision_is_recognised_for_ever(long at)
    {
        await Written(Expected.NoStream, New());
        NewEvent[] events = [New(), New()];
        if (at < 0)
        {
            events = [.. (await Read(0)).Select(e => New(e.Id)), .. events];
        }

        var first = await Written(Expected.Exactly(0), events[^2], events[^1]);
        await Written(Expected.Exactly(2), New());

        Assert.Equal(first, await Append(new(at), events));
        Assert.Equal(4, (await Read(0)).Count);
    }

    [Fact]
    public async Task A_repeat_that_differs_later_or_runs_past_the_end_is_a_wrong_version()
    {
        NewEvent[] events = [New(), New()];
        await Written(Expected.NoStream, events);

        Assert.Equal(new WriteResult.WrongVersion(Expected.NoStream, 1), await Append(Expected.NoStream, events[0], New()));
        Assert.Equal(new WriteResult.WrongVersion(Expected.NoStream, 1), await Append(Expected.NoStream, [.. events, New()]));
        Assert.Equal(new WriteResult.WrongVersion(Expected.Exactly(5), 1), await Append(Expected.Exactly(5), New()));
    }

    [Fact]
    public async Task At_the_current_revision_even_known_ids_are_written()
    {
        var same = New();
        await Written(Expected.NoStream, same, same);

        Assert.Equal(2, (await Written(Expected.Exactly(1), same)).Revision);
    }

    [Fact]
    public async Task With_any_a_recent_repeat_answers_for_its_last_event()
    {
        NewEvent[] events = [New(), New(), New()];
        await Written(Expected.Any, events);
        var second = (await Read(0))[1];

        Assert.Equal(2, (await Written(Expected.Any, events)).Revision);
        Assert.Equal(new WriteResult.Written(1, second.Position), await Append(Expected.StreamExists, events[2], events[1]));
        Assert.Equal(3, (await Read(0)).Count);
    }

    [Fact]
    public async Task With_any_a_known_first_and_a_new_later_id_are_a_wrong_version_and_a_new_first_one_is_written_whole()
    {
        NewEvent[] events = [New(), New()];
        await Written(Expected.Any, events);

        Assert.Equal(new WriteResult.WrongVersion(Expected.Any, 1), await Append(Expected.Any, events[0], New()));
        Assert.Equal(3, (await Written(Expected.Any, New(), events[1])).Revision);
    }

    [Fact]
    public async Task The_same_id_in_another_stream_is_another_event()
    {
        var same = New();
        await Written(Expected.NoStream, same);

        var other = await Store.Append([new(_stream + "-b", Expected.NoStream, [same])], Ct);

        Assert.Equal(0, Assert.IsType<WriteResult.Written>(other[0]).Revision);
    }

    [Fact]
    public async Task A_stream_expected_to_exist_must_have_been_written()
    {
        Assert.Equal(new WriteResult.WrongVersion(Expected.StreamExists, -1), await Append(Expected.StreamExists, New()));
        await Written(Expected.NoStream, New());
        Assert.Equal(1, (await Written(Expected.StreamExists, New())).Revision);
    }

    [Fact]
    public async Task An_empty_write_asks_only_whether_the_expectation_holds()
    {
        Assert.Equal(-1, (await Written(Expected.NoStream)).Revision);
        await Written(Expected.NoStream, New());
        Assert.Equal(0, (await Written(Expected.Exactly(0))).Revision);
        Assert.Equal(new WriteResult.WrongVersion(Expected.NoStream, 0), await Append(Expected.NoStream));
    }

    [Fact]
    public async Task A_write_of_the_greatest_size_is_taken_and_a_byte_more_is_refused()
    {
        var room = StreamWrite.BytesMax - New().Bytes;
        var greatest = New() with { Metadata = new byte[room + New().Metadata.Length] };
        var beyond = greatest with { Id = Guid.NewGuid(), Metadata = new byte[greatest.Metadata.Length + 1] };

        Assert.Equal(0, (await Written(Expected.NoStream, greatest)).Revision);
        Assert.Equal(new WriteResult.TooLarge(StreamWrite.BytesMax), await Append(Expected.Exactly(0), beyond));
        Assert.Single(await Read(0));
    }

    [Fact]
    public async Task A_stream_without_a_name_an_event_without_a_type_and_the_name_of_all_are_wrong_uses()
    {
        foreach (var write in (StreamWrite[])
                 [new("", Expected.Any, [New()]), new(_stream, Expected.Any, [New() with { Type = "" }]), new("$all", Expected.Any, [New()])])
        {
            await Assert.ThrowsAnyAsync<ArgumentException>(() => Store.Append([write], Ct));
        }
    }

    [Fact]
    public async Task An_event_is_read_as_it_was_written()
    {
        var before = DateTime.UtcNow.AddMinutes(-5);
        var json = New() with { Metadata = """{"who":"Zoë"}"""u8.ToArray() };
        var binary = New() with { IsJson = false, Data = new byte[] { 0, 255, 7 } };
        var written = await Written(Expected.NoStream, json, binary);

        var read = await Read(0);

        Assert.Equal((json.Id, json.Type, true, _stream, 0L), (read[0].Id, read[0].Type, read[0].IsJson, read[0].Stream, read[0].Revision));
        Assert.Equal(json.Data.ToArray(), read[0].Data.ToArray());
        Assert.Equal(json.Metadata.ToArray(), read[0].Metadata.ToArray());
        Assert.Equal((binary.Id, false, 1L, written.Position), (read[1].Id, read[1].IsJson, read[1].Revision, (long?)read[1].Position));
        Assert.Equal(binary.Data.ToArray(), read[1].Data.ToArray());
        Assert.Equal(DateTimeKind.Utc, read[0].Created.Kind);
        Assert.InRange(read[0].Created, before, DateTime.UtcNow.AddMinutes(5));
    }

    static NewEvent New(Guid? id = null, string type = "thing-happened", string data = "{}") =>
        new(id ?? Guid.NewGuid(), type, Encoding.UTF8.GetBytes(data), ReadOnlyMemory<byte>.Empty);

    static NewEvent[] Some(int count) => [.. Enumerable.Range(0, count).Select(_ => New())];

    static async Task<List<ReadMessage>> All(IAsyncEnumerable<ReadMessage> messages)
    {
        var all = new List<ReadMessage>();
        await foreach (var message in messages)
        {
            all.Add(message);
        }

        return all;
    }

    async Task<WriteResult> Append(Expected expected, params NewEvent[] events) => (await Store.Append([new(_stream, expected, events)], Ct))[0];

    async Task<WriteResult.Written> Written(Expected expected, params NewEvent[] events) =>
        Assert.IsType<WriteResult.Written>(await Append(expected, events));

    async Task<List<StoredEvent>> Read(long from, long count = long.MaxValue, Direction direction = Direction.Forwards) =>
        [.. (await All(Store.ReadStream(_stream, from, count, direction, ct: Ct))).OfType<ReadMessage.Entry>().Select(e => e.Event!)];

    /// <summary>The position of the last event of all, 0 if there is none.</summary>
    async Task<long> Head() =>
        (await All(Store.ReadAll(Bound.End, 1, Direction.Backwards, ct: Ct))).OfType<ReadMessage.Entry>().Select(e => e.Original.Position).FirstOrDefault();
}
