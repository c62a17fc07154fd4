using System.Text.Json;
using CrmSuite.Contracts.Acquisition;

namespace CrmSuite.Contracts.Tests;

public sealed class PersonalDataTests
{
    static readonly Guid Ilze = Guid.Parse("7d1a4c22-93be-8f10-a6d5-2b8c4e6f7a90");
    static readonly PersonalData Clear = PersonalData.From("Ilze Kalniņa").Of(Ilze);
    static readonly PersonalData Sealed = new() { Person = Ilze, Sealed = "bm9uY2U=" };

    [Fact]
    public void It_prints_as_stars_alone_and_inside_an_event()
    {
        Assert.Equal("***", $"{Clear}");
        var fact = new CustomerCorrected(Ilze, "married", Name: Clear);
        Assert.Contains("Name = ***", fact.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("Kalni", fact.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Only_sealed_bytes_are_stored()
    {
        Assert.Equal("""{"person":"7d1a4c22-93be-8f10-a6d5-2b8c4e6f7a90","sealed":"bm9uY2U="}""", JsonSerializer.Serialize(Sealed, Json.Stored));
        Assert.Throws<InvalidOperationException>(() => JsonSerializer.Serialize(Clear, Json.Stored));
        Assert.Throws<InvalidOperationException>(() => JsonSerializer.Serialize(new CustomerCorrected(Ilze, "married", Name: Clear), Json.Stored));
        Assert.Equal(Sealed, JsonSerializer.Deserialize<PersonalData>(JsonSerializer.Serialize(Sealed with { Clear = "open" }, Json.Stored), Json.Stored));
    }

    [Fact]
    public void At_the_door_it_comes_in_the_clear_and_goes_out_as_stars()
    {
        Assert.Equal("Ilze Kalniņa", JsonSerializer.Deserialize<PersonalData>("\"Ilze Kalniņa\"", Json.Door)!.Clear);
        Assert.Equal(Guid.Empty, JsonSerializer.Deserialize<PersonalData>("\"Ilze\"", Json.Door)!.Person);
        Assert.All([Clear, Sealed], field => Assert.Equal("\"***\"", JsonSerializer.Serialize(field, Json.Door)));
    }

    [Fact]
    public void At_the_door_it_is_a_text_that_can_be_stored_and_not_too_long()
    {
        static PersonalData? Read(string json) => JsonSerializer.Deserialize<PersonalData>(json, Json.Door);
        Assert.Equal(PersonalData.LengthMax, Read($"\"{new string('x', PersonalData.LengthMax)}\"")!.Clear!.Length);
        foreach (var wrong in (string[])[$"\"{new string('x', PersonalData.LengthMax + 1)}\"", "\"a\\u0000b\"", "\"a\\ud800\"", "5", "{\"person\":\"x\"}", "[\"Ilze\"]", "true"])
        {
            Assert.ThrowsAny<JsonException>(() => Read(wrong));
        }
    }

    [Fact]
    public void The_same_text_of_the_same_person_is_the_same_field()
    {
        var opened = Sealed with { Clear = "Ilze Kalniņa" };
        Assert.Equal(Clear, opened);
        Assert.Equal(Clear.GetHashCode(), opened.GetHashCode());
        Assert.NotEqual(Clear, PersonalData.From("Anna").Of(Ilze));
        Assert.NotEqual(Clear, PersonalData.From("Ilze Kalniņa"));
        Assert.NotEqual(Clear, Sealed); // Nobody knows.
        Assert.Equal(Sealed, Sealed with { });
        Assert.NotEqual(Sealed, Sealed with { Sealed = "b3RoZXI=" });
    }
}
