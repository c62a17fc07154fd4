using System.Collections.Immutable;
using System.Text.Json;
using CrmSuite.Acquisition.Leads;
using CrmSuite.Acquisition.Rosters;
using CrmSuite.Contracts;
using CrmSuite.Contracts.Acquisition;
using CrmSuite.Journal;
using static CrmSuite.Journal.Decision;

namespace CrmSuite.Acquisition.AssignmentRules;

/// <summary>A rule for assigning leads gets a new version.</summary>
/// <param name="HandOverMinutes">How long sales may take to accept or reject.</param>
/// <param name="Routes">To which team, the first that fits.</param>
/// <param name="Fit">Who of the team fits best.</param>
sealed record PublishAssignment(int HandOverMinutes, IReadOnlyList<AssignmentRoute> Routes, IReadOnlyList<FitFactor>? Fit = null) : ICommand
{
    const int RoutesMax = 100;
    const int PointsMax = 1_000;

    /// <summary>Thirty days.</summary>
    const int MinutesMax = 43_200;

    /// <summary>Who of the team fits best.</summary>
    public IReadOnlyList<FitFactor> Wanted() => Fit ?? [];

    public Refusal? Invalid() => this switch
    {
        { HandOverMinutes: < 1 or > MinutesMax } => new("assignment.hand-over", $"Sales has 1 to {MinutesMax} minutes to accept or reject."),
        { Routes.Count: < 1 or > RoutesMax } => new("assignment.routes", $"A rule has 1 to {RoutesMax} routes."),
        _ when Routes.Any(route => !Form.IsLine(route.Team, RosterForm.IdMax)) => new("assignment.team", "Name each team by its id."),
        _ when Wanted().DistinctBy(factor => factor.Kind).Count() < Wanted().Count || Wanted().Any(factor => factor.Points is < 0 or > PointsMax) =>
            new("assignment.fit", $"What a member should match is named once each, with 0 to {PointsMax} points."),
        _ => Routes.Select(route => route.When?.Invalid()).FirstOrDefault(invalid => invalid is not null),
    };
}

/// <summary>Who gets a lead, in versions: which team, and who of it. What it chooses follows from the candidates alone, so that anybody can check it.</summary>
sealed record AssignmentRule(
    Guid AssignmentId, string Name, int Version, int HandOverMinutes, ImmutableList<AssignmentRoute> Routes, ImmutableList<FitFactor> Fit)
        : IFold<AssignmentRule>
{
    /// <summary>The rule by which leads are assigned.</summary>
    public const string Usual = "standard";

    const int VersionsMax = 1_000;

    public static string Category => "acquisition.assignment";

    public static string Called => "assignment rule";

    public static AssignmentRule Initial { get; } = new(default, "", 0, 0, [], []);

    /// <summary>The stream of a rule.</summary>
    public static Guid IdOf(string name) => Ids.Derive("assignment", name);

    public static AssignmentRule Evolve(AssignmentRule state, Event fact) => fact switch
    {
        AssignmentPublished e => new(e.AssignmentId, e.Name, e.Version, e.HandOverMinutes, [.. e.Routes], [.. e.Fit]),
        _ => state,
    };

    public Decision Publish(string name, PublishAssignment command) => Version switch
    {
        > 0 when Says(command) => [],
        VersionsMax => Refuse("assignment.versions", $"A rule has at most {VersionsMax} versions. Publish under a new name."),
        _ => new AssignmentPublished(IdOf(name), name, Version + 1, command.HandOverMinutes, command.Routes, command.Wanted()),
    };

    /// <summary>Which team gets the lead; null where no route fits.</summary>
    public string? TeamOf(Lead lead) => Routes.Find(route => route.When is null || lead.Meets(route.When))?.Team;

    /// <summary>Until when sales accepts or rejects what it gets at an instant.</summary>
    public DateTime DueAt(DateTime at) => at.AddMinutes(HandOverMinutes);

    /// <summary>Everybody of a team as he stands before a lead, in the order of their ids.</summary>
    public IReadOnlyList<AssignmentCandidate> Candidates(Roster roster, Lead lead) =>
    [
        .. roster.Members.Values.OrderBy(member => member.MemberId, StringComparer.Ordinal).Select(member =>
            new AssignmentCandidate(member.MemberId, member.Leads.Count,
            member.Capacity, member.Presence, Fit.Where(factor => Matches(factor, member, lead)).Sum(factor => factor.Points),
            Fit.TrueForAll(factor => !factor.IsRequired || Matches(factor, member, lead)), member.IdleSince)),
    ];

    /// <summary>The choice: of those who are there, idle and suitable, who fits best, then who has least, then who waits longest, then the first by
    /// id.</summary>
    public static string? Choose(IEnumerable<AssignmentCandidate> candidates) => candidates.Where(CanTake)
        .OrderByDescending(candidate => candidate.Fit).ThenBy(candidate => candidate.Load).ThenBy(candidate => candidate.IdleSince)
        .ThenBy(candidate => candidate.Id, StringComparer.Ordinal).FirstOrDefault()?.Id;

    /// <summary>Whether he could be given it at all.</summary>
    public static bool CanTake(AssignmentCandidate candidate) =>
        candidate is { Presence: Presence.Ready, IsSuitable: true } && candidate.Load < candidate.Capacity;

    static bool Matches(FitFactor factor, Member member, Lead lead) => factor.Kind switch
    {
        // Who speaks German speaks with somebody who asked for Austrian German.
        FitKind.Language => lead.Language is { } language && member.Languages.Exists(known =>
            language.Equals(known, StringComparison.OrdinalIgnoreCase) || language.StartsWith(known + "-", StringComparison.OrdinalIgnoreCase)),
        _ => lead.Country is { } country && member.Regions.Exists(region => region.Equals(country, StringComparison.OrdinalIgnoreCase)),
    };

    bool Says(PublishAssignment command) => command.HandOverMinutes == HandOverMinutes
        && JsonSerializer.Serialize(command.Routes) == JsonSerializer.Serialize<IReadOnlyList<AssignmentRoute>>(Routes)
        && command.Wanted().SequenceEqual(Fit);
}
