using CrmSuite.Acquisition.Leads;
using CrmSuite.Contracts;
using CrmSuite.Journal;
using CrmSuite.ServiceDefaults;
using CrmSuite.Views;

namespace CrmSuite.Acquisition.ScoreTables;

static class ScoreTableEndpoints
{
    public static IEndpointRouteBuilder MapScoreTables(this IEndpointRouteBuilder app)
    {
        var read = app.MapGroup("/scores").RequirePermission("leads:read");
        var operate = app.MapGroup("/scores").RequirePermission("acquisition:operate").CheckCommands();

        operate.MapPost("/{name}/publish", (string name, PublishScores command, Cause cause, IJournal journal, CancellationToken ct) => Form.IsWord(name)
            ? journal.Decide<ScoreTable>(ScoreTable.IdOf(name), cause, table => table.Publish(name, command), ct).ToHttp(_ => $"scores/{name}")
            : Task.FromResult(Problems.Result(StatusCodes.Status400BadRequest, "scores.table",
                "A table's name is a word of lower-case letters, digits and hyphens.")));

        operate.MapPost("/{name}/preview", async (string name, PublishScores command, IJournal journal, Queries queries, CancellationToken ct) =>
            Breaks.OfScores((await journal.Load<ScoreTable>(ScoreTable.IdOf(name), ct)).State, command,
                await LeadDesk.InPlay(name, ScoreTable.Usual, journal, queries, ct)))
            .WithSummary("What a new version would break, were it published now.");

        read.MapGet("", (string? after, int? size, Queries queries, CancellationToken ct) => ScoreTableList.Open(queries, after, size, ct));

        read.MapGet("/{name}", (string name, DateTime? asOf, IJournal journal, CancellationToken ct) =>
            journal.Show<ScoreTable>(ScoreTable.IdOf(name), table => table, ct, asOf));

        read.MapGet("/{name}/timeline", (string name, IJournal journal, CancellationToken ct) => journal.Timeline<ScoreTable>(ScoreTable.IdOf(name), ct));

        return app;
    }
}
