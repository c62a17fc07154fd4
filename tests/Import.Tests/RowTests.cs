using CrmSuite.Contracts;
using CrmSuite.Keyring;

namespace CrmSuite.Import.Tests;

public sealed class RowTests
{
    [Theory]
    [InlineData("2024-01-31T14:05:00", "2024-01-31T12:05:00Z")]
    [InlineData("2024-07-31 14:05", "2024-07-31T11:05:00Z")]
    [InlineData("2024-01-31", "2024-01-30T22:00:00Z")]
    [InlineData("2024-01-31T14:05:00Z", "2024-01-31T14:05:00Z")]
    [InlineData("2024-01-31T14:05:00+05:00", "2024-01-31T09:05:00Z")]
    [InlineData("2024-03-31T03:30:00", "2024-03-31T01:30:00Z")] // In the gap of spring: moved forward.
    [InlineData("2024-10-27T03:30:00", "2024-10-27T00:30:00Z")] // Twice in autumn: the earlier one.
    public void A_time_without_an_offset_is_a_time_in_the_mappings_zone(string text, string utc) =>
        Assert.Equal(DateTime.Parse(utc, null, System.Globalization.DateTimeStyles.AdjustToUniversal), Row("at", text).Instant("at"));

    [Fact]
    public void Numbers_are_read_in_the_way_the_mapping_says()
    {
        Assert.Equal(12.5m, Row("n", "12.5").Number("n"));
        Assert.Equal(-12.5m, Row("n", "-12,5", mapping => mapping with { DecimalSeparator = "," }).Number("n"));
        Assert.Equal("field.malformed", Refused(() => Row("n", "1,200.50").Number("n")));
        Assert.Equal("field.malformed", Refused(() => Row("n", "1e5").Number("n")));
    }

    [Fact]
    public void An_amount_is_rounded_half_away_from_zero_to_its_currency()
    {
        var row = Row(new() { ["sum"] = "0.125", ["cur"] = "EUR" });
        Assert.Equal(new Money(13, "EUR"), row.Amount("sum", "cur"));
        Assert.Equal(new Money(2, "JPY"), Row(new() { ["sum"] = "1.5", ["cur"] = "JPY" }).Amount("sum", "cur"));
        Assert.Equal("field.malformed", Refused(() => Row(new() { ["sum"] = "1", ["cur"] = "euro" }).Amount("sum", "cur")));
    }

    [Fact]
    public void An_empty_value_is_no_value_and_a_required_one_is_asked_for()
    {
        Assert.Null(Row("name", "  ").Text("name"));
        Assert.Equal("field.missing", Refused(() => Row("name", " ").Required("name")));
        Assert.False(Row("paid", "").Flag("paid"));
        Assert.True(Row("paid", "Yes").Flag("paid"));
        Assert.Equal("field.malformed", Refused(() => Row("paid", "perhaps").Flag("paid")));
    }

    [Fact]
    public void Text_that_cannot_be_stored_is_refused_without_repeating_it()
    {
        var refused = Assert.Throws<RowRefusedException>(() => Row("name", "A\0nna").Text("name"));
        Assert.Equal("row.encoding", refused.Code);
        Assert.DoesNotContain("nna", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_same_row_is_the_same_command_and_another_content_another_one()
    {
        var id = Row("name", "Anna").Cause("key", null).CommandId;
        Assert.Equal(id, Row("name", "Anna").Cause("key", null).CommandId);
        Assert.NotEqual(id, Row("name", "Bela").Cause("key", null).CommandId);
        Assert.NotEqual(id, Row("name", "Anna").Cause("other", null).CommandId);
    }

    static readonly MasterKey Master = new(Convert.ToBase64String(new byte[32]));

    static Row Row(string field, string value, Func<Mapping, Mapping>? change = null) => Row(new() { [field] = value }, change);

    static Row Row(Dictionary<string, string> values, Func<Mapping, Mapping>? change = null)
    {
        var mapping = new Mapping(values.Keys.ToDictionary(name => name, name => new MappedField(Column: name)), "Europe/Riga");
        return new("orders", change?.Invoke(mapping) ?? mapping, new("import", "tester"), Guid.Empty, Master, column => values[column]);
    }

    static string Refused(Func<object?> read) => Assert.Throws<RowRefusedException>(read).Code;
}
