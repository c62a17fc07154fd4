using CrmSuite.EventStore.Client.Proto;

namespace CrmSuite.EventStore.Client.Tests;

/// <summary>Values as the protocol's messages.</summary>
public sealed class WireTests
{
    [Fact]
    public void An_id_is_two_numbers_in_network_order()
    {
        var id = Guid.Parse("00112233-4455-6677-8899-aabbccddeeff");

        var uuid = Wire.ToUuid(id);

        Assert.Equal((0x0011223344556677, unchecked((long)0x8899aabbccddeeff)), (uuid.Structured.MostSignificantBits, uuid.Structured.LeastSignificantBits));
        Assert.Equal(id, Wire.ToGuid(uuid));
        Assert.Equal(id, Wire.ToGuid(new() { String = id.ToString() }));
        Assert.Throws<FormatException>(() => Wire.ToGuid(new()));
    }

    [Fact]
    public void Revision_zero_is_said() =>
        Assert.Equal(WriteOptions.ExpectedOneofCase.Revision, WriteOptions.Parser.ParseFrom(
            Google.Protobuf.MessageExtensions.ToByteArray(Wire.ToOptions("s", Expected.Exactly(0)))).ExpectedCase);

    [Fact]
    public void Every_expectation_comes_back() =>
        Assert.All([Expected.Any, Expected.NoStream, Expected.StreamExists, Expected.Exactly(0), Expected.Exactly(7)],
            expected => Assert.Equal(expected, Wire.ToExpected(Wire.ToOptions("s", expected))));

    [Fact]
    public void An_event_comes_back_with_its_time_to_the_tick()
    {
        var created = new DateTime(638_000_000_000_000_007, DateTimeKind.Utc);
        var stored = new StoredEvent("s", 3, 99, Guid.NewGuid(), "thing-happened", created, "{}"u8.ToArray(), "m"u8.ToArray(), true);

        foreach (var asText in (bool[])[true, false])
        {
            var read = Wire.ToStored(Wire.ToRecorded(stored, asText));
            Assert.Equal(stored with { Data = default, Metadata = default }, read with { Data = default, Metadata = default });
            Assert.Equal("m"u8.ToArray(), read.Metadata.ToArray());
        }
    }
}
