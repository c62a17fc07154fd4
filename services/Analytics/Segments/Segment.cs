using System.Text.Json;
using CrmSuite.Contracts;
using CrmSuite.Contracts.Analytics;
using CrmSuite.Journal;

namespace CrmSuite.Analytics.Segments;

/// <summary>Publishes a rule, in words or as a tree.</summary>
public sealed record PublishSegment(string? Text = null, JsonElement? Expression = null) : ICommand
{
    /// <inheritdoc/>
    public Refusal? Invalid() => Read(out _);

    /// <summary>The rule, or what is wrong with it.</summary>
    internal Refusal? Read(out Rule? rule)
    {
        rule = null;
        if (Text is null == Expression is null)
        {
            return new("segment.rule", "Give the rule either as text or as expression.");
        }

        try
        {
            rule = Text is not null ? RuleText.Parse(Text) : Rule.Parse(Expression!.Value);
        }
        catch (RuleTextException wrong)
        {
            return new("segment.text", wrong.Message);
        }
        catch (Exception wrong) when (wrong is JsonException or NotSupportedException or InvalidOperationException)
        {
            return new("segment.expression", "The expression is not a rule: each node has 'kind' first: all, any, not or is.");
        }

        return rule.Invalid();
    }
}

/// <summary>Stops keeping a segment.</summary>
public sealed record RetireSegment(string Reason) : ICommand
{
    /// <inheritdoc/>
    public Refusal? Invalid() => Form.IsWord(Reason) ? null : new("segment.reason", "A reason is a short lower-case word.");
}

/// <summary>A segment: a name and the versions of its rule. Who is in it follows; nobody is put in by hand.</summary>
public sealed record Segment(int Version, string? Text, string? RuleHash, bool Retired) : IFold<Segment>
{
    /// <summary>The most versions of one segment.</summary>
    public const int VersionsMax = 100;

    /// <inheritdoc/>
    public static string Category => "analytics.segment";

    /// <inheritdoc/>
    public static Segment Initial { get; } = new(0, null, null, false);

    /// <summary>The stream of a segment.</summary>
    public static Guid IdOf(string name) => Ids.Derive("segment", name);

    /// <inheritdoc/>
    public static Segment Evolve(Segment state, Event fact) => fact switch
    {
        SegmentPublished e => new(e.Version, e.Text, e.RuleHash, false),
        SegmentRetired => state with { Retired = true },
        _ => state,
    };

    /// <summary>A new version of the rule; the same rule again adds nothing.</summary>
    public Decision Publish(string name, Rule rule) =>
        RuleHash == rule.Hash() && !Retired ? []
        : Version >= VersionsMax ? Decision.Refuse("segment.versions", $"A segment has at most {VersionsMax} versions. Publish under a new name.")
        : new SegmentPublished(IdOf(name), name, Version + 1, RuleText.Write(rule), rule.ToJson(), rule.Hash());

    /// <summary>The segment is no longer kept.</summary>
    public Decision Retire(string name, RetireSegment command) =>
        Version == 0 ? Decision.Unknown("segment")
        : Retired ? []
        : new SegmentRetired(IdOf(name), command.Reason);
}
