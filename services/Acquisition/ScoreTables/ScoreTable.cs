using System.Collections.Immutable;
using System.Text.Json;
using CrmSuite.Acquisition.Leads;
using CrmSuite.Contracts;
using CrmSuite.Contracts.Acquisition;
using CrmSuite.Journal;
using static CrmSuite.Journal.Decision;

namespace CrmSuite.Acquisition.ScoreTables;

/// <summary>A score table gets a new version.</summary>
/// <param name="Threshold">From which score on a lead may be handed over to sales.</param>
/// <param name="Factors">What counts.</param>
sealed record PublishScores(int Threshold, IReadOnlyList<ScoreFactor> Factors) : ICommand
{
    const int FactorsMax = 50;

    /// <summary>The most that one factor or the threshold says; a sum of all factors stays far from the end of a number.</summary>
    const int PointsMax = 10_000;

    public Refusal? Invalid() => this switch
    {
        { Factors.Count: < 1 or > FactorsMax } => new("scores.factors", $"A score table has 1 to {FactorsMax} factors."),
        _ when Factors.Any(factor => !Form.IsWord(factor.Name)) || Factors.DistinctBy(factor => factor.Name).Count() < Factors.Count =>
            new("scores.name", "Each factor has a name of its own: a word of lower-case letters, digits and hyphens."),
        _ when Math.Abs((long)Threshold) > PointsMax || Factors.Any(factor => Math.Abs((long)factor.Points) > PointsMax) =>
            new("scores.points", $"Points lie between -{PointsMax} and {PointsMax}."),
        _ => Factors.Select(factor => factor.When.Invalid()).FirstOrDefault(invalid => invalid is not null),
    };
}

/// <summary>What a lead is worth, in versions: the sum of the factors that count, and from which sum on sales gets it.</summary>
sealed record ScoreTable(Guid ScoresId, string Name, int Version, int Threshold, ImmutableList<ScoreFactor> Factors) : IFold<ScoreTable>
{
    /// <summary>The table by which leads are scored.</summary>
    public const string Usual = "standard";

    const int TopMax = 5;

    const int VersionsMax = 1_000;

    public static string Category => "acquisition.scores";

    public static string Called => "score table";

    public static ScoreTable Initial { get; } = new(default, "", 0, 0, []);

    /// <summary>The stream of a table.</summary>
    public static Guid IdOf(string name) => Ids.Derive("scores", name);

    public static ScoreTable Evolve(ScoreTable state, Event fact) => fact switch
    {
        ScoresPublished e => new(e.ScoresId, e.Name, e.Version, e.Threshold, [.. e.Factors]),
        _ => state,
    };

    public Decision Publish(string name, PublishScores command) => Version switch
    {
        > 0 when command.Threshold == Threshold
            && JsonSerializer.Serialize(command.Factors) == JsonSerializer.Serialize<IReadOnlyList<ScoreFactor>>(Factors) => [],
        VersionsMax => Refuse("scores.versions", $"A score table has at most {VersionsMax} versions. Publish under a new name."),
        _ => new ScoresPublished(IdOf(name), name, Version + 1, command.Threshold, command.Factors),
    };

    /// <summary>What the lead is worth, and why: the factors that weigh most first.</summary>
    public (int Score, IReadOnlyList<FactorPoints> Top) Score(Lead lead)
    {
        var counted = Factors.FindAll(factor => lead.Meets(factor.When));
        return (counted.Sum(factor => factor.Points), [.. counted.OrderByDescending(factor => Math.Abs(factor.Points)).ThenBy(factor =>
            factor.Name, StringComparer.Ordinal)
            .Take(TopMax).Select(factor => new FactorPoints(factor.Name, factor.Points))]);
    }
}
