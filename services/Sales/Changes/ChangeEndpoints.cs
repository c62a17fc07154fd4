using CrmSuite.Departments;
using CrmSuite.Import;
using CrmSuite.Journal;
using CrmSuite.Sales.Accounts;
using CrmSuite.Sales.Agreements;
using CrmSuite.Sales.ApprovalFlows;
using CrmSuite.Sales.Approvals;
using CrmSuite.Sales.Opportunities;
using CrmSuite.Sales.Quotes;
using CrmSuite.Sales.Tasks;
using CrmSuite.ServiceDefaults;
using CrmSuite.Views;

namespace CrmSuite.Sales.Changes;

static class ChangeEndpoints
{
    static readonly string[] Columns = ["noun", "id"];

    public static IEndpointRouteBuilder MapChanges(this IEndpointRouteBuilder app)
    {
        var operate = app.MapGroup("/changes").RequirePermission("sales:operate").CheckCommands();

        app.MapGroup("/changes").MapImport(ChangeImport.Rows, "sales:operate");

        operate.MapPost("/accounts", async (ChangeAccounts command, Cause cause, HttpContext context, Queries queries, Staff staff, CancellationToken ct) =>
            await Begin(context, cause, Rows("account", await AccountList.Ids(queries, command.Filter, Bulk.RowsMax + 1, ct)), command.Reason, new()
            {
                ["ownerId"] = command.OwnerId,
                ["ownerTeam"] = await staff.TeamOf(command.OwnerId, command.OwnerTeam, ct),
            }, ct));

        operate.MapPost("/tasks", async (ChangeTasks command, Cause cause, HttpContext context, Queries queries, Staff staff, CancellationToken ct) =>
            await Begin(context, cause, Rows("task", await WorkTaskList.Ids(queries, command.Filter with { Status = "open" }, Bulk.RowsMax + 1, ct)), command.Reason, new()
            {
                ["ownerId"] = command.AssigneeId,
                ["ownerTeam"] = await staff.TeamOf(command.AssigneeId, command.AssigneeTeam, ct),
            }, ct));

        operate.MapPost("/opportunities", async (ChangeOpportunities command, Cause cause, HttpContext context, Queries queries, Staff staff, CancellationToken ct) =>
            await Begin(context, cause, Rows("opportunity", await OpportunityHistory.Ids(queries, Open(command.Filter), Bulk.RowsMax + 1, ct)), command.Reason, new()
            {
                ["ownerId"] = command.OwnerId,
                ["ownerTeam"] = await staff.TeamOf(command.OwnerId, command.OwnerTeam, ct),
                ["stage"] = command.Stage,
                ["closeDate"] = command.CloseDate?.ToString("yyyy-MM-dd"),
            }, ct));

        operate.MapPost("/hand-over", async (HandOver command, Cause cause, HttpContext context, Queries queries, Staff staff, CancellationToken ct) =>
        {
            var approver = command.ApprovalsTo ?? command.To;
            var people = (await staff.Named([command.To, approver], command.ToTeam, ct)).People;
            var places = await ApprovalList.Places(queries, command.From, Bulk.RowsMax + 1, ct);
            if (places.Count > 0 && people.Any(person => person.Id == approver && !person.May(ApprovalFlow.Permission)))
            {
                return Problems.Result(StatusCodes.Status422UnprocessableEntity, "change.approver",
                    $"He has a place in {places.Count} approvals, and who takes over may not approve. Name somebody who may in 'approvalsTo'.");
            }

            var his = Rows("account", await AccountList.Ids(queries, new("open", OwnerId: command.From), Bulk.RowsMax + 1, ct))
                .Concat(Rows("opportunity", await OpportunityHistory.Ids(queries, Open(new(OwnerId: command.From)), Bulk.RowsMax + 1, ct)))
                .Concat(Rows(Quote.Noun, await QuoteHistory.Undecided(queries, command.From, Bulk.RowsMax + 1, ct)))
                .Concat(Rows(Contract.Noun, await ContractHistory.Living(queries, command.From, Bulk.RowsMax + 1, ct)))
                .Concat(Rows("task", await WorkTaskList.Ids(queries, new("open", AssigneeId: command.From), Bulk.RowsMax + 1, ct)))
                .Concat(Rows("approval", places));
            return await Begin(context, cause, [.. his], command.Reason, new()
            {
                ["ownerId"] = command.To,
                ["ownerTeam"] = await staff.TeamOf(command.To, command.ToTeam, ct),
                ["from"] = command.From,
                ["approverId"] = approver,
            }, ct);
        });

        return app;
    }

    static OpportunityHistory.Filter Open(OpportunityHistory.Filter filter) => filter with { Status = filter.Status ?? "open" };

    static List<string[]> Rows(string noun, IReadOnlyList<Guid> ids) => [.. ids.Select(id => new[] { noun, id.ToString() })];

    // The batch makes the same change a new one the next time it is asked for; a repeated request meets the rows that it made.
    static Task<IResult> Begin(HttpContext context, Cause cause, List<string[]> rows, string reason, Dictionary<string, string?> values, CancellationToken ct) =>
        rows.Count > Bulk.RowsMax
            ? Task.FromResult(Problems.Result(422, "change.too-many", $"One request changes at most {Bulk.RowsMax} rows. Narrow the filter."))
            : Bulk.Begin(context, cause.CommandId, ChangeImport.Rows, Columns, rows,
                new Dictionary<string, string?>(values) { ["reason"] = reason, ["batch"] = $"{cause.CommandId}" }, $"/changes/import/{cause.CommandId}", ct);
}
