using CrmSuite.Acquisition.AssignmentRules;
using CrmSuite.Acquisition.Rosters;
using CrmSuite.Contracts;
using CrmSuite.Departments;
using CrmSuite.Journal;
using CrmSuite.Views;

namespace CrmSuite.Acquisition.Leads;

/// <summary>
/// Gives the leads that wait for somebody to whoever can take them now: he came, got free or joined. It looks at what is so, not at what happened, so that
/// nothing is lost by a crash; the lead that waits longest is given first. It is assigned as when a caller asks, as of the moment from which on it could be.
/// </summary>
sealed class LeadProcess(IServiceScopeFactory scopes, Leader leader, JournalLog log, Staff staff) : BackgroundService
{
    const string Name = "assign";

    static readonly TimeSpan Poll = TimeSpan.FromSeconds(1);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => leader.Run(Name, Lead, stoppingToken);

    async Task Lead(CancellationToken ct)
    {
        for (Position? seen = null; !ct.IsCancellationRequested;)
        {
            // Nobody came where nothing was written: an idle department asks for one position, not for its leads.
            if (await log.Last(ct) is var last && last != seen)
            {
                await using var scope = scopes.CreateAsyncScope();
                await Assign(scope.ServiceProvider.GetRequiredService<IJournal>(), scope.ServiceProvider.GetRequiredService<Queries>(), staff, last, ct);
                seen = last;
            }

            await Task.Delay(Poll, ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    static async Task Assign(IJournal journal, Queries queries, Staff staff, Position last, CancellationToken ct)
    {
        var people = await staff.Known(ct);
        var rule = (await journal.Load<AssignmentRule>(AssignmentRule.IdOf(AssignmentRule.Usual), ct)).State;
        var rosters = new Dictionary<string, Roster>();
        foreach (var team in rule.Routes.Select(route => route.Team).Distinct())
        {
            rosters[team] = (await journal.Load<Roster>(Roster.IdOf(team), ct)).State.Of(people);
        }

        if (!rosters.Values.Any(roster => roster.IsAnybodyIdle))
        {
            return;
        }

        queries.UpTo = last;
        foreach (var waits in await LeadBoard.Waiting(queries, ct))
        {
            var (lead, version) = await journal.Load<Lead>(waits.LeadId, ct);
            if (rule.TeamOf(lead) is not { } team || AssignmentRule.Choose(rule.Candidates(rosters[team], lead)) is null)
            {
                continue;
            }

            var (changedAt, publishedAt) = (await RosterList.ChangedAt(queries, team, ct), await AssignmentRuleList.PublishedAt(queries, rule.AssignmentId, ct));
            var since = new[] { waits.ChangedAt, changedAt, publishedAt }.Max();
            var cause = Cause.Rule(Name, Ids.Derive(Name, $"{waits.LeadId}", $"{version}"), since) with { IsClaimed = false, ClaimsRefusals = false };
            await new LeadDesk(new(Name), cause, journal, staff).Assign(waits.LeadId, new(), ct);
            rosters[team] = (await journal.Load<Roster>(Roster.IdOf(team), ct)).State.Of(people);
            if (!rosters.Values.Any(roster => roster.IsAnybodyIdle))
            {
                return;
            }
        }
    }
}
