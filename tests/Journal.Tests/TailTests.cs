namespace CrmSuite.Journal.Tests;

/// <summary>Readers of one host share what they ask the log; here the log is a list, so that the moment of every answer is the test's.</summary>
public sealed class TailTests : IDisposable
{
    readonly List<Recorded> log = [];
    readonly SemaphoreSlim answers = new(0);
    int asked;

    [Fact]
    public async Task What_one_reader_was_told_is_not_asked_again_for_another_that_comes_after()
    {
        Settle(3);
        using var tail = new Tail(AtOnce);
        Assert.Equal([0, 1, 2], Numbers(await tail.Read(Position.Start, 10, default)));
        Assert.Equal([0, 1, 2], Numbers(await tail.Read(Position.Start, 10, default)));
        Assert.Equal([1], Numbers(await tail.Read(At(0), 1, default)));
        Assert.Equal(1, asked);
    }

    [Fact]
    public async Task Of_readers_that_come_while_an_answer_is_out_one_asks_for_all_and_sees_what_was_settled_before_they_came()
    {
        using var tail = new Tail(WhenTold);
        var first = tail.Read(Position.Start, 10, default);
        Settle(2); // The first question was asked before this.
        var others = Enumerable.Range(0, 5).Select(_ => tail.Read(Position.Start, 10, default)).ToList();
        answers.Release(2);
        Assert.Empty(await first);
        foreach (var other in others)
        {
            Assert.Equal([0, 1], Numbers(await other));
        }

        Assert.Equal(2, asked);
    }

    [Fact]
    public async Task A_question_that_was_given_up_is_no_answer_to_who_waited_for_it()
    {
        using var tail = new Tail(WhenTold);
        using var end = new CancellationTokenSource();
        var first = tail.Read(Position.Start, 10, default);
        Settle(1);
        var second = tail.Read(Position.Start, 10, end.Token); // Asks when the first is answered, and for the third as well.
        var third = tail.Read(Position.Start, 10, default);
        answers.Release();
        Assert.Empty(await first);
        SpinWait.SpinUntil(() => Volatile.Read(ref asked) == 2, TimeSpan.FromSeconds(30));
        await end.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);
        answers.Release();
        Assert.Equal([0], Numbers(await third));
    }

    [Fact]
    public async Task Who_is_behind_what_is_kept_and_who_wants_more_of_it_asks_for_himself()
    {
        Settle(Tail.Max + 500);
        using var tail = new Tail(AtOnce);
        Assert.Equal(Tail.Max, (await tail.Read(Position.Start, Tail.Max, default)).Count);
        Assert.Equal(500, (await tail.Read(At(Tail.Max - 1), Tail.Max, default)).Count);
        Assert.Equal([0, 1], Numbers(await tail.Read(Position.Start, 2, default)));
        Assert.Equal(Tail.Max + 500, (await tail.Read(Position.Start, Tail.Max + 500, default)).Count);
        Assert.Equal(4, asked);
        Assert.Equal([Tail.Max + 499], Numbers(await tail.Read(At(Tail.Max + 498), 5, default)));
        Assert.Equal(4, asked);
    }

    [Fact]
    public async Task A_reader_ahead_of_all_others_is_told_what_comes_after_him_and_they_miss_nothing()
    {
        Settle(5);
        using var tail = new Tail(AtOnce);
        Assert.Equal([4], Numbers(await tail.Read(At(3), 10, default)));
        Assert.Equal([1, 2, 3, 4], Numbers(await tail.Read(At(0), 10, default)));
        Assert.Empty(await tail.Read(At(4), 10, default));
        Settle(1);
        Assert.Equal([5], Numbers(await tail.Read(At(4), 10, default)));
    }

    [Fact]
    public async Task Readers_at_all_places_see_every_event_once_and_in_order_while_it_grows()
    {
        const int All = 5_000;
        using var tail = new Tail(AtOnce);
        var writer = Task.Run(async () =>
        {
            for (var chance = new Random(1); log.Count < All; await Task.Yield())
            {
                Settle(Math.Min(chance.Next(1, 40), All - log.Count));
            }
        });
        var readers = Enumerable.Range(0, 6).Select(reader => Task.Run(async () =>
        {
            var (chance, next) = (new Random(reader), (long)reader * 300);
            for (var after = reader == 0 ? Position.Start : At(next - 1); next < All; await Task.Yield())
            {
                var page = await tail.Read(after, chance.Next(1, 2 * Tail.Max), default);
                Assert.Equal(Enumerable.Range((int)next, page.Count).Select(number => (long)number), Numbers(page));
                (after, next) = page.Count > 0 ? (page[^1].Position, next + page.Count) : (after, next);
            }

            Assert.Equal(All, next);
        }));
        await Task.WhenAll(readers.Append(writer)).WaitAsync(TimeSpan.FromMinutes(1));
    }

    public void Dispose() => answers.Dispose();

    static Position At(long number) => new(1, number);

    static IEnumerable<long> Numbers(IEnumerable<Recorded> page) => page.Select(entry => entry.Position.Number);

    void Settle(int count)
    {
        lock (log)
        {
            log.AddRange(Enumerable.Range(log.Count, count).Select(number => new Recorded
            {
                Position = At(number),
                Category = "sales.order",
                Id = Guid.Empty,
                Version = number,
                EventId = Guid.Empty,
                Name = "",
                Data = default,
                MetaBytes = default,
                OccurredAt = default,
                RecordedAt = default,
                ContentHash = default,
            }));
        }
    }

    async Task<IReadOnlyList<Recorded>> AtOnce(Position after, int max, CancellationToken ct)
    {
        Interlocked.Increment(ref asked);
        var settled = Settled(after, max);
        await Task.Yield();
        return settled;
    }

    async Task<IReadOnlyList<Recorded>> WhenTold(Position after, int max, CancellationToken ct)
    {
        Interlocked.Increment(ref asked);
        var settled = Settled(after, max);
        await answers.WaitAsync(ct);
        return settled;
    }

    List<Recorded> Settled(Position after, int max)
    {
        lock (log)
        {
            return [.. log.Where(entry => entry.Position > after).Take(max)];
        }
    }
}
