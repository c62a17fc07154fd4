using System.Text.Json;
using NodaTime;

namespace CrmSuite.Analytics.Segments;

/// <summary>One condition over time.</summary>
static class Conditions
{
    /// <summary>Nobody gets older than this; it bounds the birthdays looked at.</summary>
    const int AgeMax = 130;

    public static IReadOnlyList<Step> Steps(Rule.Is leaf, CustomerHistory history, DateTimeZone zone)
    {
        var words = RuleText.Write(leaf);
        return Subject.ByName[leaf.Of] switch
        {
            { Kind: SubjectKind.Count or SubjectKind.Amount } => Sums(leaf, Changes(leaf, history), words),
            { Name: "age" } => Age(leaf, history, zone, words),
            { Name: "rfm-r" or "rfm-f" or "rfm-m" } => Scores(leaf, history, words),
            _ => Attribute(leaf, history, words),
        };
    }

    /// <summary>Whether a number satisfies the comparison; null for an unknown number.</summary>
    public static bool? Compare(Rule.Is leaf, long? number)
    {
        if (leaf.Op is Op.Exists or Op.Missing)
        {
            return number is not null == (leaf.Op == Op.Exists);
        }

        long Value(int index) => Subject.Number(leaf.Values[index], leaf.Currency)!.Value;
        return number is not { } known ? null : leaf.Op switch
        {
            Op.Eq => known == Value(0),
            Op.Ne => known != Value(0),
            Op.Lt => known < Value(0),
            Op.Lte => known <= Value(0),
            Op.Gt => known > Value(0),
            Op.Gte => known >= Value(0),
            _ => known >= Value(0) && known <= Value(1),
        };
    }

    /// <summary>What each fact adds, from when until when.</summary>
    static IEnumerable<(DateTime From, DateTime? To, Guid Cause, Guid? EndedBy, long Adds)> Changes(Rule.Is leaf, CustomerHistory history)
    {
        var orders = history.Orders.Select(order => (order.At, order.EventId, order.Minor, order.Currency, Until: order.CancelledAt, By: order.CancelledBy));
        var credits = history.Credits.Select(credit => (credit.At, credit.EventId, credit.Minor, credit.Currency, Until: (DateTime?)null, By: (Guid?)null));
        var facts = leaf.Of switch { "orders" or "revenue" => orders, "first-order" => orders.Take(1), _ => credits };
        var isAmount = leaf.Currency is not null;
        foreach (var fact in facts.Where(fact => !isAmount || fact.Currency == leaf.Currency))
        {
            var ages = leaf.LastDays is { } days ? fact.At.AddDays(days) : (DateTime?)null;
            var cancelled = fact.Until is { } until && (ages is null || until < ages);
            yield return (fact.At, cancelled ? fact.Until : ages, fact.EventId, cancelled ? fact.By : null, isAmount ? fact.Minor : 1);
        }
    }

    static List<Step> Sums(Rule.Is leaf, IEnumerable<(DateTime From, DateTime? To, Guid Cause, Guid? EndedBy, long Adds)> changes, string words)
    {
        var moves = new List<(DateTime At, long Adds, Guid? Cause)>();
        foreach (var (from, to, cause, endedBy, adds) in changes.Where(change => change.To is null || change.To > change.From))
        {
            moves.Add((from, adds, cause));
            if (to is { } end)
            {
                moves.Add((end, -adds, endedBy));
            }
        }

        var (sum, steps) = (0L, new List<Step> { new(Segments.Steps.Beginning, Compare(leaf, 0), null, words) });
        foreach (var group in moves.GroupBy(move => move.At).OrderBy(group => group.Key))
        {
            sum += group.Sum(move => move.Adds);
            steps.Add(new(group.Key, Compare(leaf, sum), group.Select(move => move.Cause).LastOrDefault(cause => cause is not null), words));
        }

        return Segments.Steps.Compressed(steps);
    }

    static List<Step> Attribute(Rule.Is leaf, CustomerHistory history, string words)
    {
        var steps = new List<Step> { new(Segments.Steps.Beginning, Test(leaf, default), null, words) };
        foreach (var change in history.Profile)
        {
            if (change.Fields.TryGetValue(leaf.Of, out var value))
            {
                steps.Add(new(change.At, Test(leaf, value), change.EventId, words));
            }
        }

        return Segments.Steps.Compressed(steps);
    }

    static bool? Test(Rule.Is leaf, JsonElement value)
    {
        var known = value.ValueKind is not (JsonValueKind.Undefined or JsonValueKind.Null);
        return leaf.Op switch
        {
            Op.Exists => known,
            Op.Missing => !known,
            _ when !known => null,
            Op.Contains => value.EnumerateArray().Any(word => word.GetString() == leaf.Values[0]),
            _ when Subject.ByName[leaf.Of].Kind == SubjectKind.Number => Compare(leaf, value.GetInt64()),
            Op.Eq or Op.In => leaf.Values.Contains(value.GetString()),
            _ => !leaf.Values.Contains(value.GetString()),
        };
    }

    /// <summary>Age = year − birth year (rulings.md 7), so it changes when the year does in the zone, with no event of the customer's own.</summary>
    static List<Step> Age(Rule.Is leaf, CustomerHistory history, DateTimeZone zone, string words)
    {
        var steps = new List<Step> { new(Segments.Steps.Beginning, Compare(leaf, null), null, words) };
        var changes = history.Profile.Where(change => change.Fields.ContainsKey("birth-year")).ToList();
        for (var i = 0; i < changes.Count; i++)
        {
            var (from, until) = (changes[i].At, i + 1 < changes.Count ? changes[i + 1].At : (DateTime?)null);
            if (changes[i].Fields["birth-year"] is not { ValueKind: JsonValueKind.Number } field)
            {
                steps.Add(new(from, Compare(leaf, null), changes[i].EventId, words));
                continue;
            }

            var born = field.GetInt32();
            var year = Instant.FromDateTimeUtc(from).InZone(zone).Year;
            steps.Add(new(from, Compare(leaf, year - born), changes[i].EventId, words));
            for (var next = year + 1; next <= Math.Min(born + AgeMax, 9_998); next++)
            {
                var at = zone.AtStartOfDay(new LocalDate(next, 1, 1)).ToDateTimeUtc();
                if (at >= until)
                {
                    break;
                }

                steps.Add(new(at, Compare(leaf, next - born), null, words));
            }
        }

        return Segments.Steps.Compressed(steps);
    }

    static List<Step> Scores(Rule.Is leaf, CustomerHistory history, string words)
    {
        var steps = new List<Step> { new(Segments.Steps.Beginning, Compare(leaf, null), null, words) };
        steps.AddRange(history.Scores.Select(score => new Step(score.At, Compare(leaf, leaf.Of switch { "rfm-r" => score.R, "rfm-f" => score.F, _ => score.M }), null, words)));
        return Segments.Steps.Compressed(steps);
    }
}
