using CrmSuite.Acquisition.Leads;
using CrmSuite.Acquisition.Rosters;
using CrmSuite.Contracts;
using CrmSuite.Journal;
using CrmSuite.ServiceDefaults;
using CrmSuite.Views;

namespace CrmSuite.Acquisition.AssignmentRules;

static class AssignmentRuleEndpoints
{
    public static IEndpointRouteBuilder MapAssignmentRules(this IEndpointRouteBuilder app)
    {
        var read = app.MapGroup("/assignment-rules").RequirePermission("leads:read");
        var operate = app.MapGroup("/assignment-rules").RequirePermission("acquisition:operate").CheckCommands();

        operate.MapPost("/{name}/publish", (string name, PublishAssignment command, Cause cause, IJournal journal, CancellationToken ct) => Form.IsWord(name)
            ? journal.Decide<AssignmentRule>(AssignmentRule.IdOf(name), cause, rule => rule.Publish(name, command), ct).ToHttp(_ => $"assignment-rules/{name}")
            : Task.FromResult(Problems.Result(StatusCodes.Status400BadRequest, "assignment.rule",
                "A rule's name is a word of lower-case letters, digits and hyphens.")));

        operate.MapPost("/{name}/preview", async (string name, PublishAssignment command, IJournal journal, Queries queries, CancellationToken ct) =>
        {
            var now = (await journal.Load<AssignmentRule>(AssignmentRule.IdOf(name), ct)).State;
            var rosters = new Dictionary<string, Roster>();
            foreach (var team in command.Routes.Concat(now.Routes).Select(route => route.Team).Distinct())
            {
                rosters[team] = (await journal.Load<Roster>(Roster.IdOf(team), ct)).State;
            }

            return Breaks.OfAssignment(now, command, await LeadDesk.InPlay(name, AssignmentRule.Usual, journal, queries, ct), rosters);
        }).WithSummary("What a new version would break, were it published now.");

        read.MapGet("", (string? after, int? size, Queries queries, CancellationToken ct) => AssignmentRuleList.Open(queries, after, size, ct));

        read.MapGet("/{name}", (string name, DateTime? asOf, IJournal journal, CancellationToken ct) =>
            journal.Show<AssignmentRule>(AssignmentRule.IdOf(name), rule => rule, ct, asOf));

        read.MapGet("/{name}/timeline", (string name, IJournal journal, CancellationToken ct) =>
            journal.Timeline<AssignmentRule>(AssignmentRule.IdOf(name), ct));

        return app;
    }
}
