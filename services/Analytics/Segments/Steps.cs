namespace CrmSuite.Analytics.Segments;

/// <summary>From an instant on something has this value, until the next step.</summary>
/// <param name="At">The instant.</param>
/// <param name="Value">The value; null is unknown.</param>
/// <param name="Cause">The event that made it so; null when time alone did.</param>
/// <param name="Leaf">The condition that flipped, in words.</param>
readonly record struct Step(DateTime At, bool? Value, Guid? Cause, string Leaf);

/// <summary>
/// Truth over time as a list of steps, the first at the beginning of time, none equal to the one before. Conditions give theirs, and "all", "any" and "not"
/// join them: unknown where the answer depends on what is unknown.
/// </summary>
static class Steps
{
    public static readonly DateTime Beginning = DateTime.SpecifyKind(DateTime.MinValue, DateTimeKind.Utc);

    public static IReadOnlyList<Step> Of(Rule rule, CustomerHistory history, NodaTime.DateTimeZone zone) => rule switch
    {
        Rule.All all => Join([.. all.Of.Select(one => Of(one, history, zone))], And),
        Rule.Any any => Join([.. any.Of.Select(one => Of(one, history, zone))], Or),
        Rule.Not not => [.. Of(not.Of, history, zone).Select(step => step with { Value = !step.Value })],
        Rule.Is leaf => Conditions.Steps(leaf, history, zone),
        _ => throw new ArgumentOutOfRangeException(nameof(rule)),
    };

    /// <summary>Drops steps that change nothing; of several at one instant the last one counts.</summary>
    public static List<Step> Compressed(IEnumerable<Step> steps)
    {
        var kept = new List<Step>();
        foreach (var step in steps)
        {
            if (kept.Count > 0 && kept[^1].At == step.At)
            {
                kept.RemoveAt(kept.Count - 1);
            }

            if (kept.Count == 0 || kept[^1].Value != step.Value)
            {
                kept.Add(step);
            }
        }

        return kept;
    }

    static bool? And(IEnumerable<bool?> values)
    {
        bool? result = true;
        foreach (var value in values)
        {
            result = result == false || value == false ? false : result is null || value is null ? null : true;
        }

        return result;
    }

    static bool? Or(IEnumerable<bool?> values)
    {
        bool? result = false;
        foreach (var value in values)
        {
            result = result == true || value == true ? true : result is null || value is null ? null : false;
        }

        return result;
    }

    static List<Step> Join(IReadOnlyList<IReadOnlyList<Step>> parts, Func<IEnumerable<bool?>, bool?> join)
    {
        var next = new int[parts.Count];
        var values = new bool?[parts.Count];
        var joined = new List<Step>();
        while (true)
        {
            DateTime? at = null;
            for (var i = 0; i < parts.Count; i++)
            {
                if (next[i] < parts[i].Count && (at is null || parts[i][next[i]].At < at))
                {
                    at = parts[i][next[i]].At;
                }
            }

            if (at is null)
            {
                return joined;
            }

            Step? because = null;
            for (var i = 0; i < parts.Count; i++)
            {
                if (next[i] < parts[i].Count && parts[i][next[i]].At == at)
                {
                    because ??= parts[i][next[i]];
                    values[i] = parts[i][next[i]++].Value;
                }
            }

            var value = join(values);
            if (joined.Count == 0 || joined[^1].Value != value)
            {
                joined.Add(because!.Value with { Value = value });
            }
        }
    }
}
