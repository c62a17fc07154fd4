using CrmSuite.Contracts;
using CrmSuite.Journal;
using CrmSuite.ServiceDefaults;
using CrmSuite.Views;

namespace CrmSuite.Sales.ApprovalFlows;

static class ApprovalFlowEndpoints
{
    public static IEndpointRouteBuilder MapApprovalFlows(this IEndpointRouteBuilder app)
    {
        var read = app.MapGroup("/approval-flows").RequirePermission("sales:read");
        var operate = app.MapGroup("/approval-flows").RequirePermission("sales:operate").CheckCommands();

        operate.MapPost("/{name}/publish", (string name, PublishFlow command, Cause cause, IJournal journal, CancellationToken ct) => Form.IsWord(name)
            ? journal.Decide<ApprovalFlow>(ApprovalFlow.IdOf(name), cause, flow => flow.Publish(name, command), ct).ToHttp(_ => $"approval-flows/{name}")
            : Task.FromResult(Problems.Result(StatusCodes.Status400BadRequest, "flow.form",
                "A flow's name is a word of lower-case letters, digits and hyphens.")));

        read.MapGet("", (string? after, int? size, Queries queries, CancellationToken ct) => ApprovalFlowList.Open(queries, after, size, ct));

        read.MapGet("/{name}", (string name, DateTime? asOf, IJournal journal, CancellationToken ct) =>
            journal.Show<ApprovalFlow>(ApprovalFlow.IdOf(name), flow => flow, ct, asOf));

        read.MapGet("/{name}/timeline", (string name, IJournal journal, CancellationToken ct) => journal.Timeline<ApprovalFlow>(ApprovalFlow.IdOf(name), ct));

        return app;
    }
}
