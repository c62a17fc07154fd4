using System.Collections.Immutable;
using CrmSuite.Contracts;
using CrmSuite.Contracts.Acquisition;
using CrmSuite.Journal;
using static CrmSuite.Journal.Decision;

namespace CrmSuite.Acquisition.MatchRules;

/// <summary>The match rule gets a new version.</summary>
/// <param name="Weights">What counts, and how much.</param>
/// <param name="ProposeAt">The score at and above which two customers are proposed as duplicates.</param>
sealed record PublishMatchRule(IReadOnlyList<MatchWeight> Weights, int ProposeAt) : ICommand
{
    public Refusal? Invalid() => this switch
    {
        { Weights.Count: 0 } => new("matching.weights", "Name what counts: email, phone, name-birth-date, organisation-country."),
        _ when Weights.DistinctBy(weight => weight.Kind).Count() < Weights.Count => new("matching.weights", "Each kind is weighed once."),
        _ when Weights.Any(weight => weight.Score is < 1 or > MatchRule.ScoreMax) => new("matching.score", $"A weight is a whole number from 1 to {MatchRule.ScoreMax}."),
        { ProposeAt: < 1 or > MatchRule.ScoreMax } => new("matching.propose-at", $"Propose at a score from 1 to {MatchRule.ScoreMax}."),
        _ => null,
    };
}

/// <summary>By which rule two customers are proposed as duplicates. One stream of versions; until the first one nothing is proposed.</summary>
sealed record MatchRule(int Version, ImmutableList<MatchWeight> Weights, int ProposeAt) : IFold<MatchRule>
{
    /// <summary>The highest score.</summary>
    public const int ScoreMax = 100;

    const int VersionsMax = 200;

    /// <summary>The one stream.</summary>
    public static readonly Guid TheId = Ids.Derive("matching", "company");

    public static string Category => "acquisition.matching";

    public static string Called => "match rule";

    public static MatchRule Initial { get; } = new(0, [], 0);

    public static MatchRule Evolve(MatchRule state, Event fact) => fact is MatchingPublished e ? new(e.Version, [.. e.Weights], e.ProposeAt) : state;

    public Decision Publish(PublishMatchRule command) => Version switch
    {
        _ when command.ProposeAt == ProposeAt && command.Weights.SequenceEqual(Weights) => [],
        VersionsMax => Refuse("matching.versions", $"The rule has at most {VersionsMax} versions. Return to one that was good."),
        _ => new MatchingPublished(Version + 1, command.Weights, command.ProposeAt),
    };

    /// <summary>What the rule gives two customers who have this in common.</summary>
    public int Score(IEnumerable<MatchKind> common) =>
        Math.Min(ScoreMax, common.Distinct().Sum(kind => Weights.Find(weight => weight.Kind == kind)?.Score ?? 0));
}
