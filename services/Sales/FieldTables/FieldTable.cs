using System.Collections.Immutable;
using System.Globalization;
using CrmSuite.Contracts;
using CrmSuite.Contracts.Sales;
using CrmSuite.Journal;
using CrmSuite.Sales.StageTables;
using static CrmSuite.Journal.Decision;

namespace CrmSuite.Sales.FieldTables;

/// <summary>The extra fields of a noun get a new version.</summary>
/// <param name="Fields">The fields in order: these and no others.</param>
sealed record PublishFields(IReadOnlyList<ExtraField> Fields) : ICommand
{
    const int FieldsMax = 50;
    const int ChoicesMax = 50;
    const int LabelMax = 100;

    public Refusal? Invalid() => this switch
    {
        { Fields.Count: > FieldsMax } => new("fields.count", $"A noun has at most {FieldsMax} extra fields."),
        _ when Fields.Any(field => !Form.IsWord(field.Key) || Criteria.Fields.Contains(field.Key))
            || Fields.DistinctBy(field => field.Key).Count() < Fields.Count => new("fields.key",
            $"Each field has a key of its own: a word of lower-case letters, digits and hyphens, none of {string.Join(", ", Criteria.Fields)}."),
        _ when Fields.Any(field => !Form.IsLine(field.Label, LabelMax)) => new("fields.label", $"A label is one line of at most {LabelMax} characters."),
        _ when Fields.Any(field => field.RequiredFrom is not null && !Form.IsWord(field.RequiredFrom)) =>
            new("fields.required-from", "What a field is required from is the name of a stage."),
        _ when Fields.Any(field => !HasChoices(field)) =>
            new("fields.choices", $"A choice, and nothing else, names 1 to {ChoicesMax} words to choose from, each once."),
        _ => null,
    };

    static bool HasChoices(ExtraField field) => field.Type == FieldType.Choice
        ? field.Choices is { Count: > 0 and <= ChoicesMax } choices && choices.All(Form.IsWord) && choices.Distinct().Count() == choices.Count
        : field.Choices is null;
}

/// <summary>The fields that the business has added to a noun, in versions.</summary>
sealed record FieldTable(Guid FieldsId, string Noun, int Version, ImmutableList<ExtraField> Fields) : IFold<FieldTable>
{
    /// <summary>The nouns that have extra fields.</summary>
    public static readonly IReadOnlyList<string> Nouns = [Opportunity, Account];

    /// <summary>Deals, whose fields may be required from a stage on.</summary>
    public const string Opportunity = "opportunity";

    /// <summary>Accounts.</summary>
    public const string Account = "account";

    /// <summary>No field is filled.</summary>
    public static readonly ImmutableSortedDictionary<string, string> Nothing = ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal);

    const int CodeMax = 64;
    const int ValuesMax = 50;

    public static string Category => "sales.fields";

    public static string Called => "field table";

    public static FieldTable Initial { get; } = new(default, "", 0, []);

    /// <summary>The stream of a noun's fields.</summary>
    public static Guid IdOf(string noun) => Ids.Derive("fields", noun);

    public static FieldTable Evolve(FieldTable state, Event fact) => fact switch
    {
        FieldsPublished e => new(e.FieldsId, e.Noun, e.Version, [.. e.Fields]),
        _ => state,
    };

    public Decision Publish(string noun, PublishFields command) =>
        noun != Opportunity && command.Fields.Any(field => field.RequiredFrom is not null)
            ? Refuse("fields.no-stages", "Only deals have stages from which on a field is required. Leave 'requiredFrom' out.")
        : command.Fields.Count == Fields.Count && command.Fields.Zip(Fields).All(pair => IsSame(pair.First, pair.Second))
            ? []
            : new FieldsPublished(IdOf(noun), noun, Version + 1, command.Fields);

    /// <summary>What is wrong with values that are given, whatever the fields of the noun are; null when nothing is.</summary>
    public static Refusal? Malformed(string noun, IReadOnlyList<FieldValue> given) =>
        given.Count is < 1 or > ValuesMax || given.Any(value => !Form.IsWord(value.Key)) || given.DistinctBy(value => value.Key).Count() < given.Count
            ? new($"{noun}.fields", $"Name 1 to {ValuesMax} extra fields, each once, by their keys.")
            : null;

    /// <summary>The fields that are filled after one was, or was emptied.</summary>
    public static ImmutableSortedDictionary<string, string> Set(ImmutableSortedDictionary<string, string> filled, FieldValue given) =>
        given.Value is { } value ? filled.SetItem(given.Key, value) : filled.Remove(given.Key);

    /// <summary>What is wrong with the first value that has something wrong; null when none has.</summary>
    public Refusal? Wrong(string noun, IEnumerable<FieldValue> given) => given.Select(value => Wrong(noun, value)).FirstOrDefault(wrong => wrong is not null);

    /// <summary>What is wrong with a value; null when nothing is.</summary>
    public Refusal? Wrong(string noun, FieldValue given) => Fields.Find(field => field.Key == given.Key) switch
    {
        null => new($"{noun}.no-such-field",
            $"There is no extra field '{given.Key}'. " + (Fields.IsEmpty ? "None is published yet." : $"The fields are: {string.Join(", ", Fields.Select(field => field.Key))}.")),
        { } field when given.Value is { } value && !Holds(field, value) => new($"{noun}.field-form", $"The field '{field.Key}' holds {field.Type switch
        {
            FieldType.Number => "a decimal number, 12.5",
            FieldType.Date => "a day, 2026-01-31",
            FieldType.Flag => "true or false",
            FieldType.Choice => $"one of {string.Join(", ", field.Choices!)}",
            _ => $"one line of at most {CodeMax} characters",
        }}."),
        _ => null,
    };

    /// <summary>The fields that must be filled in a stage of a table, or after its last one.</summary>
    public IEnumerable<ExtraField> Required(StageTable stages, SalesStage? stage) => Fields.Where(field =>
        field.RequiredFrom is { } name && stages.Find(name) is { } from && (stage is null || stages.Stages.IndexOf(from) <= stages.Stages.IndexOf(stage)));

    static bool Holds(ExtraField field, string value) => field.Type switch
    {
        FieldType.Number => value.Length <= CodeMax && decimal.TryParse(value, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint,
            CultureInfo.InvariantCulture, out _),
        FieldType.Date => DateOnly.TryParseExact(value, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _),
        FieldType.Flag => value is "true" or "false",
        FieldType.Choice => field.Choices!.Contains(value),
        _ => Form.IsLine(value, CodeMax),
    };

    static bool IsSame(ExtraField left, ExtraField right) =>
        left with { Choices = null } == right with { Choices = null } && (left.Choices ?? []).SequenceEqual(right.Choices ?? []);
}
