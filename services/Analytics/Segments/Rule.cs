using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using CrmSuite.Contracts;
using CrmSuite.Journal;

namespace CrmSuite.Analytics.Segments;

/// <summary>The rule of a segment as a tree. <see cref="RuleText"/> is the same rule in words; both round-trip.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(All), "all")]
[JsonDerivedType(typeof(Any), "any")]
[JsonDerivedType(typeof(Not), "not")]
[JsonDerivedType(typeof(Is), "is")]
public abstract record Rule
{
    /// <summary>The deepest nesting.</summary>
    public const int DepthMax = 16;

    /// <summary>The most conditions in one rule.</summary>
    public const int LeavesMax = 50;

    /// <summary>All of them hold.</summary>
    public sealed record All(IReadOnlyList<Rule> Of) : Rule;

    /// <summary>At least one of them holds.</summary>
    public sealed record Any(IReadOnlyList<Rule> Of) : Rule;

    /// <summary>It does not hold. What is unknown stays unknown.</summary>
    public sealed record Not(Rule Of) : Rule;

    /// <summary>One condition.</summary>
    /// <param name="Of">What is looked at, one of <see cref="Subject.ByName"/>.</param>
    /// <param name="Op">How it is compared.</param>
    /// <param name="Values">With what; as many as the comparison needs.</param>
    /// <param name="LastDays">Only facts of so many last days (of 24 hours) count: the half-open window (t − days, t].</param>
    /// <param name="Currency">The currency of an amount; facts in others do not count.</param>
    public sealed record Is(string Of, Op Op, IReadOnlyList<string> Values, int? LastDays = null, string? Currency = null) : Rule;

    /// <summary>The tree as canonical JSON.</summary>
    public JsonElement ToJson() => JsonSerializer.SerializeToElement(this, Json.Stored);

    /// <summary>Equal rules have equal hashes.</summary>
    public string Hash() => Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(this, Json.Stored)));

    /// <summary>Reads a tree and brings it to canonical form.</summary>
    /// <exception cref="JsonException">It is no such tree.</exception>
    public static Rule Parse(JsonElement json) => (json.Deserialize<Rule>(Json.Door) ?? throw new JsonException("A rule is an object.")).Flat();

    /// <summary>The classical axes that the rule looks at.</summary>
    public IReadOnlyList<string> Axes() => [.. Leaves().Select(leaf => Subject.ByName[leaf.Of].Axis).Distinct().Order(StringComparer.Ordinal)];

    /// <summary>The conditions, in the order of the text.</summary>
    public IEnumerable<Is> Leaves() => this switch
    {
        All all => all.Of.SelectMany(one => one.Leaves()),
        Any any => any.Of.SelectMany(one => one.Leaves()),
        Not not => not.Of.Leaves(),
        Is leaf => [leaf],
        _ => [],
    };

    /// <summary>Canonical form: no "all" directly inside "all", no "any" inside "any", none of one member.</summary>
    public Rule Flat() => this switch
    {
        All all => Joined([.. all.Of.Select(one => one.Flat()).SelectMany(one => one is All inner ? inner.Of : [one])], of => new All(of)),
        Any any => Joined([.. any.Of.Select(one => one.Flat()).SelectMany(one => one is Any inner ? inner.Of : [one])], of => new Any(of)),
        Not not => new Not(not.Of.Flat()),
        _ => this,
    };

    /// <summary>What is wrong with the tree; null when nothing is.</summary>
    public Refusal? Invalid() =>
        Depth() > DepthMax ? new("segment.deep", $"A rule is at most {DepthMax} levels deep.")
        : Leaves().Count() is 0 or > LeavesMax ? new("segment.long", $"A rule has 1 to {LeavesMax} conditions.")
        : Nodes().Any(node => node is All { Of.Count: 0 } or Any { Of.Count: 0 }) ? new("segment.empty", "'all' and 'any' have members.")
        : Leaves().Select(leaf => Subject.Invalid(leaf)).FirstOrDefault(wrong => wrong is not null) is { } reason ? new("segment.rule", reason)
        : null;

    static Rule Joined(IReadOnlyList<Rule> of, Func<IReadOnlyList<Rule>, Rule> join) => of.Count == 1 ? of[0] : join(of);

    IEnumerable<Rule> Children() => this switch { All all => all.Of, Any any => any.Of, Not not => [not.Of], _ => [] };

    IEnumerable<Rule> Nodes() => Children().SelectMany(one => one.Nodes()).Prepend(this);

    int Depth() => 1 + Children().Select(one => one.Depth()).DefaultIfEmpty(0).Max();
}

/// <summary>How a condition compares.</summary>
public enum Op
{
    /// <summary>Equal.</summary>
    Eq,

    /// <summary>Known and not equal.</summary>
    Ne,

    /// <summary>Less.</summary>
    Lt,

    /// <summary>Not more.</summary>
    Lte,

    /// <summary>More.</summary>
    Gt,

    /// <summary>Not less.</summary>
    Gte,

    /// <summary>From the first to the second, both included.</summary>
    Between,

    /// <summary>One of them.</summary>
    In,

    /// <summary>Known and none of them.</summary>
    NotIn,

    /// <summary>Is known.</summary>
    Exists,

    /// <summary>Is not known.</summary>
    Missing,

    /// <summary>A list holds it.</summary>
    Contains,
}

/// <summary>What kind of value a subject has.</summary>
enum SubjectKind
{
    Text,
    Words,
    Number,
    Count,
    Amount,
}

/// <summary>Something that a condition can look at.</summary>
sealed record Subject(string Name, SubjectKind Kind, string Axis)
{
    /// <summary>The longest window.</summary>
    public const int LastDaysMax = 36_500;

    /// <summary>The most values of one condition.</summary>
    public const int ValuesMax = 200;

    const int ValueMax = 200;

    static readonly Op[] Ordered = [Op.Eq, Op.Ne, Op.Lt, Op.Lte, Op.Gt, Op.Gte, Op.Between];

    public static readonly IReadOnlyDictionary<string, Subject> ByName = new Subject[]
    {
        new("kind", SubjectKind.Text, "firmographic"), new("gender", SubjectKind.Text, "demographic"), new("language", SubjectKind.Text, "demographic"),
        new("birth-year", SubjectKind.Number, "demographic"), new("age", SubjectKind.Number, "demographic"), new("country", SubjectKind.Text, "geographic"),
        new("city", SubjectKind.Text, "geographic"), new("time-zone", SubjectKind.Text, "geographic"), new("currency", SubjectKind.Text, "geographic"),
        new("interests", SubjectKind.Words, "psychographic"), new("orders", SubjectKind.Count, "behavioural"), new("first-order", SubjectKind.Count, "behavioural"),
        new("credits", SubjectKind.Count, "behavioural"), new("revenue", SubjectKind.Amount, "value"), new("given-back", SubjectKind.Amount, "value"),
        new("rfm-r", SubjectKind.Number, "value"), new("rfm-f", SubjectKind.Number, "value"), new("rfm-m", SubjectKind.Number, "value"),
    }.ToDictionary(subject => subject.Name);

    /// <summary>The comparisons that the subject knows.</summary>
    public IReadOnlyList<Op> Ops => Kind switch
    {
        SubjectKind.Text => [Op.Eq, Op.Ne, Op.In, Op.NotIn, Op.Exists, Op.Missing],
        SubjectKind.Words => [Op.Contains, Op.Exists, Op.Missing],
        SubjectKind.Number => [.. Ordered, Op.Exists, Op.Missing],
        _ => Ordered,
    };

    public bool HasWindow => Kind is SubjectKind.Count or SubjectKind.Amount;

    public static string? Invalid(Rule.Is leaf)
    {
        if (!ByName.TryGetValue(leaf.Of, out var subject))
        {
            return $"'{leaf.Of}' is nothing that a rule can look at. Known are {string.Join(", ", ByName.Keys)}.";
        }

        var wanted = leaf.Op switch { Op.Exists or Op.Missing => 0, Op.Between => 2, Op.In or Op.NotIn => Math.Clamp(leaf.Values.Count, 1, ValuesMax), _ => 1 };
        return !subject.Ops.Contains(leaf.Op) ? $"'{leaf.Of}' cannot be compared by {leaf.Op}."
            : leaf.Values.Count != wanted ? $"'{leaf.Of}' {leaf.Op} takes {wanted} value(s)."
            : leaf.LastDays is not null && !subject.HasWindow ? $"'{leaf.Of}' has no window."
            : leaf.LastDays is < 1 or > LastDaysMax ? $"A window is 1 to {LastDaysMax} days."
            : (subject.Kind == SubjectKind.Amount) != Money.IsCurrency(leaf.Currency) ? $"An amount, and nothing else, has a currency: '{leaf.Of}'."
            : leaf.Values.Any(value => !subject.Fits(value, leaf.Currency)) ? $"A value of '{leaf.Of}' has not the right form."
            : leaf.Op == Op.Between && Number(leaf.Values[0], leaf.Currency) > Number(leaf.Values[1], leaf.Currency) ? "'between' goes from the smaller to the greater."
            : null;
    }

    /// <summary>A number, or an amount in minor units.</summary>
    public static long? Number(string value, string? currency)
    {
        if (!decimal.TryParse(value, NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            || Math.Abs(number) > 1_000_000_000_000m)
        {
            return null;
        }

        var minor = number * (currency is null ? 1 : Money.UnitsPerWhole(currency));
        return minor == Math.Truncate(minor) ? (long)minor : null;
    }

    bool Fits(string value, string? currency) => Kind is SubjectKind.Text or SubjectKind.Words
        ? value is { Length: > 0 and <= ValueMax } && !value.Any(char.IsControl)
        : Number(value, currency) is not null && value == value.Trim();
}
