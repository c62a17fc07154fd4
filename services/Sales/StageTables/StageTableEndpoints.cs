using CrmSuite.Contracts;
using CrmSuite.Journal;
using CrmSuite.Sales.FieldTables;
using CrmSuite.Sales.Opportunities;
using CrmSuite.ServiceDefaults;
using CrmSuite.Views;

namespace CrmSuite.Sales.StageTables;

static class StageTableEndpoints
{
    static readonly Guid OfDeals = FieldTable.IdOf(FieldTable.Opportunity);

    public static IEndpointRouteBuilder MapStageTables(this IEndpointRouteBuilder app)
    {
        var read = app.MapGroup("/stages").RequirePermission("sales:read");
        var operate = app.MapGroup("/stages").RequirePermission("sales:operate").CheckCommands();

        operate.MapPost("/{name}/publish", async (string name, PublishStages command, Cause cause, IJournal journal, CancellationToken ct) =>
        {
            var fields = (await journal.Load<FieldTable>(OfDeals, ct)).State.Fields.ConvertAll(field => field.Key);
            return Form.IsWord(name)
                ? await journal.Decide<StageTable>(StageTable.IdOf(name), cause, table => table.Publish(name, command, fields), ct)
                    .ToHttp(_ => $"stages/{name}")
                : NoName();
        });

        operate.MapPost("/{name}/preview", async (string name, PublishStages command, IJournal journal, Queries queries, TimeProvider time,
            CancellationToken ct) =>
        {
            if (!Form.IsWord(name))
            {
                return NoName();
            }

            var id = StageTable.IdOf(name);
            var fields = (await journal.Load<FieldTable>(OfDeals, ct)).State.Fields.ConvertAll(field => field.Key);
            var (table, books) = ((await journal.Load<StageTable>(id, ct)).State, (await journal.Load<Books.Books>(Books.Books.TheId, ct)).State);
            return TypedResults.Ok(
                Breaks.OfStages(table, command, await OpportunityHistory.InPlay(queries, id, ct), fields, books.Day(time.GetUtcNow().UtcDateTime)));
        });

        read.MapGet("", (string? after, int? size, Queries queries, CancellationToken ct) => StageTableList.Open(queries, after, size, ct));

        read.MapGet("/{name}", (string name, DateTime? asOf, IJournal journal, CancellationToken ct) =>
            journal.Show<StageTable>(StageTable.IdOf(name), table => table, ct, asOf));

        read.MapGet("/{name}/timeline", (string name, IJournal journal, CancellationToken ct) => journal.Timeline<StageTable>(StageTable.IdOf(name), ct));

        return app;
    }

    static IResult NoName() =>
        Problems.Result(StatusCodes.Status400BadRequest, "stages.table", "A table's name is a word of lower-case letters, digits and hyphens.");
}
