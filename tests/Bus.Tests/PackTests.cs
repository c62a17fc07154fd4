using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using CrmSuite.Contracts;
using CrmSuite.Journal;
using FsCheck;
using FsCheck.Fluent;

namespace CrmSuite.Bus.Tests;

public sealed class PackTests
{
    [Fact]
    public void Any_journal_cut_anywhere_is_one_chain_and_reads_back_the_same() =>
        Prop.ForAll(Texts().ToArbitrary(), texts =>
        {
            var entries = texts.Select(Entry).ToList();
            var head = PackHead.None;
            for (var rest = entries; rest.Count > 0;)
            {
                var pack = Pack.Next("sales", head, Pack.Fitting(rest));
                var read = CloudEvents.Read(CloudEvents.Write(pack), "sales").Single();

                Assert.True(pack.Follows(head));
                Assert.True(read.Follows(head));
                Assert.Equal(pack.Entries.Select(Told), read.Entries.Select(Told));
                Assert.False(read.Follows(pack.Head));
                (head, rest) = (read.Head, rest[pack.Entries.Count..]);
            }
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Leaving_out_adding_or_swapping_an_event_breaks_the_chain()
    {
        var pack = Pack.Next("sales", PackHead.None, [Entry("a", 0), Entry("b", 1), Entry("c", 2)]);

        Assert.False((pack with { Entries = [pack.Entries[0], pack.Entries[1]] }).Follows(PackHead.None));
        Assert.False((pack with { Entries = [.. pack.Entries, Entry("d", 3)] }).Follows(PackHead.None));
        Assert.False((pack with { Entries = [pack.Entries[1], pack.Entries[0], pack.Entries[2]] }).Follows(PackHead.None));
        Assert.False((pack with { No = 2 }).Follows(PackHead.None));
    }

    [Fact]
    public void A_pack_ends_at_a_hundred_events_or_256_KB_and_holds_a_larger_event_alone()
    {
        var small = Enumerable.Range(0, 150).Select(i => Entry("x", i)).ToList();
        var large = Enumerable.Range(0, 10).Select(i => Entry(new string('x', 60_000), i)).ToList();
        var huge = Entry(new string('x', Pack.BytesMax + 1), 0);

        Assert.Equal(Pack.EventsMax, Pack.Fitting(small).Count);
        Assert.Equal(4, Pack.Fitting(large).Count);
        Assert.Single(Pack.Fitting([huge, .. small]));
    }

    [Theory]
    [InlineData("id"), InlineData("type"), InlineData("subject"), InlineData("data"), InlineData("meta"), InlineData("contenthash"), InlineData("streamversion")]
    public void A_batch_that_lacks_or_changes_an_attribute_is_refused(string attribute)
    {
        var batch = JsonNode.Parse(CloudEvents.Write(Pack.Next("sales", PackHead.None, [Entry("a", 0)])))!.AsArray();
        var other = attribute is "id" or "streamversion" ? JsonValue.Create("x") : JsonNode.Parse("{\"another\":1}");
        var changed = batch.DeepClone().AsArray();
        changed[0]![attribute] = attribute is "data" ? other : JsonValue.Create("other.x-y.1");

        Assert.Throws<FormatException>(() => CloudEvents.Read(Encoding.UTF8.GetBytes(changed.ToJsonString()), "sales"));
        if (attribute != "id")
        {
            batch[0]!.AsObject().Remove(attribute);
            Assert.Throws<FormatException>(() => CloudEvents.Read(Encoding.UTF8.GetBytes(batch.ToJsonString()), "sales"));
        }
    }

    [Theory]
    [InlineData(""), InlineData("["), InlineData("{}"), InlineData("[1]"), InlineData("[{}]"), InlineData("[]x"), InlineData("\u0000"), InlineData("[{\"id\":7}]")]
    public void A_body_that_is_no_batch_is_refused_and_nothing_else_is_thrown(string body) =>
        Assert.Throws<FormatException>(() => CloudEvents.Read(Encoding.UTF8.GetBytes(body), "sales"));

    [Fact]
    public void Facts_of_another_department_are_refused() =>
        Assert.Throws<FormatException>(() => CloudEvents.Read(CloudEvents.Write(Pack.Next("sales", PackHead.None, [Entry("a", 0)])), "loyalty"));

    [Fact]
    public void Bytes_cut_or_changed_anywhere_never_read_as_another_fact() =>
        Prop.ForAll(Gen.Choose(0, int.MaxValue).Two().ToArbitrary(), where =>
        {
            var pack = Pack.Next("sales", PackHead.None, [Entry("Ünï", 0), Entry("two", 1)]);
            var body = CloudEvents.Write(pack);
            body[where.Item1 % body.Length] ^= (byte)(1 + (where.Item2 % 255));
            try
            {
                // What is not covered by the hash (time, version, id) may differ; what it says may not.
                Assert.All(CloudEvents.Read(body, "sales"), read => Assert.True(
                    !read.Follows(PackHead.None) || read.Entries.Select(entry => (entry.Name, Text(entry))).SequenceEqual(pack.Entries.Select(entry => (entry.Name, Text(entry))))));
            }
            catch (FormatException)
            {
                // Refused: as good.
            }
        }).QuickCheckThrowOnFailure();

    static Gen<string[]> Texts() => Gen.NonEmptyListOf(ArbMap.Default.GeneratorFor<NonNull<string>>().Select(text => text.Item)).Select(texts => texts.ToArray());

    static string Text(Recorded entry) => Encoding.UTF8.GetString(entry.Data.Span);

    static (Guid, string, string, int, string, string, DateTime, DateTime, string) Told(Recorded entry) => (
        entry.EventId, entry.Name, entry.Stream, entry.Version, Text(entry), Encoding.UTF8.GetString(entry.MetaBytes.Span), entry.OccurredAt, entry.RecordedAt,
        Convert.ToHexString(entry.ContentHash.Span));

    static Recorded Entry(string text, int version)
    {
        var data = JsonSerializer.SerializeToUtf8Bytes(new { text }, Json.Stored);
        var meta = new Meta(new("staff", "a"), Guid.CreateVersion7(), null, null, null, new(Guid.CreateVersion7(), version % 2 == 0 ? null : "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")).ToBytes();
        return new()
        {
            Position = new(5, version),
            Category = "sales.order",
            Id = new("0198f2c4-0000-7000-8000-000000000001"),
            Version = version,
            EventId = Guid.CreateVersion7(),
            Name = "sales.order-noted.1",
            Data = data,
            MetaBytes = meta,
            OccurredAt = new(2026, 1, 2, 3, 4, 5, 678, 901, DateTimeKind.Utc),
            RecordedAt = DateTime.UtcNow,
            ContentHash = ContentHash.Of("sales.order-noted.1", data, meta),
        };
    }
}
