using System.Reflection;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Schema;
using System.Text.Json.Serialization.Metadata;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using CrmSuite.Contracts;

namespace CrmSuite.Bus.Tests;

/// <summary>contracts/asyncapi.yaml, from the records of the published language, their doc comments and contracts/topology.json.</summary>
static partial class AsyncApi
{
    const string Exchange = "crm.events";

    static readonly JsonSerializerOptions Exact = new(Json.Stored)
    {
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        TypeInfoResolver = new DefaultJsonTypeInfoResolver(),
    };

    static readonly Dictionary<string, XElement> Docs = XDocument.Load(Path.ChangeExtension(typeof(Event).Assembly.Location, "xml"))
        .Descendants("member").ToDictionary(member => (string)member.Attribute("name")!);

    /// <summary>The document as YAML.</summary>
    public static string Write()
    {
        var departments = EventNames.All.Select(name => name.Split('.')[0]).Distinct().Order(StringComparer.Ordinal).ToList();
        var document = new JsonObject
        {
            ["asyncapi"] = "3.0.0",
            ["info"] = new JsonObject
            {
                ["title"] = "CrmSuite",
                ["version"] = "1.0.0",
                ["description"] = "The facts of the departments, in order, as numbered packs chained by hash. Drop a pack whose number is known; pull a missing one from the "
                    + "department's feed (GET /journal/packs?from=); stop on a hash that does not follow. Filter events by type; pass over types you do not know.",
            },
            ["defaultContentType"] = CloudEvents.ContentType,
            ["servers"] = new JsonObject { ["rabbitmq"] = new JsonObject { ["host"] = "localhost:5672", ["protocol"] = "amqp", ["protocolVersion"] = "0.9.1" } },
            ["channels"] = Object(departments, name => name, Channel),
            ["operations"] = Object(departments, name => $"hear-{name}", Operation),
            ["components"] = new JsonObject
            {
                ["messages"] = Object(departments, name => $"{name}-pack", Message),
                ["schemas"] = Schemas(),
            },
        };
        var yaml = new StringWriter { NewLine = "\n" };
        yaml.WriteLine("# Generated from the contracts; a test compares. Refresh: UPDATE_ASYNCAPI=1 dotnet test tests/Bus.Tests --filter AsyncApiTests");
        Yaml(yaml, document, 0);
        return yaml.ToString();
    }

    static JsonObject Channel(string department) => new()
    {
        ["address"] = department,
        ["description"] = $"The facts of {department}. Bind a queue of your own to the exchange with this routing key; the property user_id, checked by the broker, is the same word.",
        ["messages"] = new JsonObject { ["pack"] = Ref($"messages/{department}-pack") },
        ["bindings"] = new JsonObject
        {
            ["amqp"] = new JsonObject
            {
                ["is"] = "routingKey",
                ["exchange"] = new JsonObject { ["name"] = Exchange, ["type"] = "topic", ["durable"] = true, ["autoDelete"] = false },
                ["bindingVersion"] = "0.3.0",
            },
        },
    };

    static JsonObject Operation(string department) => new()
    {
        ["action"] = "receive",
        ["channel"] = new JsonObject { ["$ref"] = $"#/channels/{department}" },
        ["messages"] = new JsonArray(new JsonObject { ["$ref"] = $"#/channels/{department}/messages/pack" }),
    };

    static JsonObject Message(string department) => new()
    {
        ["name"] = $"{department}-pack",
        ["title"] = $"A pack of {department}'s facts: 1 to {Pack.EventsMax} events in order, one CloudEvents batch.",
        ["contentType"] = CloudEvents.ContentType,
        ["payload"] = new JsonObject
        {
            ["type"] = "array",
            ["minItems"] = 1,
            ["items"] = new JsonObject { ["oneOf"] = new JsonArray([.. Names().Where(name => name.StartsWith(department + ".", StringComparison.Ordinal)).Select(name => Ref($"schemas/{name}"))]) },
        },
        ["bindings"] = new JsonObject { ["amqp"] = new JsonObject { ["contentEncoding"] = "utf-8", ["messageType"] = "pack", ["bindingVersion"] = "0.3.0" } },
    };

    static JsonObject Schemas()
    {
        var schemas = new JsonObject { ["event"] = Attributes() };
        foreach (var name in Names())
        {
            schemas[name] = new JsonObject
            {
                ["description"] = Doc($"T:{EventNames.TypeOf(name)!.FullName}", "summary"),
                ["allOf"] = new JsonArray(Ref("schemas/event"), new JsonObject
                {
                    ["type"] = "object",
                    ["properties"] = new JsonObject { ["type"] = new JsonObject { ["const"] = name }, ["data"] = SchemaOf(EventNames.TypeOf(name)!) },
                }),
            };
        }

        return schemas;
    }

    static JsonObject Attributes()
    {
        static JsonObject Attribute(string type, string description, string? format = null)
        {
            var attribute = new JsonObject { ["type"] = type };
            if (format is not null)
            {
                attribute["format"] = format;
            }

            attribute["description"] = description;
            return attribute;
        }

        var properties = new JsonObject
        {
            ["specversion"] = new JsonObject { ["const"] = "1.0" },
            ["id"] = Attribute("string", "The event's id over the suite.", "uuid"),
            ["source"] = Attribute("string", "The department, /sales.", "uri-reference"),
            ["type"] = Attribute("string", "department.noun-verb.version."),
            ["subject"] = Attribute("string", "The stream, department.noun-id."),
            ["time"] = Attribute("string", "Business time, UTC.", "date-time"),
            ["datacontenttype"] = new JsonObject { ["const"] = "application/json" },
            ["streamversion"] = Attribute("integer", "The version in its stream: 0, 1, 2 …"),
            ["recordedat"] = Attribute("string", "When the department's database accepted it, UTC.", "date-time"),
            ["contenthash"] = Attribute("string", "SHA-256 over type, data and the stable part of meta, as base64."),
            ["packno"] = Attribute("integer", "The number of the pack: 1, 2, 3 … in each department, without gaps."),
            ["packindex"] = Attribute("integer", "The place in the pack: 0, 1, 2 …"),
            ["packhash"] = Attribute("string", "SHA-256 over the hash of the pack before (32 zero bytes before pack 1) and the content hashes of this one, as base64."),
            ["traceparent"] = Attribute("string", "W3C trace context of the command, where it had one."),
            ["meta"] = Attribute("string", "Who, why, under which command: the journal's JSON, as a string."),
            ["data"] = Attribute("object", "The fact."),
        };
        return new()
        {
            ["type"] = "object",
            ["description"] = "A CloudEvents 1.0 event. A listener passes over attributes and members it does not know.",
            ["required"] = new JsonArray([.. properties.Select(property => property.Key).Where(key => key != "traceparent").Select(key => JsonValue.Create(key))]),
            ["properties"] = properties,
        };
    }

    static JsonNode SchemaOf(Type type) => Exact.GetJsonSchemaAsNode(type, new()
    {
        TreatNullObliviousAsNonNullable = true,
        TransformSchemaNode = (context, node) =>
        {
            if (node is not JsonObject schema)
            {
                return node;
            }

            Describe(schema, context.PropertyInfo);
            // Null is written as nothing, so a member that may be null is neither required nor has a default.
            if (schema.ContainsKey("default") && schema["default"] is null)
            {
                schema.Remove("default");
            }

            if (schema["required"] is JsonArray required)
            {
                schema["required"] = new JsonArray([.. required.Select(name => (string)name!).Where(name => !IsNullable(context.TypeInfo, name)).Select(name => JsonValue.Create(name))]);
            }

            foreach (var personal in context.TypeInfo.Properties.Where(property => property.PropertyType == typeof(PersonalData)))
            {
                schema["properties"]![personal.Name] = Describe(Sealed(), personal);
            }

            return schema;
        },
    });

    static JsonObject Describe(JsonObject schema, JsonPropertyInfo? property)
    {
        if (property is not null && Doc($"T:{property.DeclaringType.FullName}", "param", property.Name) is { Length: > 0 } description)
        {
            schema["description"] = description;
        }

        return schema;
    }

    static JsonObject Sealed() => new()
    {
        ["type"] = new JsonArray("object", "null"),
        ["properties"] = new JsonObject { ["person"] = new JsonObject { ["type"] = "string", ["format"] = "uuid" }, ["sealed"] = new JsonObject { ["type"] = "string" } },
        ["required"] = new JsonArray("person", "sealed"),
    };

    static bool IsNullable(JsonTypeInfo type, string name) => type.Properties.FirstOrDefault(property => property.Name == name) is { IsGetNullable: true };

    static JsonObject Object(IEnumerable<string> names, Func<string, string> key, Func<string, JsonNode> value) =>
        new(names.Select(name => KeyValuePair.Create<string, JsonNode?>(key(name), value(name))));

    static JsonObject Ref(string component) => new() { ["$ref"] = $"#/components/{component}" };

    static IEnumerable<string> Names() => EventNames.All.Order(StringComparer.Ordinal);

    static string Doc(string member, string element, string? name = null) =>
        Docs.TryGetValue(member, out var doc) && doc.Elements(element).FirstOrDefault(part => name is null || JsonNamingPolicy.CamelCase.ConvertName((string)part.Attribute("name")!) == name) is { } found
            ? Spaces().Replace(string.Concat(found.Nodes().Select(node => node is XElement reference ? Word(reference) : node.ToString())), " ").Trim()
            : "";

    static string Word(XElement reference) => reference.Value.Length > 0 ? reference.Value : ((string?)reference.Attribute("cref") ?? "").Split('.')[^1];

    /// <summary>Block style; every text is quoted as in JSON, which YAML reads alike.</summary>
    static void Yaml(TextWriter yaml, JsonNode node, int depth)
    {
        var indent = new string(' ', depth * 2);
        if (node is JsonObject members)
        {
            foreach (var (key, value) in members)
            {
                yaml.Write($"{indent}{(Plain().IsMatch(key) ? key : Quoted(key))}:");
                Value(yaml, value, depth + 1);
            }
        }
        else
        {
            foreach (var item in node.AsArray())
            {
                yaml.Write($"{indent}-");
                Value(yaml, item, depth + 1);
            }
        }
    }

    static void Value(TextWriter yaml, JsonNode? value, int depth)
    {
        switch (value)
        {
            case JsonObject { Count: > 0 } or JsonArray { Count: > 0 }:
                yaml.WriteLine();
                Yaml(yaml, value, depth);
                break;
            default:
                yaml.WriteLine(" " + (value?.ToJsonString(Quoting) ?? "null"));
                break;
        }
    }

    static readonly JsonSerializerOptions Quoting = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    static string Quoted(string key) => JsonSerializer.Serialize(key, Quoting);

    [GeneratedRegex("^(?!(y|n|yes|no|on|off|true|false|null)$)[A-Za-z][A-Za-z0-9.-]*$")]
    private static partial Regex Plain();

    [GeneratedRegex("\\s+")]
    private static partial Regex Spaces();
}
