namespace CrmSuite.Contracts.Sales;

/// <summary>What an extra field holds. None holds free text: that belongs into a note, where it is sealed.</summary>
public enum FieldType
{
    /// <summary>A decimal number, <c>12.5</c>.</summary>
    Number,

    /// <summary>A day, <c>2026-01-31</c>.</summary>
    Date,

    /// <summary><c>true</c> or <c>false</c>.</summary>
    Flag,

    /// <summary>One of the choices.</summary>
    Choice,

    /// <summary>One line that names a thing, not a person: a code, a number of another system.</summary>
    Code,
}

/// <summary>A field that the business has added to a noun.</summary>
/// <param name="Key">A short lower-case word.</param>
/// <param name="Type">What it holds.</param>
/// <param name="Label">What it is called on the screen.</param>
/// <param name="RequiredFrom">The stage from which on it must be filled, where there is one.</param>
/// <param name="Choices">What may be chosen, where it is a choice.</param>
public sealed record ExtraField(string Key, FieldType Type, string Label, string? RequiredFrom = null, IReadOnlyList<string>? Choices = null);

/// <summary>The value of an extra field.</summary>
/// <param name="Key">The field.</param>
/// <param name="Value">What it holds, as text; null where it is emptied.</param>
public sealed record FieldValue(string Key, string? Value = null);

/// <summary>The extra fields of a noun got a new version.</summary>
/// <param name="FieldsId">The table of fields; derived from the noun.</param>
/// <param name="Noun">Of which noun, for example <c>opportunity</c>.</param>
/// <param name="Version">1, 2, 3 …</param>
/// <param name="Fields">The fields in order.</param>
[EventName("sales.fields-published.1")]
public sealed record FieldsPublished(Guid FieldsId, string Noun, int Version, IReadOnlyList<ExtraField> Fields) : Event;
