using CrmSuite.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace CrmSuite.Journal.Tests;

public sealed class LeaderTests
{
    [Fact]
    public async Task What_is_done_alone_waits_for_another_replica_and_gives_its_turn_back_whatever_becomes_of_it()
    {
        await using var journal = await JournalDatabase.Create("sales");
        await using var database = NpgsqlDataSource.Create(journal.ConnectionString);
        var leader = new Leader(journal.ConnectionString, NullLogger<Leader>.Instance);
        await using var other = await database.OpenConnectionAsync();
        await other.Sql("select pg_advisory_lock(hashtextextended('link', 0))").Run(default);

        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(120));
        var done = leader.Alone("link", () => Task.FromResult(1), default);
        while (!await database.Sql("""
            select exists (select from pg_locks where locktype = 'advisory' and not granted and database = (select oid from pg_database where datname = current_database()))
            """).Value<bool>(default))
        {
            await Task.Delay(10, patience.Token);
        }

        Assert.False(done.IsCompleted);
        await other.Sql("select pg_advisory_unlock(hashtextextended('link', 0))").Run(default);
        Assert.Equal(1, await done);
        await Assert.ThrowsAsync<InvalidOperationException>(() => leader.Alone<int>("link", () => throw new InvalidOperationException(), default));
        Assert.Equal(2, await leader.Alone("link", () => Task.FromResult(2), default));
    }

    [Fact]
    public async Task Two_at_once_are_done_one_after_the_other()
    {
        await using var journal = await JournalDatabase.Create("sales");
        var leader = new Leader(journal.ConnectionString, NullLogger<Leader>.Instance);
        var inside = 0;
        var most = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => leader.Alone("link", async () =>
        {
            var now = Interlocked.Increment(ref inside);
            await Task.Yield();
            Interlocked.Decrement(ref inside);
            return now;
        }, default)));
        Assert.All(most, now => Assert.Equal(1, now));
    }
}
