using System.Text.Json;
using System.Text.Json.Serialization;

namespace CrmSuite.Contracts;

/// <summary>Text at the door: U+0000 is refused, because PostgreSQL stores no text that holds it.</summary>
public sealed class StorableTextConverter : JsonConverter<string>
{
    const string Refusal = "U+0000 is not a character of any text here.";

    /// <summary>The text, if it can be stored.</summary>
    /// <exception cref="UnreadableException">It holds U+0000.</exception>
    public static string? Storable(string? text) => text?.Contains('\0', StringComparison.Ordinal) == true ? throw new UnreadableException(Refusal) : text;

    /// <inheritdoc/>
    public override string? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String ? Storable(reader.GetString()) : throw new UnreadableException("It is a text.");

    /// <inheritdoc/>
    public override string ReadAsPropertyName(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => Storable(reader.GetString())!;

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options) => writer.WriteStringValue(value);

    /// <inheritdoc/>
    public override void WriteAsPropertyName(Utf8JsonWriter writer, string value, JsonSerializerOptions options) => writer.WritePropertyName(value);
}

/// <summary>Free-form JSON at the door, for example the condition of a segment: every text inside must be storable too.</summary>
public sealed class StorableElementConverter : JsonConverter<JsonElement>
{
    /// <inheritdoc/>
    public override JsonElement Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var texts = reader;
        var depth = texts.CurrentDepth;
        do
        {
            if (texts.TokenType is JsonTokenType.String or JsonTokenType.PropertyName)
            {
                StorableTextConverter.Storable(texts.GetString());
            }
        }
        while ((texts.CurrentDepth > depth || texts.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray) && texts.Read());

        return JsonElement.ParseValue(ref reader);
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, JsonElement value, JsonSerializerOptions options) => value.WriteTo(writer);
}
