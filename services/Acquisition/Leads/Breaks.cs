using CrmSuite.Acquisition.AssignmentRules;
using CrmSuite.Acquisition.Rosters;
using CrmSuite.Acquisition.ScoreTables;
using CrmSuite.Contracts.Acquisition;

namespace CrmSuite.Acquisition.Leads;

/// <summary>One thing that a new version of a definition does to leads.</summary>
/// <param name="What">What happens to them: <c>score-below</c>, <c>score-above</c>, <c>route-lost</c>, <c>route-other</c>, <c>team-empty</c> or
/// <c>nobody-suits</c>.</param>
/// <param name="Name">The threshold, or the team.</param>
/// <param name="Leads">How many leads.</param>
/// <param name="Examples">Some of them.</param>
sealed record Break(string What, string Name, int Leads, IReadOnlyList<Guid> Examples);

/// <summary>What a new version of a definition would break, were it published now (rulings.md 23): told before, because nothing is undone after.</summary>
static class Breaks
{
    const int ExamplesMax = 20;
    const string TeamEmpty = "team-empty";

    /// <summary>A score table: leads that sales could get by their score and could not any longer, and the other way round, once they are scored
    /// anew.</summary>
    public static IReadOnlyList<Break> OfScores(ScoreTable now, PublishScores command, IEnumerable<Lead> leads)
    {
        var next = ScoreTable.Evolve(now, new ScoresPublished(now.ScoresId, now.Name, now.Version + 1, command.Threshold, command.Factors));
        return Count(from lead in leads
                     where lead.Status is not LeadStatus.Mql
                     let was = now.Version > 0 && lead.Score >= now.Threshold
                     let willBe = next.Score(lead).Score >= next.Threshold
                     where was != willBe
                     select (willBe ? "score-above" : "score-below", $"{next.Threshold}", lead.LeadId));
    }

    /// <summary>A rule for assigning: leads that go to no team or to another one, teams on whose roster nobody stands, and leads whom nobody of their team
    /// suits any longer.</summary>
    public static IReadOnlyList<Break> OfAssignment(
        AssignmentRule now, PublishAssignment command, IEnumerable<Lead> leads, IReadOnlyDictionary<string, Roster> rosters)
    {
        var next = AssignmentRule.Evolve(now,
            new AssignmentPublished(now.AssignmentId, now.Name, now.Version + 1, command.HandOverMinutes, command.Routes, command.Wanted()));
        var empty = command.Routes.Select(route => route.Team).Distinct().Where(team => rosters[team].Members.IsEmpty).ToHashSet();
        var ofLeads = Count(leads.SelectMany(Of));
        var unheard = empty.Where(team => !ofLeads.Any(known => known.What == TeamEmpty && known.Name == team));
        return [.. ofLeads, .. unheard.Select(team => new Break(TeamEmpty, team, 0, []))];

        IEnumerable<(string What, string Name, Guid Lead)> Of(Lead lead)
        {
            var (before, after) = (now.TeamOf(lead), next.TeamOf(lead));
            if (before is not null && before != after)
            {
                yield return after is null ? ("route-lost", before, lead.LeadId) : ("route-other", $"{after} instead of {before}", lead.LeadId);
            }

            if (after is not null && empty.Contains(after))
            {
                yield return (TeamEmpty, after, lead.LeadId);
            }
            else if (after is not null && IsSuited(now, before, lead) && !IsSuited(next, after, lead))
            {
                yield return ("nobody-suits", after, lead.LeadId);
            }
        }

        bool IsSuited(AssignmentRule rule, string? team, Lead lead) =>
            team is not null && rule.Candidates(rosters[team], lead).Any(candidate => candidate.IsSuitable);
    }

    static IReadOnlyList<Break> Count(IEnumerable<(string What, string Name, Guid Lead)> hits) =>
    [
        .. hits.GroupBy(hit => (hit.What, hit.Name)).OrderBy(group => group.Key.What, StringComparer.Ordinal).ThenBy(group => group.Key.Name,
            StringComparer.Ordinal)
            .Select(group => new Break(group.Key.What, group.Key.Name, group.Count(), [.. group.Take(ExamplesMax).Select(hit => hit.Lead)])),
    ];
}
