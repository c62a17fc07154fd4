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

        read.MapGet("", (string? after, int? size, Queries queries, CancellationToken ct) => AssignmentRuleList.Open(queries, after, size, ct));

        read.MapGet("/{name}", (string name, DateTime? asOf, IJournal journal, CancellationToken ct) =>
            journal.Show<AssignmentRule>(AssignmentRule.IdOf(name), rule => rule, ct, asOf));

        read.MapGet("/{name}/timeline", (string name, IJournal journal, CancellationToken ct) =>
            journal.Timeline<AssignmentRule>(AssignmentRule.IdOf(name), ct));

        return app;
    }
}
