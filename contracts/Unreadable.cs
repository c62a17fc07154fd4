using System.Collections;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using System.Text.RegularExpressions;

namespace CrmSuite.Contracts;

/// <summary>A value at the door that is not what is asked for. The sentence is for callers: it says what is asked for and repeats no value.</summary>
/// <param name="sentence">What is asked for.</param>
public sealed class UnreadableException(string sentence) : JsonException(sentence);

/// <summary>Why JSON at the door is not what is asked for.</summary>
public static partial class Unreadable
{
    const int NamedMax = 40;

    /// <summary>Where it is wrong and what is asked for there: one sentence or two that repeat no value.</summary>
    /// <param name="failure">What the serializer found.</param>
    /// <param name="asked">The type of the whole; null where it is not known.</param>
    public static string Why(JsonException failure, Type? asked)
    {
        var path = failure.Path ?? "$";
        var sentence = failure is UnreadableException ? $" {failure.Message}" : Sentence(failure, asked is null ? null : Step.Last(asked, path));
        return $"What was sent is not what is asked for at {path} (line {failure.LineNumber + 1 ?? 1}, byte {failure.BytePositionInLine + 1 ?? 1}).{sentence}";
    }

    /// <summary>
    /// What a refusal of a request says to callers: our own sentence as it is; of the framework's, which names our types and repeats values, what was
    /// looked for, or null where there is no more to say.
    /// </summary>
    public static string? Said(string message) => Framework().Match(message) is not { Success: true } match ? message
        : match.Groups["body"].Success ? "The body is missing. Send what is asked for here as JSON."
        : match.Groups["name"].Success ? $"The parameter '{JsonNamingPolicy.CamelCase.ConvertName(match.Groups["name"].Value)}' is missing or malformed."
        : null;

    /// <summary>
    /// Refuses what the serializer lets through, for it looks at no more than the type of a property: null as an element of a list or a dictionary whose
    /// elements are not nullable, and a date or an instant that lies beyond the <see cref="Era"/>.
    /// </summary>
    public static void Refuse(JsonTypeInfo type)
    {
        var nullability = new NullabilityInfoContext();
        var checks = type.Kind != JsonTypeInfoKind.Object ? [] : type.Properties
            .Where(property => property is { Get: not null, AttributeProvider: PropertyInfo })
            .Select(property => (property.Name, Get: property.Get!, Wrong: Check(nullability.Create((PropertyInfo)property.AttributeProvider!))))
            .Where(check => check.Wrong is not null).ToArray();
        if (checks.Length > 0)
        {
            type.OnDeserialized = body =>
            {
                foreach (var (name, get, wrong) in checks)
                {
                    if (wrong!(get(body)) is { } sentence)
                    {
                        throw new UnreadableException($"'{name}' {sentence}");
                    }
                }
            };
        }
    }

    static Func<object?, string?>? Check(NullabilityInfo info) => (Nullable.GetUnderlyingType(info.Type) ?? info.Type) switch
    {
        var type when type == typeof(DateOnly) => value => value is DateOnly day && !Era.Has(day) ? Era.Beyond : null,
        var type when type == typeof(DateTime) => value => value is DateTime at && !Era.Has(at) ? Era.Beyond : null,
        var type when typeof(IEnumerable).IsAssignableFrom(type) && Elements(info) is { Type.IsValueType: false } =>
            value => HoldsNull(value, info) ? "holds null. Leave out what is not there." : null,
        _ => null,
    };

    static bool HoldsNull(object? value, NullabilityInfo info) => value is IEnumerable many and not string && Elements(info) is { } element
        && (many is IDictionary named ? named.Values : many).Cast<object?>()
            .Any(one => one is null ? element.ReadState == NullabilityState.NotNull : HoldsNull(one, element));

    static NullabilityInfo? Elements(NullabilityInfo info) => info.ElementType ?? info.GenericTypeArguments.LastOrDefault();

    static string Sentence(JsonException failure, Step? at) => failure switch
    {
        { InnerException: JsonException } => " It is no JSON any more there.",
        { Message: var said } when Missing().Match(said) is { Success: true } match => $" It lacks {match.Groups[1].Value}.",
        { Message: var said } when said.StartsWith("Duplicate", StringComparison.Ordinal) => " The field stands there twice.",
        _ when at is { IsUnknown: true } => $" There is no such field. {Fields(at.Type)}",
        _ when at is not null => $" {Asked(at.Type)}",
        _ => "",
    };

    static string Asked(JsonTypeInfo asked)
    {
        return asked.Type switch
        {
            { IsEnum: true } type => $"It is one of: {string.Join(", ", Enum.GetNames(type).Select(JsonNamingPolicy.KebabCaseLower.ConvertName))}.",
            var type when type == typeof(bool) => "It is true or false.",
            var type when type == typeof(int) => "It is a whole number of at most 32 bits.",
            var type when type == typeof(long) => "It is a whole number of at most 64 bits.",
            var type when type == typeof(Guid) => "It is an id: a UUID with hyphens.",
            var type when type == typeof(string) => "It is a text.",
            var type when type == typeof(DateOnly) => $"It is {Era.Day}.",
            var type when type == typeof(DateTime) => $"It is {Era.Instant}.",
            _ when asked.Kind == JsonTypeInfoKind.Enumerable => "It is a list.",
            _ when asked.Kind is JsonTypeInfoKind.Object or JsonTypeInfoKind.Dictionary => $"It is an object. {Fields(asked)}",
            _ => "",
        };
    }

    static string Fields(JsonTypeInfo type) =>
        type.Properties.Where(property => property.Set is not null || property.AssociatedParameter is not null).ToList() is { Count: > 0 } fields
        ? $"Its fields are: {string.Join(", ", fields.Take(NamedMax).Select(field => field.Name))}." : "";

    [GeneratedRegex("missing required properties including: (.+?)\\.?$")]
    private static partial Regex Missing();

    [GeneratedRegex("""
        ^(?:(?:Required|Failed\ to\ bind)\ parameter\ "[^"]*?(?<name>\w+)"(?<body>.*\ body)?|(?<body>Implicit\ body)
        |Expected\ a\ |Request\ body|Failed\ to\ read|Unexpected\ end|Bad\ chunk)
        """, RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex Framework();

    /// <summary>A place in the whole: what is asked for there; where the whole has no such field, what has not got it.</summary>
    sealed partial record Step(JsonTypeInfo Type, bool IsUnknown = false)
    {
        public static Step? Last(Type whole, string path) => Part().Matches(path).Aggregate((Step?)new Step(Of(whole)), (at, part) => at switch
        {
            null or { IsUnknown: true } => null,
            { Type: { Kind: JsonTypeInfoKind.Object } type } =>
                type.Properties.FirstOrDefault(property => property.Name == part.Groups["name"].Value) is { } property
                    ? new Step(Of(property.PropertyType)) : new Step(type, IsUnknown: true),
            { Type.ElementType: { } element } => new Step(Of(element)),
            _ => null,
        });

        static JsonTypeInfo Of(Type type) => Json.Door.GetTypeInfo(Nullable.GetUnderlyingType(type) ?? type);

        [GeneratedRegex(@"\.(?<name>[^.\[]+)|\['(?<name>.*?)'\]|\[\d+\]")]
        private static partial Regex Part();
    }
}
