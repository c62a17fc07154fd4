using CrmSuite.Journal;
using CrmSuite.Sales.Accounts;
using CrmSuite.Sales.Opportunities;
using CrmSuite.Sales.StageTables;
using CrmSuite.ServiceDefaults;
using CrmSuite.Views;

namespace CrmSuite.Sales.FieldTables;

static class FieldTableEndpoints
{
    public static IEndpointRouteBuilder MapFieldTables(this IEndpointRouteBuilder app)
    {
        var read = app.MapGroup("/fields").RequirePermission("sales:read");
        var operate = app.MapGroup("/fields").RequirePermission("sales:operate").CheckCommands();

        operate.MapPost("/{noun}/publish", (string noun, PublishFields command, Cause cause, IJournal journal, CancellationToken ct) =>
            FieldTable.Nouns.Contains(noun)
            ? journal.Decide<FieldTable>(FieldTable.IdOf(noun), cause, table => table.Publish(noun, command), ct).ToHttp(_ => $"fields/{noun}")
            : Task.FromResult(NoSuchNoun()));

        operate.MapPost("/{noun}/preview", async (string noun, PublishFields command, IJournal journal, Queries queries, CancellationToken ct) =>
        {
            if (!FieldTable.Nouns.Contains(noun))
            {
                return NoSuchNoun();
            }

            var now = (await journal.Load<FieldTable>(FieldTable.IdOf(noun), ct)).State;
            return TypedResults.Ok(noun == FieldTable.Account
                ? Breaks.OfFields(now, command, await AccountList.Filled(queries, ct))
                : Breaks.OfFields(now, command, await OpportunityHistory.InPlay(queries, null, ct), await StageTableList.All(queries, ct)));
        });

        read.MapGet("/{noun}", (string noun, DateTime? asOf, IJournal journal, CancellationToken ct) =>
            journal.Show<FieldTable>(FieldTable.IdOf(noun), table => table, ct, asOf));

        read.MapGet("/{noun}/timeline", (string noun, IJournal journal, CancellationToken ct) => journal.Timeline<FieldTable>(FieldTable.IdOf(noun), ct));

        return app;
    }

    static IResult NoSuchNoun() => Problems.Result(StatusCodes.Status404NotFound, "fields.unknown",
        $"Extra fields belong to: {string.Join(", ", FieldTable.Nouns)}.");
}
