using System.Text.Json;
using System.Text.Json.Serialization;

namespace CrmSuite.Contracts;

/// <summary>
/// A personal field of one person. In a command it is clear text; in a stored event it is sealed under the person's key (AES-256-GCM), and it prints
/// as <c>***</c> everywhere. Name whose it is with <see cref="Of"/> before it goes into an event.
/// </summary>
[JsonConverter(typeof(SealedPersonalDataConverter))]
public sealed record PersonalData
{
    /// <summary>The longest clear text of one field, in UTF-16 units.</summary>
    public const int LengthMax = 4_000;

    /// <summary>Whose field it is: the id under which the keyring holds the key. Empty until <see cref="Of"/>.</summary>
    public Guid Person { get; init; }

    /// <summary>The clear text, where it is known; null when only the sealed bytes are at hand or the person is erased.</summary>
    public string? Clear { get; init; }

    /// <summary>Nonce, cipher text and tag as base64; null while the field is clear.</summary>
    public string? Sealed { get; init; }

    /// <summary>A field in clear text, of nobody yet.</summary>
    public static PersonalData From(string clear) => new() { Clear = clear };

    /// <summary>The same field, of this person.</summary>
    public PersonalData Of(Guid person) => this with { Person = person };

    /// <summary>The same text of the same person; where the text is not known, the same sealed bytes.</summary>
    public bool Equals(PersonalData? other) => other is not null && Person == other.Person
        && (Clear is not null && other.Clear is not null ? Clear == other.Clear : Clear is null && other.Clear is null && Sealed == other.Sealed);

    /// <inheritdoc/>
    public override int GetHashCode() => Person.GetHashCode();

    /// <inheritdoc/>
    public override string ToString() => "***";
}

/// <summary>The stored form, <c>{"person":…,"sealed":…}</c>. Writing a field that is not sealed is a bug and throws: no personal byte reaches a journal in the clear.</summary>
public sealed class SealedPersonalDataConverter : JsonConverter<PersonalData>
{
    /// <inheritdoc/>
    public override PersonalData Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var stored = JsonSerializer.Deserialize<Stored>(ref reader, options) ?? throw new JsonException("A personal field is an object.");
        return new PersonalData { Person = stored.Person, Sealed = stored.Sealed };
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, PersonalData value, JsonSerializerOptions options)
    {
        writer.WriteStartObject();
        writer.WriteString("person", value.Person);
        writer.WriteString("sealed", value.Sealed ?? throw new InvalidOperationException("A personal field must be sealed before it is written."));
        writer.WriteEndObject();
    }

    sealed record Stored(Guid Person, string Sealed);
}

/// <summary>The form at the door: commands bring clear text, answers never show it (<c>***</c>).</summary>
public sealed class ClearPersonalDataConverter : JsonConverter<PersonalData>
{
    /// <inheritdoc/>
    public override PersonalData Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String && reader.GetString() is { Length: <= PersonalData.LengthMax } clear
            ? PersonalData.From(StorableTextConverter.Storable(clear)!)
            : throw new UnreadableException($"A personal field is a text of at most {PersonalData.LengthMax} characters.");

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, PersonalData value, JsonSerializerOptions options) => writer.WriteStringValue("***");
}

/// <summary>Why the company may hold a personal field (GDPR article 6). It precedes the first personal field and is kept with the event.</summary>
/// <param name="Kind">consent, contract, legal-duty or legitimate-interest.</param>
/// <param name="Purpose">What the data is used for, in a word or two.</param>
/// <param name="NoticeVersion">The version of the notice that the person saw, if any.</param>
/// <param name="Evidence">Where the proof lies, for example a form's id; never personal data.</param>
public sealed record Basis(string Kind, string Purpose, string? NoticeVersion = null, string? Evidence = null)
{
    /// <summary>The kinds that a basis may have.</summary>
    public static readonly IReadOnlySet<string> Kinds = new HashSet<string> { "consent", "contract", "legal-duty", "legitimate-interest" };
}
