using System.Text.Json;
using System.Text.Json.Nodes;

namespace CrmSuite.Hosting;

/// <summary>The one declaration of exchanges, queues, bindings, users and permissions (contracts/topology.json).</summary>
sealed record RabbitMQTopology(
    JsonObject[] Exchanges, JsonObject[] Queues, JsonObject[] Bindings, JsonObject[] Users, JsonObject[] Permissions, JsonObject[] TopicPermissions)
{
    public static RabbitMQTopology Read(string path) => JsonSerializer.Deserialize<RabbitMQTopology>(File.ReadAllBytes(path), JsonSerializerOptions.Web)!;
}
