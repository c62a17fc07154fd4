using CrmSuite.Contracts;
using CrmSuite.Contracts.Loyalty;
using CrmSuite.Journal;
using CrmSuite.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace CrmSuite.Views.Tests;

/// <summary>What falls due is decided once, as of its time, however many leaders there are and however late they come.</summary>
public sealed class DueTests : IAsyncLifetime
{
    static readonly DateTime Base = new(2024, 3, 1, 0, 0, 0, DateTimeKind.Utc);
    static readonly ViewDeclaration Expiries = ViewDeclaration.Of<DueRow<Lots>, DueView<Lots, LotExpiry>>();
    readonly DrivenTime time = new() { Now = Base };
    Shop shop = null!;

    public async ValueTask InitializeAsync() => shop = await Shop.Open("loyalty");

    public async ValueTask DisposeAsync() => await shop.DisposeAsync();

    [Fact]
    public async Task Each_item_is_decided_once_at_its_own_time_by_two_leaders_at_once()
    {
        var accounts = await Accrue(accounts: 20, lots: 4);
        var runner = shop.Start(Expiries);
        // Two that both believe they lead: locks of two names.
        using var one = await Work(runner, "one");
        using var two = await Work(runner, "two");
        time.Now = Base.AddDays(2.5);
        await Until(40);
        time.Now = Base.AddDays(30);
        await Until(80);
        Assert.Equal(80, await shop.Ask<long>("select count(distinct data->>'lotId') from journal.events where name = 'loyalty.points-expired.1'"));
        // Business time is when it fell due, not when somebody came.
        Assert.Equal(0, await shop.Ask<long>("""
            select count(*) from journal.events e join journal.events a on a.id = e.id and a.name = 'loyalty.points-accrued.1' and a.data->>'lotId' = e.data->>'lotId'
            where e.name = 'loyalty.points-expired.1' and e.occurred_at <> (a.data->>'expiresAt')::timestamptz
            """));
        Assert.Equal(20, accounts.Count);
        await shop.CaughtUp(runner, Expiries);
        await shop.Law<DueRow<Lots>, DueView<Lots, LotExpiry>>();
    }

    [Fact]
    public async Task A_loop_that_comes_late_catches_up_in_order()
    {
        await Accrue(accounts: 3, lots: 6);
        time.Now = Base.AddDays(400);
        var runner = shop.Start(Expiries);
        using var late = await Work(runner, "late");
        await Until(18);
        Assert.True(await shop.Ask<bool>("""
            select bool_and(occurred_at > coalesce(before, '-infinity')) from
                (select occurred_at, lag(occurred_at) over (partition by id order by version) as before from journal.events where name = 'loyalty.points-expired.1') as each
            """));
    }

    [Fact]
    public async Task What_is_refused_stays_on_the_list_and_holds_nobody_up()
    {
        var unlucky = await Account(13, Base.AddDays(1));
        await Account(5, Base.AddDays(2));
        var runner = shop.Start(Expiries);
        using var work = await Work(runner, "refused");
        time.Now = Base.AddDays(3);
        await Until(1);
        await shop.CaughtUp(runner, Expiries);
        Assert.Equal([new DueItem("loyalty.lots", unlucky, "expiry", Base.AddDays(1))], await work.Open(time.Now.UtcDateTime, null, 10, default));
        Assert.Empty(await work.Open(Base, null, 10, default));
    }

    [Fact]
    public async Task A_driven_clock_holds_back_what_falls_due_later_until_it_is_moved_or_left_alone()
    {
        time.Now = Base.AddDays(400);
        var runner = shop.Start(Expiries);
        using var work = await Work(runner, "driven");
        await work.Drive(Base.AddDays(2.5), default);
        await Accrue(accounts: 2, lots: 6);
        await Until(4);
        await work.Drive(Base.AddDays(4.5), default);
        await Until(8);
        await shop.CaughtUp(runner, Expiries);
        Assert.Equal(2, (await work.Open(time.Now.UtcDateTime, null, 10, default)).Count); // The next item of each account.

        await shop.Ask<DateTime>("update views.due_clock set moved_at = moved_at - interval '11 minutes' returning until");
        Assert.Equal(time.Now.UtcDateTime, await work.Clock(default));
        await Until(12);
    }

    [Fact]
    public async Task An_item_between_two_microseconds_is_decided_when_it_is_due_and_not_before()
    {
        await Account(5, Base.AddDays(1).AddTicks(3));
        var runner = shop.Start(Expiries);
        using var work = await Work(runner, "fine");
        time.Now = Base.AddDays(2);
        await Until(1);
        Assert.Equal(Base.AddDays(1).AddTicks(10), await shop.Ask<DateTime>("select occurred_at from journal.events where name = 'loyalty.points-expired.1'"));
        await shop.CaughtUp(runner, Expiries);
        Assert.Empty(await work.Open(time.Now.UtcDateTime, null, 10, default));
    }

    async Task<DueWork> Work(ViewRunner runner, string name)
    {
        await shop.CaughtUp(runner, Expiries);
        var leader = new Leader(shop.Journal.ConnectionString, NullLogger<Leader>.Instance);
        var work = new DueWork(leader, runner, new(), shop.Journal.Database, shop.Journal.Journal, time, [DueKind.Of<Lots, LotExpiry>()], NullLogger<DueWork>.Instance) { LeadsAs = name };
        await work.StartAsync(default);
        return work;
    }

    async Task<IReadOnlyList<Guid>> Accrue(int accounts, int lots) => await Task.WhenAll(Enumerable.Range(0, accounts).Select(async _ =>
    {
        var account = Guid.CreateVersion7();
        for (var lot = 1; lot <= lots; lot++)
        {
            await Account(lot, Base.AddDays(lot), account);
        }

        return account;
    }));

    async Task<Guid> Account(long points, DateTime expires, Guid? existing = null)
    {
        var account = existing ?? Guid.CreateVersion7();
        var cause = new Cause(Guid.CreateVersion7(), new("staff", "tester"), Guid.CreateVersion7(), At: Base) { AtLeastLast = true, IsClaimed = false };
        var accrued = new PointsAccrued(account, account, Guid.CreateVersion7(), null, points, 0, "test", Base, expires, null);
        Assert.IsType<Outcome.Accepted>(await shop.Journal.Journal.Decide<Lots>(account, cause, _ => accrued, default));
        return account;
    }

    async Task Until(long expired)
    {
        var end = DateTime.UtcNow.AddSeconds(60);
        while (await shop.Ask<long>("select count(*) from journal.events where name = 'loyalty.points-expired.1'") is var count && count != expired)
        {
            Assert.True(DateTime.UtcNow < end && count < expired, $"{count} of {expired} expired.");
            await Task.Delay(20);
        }
    }

    sealed class DrivenTime : TimeProvider
    {
        public DateTimeOffset Now { get; set; }

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
