using System.Text;
using CrmSuite.Bus;
using CrmSuite.Contracts;
using CrmSuite.EventStore.Client;
using CrmSuite.EventStore.Ingest;
using CrmSuite.Journal;
using static CrmSuite.EventStore.Tests.Storage.Stores;

namespace CrmSuite.EventStore.Tests.Ingest;

/// <summary>Packs into a store: each fact once, at its revision, in order; after whatever end the store itself says how far it was.</summary>
public sealed class IngesterTests
{
    static readonly CancellationToken None = CancellationToken.None;

    readonly InMemoryEventStore store = new();
    readonly Telling sales = new("sales");
    readonly Telling loyalty = new("loyalty");
    readonly Guid a = Guid.NewGuid();
    readonly Guid b = Guid.NewGuid();

    [Fact]
    public async Task A_fact_stands_in_the_store_with_everything_the_journal_knew_of_it()
    {
        var pack = sales.Tell(a, b);
        using var ingester = await Ready(store);

        await ingester.Handle(pack, None);

        var (fact, stored) = (pack.Entries[1], (await All())[1]);
        Assert.Equal((fact.Stream, 0L, fact.EventId, fact.Name, true), (stored.Stream, stored.Revision, stored.Id, stored.Type, stored.IsJson));
        Assert.Equal(fact.Data.ToArray(), stored.Data.ToArray());
        var beside = StoreMetadata.Parse(stored.Metadata.Span)!;
        Assert.Equal(fact.MetaBytes.ToArray(), Encoding.UTF8.GetBytes(beside.Meta));
        Assert.Equal((fact.OccurredAt, fact.RecordedAt, fact.EventId), (beside.OccurredAt, beside.RecordedAt, beside.EventId));
        Assert.Equal((1L, 1), (beside.PackNo, beside.PackIndex));
        Assert.Equal(fact.ContentHash.ToArray(), beside.ContentHash);
        Assert.Equal(pack.Hash.ToArray(), beside.PackHash);
    }

    [Fact]
    public async Task The_order_of_the_journal_is_the_order_of_the_store()
    {
        using var ingester = await Ready(store);

        await ingester.Handle(sales.Tell(a, b, a, a, b), None);
        await ingester.Handle(sales.Tell(b, a), None);

        var told = sales.Packs.SelectMany(p => p.Entries).Select(e => (e.Stream, (long)e.Version, e.EventId));
        Assert.Equal(told, (await All()).Select(e => (e.Stream, e.Revision, e.Id)));
    }

    [Fact]
    public async Task After_a_restart_the_store_says_how_far_each_department_had_got()
    {
        using (var ingester = await Ready(store))
        {
            await ingester.Handle(sales.Tell(a), None);
            await ingester.Handle(loyalty.Tell(b), None);
            await ingester.Handle(sales.Tell(a, b), None);
        }

        using var again = Telling.Over(store);
        var heads = await again.Recover(None);

        Assert.True(heads["sales"].Same(sales.Head));
        Assert.True(heads["loyalty"].Same(loyalty.Head));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task A_pack_that_was_cut_off_in_the_middle_is_completed_and_nothing_is_written_twice(int writesBeforeTheEnd)
    {
        using (var ingester = await Ready(store))
        {
            await ingester.Handle(sales.Tell(a), None);
        }

        var cut = sales.Tell(a, b, a, b);
        using (var dying = await Ready(new DyingStore(store, writesBeforeTheEnd)))
        {
            await Assert.ThrowsAsync<IOException>(() => dying.Handle(cut, None));
        }

        using var again = Telling.Over(store);
        var heads = await again.Recover(None);
        Assert.Equal(writesBeforeTheEnd == 4 ? 2 : 1, heads["sales"].No);
        await again.Handle(loyalty.Tell(Guid.NewGuid()), None);
        await again.Handle(cut, None);
        await again.Handle(sales.Tell(b), None);

        Assert.Equal(
            sales.Packs.SelectMany(p => p.Entries).Select(e => e.EventId),
            (await All()).Where(e => e.Stream.StartsWith("sales.", StringComparison.Ordinal)).Select(e => e.Id));
        using var third = Telling.Over(store);
        Assert.True((await third.Recover(None))["sales"].Same(sales.Head));
    }

    [Fact]
    public async Task Other_content_where_a_fact_belongs_stops_that_department_before_anything_of_the_pack_is_written()
    {
        var pack = sales.Tell(a, b);
        var other = sales.Fact(b, 0, "{}");
        await store.Append([new(other.Stream, Expected.NoStream, [new(other.EventId, other.Name, other.Data, default)])], None);
        using var ingester = await Ready(store);

        await Assert.ThrowsAsync<DivergenceException>(() => ingester.Handle(pack, None));
        await ingester.Handle(loyalty.Tell(a), None);

        Assert.Equal([other.Stream, $"loyalty.thing-{a}"], (await All()).Select(e => e.Stream));
    }

    [Fact]
    public async Task The_same_id_with_other_content_is_a_divergence_too()
    {
        var pack = sales.Tell(a);
        var fact = pack.Entries[0];
        var forged = Telling.Beside(fact, pack);
        await store.Append([new(fact.Stream, Expected.NoStream, [new(fact.EventId, fact.Name, "{}"u8.ToArray(), forged.ToBytes())])], None);
        using var ingester = Telling.Over(store);
        await ingester.Recover(None);

        await Assert.ThrowsAsync<DivergenceException>(() => ingester.Handle(pack, None));
    }

    [Fact]
    public async Task What_the_store_lacks_before_a_fact_is_a_divergence()
    {
        sales.Next(a);
        using var ingester = await Ready(store);

        await Assert.ThrowsAsync<DivergenceException>(() => ingester.Handle(sales.Tell(a), None));
    }

    [Fact]
    public async Task A_department_whose_chain_is_broken_in_the_store_is_stopped_and_the_others_flow()
    {
        using (var ingester = await Ready(store))
        {
            await ingester.Handle(sales.Tell(a), None);
            await ingester.Handle(loyalty.Tell(b), None);
        }

        var stray = sales.Fact(b, 0, "{}");
        await store.Append([new(stray.Stream, Expected.NoStream, [new(stray.EventId, stray.Name, stray.Data, default)])], None);

        using var again = Telling.Over(store);
        var heads = await again.Recover(None);
        Assert.True(heads["sales"].Same(sales.Head));
        await Assert.ThrowsAsync<DivergenceException>(() => again.Handle(sales.Tell(a), None));
        await again.Handle(loyalty.Tell(b), None);
        Assert.Equal(2, (await All()).Count(e => e.Stream.StartsWith("loyalty.", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Recovery_begins_at_what_was_signed_and_from_the_first_event_if_the_store_no_longer_holds_it()
    {
        var (heads, kept) = Telling.Signing();
        using (var ingester = await Ready(store, heads))
        {
            await ingester.Handle(sales.Tell(a), None);
            await ingester.Handle(loyalty.Tell(b), None);
            await ingester.Sign(None);
            await ingester.Sign(None);
            await ingester.Handle(sales.Tell(a, b), None);
        }

        Assert.Single(kept.Kept);
        using var again = Telling.Over(store, heads);
        Assert.True((await again.Recover(None))["sales"].Same(sales.Head));
        Assert.True((await again.Recover(None))["loyalty"].Same(loyalty.Head));

        using var emptied = Telling.Over(new InMemoryEventStore(), heads);
        Assert.Empty(await emptied.Recover(None));
        await emptied.Handle(sales.Packs[0], None);
    }

    static async Task<Ingester> Ready(IEventStore store, SignedHeads? signed = null)
    {
        var ingester = Telling.Over(store, signed);
        await ingester.Recover(None);
        return ingester;
    }

    Task<List<StoredEvent>> All() => Entries(store.ReadAll(0, long.MaxValue, Direction.Forwards));
}
