using CrmSuite.Journal;
using CrmSuite.ServiceDefaults;

namespace CrmSuite.Acquisition.MatchRules;

static class MatchRuleEndpoints
{
    public static IEndpointRouteBuilder MapMatchRule(this IEndpointRouteBuilder app)
    {
        var read = app.MapGroup("/match-rule").RequirePermission("acquisition:read");
        var operate = app.MapGroup("/match-rule").RequirePermission("acquisition:operate").CheckCommands();

        operate.MapPost("/publish", (PublishMatchRule command, Cause cause, IJournal journal, CancellationToken ct) =>
            journal.Decide<MatchRule>(MatchRule.TheId, cause, rule => rule.Publish(command), ct).ToHttp(_ => "match-rule"));

        read.MapGet("", (DateTime? asOf, IJournal journal, CancellationToken ct) => journal.Show<MatchRule>(MatchRule.TheId, rule => rule, ct, asOf));

        read.MapGet("/timeline", (IJournal journal, CancellationToken ct) => journal.Timeline<MatchRule>(MatchRule.TheId, ct));

        return app;
    }
}
