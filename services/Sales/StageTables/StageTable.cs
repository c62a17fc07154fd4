using System.Collections.Immutable;
using CrmSuite.Contracts;
using CrmSuite.Contracts.Sales;
using CrmSuite.Journal;
using static CrmSuite.Journal.Decision;

namespace CrmSuite.Sales.StageTables;

/// <summary>A stage table gets a new version.</summary>
/// <param name="Stages">The stages in order; after the last one a deal is won.</param>
/// <param name="Evidence">Which kinds of evidence a win needs one of; default a contract or a quote.</param>
/// <param name="Replaced">For each stage that is there no longer, the one that deals in it are in now.</param>
sealed record PublishStages(
    IReadOnlyList<SalesStage> Stages, IReadOnlyList<EvidenceKind>? Evidence = null, IReadOnlyDictionary<string, string>? Replaced = null) : ICommand
{
    public const int StagesMax = 20;

    const int CriteriaMax = 10;

    static readonly EvidenceKind[] Usual = [EvidenceKind.Contract, EvidenceKind.Quote];

    /// <summary>What a win needs one of.</summary>
    public IReadOnlyList<EvidenceKind> Needed() => Evidence ?? Usual;

    public Refusal? Invalid() => this switch
    {
        { Stages.Count: < 1 or > StagesMax } => new("stages.count", $"A stage table has 1 to {StagesMax} stages."),
        _ when Stages.Any(stage => !Form.IsWord(stage.Name)) || Stages.DistinctBy(stage => stage.Name).Count() < Stages.Count =>
            new("stages.name", "Each stage has a name of its own: a word of lower-case letters, digits and hyphens."),
        _ when Stages.Any(stage => stage.ProbabilityBp is < 0 or > 10_000) => new("stages.probability", "A probability is in basis points, 0 to 10000."),
        _ when Stages.Any(stage => stage.Exit is { Count: > CriteriaMax }) => new("stages.criteria", $"A stage has at most {CriteriaMax} exit criteria."),
        _ when Stages.SelectMany(stage => stage.Exit ?? []).FirstOrDefault(criterion => !IsCriterion(criterion)) is not null => new("stages.criterion",
            $"A criterion has a name, a kind and, for a field, a contact or a task, what is looked at: {string.Join(", ", Criteria.Fields)}, an extra field; "
            + $"{string.Join(", ", Criteria.Roles.Keys)}; {string.Join(", ", Criteria.Tasks)}."),
        _ when Needed().Count == 0 => new("stages.evidence", "Name the kinds of evidence that a win needs one of; none is one of them."),
        { Replaced: { } replaced } when replaced.Values.Any(to => Stages.All(stage => stage.Name != to)) =>
            new("stages.replaced", "What replaces a stage is a stage of the new version."),
        _ => null,
    };

    static bool IsCriterion(ExitCriterion criterion) => Form.IsWord(criterion.Name) && Criteria.IsWhole(criterion);
}

/// <summary>The way of a deal, in versions: its stages, what must be so before one is left, and how likely it is won from there.</summary>
sealed record StageTable(
    Guid StagesId,
    string Name,
    int Version,
    ImmutableList<SalesStage> Stages,
    ImmutableList<EvidenceKind> Evidence,
    ImmutableDictionary<string, string> Replaced) : IFold<StageTable>
{
    /// <summary>The table that is meant where none is named.</summary>
    public const string Usual = "standard";

    const int VersionsMax = 200;

    public static string Category => "sales.stages";

    public static string Called => "stage table";

    public static StageTable Initial { get; } = new(default, "", 0, [], [], ImmutableDictionary<string, string>.Empty);

    /// <summary>The stream of a table.</summary>
    public static Guid IdOf(string name) => Ids.Derive("stages", name);

    public static StageTable Evolve(StageTable state, Event fact) => fact switch
    {
        StagesPublished e => new(e.StagesId, e.Name, e.Version, [.. e.Stages], [.. e.Evidence], Follow(state.Replaced, e)),
        _ => state,
    };

    /// <param name="name">The table's name.</param>
    /// <param name="command">What was asked for.</param>
    /// <param name="fields">The keys of the extra fields that a criterion may ask for; null where there are none.</param>
    public Decision Publish(string name, PublishStages command, IReadOnlyCollection<string>? fields = null)
    {
        var replaced = command.Replaced ?? ImmutableDictionary<string, string>.Empty;
        var lost = Stages.Find(stage => command.Stages.All(kept => kept.Name != stage.Name) && !replaced.ContainsKey(stage.Name));
        var asked = command.Stages.SelectMany(stage => stage.Exit ?? []).Where(criterion => criterion.Kind == CriterionKind.Field);
        var unknown = asked.FirstOrDefault(criterion => !Criteria.Fields.Contains(criterion.What) && fields?.Contains(criterion.What) is not true);
        return Version switch
        {
            _ when Says(command) => [],
            _ when unknown is not null => Refuse("stages.no-such-field",
                $"Deals have no field '{unknown.What}'. Publish it among the extra fields first, or ask for one of {string.Join(", ", Criteria.Fields)}."),
            VersionsMax => Refuse("stages.versions", $"A stage table has at most {VersionsMax} versions. Publish under a new name."),
            _ when lost is not null => Refuse("stages.unmapped", $"Say in 'replaced' where deals go that are in the stage '{lost.Name}' now."),
            _ => new StagesPublished(IdOf(name), name, Version + 1, command.Stages, command.Needed(), replaced),
        };
    }

    /// <summary>The stage of that name in this version, or the one that has replaced it; null where there never was one.</summary>
    public SalesStage? Find(string name) => Stages.Find(stage => stage.Name == name)
        ?? (Replaced.TryGetValue(name, out var to) ? Stages.Find(stage => stage.Name == to) : null);

    /// <summary>The stages that a deal would pass over on its way, and may not.</summary>
    /// <param name="from">The stage it leaves.</param>
    /// <param name="to">The stage it enters; null for the win after the last one.</param>
    public SalesStage? Skipped(SalesStage from, SalesStage? to) =>
        Stages.Take(to is null ? Stages.Count : Stages.IndexOf(to)).Skip(Stages.IndexOf(from) + 1).FirstOrDefault(stage => !stage.MaySkip);

    /// <summary>Whether the way from one stage to the other leads back.</summary>
    public bool IsBack(SalesStage from, SalesStage to) => Stages.IndexOf(to) < Stages.IndexOf(from);

    /// <summary>What became of every stage that is there no longer, over all versions.</summary>
    static ImmutableDictionary<string, string> Follow(ImmutableDictionary<string, string> known, StagesPublished e)
    {
        var followed = known.Select(pair => KeyValuePair.Create(pair.Key, e.Replaced.GetValueOrDefault(pair.Value, pair.Value)));
        return ImmutableDictionary.CreateRange(followed).SetItems(e.Replaced);
    }

    bool Says(PublishStages command) =>
        Version > 0 && command.Stages.Count == Stages.Count && command.Stages.Zip(Stages).All(pair => IsSame(pair.First, pair.Second))
            && command.Needed().SequenceEqual(Evidence);

    static bool IsSame(SalesStage left, SalesStage right) => left with { Exit = null } == right with { Exit = null } && (left.Exit ?? [])
        .SequenceEqual(right.Exit ?? []);
}
