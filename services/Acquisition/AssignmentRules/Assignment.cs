using CrmSuite.Acquisition.Leads;
using CrmSuite.Acquisition.Rosters;
using CrmSuite.Contracts.Acquisition;
using CrmSuite.Journal;

namespace CrmSuite.Acquisition.AssignmentRules;

/// <summary>Who gets a lead, on one version of a rule and of a roster; or why nobody does.</summary>
/// <param name="Rule">By which rule.</param>
/// <param name="Roster">The team's roster.</param>
/// <param name="RosterVersion">Its version: the lock.</param>
/// <param name="Candidates">Everybody of the team, as he stood.</param>
/// <param name="OwnerId">Who gets it.</param>
/// <param name="Refusal">Why nobody does.</param>
/// <param name="Reason">Why a person chose instead of the rule.</param>
sealed record Assignment(
    AssignmentRule Rule, Roster Roster, int RosterVersion, IReadOnlyList<AssignmentCandidate> Candidates, string? OwnerId, Refusal? Refusal,
        string? Reason = null)
{
    public static readonly Refusal NoRule = new("assignment.unknown",
        "No rule for assigning leads is published. Operations publish one at assignment-rules/standard.");

    /// <summary>The rule's choice, or a person's where he names one; nobody gets a lead who is not there or has as many as he can have.</summary>
    public static Assignment Of(AssignLead command, AssignmentRule rule, Roster roster, int rosterVersion, Lead lead)
    {
        var candidates = rule.Candidates(roster, lead);
        var ownerId = command.OwnerId ?? AssignmentRule.Choose(candidates);
        var owner = candidates.FirstOrDefault(candidate => candidate.Id == ownerId);
        return new(rule, roster, rosterVersion, candidates, ownerId, owner switch
        {
            _ when rule.Version == 0 => NoRule,
            _ when rosterVersion < 0 => new("assignment.no-team", "No route leads to a team with a roster. Publish a route, or set the team's members."),
            null when ownerId is null => new("assignment.nobody-idle", "Nobody of the team who suits the lead is idle. Ask again when somebody is."),
            null => new("member.unknown", "He is not on the team's roster. Set him as a member first."),
            _ => Member.Problem(owner.Presence, owner.Load, owner.Capacity),
        }, command.Reason);
    }

    /// <summary>What is said of the lead.</summary>
    public LeadAssigned Of(Lead lead, DateTime at) => new(lead.LeadId, lead.CustomerId, OwnerId!, Roster.Team, Rule.AssignmentId, Rule.Version, RosterVersion,
        Candidates, Rule.DueAt(at), lead.OwnerId, lead.OwnerTeam, Reason);
}
