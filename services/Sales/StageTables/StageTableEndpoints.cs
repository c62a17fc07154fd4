using CrmSuite.Contracts;
using CrmSuite.Journal;
using CrmSuite.ServiceDefaults;
using CrmSuite.Views;

namespace CrmSuite.Sales.StageTables;

static class StageTableEndpoints
{
    public static IEndpointRouteBuilder MapStageTables(this IEndpointRouteBuilder app)
    {
        var read = app.MapGroup("/stages").RequirePermission("sales:read");
        var operate = app.MapGroup("/stages").RequirePermission("sales:operate").CheckCommands();

        operate.MapPost("/{name}/publish", (string name, PublishStages command, Cause cause, IJournal journal, CancellationToken ct) => Form.IsWord(name)
            ? journal.Decide<StageTable>(StageTable.IdOf(name), cause, table => table.Publish(name, command), ct).ToHttp(_ => $"stages/{name}")
            : Task.FromResult(Problems.Result(StatusCodes.Status400BadRequest, "stages.table",
                "A table's name is a word of lower-case letters, digits and hyphens.")));

        read.MapGet("", (string? after, int? size, Queries queries, CancellationToken ct) => StageTableList.Open(queries, after, size, ct));

        read.MapGet("/{name}", (string name, DateTime? asOf, IJournal journal, CancellationToken ct) =>
            journal.Show<StageTable>(StageTable.IdOf(name), table => table, ct, asOf));

        read.MapGet("/{name}/timeline", (string name, IJournal journal, CancellationToken ct) => journal.Timeline<StageTable>(StageTable.IdOf(name), ct));

        return app;
    }
}
