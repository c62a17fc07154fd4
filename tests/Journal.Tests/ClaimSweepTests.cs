using CrmSuite.Contracts;
using CrmSuite.Testing;

namespace CrmSuite.Journal.Tests;

/// <summary>What callers may repeat for seven days is forgotten then; what the machinery may meet again at any time is not.</summary>
public sealed class ClaimSweepTests : IAsyncLifetime
{
    readonly Guid tab = Guid.CreateVersion7();
    JournalDatabase journal = null!;

    public async ValueTask InitializeAsync() => journal = await JournalDatabase.Create("sales");

    public async ValueTask DisposeAsync() => await journal.DisposeAsync();

    [Fact]
    public async Task Only_keys_of_callers_that_are_older_than_seven_days_are_forgotten()
    {
        var (old, young) = (Tab.Cause("old key") with { Fingerprint = [1] }, Tab.Cause("young key") with { Fingerprint = [1] });
        var row = Tab.Cause("import row");
        var reaction = Cause.Rule("WhenSomething", Ids.Derive("test", "reaction"), DateTime.UtcNow);
        foreach (var cause in (Cause[])[old, young, row, reaction])
        {
            await Pay(cause);
        }

        await journal.Database.Sql("update journal.claims set claimed_at = claimed_at - interval '7 days 1 second' where command_id <> $1", young.CommandId).Run(default);
        await journal.Database.Sql("update journal.claims set claimed_at = claimed_at - interval '6 days 23 hours' where command_id = $1", young.CommandId).Run(default);
        using var sweep = Sweep();
        Assert.Equal(1, await sweep.Sweep(default));
        Assert.Equal(0, await sweep.Sweep(default));
        Assert.All((Outcome[])[await Pay(young), await Pay(row), await Pay(reaction)], outcome => Assert.True(Assert.IsType<Outcome.Accepted>(outcome).Repeated));

        // The key is new again: it is decided on what is there, which says "already so".
        var again = Assert.IsType<Outcome.Accepted>(await Pay(old));
        Assert.Equal((0, false), (again.Added, again.Repeated));
    }

    [Fact]
    public async Task Many_are_deleted_in_chunks()
    {
        await Old(ClaimSweep.ChunkMax * 2 + 1);
        using var sweep = Sweep();
        foreach (var left in (int[])[ClaimSweep.ChunkMax, ClaimSweep.ChunkMax, 1, 0])
        {
            Assert.Equal(left, await sweep.Sweep(default));
        }
    }

    [Fact]
    public async Task The_leader_sweeps_until_nothing_old_is_left()
    {
        await Old(ClaimSweep.ChunkMax + 1);
        using var sweep = Sweep();
        await sweep.StartAsync(default);
        var end = DateTime.UtcNow.AddSeconds(60);
        while (await journal.Database.Sql("select count(*) from journal.claims").Value<long>(default) > 0)
        {
            Assert.True(DateTime.UtcNow < end, "Nobody swept.");
            await Task.Delay(20);
        }

        await sweep.StopAsync(default);
    }

    ClaimSweep Sweep() => new(journal.Database, journal.Leader);

    Task<Outcome> Pay(Cause cause) => journal.Journal.Decide<Tab>(tab, cause, state => state.Pay(tab, cause.CommandId), default);

    Task<int> Old(int count) => journal.Database.Sql("""
        insert into journal.claims (command_id, fingerprint, noun, id, version, added, claimed_at)
        select gen_random_uuid(), '\x01', 'tab', gen_random_uuid(), 0, 1, now() - interval '8 days' from generate_series(1, $1)
        """, count).Run(default);
}
