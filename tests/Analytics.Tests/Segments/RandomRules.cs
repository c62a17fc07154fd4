using System.Text.Json;
using CrmSuite.Analytics.Segments;

namespace CrmSuite.Analytics.Tests.Segments;

/// <summary>Random rules and histories, the same for the same seed.</summary>
sealed class RandomRules(int seed)
{
    static readonly DateTime From = new(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc);
    static readonly string[] Countries = ["France", "Latvia", "United \"Kingdom\"", "Côte d'Ivoire"];
    static readonly string[] Interests = ["music", "garden", "fashion"];

    readonly Random random = new(seed);

    public Rule Rule(int depth = 0) => (depth < 3 ? random.Next(6) : 5) switch
    {
        0 => new Rule.All([.. Enumerable.Range(0, random.Next(1, 4)).Select(_ => Rule(depth + 1))]).Flat(),
        1 => new Rule.Any([.. Enumerable.Range(0, random.Next(1, 4)).Select(_ => Rule(depth + 1))]).Flat(),
        2 => new Rule.Not(Rule(depth + 1)).Flat(),
        _ => Leaf(),
    };

    public CustomerHistory History() => new(
        Guid.NewGuid(),
        Ordered(random.Next(12), at => new OrderFact(at, Guid.NewGuid(), random.Next(1, 500) * 100, random.Next(4) == 0 ? "USD" : "EUR",
            random.Next(5) == 0 ? at.AddHours(random.Next(1, 2_000)) : null, random.Next(2) == 0 ? Guid.NewGuid() : null), fact => fact.At),
        Ordered(random.Next(4), at => new CreditFact(at, Guid.NewGuid(), random.Next(1, 100) * 100, "EUR"), fact => fact.At),
        Ordered(random.Next(5), at => new ProfileFact(at, Guid.NewGuid(), Fields()), fact => fact.At),
        Ordered(random.Next(3), at => new ScoreFact(at, random.Next(1, 6), random.Next(1, 6), random.Next(1, 6)), fact => fact.At));

    /// <summary>An instant around the facts, often exactly at one or at the end of its window.</summary>
    public DateTime Instant(CustomerHistory history) => random.Next(3) > 0 || history.Orders.Count == 0
        ? At()
        : history.Orders[random.Next(history.Orders.Count)].At.AddDays(random.Next(2) * 30).AddMicroseconds(random.Next(-1, 2));

    DateTime At() => From.AddMinutes(random.Next(0, 3 * 365 * 24 * 60));

    List<T> Ordered<T>(int count, Func<DateTime, T> create, Func<T, DateTime> at) => [.. Enumerable.Range(0, count).Select(_ => create(At())).OrderBy(at)];

    Dictionary<string, JsonElement> Fields()
    {
        var fields = new Dictionary<string, object?>();
        if (random.Next(2) == 0)
        {
            fields["country"] = random.Next(4) == 0 ? null : Countries[random.Next(4)];
        }

        if (random.Next(2) == 0)
        {
            fields["birth-year"] = random.Next(4) == 0 ? null : random.Next(1940, 2010);
        }

        if (random.Next(2) == 0)
        {
            fields["interests"] = Interests.Take(random.Next(0, 4)).ToArray();
        }

        return fields.ToDictionary(pair => pair.Key, pair => JsonSerializer.SerializeToElement(pair.Value));
    }

    Rule.Is Leaf() => random.Next(7) switch
    {
        0 => new("country", Op.In, Countries[..random.Next(1, 4)]),
        1 => new("country", random.Next(2) == 0 ? Op.Missing : Op.Exists, []),
        2 => new("interests", Op.Contains, [Interests[random.Next(3)]]),
        3 => new("age", Op.Between, ["18", $"{random.Next(18, 60)}"]),
        4 => new("rfm-r", Number(), ["3"]),
        5 => new(random.Next(2) == 0 ? "orders" : random.Next(2) == 0 ? "first-order" : "credits", Number(), [$"{random.Next(0, 4)}"], Window()),
        _ => new("revenue", Number(), [$"{random.Next(0, 900)}.50"], Window(), random.Next(4) == 0 ? "USD" : "EUR"),
    };

    Op Number() => (Op)random.Next((int)Op.Eq, (int)Op.Gte + 1);

    int? Window() => random.Next(3) == 0 ? null : random.Next(2) == 0 ? 30 : random.Next(1, 400);
}

/// <summary>Truth of a rule at one instant, straight from what the words say: another algorithm than the steps.</summary>
static class AtOneInstant
{
    public static bool? Truth(Rule rule, CustomerHistory history, DateTime t, NodaTime.DateTimeZone zone) => rule switch
    {
        Rule.All all => Kleene([.. all.Of.Select(one => Truth(one, history, t, zone))], deciding: false),
        Rule.Any any => Kleene([.. any.Of.Select(one => Truth(one, history, t, zone))], deciding: true),
        Rule.Not not => !Truth(not.Of, history, t, zone),
        Rule.Is leaf => Leaf(leaf, history, t, zone),
        _ => throw new InvalidOperationException(),
    };

    static bool? Kleene(bool?[] values, bool deciding) => values.Contains(deciding) ? deciding : values.Contains(null) ? null : !deciding;

    static bool? Leaf(Rule.Is leaf, CustomerHistory history, DateTime t, NodaTime.DateTimeZone zone)
    {
        bool InWindow(DateTime at) => at <= t && (leaf.LastDays is not { } days || at > t.AddDays(-days));
        var orders = history.Orders.Where(order => InWindow(order.At) && !(order.CancelledAt <= t)).ToList();
        switch (leaf.Of)
        {
            case "orders": return Compare(leaf, orders.Count);
            case "first-order": return Compare(leaf, history.Orders.Take(1).Count(first => orders.Contains(first)));
            case "credits": return Compare(leaf, history.Credits.Count(credit => InWindow(credit.At)));
            case "revenue": return Compare(leaf, orders.Where(order => order.Currency == leaf.Currency).Sum(order => order.Minor) / 100m);
            case "rfm-r": return history.Scores.LastOrDefault(score => score.At <= t) is { } score ? Compare(leaf, score.R) : null;
            case "age": return Known(history, "birth-year", t) is { } born ? Compare(leaf, NodaTime.Instant.FromDateTimeUtc(t).InZone(zone).Year - born.GetInt32()) : null;
            case "interests": return Known(history, "interests", t) is { } words ? words.EnumerateArray().Any(word => word.GetString() == leaf.Values[0]) : null;
            default:
                var country = Known(history, "country", t)?.GetString();
                return leaf.Op switch { Op.Exists => country is not null, Op.Missing => country is null, _ => country is null ? null : leaf.Values.Contains(country) };
        }
    }

    static JsonElement? Known(CustomerHistory history, string field, DateTime t) =>
        history.Profile.LastOrDefault(fact => fact.At <= t && fact.Fields.ContainsKey(field)) is { } fact && fact.Fields[field].ValueKind != JsonValueKind.Null
            ? fact.Fields[field]
            : null;

    static bool Compare(Rule.Is leaf, decimal number)
    {
        var value = decimal.Parse(leaf.Values[0], System.Globalization.CultureInfo.InvariantCulture);
        return leaf.Op switch
        {
            Op.Eq => number == value,
            Op.Ne => number != value,
            Op.Lt => number < value,
            Op.Lte => number <= value,
            Op.Gt => number > value,
            Op.Gte => number >= value,
            _ => number >= value && number <= decimal.Parse(leaf.Values[1], System.Globalization.CultureInfo.InvariantCulture),
        };
    }
}
