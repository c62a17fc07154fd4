using System.Collections.Immutable;
using CrmSuite.Contracts;
using CrmSuite.Contracts.Sales;
using CrmSuite.Departments;
using CrmSuite.Journal;
using CrmSuite.ServiceDefaults;

namespace CrmSuite.Sales.ApprovalFlows;

/// <summary>An approval flow gets a new version.</summary>
/// <param name="Steps">The steps; those of one rank are open side by side, the next rank follows when all of them are decided.</param>
sealed record PublishFlow(IReadOnlyList<FlowStep> Steps) : ICommand
{
    public const int StepsMax = 10;

    const int RulesMax = 20;
    const int NeededMax = 10;
    const int DueHoursMax = 24 * 90;

    /// <summary>Whom all of its steps name.</summary>
    IEnumerable<ApproverRule> Rules => Steps.SelectMany(step => step.Approvers.Concat(step.EscalateTo ?? []));

    public Refusal? Invalid() => this switch
    {
        { Steps.Count: < 1 or > StepsMax } => new("flow.steps", $"A flow has 1 to {StepsMax} steps."),
        _ when Steps.Any(step => !Form.IsWord(step.Name)) || Steps.DistinctBy(step => step.Name).Count() < Steps.Count =>
            new("flow.name", "Each step has a name of its own: a word of lower-case letters, digits and hyphens."),
        _ when Steps.Any(step => step.Rank is < 1 or > StepsMax) => new("flow.rank", $"A rank is 1 to {StepsMax}; steps of one rank are open side by side."),
        _ when Steps.Any(step => step.Approvers.Count is < 1 or > RulesMax || step.EscalateTo is { Count: > RulesMax }) =>
            new("flow.approvers", $"A step names 1 to {RulesMax} roles, teams or persons, and at most as many to escalate to."),
        _ when Rules.Any(rule => !Form.IsLine(rule.Id, Accounts.Seller.IdMax)) =>
            new("flow.approver", "Name a role, a team by its id, or a person by the subject of his sign-in."),
        _ when Rules.FirstOrDefault(rule => rule.Kind == ApproverKind.Role && !Permissions.ByRole.ContainsKey(rule.Id)) is { } rule =>
            new("flow.role", $"There is no role '{rule.Id}'. The roles are: {string.Join(", ", Permissions.ByRole.Keys.Order(StringComparer.Ordinal))}."),
        _ when Steps.Any(step => step.Needed is < 1 or > NeededMax) => new("flow.needed", $"A step needs 1 to {NeededMax} people."),
        _ when Steps.Any(step => step.DueHours is < 1 or > DueHoursMax) => new("flow.due", $"A step is due after 1 to {DueHoursMax} hours."),
        _ => null,
    };
}

/// <summary>Who has to agree, in versions: steps one after the other and side by side.</summary>
sealed record ApprovalFlow(Guid FlowId, string Name, int Version, ImmutableList<FlowStep> Steps) : IFold<ApprovalFlow>
{
    /// <summary>What a person must be allowed to decide in any flow.</summary>
    public const string Permission = "sales:approve";

    const int VersionsMax = 200;

    public static string Category => "sales.flow";

    public static string Called => "approval flow";

    public static ApprovalFlow Initial { get; } = new(default, "", 0, []);

    /// <summary>The stream of a flow.</summary>
    public static Guid IdOf(string name) => Ids.Derive("flow", name);

    public static ApprovalFlow Evolve(ApprovalFlow state, Event fact) => fact is FlowPublished e ? new(e.FlowId, e.Name, e.Version, [.. e.Steps]) : state;

    public Decision Publish(string name, PublishFlow command)
    {
        var steps = command.Steps.OrderBy(step => step.Rank).ToList();
        return Version switch
        {
            _ when Version > 0 && Steps.Count == steps.Count && Steps.Zip(steps).All(pair => IsSame(pair.First, pair.Second)) => [],
            VersionsMax => Decision.Refuse("flow.versions", $"A flow has at most {VersionsMax} versions. Publish under a new name."),
            _ => new FlowPublished(IdOf(name), name, Version + 1, steps),
        };
    }

    /// <summary>The steps with the people whom their rules mean today: those who may approve at all, without these.</summary>
    public IReadOnlyList<ApprovalStep> With(IReadOnlyCollection<Person> staff, IReadOnlyCollection<string> excluded)
    {
        var eligible = staff.Where(person => !excluded.Contains(person.Id) && person.May(Permission)).ToList();
        return [.. Steps.Select(step => new ApprovalStep(step.Name, step.Rank, Meant(step.Approvers), step.Needed, step.DueHours, Meant(step.EscalateTo ?? [])))];

        IReadOnlyList<string> Meant(IReadOnlyList<ApproverRule> rules) =>
            [.. eligible.Where(person => rules.Any(rule => Means(rule, person))).Select(person => person.Id).Order(StringComparer.Ordinal)];
    }

    static bool Means(ApproverRule rule, Person person) => rule.Kind switch
    {
        ApproverKind.Role => person.Roles.Contains(rule.Id),
        ApproverKind.Team => person.Team == rule.Id,
        _ => person.Id == rule.Id,
    };

    static bool IsSame(FlowStep left, FlowStep right) => left with { Approvers = right.Approvers, EscalateTo = right.EscalateTo } == right
        && left.Approvers.SequenceEqual(right.Approvers) && (left.EscalateTo ?? []).SequenceEqual(right.EscalateTo ?? []);
}
