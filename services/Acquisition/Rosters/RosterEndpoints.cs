using CrmSuite.Acquisition.Leads;
using CrmSuite.Contracts.Acquisition;
using CrmSuite.Departments;
using CrmSuite.Journal;
using CrmSuite.ServiceDefaults;
using CrmSuite.Views;

namespace CrmSuite.Acquisition.Rosters;

static class RosterEndpoints
{
    public static IEndpointRouteBuilder MapRosters(this IEndpointRouteBuilder app)
    {
        var read = app.MapGroup("/rosters").RequirePermission("leads:read");
        var manage = app.MapGroup("/rosters").RequirePermission("leads:manage").CheckCommands();
        var work = app.MapGroup("/rosters").RequirePermission("leads:work").CheckCommands();

        manage.MapPut("/{team}/members/{memberId}", async (string team, string memberId, SetMember command, LeadWorker worker, Cause cause, Staff staff,
            IJournal journal, CancellationToken ct) =>
        {
            if (RosterForm.Place(team, memberId) is { } wrong)
            {
                return Problems.Result(StatusCodes.Status400BadRequest, wrong.Code, wrong.Reason);
            }

            await staff.Named([memberId], team, ct);
            return await journal.Decide<Roster>(Roster.IdOf(team), cause, roster => roster.Set(team, memberId, command, worker), ct).ToHttp();
        });

        manage.MapPost("/{team}/members/{memberId}/remove", ([AsParameters] LeadDesk desk, string team, string memberId, RemoveMember command,
            CancellationToken ct) => desk.Leave(team, memberId, command, ct));

        // Everybody says so of himself, a manager of everybody.
        work.MapPut("/{team}/members/{memberId}/presence", (string team, string memberId, SetPresence command, LeadWorker worker, Cause cause,
            IJournal journal, CancellationToken ct) =>
            journal.Decide<Roster>(Roster.IdOf(team), cause, (roster, at) => roster.SetPresence(memberId, command, worker, at), ct).ToHttp());

        read.MapGet("", (string? team, string? memberId, [WordOf(typeof(Presence))] string? presence, string? after, int? size, Queries queries, CancellationToken ct) =>
            RosterList.Open(queries, team, memberId, presence, after, size, ct));

        read.MapGet("/{team}", (string team, DateTime? asOf, IJournal journal, CancellationToken ct) =>
            journal.Show<Roster>(Roster.IdOf(team), roster => roster, ct, asOf));

        read.MapGet("/{team}/timeline", (string team, IJournal journal, CancellationToken ct) => journal.Timeline<Roster>(Roster.IdOf(team), ct));

        return app;
    }
}
