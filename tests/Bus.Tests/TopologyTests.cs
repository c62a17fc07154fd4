using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using CrmSuite.Contracts;

namespace CrmSuite.Bus.Tests;

public sealed partial class TopologyTests
{
    static readonly JsonObject Topology = JsonNode.Parse(File.ReadAllText(TestDepartment.Topology))!.AsObject();
    static readonly string Services = Path.Combine(Path.GetDirectoryName(TestDepartment.Topology)!, "..", "services");

    [Fact]
    public void An_inbox_is_bound_to_every_department_whose_facts_are_answered_and_to_no_other()
    {
        var answered =
            from folder in Directory.GetDirectories(Services)
            from file in Directory.GetFiles(folder, "When*.cs", SearchOption.AllDirectories).Concat(OfLinks(folder))
            from Match reaction in Reaction().Matches(File.ReadAllText(file))
            let department = Path.GetFileName(folder).ToLowerInvariant()
            let source = EventNames.All.Single(name => EventNames.TypeOf(name)!.Name == reaction.Groups[1].Value).Split('.')[0]
            where source != department
            select $"{source} to {department}.inbox";
        var bound = Items("bindings").Where(binding => Text(binding, "destination").EndsWith(".inbox", StringComparison.Ordinal))
            .Select(binding => $"{Text(binding, "routingKey")} to {Text(binding, "destination")}");

        Assert.Equal(answered.Distinct().Order(StringComparer.Ordinal), bound.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void The_event_store_hears_everybody_who_may_publish() =>
        Assert.Equal(
            Items("topicPermissions").Select(permission => Text(permission, "user")).Order(StringComparer.Ordinal),
            Items("bindings").Where(binding => Text(binding, "destination") == "eventstore.ingest").Select(binding => Text(binding, "routingKey")).Order(StringComparer.Ordinal));

    [Fact]
    public void Nobody_may_declare_or_publish_under_anothers_name()
    {
        Assert.All(Items("permissions"), permission => Assert.Equal("^$", Text(permission, "configure")));
        Assert.All(Items("topicPermissions"), permission => Assert.Equal($"^{Text(permission, "user")}$", Text(permission, "write")));
        Assert.Equal(
            Items("users").Select(user => Text(user, "name")).Order(StringComparer.Ordinal),
            Items("permissions").Select(permission => Text(permission, "user")).Order(StringComparer.Ordinal));
        Assert.All(Items("permissions").Where(permission => Text(permission, "write") != "^$"), permission =>
            Assert.Contains(Items("topicPermissions"), topic => Text(topic, "user") == Text(permission, "user")));
    }

    [Fact]
    public void Every_queue_is_replicated_and_bounded_and_only_the_event_stores_pushes_back() =>
        Assert.All(Items("queues"), queue =>
        {
            var arguments = queue["arguments"]!;
            Assert.Equal("quorum", Text(arguments, "x-queue-type"));
            Assert.InRange((int)arguments["x-max-length"]!, 1, 2_000);
            Assert.Equal(Text(queue, "name") == "eventstore.ingest" ? "reject-publish" : "drop-head", Text(arguments, "x-overflow"));
        });

    // The reactions of links are written once, for every department that declares them.
    static IEnumerable<string> OfLinks(string folder) => Path.Combine(folder, "Program.cs") is var program && File.Exists(program)
        && File.ReadAllText(program).Contains(".Links<", StringComparison.Ordinal) ? [Path.Combine(Services, "Links", "AdoptedLink.cs")] : [];

    static IEnumerable<JsonNode> Items(string part) => Topology[part]!.AsArray().Select(item => item!);

    static string Text(JsonNode node, string member) => (string)node[member]!;

    [GeneratedRegex(@"IWhen<(\w+)[,>]")]
    private static partial Regex Reaction();
}
