using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using CrmSuite.Contracts;
using CrmSuite.Testing;

namespace CrmSuite.Contracts.Tests;

/// <summary>A sample of every event ever written lies beside these tests; what was written once is readable for ever.</summary>
public sealed partial class SampleTests
{
    public static TheoryData<string> Names => [.. EventNames.All.Order(StringComparer.Ordinal)];

    [Fact]
    public void Every_event_has_a_sample_and_every_sample_an_event() =>
        Assert.Equal(EventNames.All.Order(StringComparer.Ordinal), Samples.Names);

    [Theory, MemberData(nameof(Names))]
    public void Its_sample_still_reads_and_is_written_the_same_way(string name)
    {
        var sample = Samples.Bytes(name);
        var fact = JsonSerializer.Deserialize(sample, EventNames.TypeOf(name)!, Json.Stored)!;
        var written = JsonSerializer.Serialize(fact, fact.GetType(), Json.Stored);

        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(sample), JsonNode.Parse(written)), $"{name} reads as {written}");
    }

    [Theory, MemberData(nameof(Names))]
    public void Its_sample_shows_every_field(string name)
    {
        var sample = JsonNode.Parse(Samples.Bytes(name))!.AsObject();
        var fields = EventNames.TypeOf(name)!.GetProperties().Where(property => property.CanWrite).Select(property => JsonNamingPolicy.CamelCase.ConvertName(property.Name));

        Assert.Equal(fields.Order(StringComparer.Ordinal), sample.Select(member => member.Key).Order(StringComparer.Ordinal));
    }

    [Theory, MemberData(nameof(Names))]
    public void Its_name_is_department_noun_verb_and_version(string name) => Assert.Matches(NameForm(), name);

    [Theory, MemberData(nameof(Names))]
    public void Its_stored_name_follows_from_its_type(string name)
    {
        var spelled = string.Concat(name.Split('.')[1].Split('-').Select(word => char.ToUpperInvariant(word[0]) + word[1..]));

        Assert.Equal(spelled, Version().Replace(EventNames.TypeOf(name)!.Name, ""));
    }

    [Fact]
    public void Every_public_event_names_the_customer_it_concerns() =>
        Assert.All(EventNames.All.Where(name => Concerned().IsMatch(name)), name => Assert.True(typeof(ICustomerFact).IsAssignableFrom(EventNames.TypeOf(name)), name));

    [Fact]
    public void Every_record_of_an_event_has_a_name() =>
        Assert.All(
            typeof(Event).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(Event))),
            type => Assert.True(type.IsSealed && type.GetCustomAttribute<EventNameAttribute>() is not null, type.Name));

    [GeneratedRegex("^[a-z]+\\.[a-z]+-[a-z]+(-[a-z]+)*\\.[1-9][0-9]*$")]
    private static partial Regex NameForm();

    [GeneratedRegex("V[0-9]+$")]
    private static partial Regex Version();

    /// <summary>The departments whose nouns belong to customers; Analytics also has nouns of its own (models, segments).</summary>
    [GeneratedRegex("^(sales\\.(account|affiliation|approval|contact|contract|credit|invoice|note|opportunity|order|quote|task)|acquisition\\.(customer|lead)|service\\.case|loyalty\\.points)-")]
    private static partial Regex Concerned();
}
