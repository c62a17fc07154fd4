using System.Text;

namespace CrmSuite.EventStore.Client.Tests;

/// <summary>Metadata as its JSON.</summary>
public sealed class StreamMetadataTests
{
    [Fact]
    public void It_is_read_as_it_was_written()
    {
        var metadata = new StreamMetadata(5, TimeSpan.FromHours(1), 7, new(Read: ["a"], Write: [], MetaWrite: ["$admins", "b"]));

        var read = StreamMetadata.Parse(metadata.ToJson());

        Assert.Equal(metadata with { Acl = null }, read with { Acl = null });
        Assert.Equal(["a"], read.Acl!.Read!);
        Assert.Empty(read.Acl.Write!);
        Assert.Null(read.Acl.Delete);
        Assert.Equal(["$admins", "b"], read.Acl.MetaWrite!);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("no json")]
    [InlineData("""{"$maxCount":"many"}""")]
    [InlineData("""{"$maxCount":-1,"$tb":1.5}""")]
    [InlineData("""{"$tb":1,"$tb":2}""")]
    public void What_cannot_be_read_asks_nothing(string json) => Assert.Equal(StreamMetadata.None, StreamMetadata.Parse(Encoding.UTF8.GetBytes(json)));

    [Fact]
    public void A_right_of_one_may_be_written_without_a_list() =>
        Assert.Equal(["ingest"], StreamMetadata.Parse("""{"$acl":{"$r":"ingest"},"free":1}"""u8).Acl!.Read!);
}
