using System.Security.Claims;
using CrmSuite.Departments;
using CrmSuite.Journal;
using CrmSuite.Sales.Accounts;
using CrmSuite.ServiceDefaults;
using CrmSuite.Views;

namespace CrmSuite.Sales.Approvals;

/// <summary>Approvals are asked for at the thing itself, for example at a contract; here they are decided.</summary>
static class ApprovalEndpoints
{
    /// <summary>The most rounds of a report.</summary>
    const int RoundsMax = 100_000;

    public static IEndpointRouteBuilder MapApprovals(this IEndpointRouteBuilder app)
    {
        var read = app.MapGroup("/approvals").RequirePermission("sales:read");
        var write = app.MapGroup("/approvals").RequirePermission("sales:write").CheckCommands();
        var approve = app.MapGroup("/approvals").RequirePermission(ApprovalFlow.Permission).CheckCommands();

        approve.MapPost("/{id:guid}/claim", async (Guid id, ClaimStep command, Cause cause, IJournal journal, CancellationToken ct) =>
        {
            var (owners, refs) = await Approving.Owners(journal, id, ct);
            return await journal.Decide<Approval>(id, cause with { PolicyRefs = refs }, approval => approval.Claim(command, cause.Actor, owners), ct).ToHttp();
        });

        approve.MapPost("/{id:guid}/decide", async (Guid id, DecideStep command, Cause cause, IJournal journal, CancellationToken ct) =>
        {
            var (owners, refs) = await Approving.Owners(journal, id, ct);
            return await journal.Decide<Approval>(id, cause with { Basis = command.Basis, PolicyRefs = refs },
                (approval, at) => approval.Decide(command, cause.Actor, at, owners), ct).ToHttp();
        });

        approve.MapPost("/{id:guid}/delegate", async (Guid id, DelegateStep command, Cause cause, Staff staff, IJournal journal, CancellationToken ct) =>
        {
            var mayApprove = (await staff.Load(ct)).People.Any(person => person.Id == command.To && person.May(ApprovalFlow.Permission));
            var (owners, refs) = await Approving.Owners(journal, id, ct);
            return await journal.Decide<Approval>(id, cause with { PolicyRefs = refs },
                approval => approval.Delegate(command, cause.Actor, mayApprove, owners), ct).ToHttp();
        });

        write.MapPost("/{id:guid}/withdraw", (Guid id, WithdrawApproval command, Seller seller, Cause cause, IJournal journal, CancellationToken ct) =>
            journal.Decide<Approval>(id, cause, approval => approval.Withdraw(command, seller), ct).ToHttp());

        read.MapGet("", ([AsParameters] ApprovalList.Filter filter, string? after, int? size, Queries queries, CancellationToken ct) =>
            ApprovalList.Open(queries, filter, after, size, ct));

        read.MapGet("/waiting", (string? after, int? size, ClaimsPrincipal caller, Queries queries, CancellationToken ct) =>
            ApprovalList.Waiting(queries, caller.Actor().Id, after, size, ct));

        read.MapGet("/times", async (string? flow, DateTimeOffset? from, DateTimeOffset? until, Queries queries, CancellationToken ct) =>
        {
            var rounds = await ApprovalList.Rounds(queries, flow, from?.UtcDateTime, until?.UtcDateTime, RoundsMax + 1, ct);
            return rounds.Count > RoundsMax
                ? Problems.Result(StatusCodes.Status422UnprocessableEntity, "report.too-large", $"More than {RoundsMax} rounds. Ask for one flow or time.")
                : TypedResults.Ok(ApprovalTimes.Of(rounds));
        });

        read.MapGet("/{id:guid}", (Guid id, DateTime? asOf, IJournal journal, CancellationToken ct) => journal.Show<Approval>(id, approval => approval, ct, asOf));

        read.MapGet("/{id:guid}/timeline", (Guid id, IJournal journal, CancellationToken ct) => journal.Timeline<Approval>(id, ct));

        return app;
    }
}
