using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace CrmSuite.Hosting;

/// <summary>The one declaration of exchanges, queues, bindings, users and permissions (contracts/topology.json).</summary>
sealed record RabbitMQTopology(
    JsonObject[] Exchanges, JsonObject[] Queues, JsonObject[] Bindings, JsonObject[] Users, JsonObject[] Permissions, JsonObject[] TopicPermissions)
{
    public static RabbitMQTopology Read(string path) => JsonSerializer.Deserialize<RabbitMQTopology>(File.ReadAllBytes(path), JsonSerializerOptions.Web)!;

    /// <summary>The same as RabbitMQ's own definitions for one virtual host: what a broker imports when it starts, before it lets anybody in.</summary>
    public JsonObject Definitions(string host, Func<string, string> passwordOf) => new()
    {
        ["vhosts"] = new JsonArray(new JsonObject { ["name"] = host }),
        ["users"] = Each(Users, user => User((string)user["name"]!, passwordOf((string)user["name"]!), "")),
        ["permissions"] = Each(Permissions, permission => In(host, permission)),
        ["topic_permissions"] = Each(TopicPermissions, permission => In(host, permission)),
        ["exchanges"] = Each(Exchanges, exchange => In(host, exchange, new() { ["auto_delete"] = false, ["internal"] = false, ["arguments"] = new JsonObject() })),
        ["queues"] = Each(Queues, queue => In(host, queue, new() { ["auto_delete"] = false, ["arguments"] = new JsonObject() })),
        ["bindings"] = Each(Bindings, binding => new()
        {
            ["vhost"] = host,
            ["source"] = (string?)binding["source"],
            ["destination"] = (string?)binding["destination"],
            ["destination_type"] = "queue",
            ["routing_key"] = (string?)binding["routingKey"],
            ["arguments"] = new JsonObject(),
        }),
    };

    /// <summary>A user as definitions have it: the password salted and hashed.</summary>
    public static JsonObject User(string name, string password, string tags)
    {
        var salt = RandomNumberGenerator.GetBytes(4);
        return new()
        {
            ["name"] = name,
            ["password_hash"] = Convert.ToBase64String([.. salt, .. SHA256.HashData([.. salt, .. Encoding.UTF8.GetBytes(password)])]),
            ["hashing_algorithm"] = "rabbit_password_hashing_sha256",
            ["tags"] = tags,
        };
    }

    static JsonArray Each(JsonObject[] things, Func<JsonObject, JsonObject> map) => new([.. things.Select(map)]);

    /// <summary>The thing in a virtual host, with defaults for what it does not say.</summary>
    static JsonObject In(string host, JsonObject thing, JsonObject? defaults = null)
    {
        var result = defaults ?? [];
        foreach (var (name, value) in thing)
        {
            result[name] = value?.DeepClone();
        }
        result["vhost"] = host;
        return result;
    }
}
