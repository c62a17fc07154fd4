using CrmSuite.Contracts;
using CrmSuite.Contracts.Loyalty;
using CrmSuite.Contracts.Sales;
using Microsoft.Extensions.Logging.Abstractions;

namespace CrmSuite.Journal.Tests.Views;

/// <summary>A snapshot is a cache: it equals folding, or it is not there.</summary>
public sealed class SnapshotsTests : IAsyncLifetime
{
    Shop shop = null!;
    Snapshots snapshots = null!;

    public async ValueTask InitializeAsync()
    {
        shop = await Shop.Open("loyalty");
        snapshots = new(shop.Journal.Database, NullLogger<Snapshots>.Instance);
        await snapshots.StartAsync(default);
    }

    public async ValueTask DisposeAsync()
    {
        await snapshots.StopAsync(default);
        snapshots.Dispose();
        await shop.DisposeAsync();
    }

    [Fact]
    public async Task A_snapshot_equals_the_fold_at_its_version()
    {
        var id = Guid.CreateVersion7();
        var state = Lots.Initial;
        for (var version = 0; version < 50; version++)
        {
            Event fact = version % 5 == 4
                ? new PointsExpired(id, id, state.Open[0].LotId, 1)
                : new PointsAccrued(id, id, Guid.CreateVersion7(), null, version, 0, "test", DateTime.UtcNow, version % 2 == 0 ? null : DateTime.UtcNow, null);
            state = Lots.Evolve(state, fact);
            snapshots.Offer(id, state, version, DateTime.UnixEpoch.AddDays(version));
        }

        var found = await Found<Lots>(id, version: 49);
        Assert.Equal(state.Open, found.State.Open);
        Assert.Equal(DateTime.UnixEpoch.AddDays(49), found.OccurredAt);
    }

    [Fact]
    public async Task An_older_one_never_replaces_a_newer_one_and_another_builds_is_not_read()
    {
        var id = Guid.CreateVersion7();
        snapshots.Offer(id, Lots.Initial, 2_000, DateTime.UnixEpoch);
        await Found<Lots>(id, 2_000);
        snapshots.Offer(id, Lots.Initial, 1_000, DateTime.UnixEpoch);
        var other = Guid.CreateVersion7();
        snapshots.Offer(other, Lots.Initial, 1_000, DateTime.UnixEpoch);
        await Found<Lots>(other, 1_000);
        Assert.Equal(2_000, (await snapshots.Find<Lots>(id, default))!.Version);
        await shop.Ask<int>("update views.snapshots set code = gen_random_uuid() returning 1");
        Assert.Null(await snapshots.Find<Lots>(id, default));
    }

    [Fact]
    public async Task A_state_that_does_not_come_back_from_json_is_not_kept()
    {
        var (lossy, kept) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        snapshots.Offer(lossy, new Lossy("x"), 1_000, DateTime.UnixEpoch);
        snapshots.Offer(kept, Lots.Initial, 1_000, DateTime.UnixEpoch);
        await Found<Lots>(kept, 1_000);
        Assert.Null(await snapshots.Find<Lossy>(lossy, default));
        Assert.False(Snapshots.Keeps<Personal>());
    }

    async Task<Snapshot<TState>> Found<TState>(Guid id, int version) where TState : class, IFold<TState>
    {
        var end = DateTime.UtcNow.AddSeconds(30);
        while (true)
        {
            if (await snapshots.Find<TState>(id, default) is { } found && found.Version == version)
            {
                return found;
            }

            Assert.True(DateTime.UtcNow < end, "No snapshot came.");
            await Task.Delay(10);
        }
    }

    sealed record Lossy(string Word) : IFold<Lossy>
    {
        public string Word { get; } = Word + "!";
        public static string Category => "loyalty.lossy";
        public static Lossy Initial { get; } = new("");
        public static Lossy Evolve(Lossy state, Event fact) => state;
    }

    sealed record Personal(PersonalData? Name) : IFold<Personal>
    {
        public static string Category => "loyalty.personal";
        public static Personal Initial { get; } = new((PersonalData?)null);
        public static Personal Evolve(Personal state, Event fact) => fact is OrderPlaced ? state : state;
    }
}
