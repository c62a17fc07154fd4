using System.Text.Json;
using CrmSuite.Contracts;

namespace CrmSuite.Journal;

/// <summary>A stored name that this build does not know. Readers stop and wait for a newer build; nothing is skipped.</summary>
public sealed class UnknownEventException(string name) : Exception($"This build does not know the event {name}. Deploy consumers before producers.")
{
    /// <summary>The stored name.</summary>
    public string Name { get; } = name;
}

/// <summary>From stored bytes to the fact in today's words, and back.</summary>
public static class EventReading
{
    /// <summary>Parses and upcasts.</summary>
    /// <exception cref="UnknownEventException">The name is unknown.</exception>
    /// <exception cref="JsonException">The body does not have the form of its name.</exception>
    public static Event Read(string name, ReadOnlySpan<byte> data)
    {
        var type = EventNames.TypeOf(name) ?? throw new UnknownEventException(name);
        var fact = (Event?)JsonSerializer.Deserialize(data, type, Json.Stored) ?? throw new JsonException($"{name} is empty.");
        return fact is IRetired retired ? retired.Upcast() : fact;
    }

    /// <summary>The bytes that are stored; personal fields must be sealed.</summary>
    public static byte[] Write(Event fact) => JsonSerializer.SerializeToUtf8Bytes(fact, fact.GetType(), Json.Stored);
}
