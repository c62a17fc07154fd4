using System.Collections.Immutable;
using System.Text.Json;
using CrmSuite.Contracts;
using CrmSuite.Contracts.Loyalty;
using CrmSuite.Contracts.Sales;
using CrmSuite.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace CrmSuite.Journal.Tests;

/// <summary>A snapshot is a cache: it equals folding, or it is not there.</summary>
public sealed class SnapshotsTests : IAsyncLifetime
{
    JournalDatabase journal = null!;
    Snapshots snapshots = null!;

    public async ValueTask InitializeAsync()
    {
        journal = await JournalDatabase.Create("loyalty");
        snapshots = new(journal.Database, NullLogger<Snapshots>.Instance);
        await snapshots.StartAsync(default);
    }

    public async ValueTask DisposeAsync()
    {
        await snapshots.StopAsync(default);
        snapshots.Dispose();
        await journal.DisposeAsync();
    }

    [Fact]
    public async Task A_snapshot_equals_the_fold_at_its_version()
    {
        var id = Guid.CreateVersion7();
        var state = Lots.Initial;
        for (var version = 0; version < 150; version++)
        {
            Event fact = version % 5 == 4
                ? new PointsExpired(id, id, state.Open[0].LotId, 1)
                : new PointsAccrued(id, id, Guid.CreateVersion7(), null, version, 0, "test", DateTime.UtcNow, version % 2 == 0 ? null : DateTime.UtcNow, null);
            state = Lots.Evolve(state, fact);
            snapshots.Offer(id, state, version, DateTime.UnixEpoch.AddDays(version));
        }

        var found = await Found<Lots>(id, version: 149);
        Assert.Equal(state.Open, JsonSerializer.Deserialize<Lots>(found.Snapshot, Json.Stored)!.Open);
        Assert.Equal(DateTime.UnixEpoch.AddDays(149), found.Last);
    }

    [Fact]
    public async Task Loading_and_deciding_with_a_snapshot_equal_folding_from_the_first_event()
    {
        var id = Guid.CreateVersion7();
        await Accrue(id, 700);
        await Accrue(id, 600);
        await Folded(id);
        await Found<Lots>(id, version: 1_299);
        Assert.Empty((await Find<Lots>(id)).Events);
        await Folded(id);
        await Accrue(id, 300);
        Assert.Equal(300, (await Find<Lots>(id)).Events.Count);
        await Folded(id);

        // A lower version than the snapshot's: as of an instant it is folded from the first event.
        var events = await Journal.Read<Lots>(id, default);
        var (then, version) = await Journal.Load<Lots>(id, default, events[699].OccurredAt);
        Assert.Equal((700, 699), (then.Open.Count, version));
    }

    [Fact]
    public async Task What_was_folded_before_stays_in_memory_and_what_others_added_since_is_loaded()
    {
        var id = Guid.CreateVersion7();
        await Accrue(id, 2);
        await Folded(id);
        Assert.Equal((1, -1), (snapshots.Find<Lots>(id)!.Version, snapshots.Find<Lots>(id)!.Row));
        using var others = new Snapshots(journal.Database, NullLogger<Snapshots>.Instance);
        var other = new Journal(new(journal.Database), new(journal.Database, journal.Log), journal.Log, journal.Sealing, others);
        Assert.IsType<Outcome.Accepted>(await other.Decide<Lots>(id, Tab.Cause(), _ => Decision.Create(Accrued(id, 3)), default));
        await Folded(id);
        Assert.Equal(4, snapshots.Find<Lots>(id)!.Version);
        await Accrue(id, 120);
        await Folded(id);
        Assert.Equal((124, 124), (snapshots.Find<Lots>(id)!.Version, snapshots.Find<Lots>(id)!.Row));
        await Found<Lots>(id, version: 124);
    }

    [Fact]
    public async Task A_stream_with_personal_fields_is_never_kept()
    {
        var (personal, plain) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        var cause = Tab.Cause() with { Basis = new("contract", "delivery") };
        Assert.IsType<Outcome.Accepted>(await Journal.Decide<Tab>(personal, cause, state => state.Rename(personal, "Ilze"), default));
        foreach (var tab in (Guid[])[personal, plain])
        {
            var paid = Enumerable.Range(0, Snapshots.EventsMin - 1).Select(_ => new OrderPaymentReceived(tab, tab, Guid.CreateVersion7(), new(1, "EUR"))).ToArray();
            Assert.IsType<Outcome.Accepted>(await Journal.Decide<Tab>(tab, Tab.Cause(), _ => Decision.Create(paid), default));
            await Journal.Decide<Tab>(tab, Tab.Cause(), state => state.Pay(tab, Guid.CreateVersion7()), default);
        }

        // Offers are written in order: when the second is there, the first would be.
        Assert.Equal(Snapshots.EventsMin, (await Journal.Load<Tab>(personal, default)).Version);
        Assert.Equal(Snapshots.EventsMin - 1, (await Journal.Load<Tab>(plain, default)).Version);
        await Found<Tab>(plain, version: Snapshots.EventsMin - 1);
        Assert.Null((await Find<Tab>(personal)).Snapshot);
        Assert.Null(snapshots.Find<Tab>(personal));
        Assert.Equal(["Ilze"], (await Journal.Load<Tab>(personal, default)).State.Names);
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
        Assert.Equal(2_000, (await Find<Lots>(id)).Version);
        await journal.Database.Sql("update views.snapshots set code = gen_random_uuid()").Run(default);
        Assert.Null((await Find<Lots>(id)).Snapshot);
    }

    [Fact]
    public async Task A_state_that_does_not_come_back_from_json_is_not_kept()
    {
        var (lossy, kept) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        snapshots.Offer(lossy, new Lossy("x"), 1_000, DateTime.UnixEpoch);
        snapshots.Offer(kept, Lots.Initial, 1_000, DateTime.UnixEpoch);
        await Found<Lots>(kept, 1_000);
        Assert.Null((await Find<Lossy>(lossy)).Snapshot);
        Assert.Equal(Guid.Empty, Snapshots.CodeOf<Personal>());
    }

    Journal Journal => new(new(journal.Database), new(journal.Database, journal.Log), journal.Log, journal.Sealing, snapshots);

    async Task Accrue(Guid id, int lots)
    {
        Assert.IsType<Outcome.Accepted>(await Journal.Decide<Lots>(id, Tab.Cause(), _ => Decision.Create(Accrued(id, lots)), default));
    }

    static PointsAccrued[] Accrued(Guid id, int lots) =>
        [.. Enumerable.Range(0, lots).Select(lot => new PointsAccrued(id, id, Guid.CreateVersion7(), null, lot, 0, "test", DateTime.UnixEpoch, null, null))];

    /// <summary>What is loaded and what a decision sees, against the fold from the first event.</summary>
    async Task Folded(Guid id)
    {
        var events = await Journal.Read<Lots>(id, default);
        var (state, version) = await Journal.Load<Lots>(id, default);
        var decided = Lots.Initial;
        await Journal.Decide<Lots>(id, Tab.Cause(), state =>
        {
            decided = state;
            return [];
        }, default);
        var folded = events.Aggregate(Lots.Initial, (lots, entry) => Lots.Evolve(lots, entry.Event));
        Assert.Equal(folded.Open, state.Open);
        Assert.Equal(folded.Open, decided.Open);
        Assert.Equal(events[^1].Version, version);
    }

    Task<Loaded> Find<TState>(Guid id) where TState : class, IFold<TState> =>
        new Loader(journal.Database).Run(TState.Category, id, Guid.Empty, Snapshots.CodeOf<TState>());

    async Task<Loaded> Found<TState>(Guid id, int version) where TState : class, IFold<TState>
    {
        var end = DateTime.UtcNow.AddSeconds(120);
        while (true)
        {
            if (await Find<TState>(id) is { Snapshot: not null, Events.Count: 0 } found && found.Version == version)
            {
                return found;
            }

            Assert.True(DateTime.UtcNow < end, "No snapshot came.");
            await Task.Delay(10);
        }
    }

    /// <summary>A state that grows, so that a fold takes long.</summary>
    sealed record Lots(ImmutableList<PointsAccrued> Open) : IFold<Lots>
    {
        public static string Category => "loyalty.lots";
        public static Lots Initial { get; } = new([]);

        public static Lots Evolve(Lots state, Event fact) => fact switch
        {
            PointsAccrued e => new(state.Open.Add(e)),
            PointsExpired e => new(state.Open.RemoveAll(lot => lot.LotId == e.LotId)),
            _ => state,
        };
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
