using System.Security.Cryptography;
using CrmSuite.Bus;
using CrmSuite.EventStore.Client;
using CrmSuite.EventStore.Ingest;
using CrmSuite.EventStore.Storage;
using CrmSuite.Journal;
using Npgsql;
using static CrmSuite.EventStore.Tests.Storage.Stores;

namespace CrmSuite.EventStore.Tests.Ingest;

/// <summary>Whatever is done to the rows behind the store's back, verification names the first bad event.</summary>
public sealed class VerificationTests : IAsyncLifetime
{
    static readonly CancellationToken None = CancellationToken.None;

    readonly Telling sales = new("sales");
    readonly Telling loyalty = new("loyalty");
    readonly Guid a = Guid.NewGuid();
    readonly Guid b = Guid.NewGuid();
    readonly ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    readonly string file = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid()}.jsonl");
    string database = "";
    PostgresEventStore store = null!;
    SignedHeads heads = null!;

    public async ValueTask InitializeAsync()
    {
        database = await Database();
        store = await Start(database);
        heads = new(key, [store.SignedHeads, new HeadFile(file)]);
        using var ingester = Telling.Over(store, heads);
        await ingester.Recover(None);
        await store.Append([new("$system", Expected.NoStream, [New() with { Type = "$noted" }]), new("foreign-1", Expected.NoStream, [New()])], None);
        await ingester.Handle(sales.Tell(a, b, a), None);
        await ingester.Handle(loyalty.Tell(a), None);
        await ingester.Sign(None);
        await ingester.Handle(sales.Tell(b, a), None);
        await ingester.Sign(None);
    }

    public async ValueTask DisposeAsync()
    {
        await store.DisposeAsync();
        key.Dispose();
        File.Delete(file);
    }

    [Fact]
    public async Task An_untouched_history_is_as_it_was() => Assert.Equal(new Findings(6, 3, 4, null), await Verify());

    [Fact]
    public async Task A_flipped_byte_of_the_data_names_the_event()
    {
        await Execute("update store.events set data = set_byte(data, 5, get_byte(data, 5) # 1) where position = 4");

        await Named(sales.Packs[0].Entries[1], "its content does not have its hash");
    }

    [Fact]
    public async Task A_flipped_byte_of_the_meta_names_the_event()
    {
        await Execute("update store.events set metadata = convert_to(replace(convert_from(metadata, 'UTF8'), 'test', 'tesu'), 'UTF8') where position = 4");

        await Named(sales.Packs[0].Entries[1], "its content does not have its hash");
    }

    [Fact]
    public async Task A_changed_type_names_the_event()
    {
        await Execute("update store.events set type = 'sales.thing-denied.1' where position = 7");

        await Named(sales.Packs[1].Entries[0], "its content does not have its hash");
    }

    [Fact]
    public async Task A_fact_rewritten_together_with_its_hash_names_the_pack_that_does_not_come_to_its_own()
    {
        var forged = sales.Fact(a, 0, """{"thingId":"forged"}""");
        var whole = Telling.Beside(forged, sales.Packs[0]);
        await Execute("update store.events set data = $1, metadata = $2, id = $3 where position = 3", forged.Data.ToArray(), whole.ToBytes(), forged.EventId);

        await Named(sales.Packs[1].Entries[0], "pack does not have its hash");
    }

    [Fact]
    public async Task A_lost_event_names_the_one_that_stands_in_its_place()
    {
        await Execute("delete from store.events where position = 4");

        await Named(sales.Packs[0].Entries[2], "stands where");
    }

    [Fact]
    public async Task A_cut_end_is_missed_by_what_was_signed()
    {
        await Execute("delete from store.events where position > 6");

        Assert.Equal("Pack 2 of sales was signed and is not there: the end of the history is cut off.", (await Verify()).FirstBad);
    }

    [Fact]
    public async Task A_history_told_anew_with_right_hashes_is_not_the_one_that_was_signed()
    {
        await Execute("truncate store.events, store.streams, store.heads");
        var retold = new Telling("sales");
        await store.StopAsync(None);
        await using var fresh = await Start(database, "fresh");
        using var ingester = Telling.Over(fresh);
        await ingester.Recover(None);
        await ingester.Handle(retold.Tell(a, b, a), None);

        await Named(retold.Packs[0].Entries[2], "pack 1, which it ends, is not the one that was signed");
    }

    [Fact]
    public async Task A_head_that_another_key_signed_is_told()
    {
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);

        var bad = (await Verification.Run(store, new(other, [new HeadFile(file)]), None)).FirstBad;
        Assert.Contains("was not signed with this key", bad, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_line_of_the_file_that_was_changed_is_told()
    {
        var lines = await File.ReadAllLinesAsync(file);
        var changed = lines[0].Replace("""\"no\":1""", """\"no\":9""", StringComparison.Ordinal);
        Assert.NotEqual(lines[0], changed);
        await File.WriteAllLinesAsync(file, [changed, .. lines[1..]]);

        Assert.Equal("Signed head 3 was not signed with this key.", (await Verify()).FirstBad);
    }

    Task<Findings> Verify() => Verification.Run(store, heads, None);

    async Task Named(Recorded fact, string what)
    {
        var bad = (await Verify()).FirstBad;
        Assert.NotNull(bad);
        Assert.Contains($"revision {fact.Version} of {fact.Stream},", bad, StringComparison.Ordinal);
        Assert.Contains(what, bad, StringComparison.Ordinal);
    }

    async Task Execute(string sql, params object[] values)
    {
        await using var connection = new NpgsqlConnection(database);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        foreach (var value in values)
        {
            command.Parameters.Add(new() { Value = value });
        }

        await command.ExecuteNonQueryAsync();
    }
}
