using CrmSuite.Contracts;
using CrmSuite.Journal;
using NodaTime;

namespace CrmSuite.Import;

/// <summary>Where a field's value comes from: a column of the file, or one value for all rows.</summary>
/// <param name="Column">The column's name in the header.</param>
/// <param name="Value">The value for all rows.</param>
public sealed record MappedField(string? Column = null, string? Value = null);

/// <summary>How a file's columns become fields. Given with the upload, or stored under a name and named there.</summary>
/// <param name="Fields">From field name to its column or value.</param>
/// <param name="TimeZone">IANA zone of times without an offset, for example <c>Europe/London</c>; a gap moves forward, of an overlap the earlier instant is taken.</param>
/// <param name="Delimiter">Between two values; default a comma.</param>
/// <param name="DecimalSeparator">In numbers: <c>.</c> (default) or <c>,</c>.</param>
/// <param name="Basis">The legal basis of the personal fields in the file.</param>
public sealed record Mapping(
    IReadOnlyDictionary<string, MappedField> Fields,
    string TimeZone = "UTC",
    string Delimiter = ",",
    string DecimalSeparator = ".",
    Basis? Basis = null)
{
    /// <summary>The longest name of a stored mapping, a lower-case word.</summary>
    public const int NameMax = Form.WordMax;

    /// <summary>What is wrong with the mapping for this kind of import; null when nothing is.</summary>
    public Refusal? Invalid(IImport import)
    {
        var known = import.Fields.ToDictionary(field => field.Name);
        return this switch
        {
            _ when Fields.Keys.FirstOrDefault(name => !known.ContainsKey(name)) is { } unknown =>
                new("mapping.field-unknown", $"There is no field '{unknown}'. The fields are: {string.Join(", ", known.Keys)}."),
            _ when Fields.FirstOrDefault(pair => (pair.Value.Column is null) == (pair.Value.Value is null)).Key is { } both =>
                new("mapping.field-source", $"The field '{both}' needs either a column or a value."),
            _ when import.Fields.FirstOrDefault(field => field.IsRequired && !Fields.ContainsKey(field.Name)) is { } missing =>
                new("mapping.field-missing", $"The field '{missing.Name}' must be mapped: {missing.About}"),
            _ when DateTimeZoneProviders.Tzdb.GetZoneOrNull(TimeZone) is null => new("mapping.time-zone", $"'{TimeZone}' is not an IANA time zone."),
            { Delimiter: not ("," or ";" or "\t" or "|") } => new("mapping.delimiter", "The delimiter is a comma, a semicolon, a tab or a bar."),
            { DecimalSeparator: not ("." or ",") } => new("mapping.decimal-separator", "The decimal separator is a point or a comma."),
            _ when Basis.Invalid() is { } basis => basis,
            { Basis: null } when Fields.Keys.Any(name => known[name].IsPersonal) =>
                new("basis.missing", "The mapping has personal fields: name the legal basis of the file."),
            _ => null,
        };
    }
}
