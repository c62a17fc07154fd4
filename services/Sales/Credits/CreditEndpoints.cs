using CrmSuite.Journal;
using CrmSuite.Keyring;
using CrmSuite.Links;
using CrmSuite.ServiceDefaults;
using CrmSuite.Views;

namespace CrmSuite.Sales.Credits;

static class CreditEndpoints
{
    public static IEndpointRouteBuilder MapCredits(this IEndpointRouteBuilder app)
    {
        var read = app.MapGroup("/credits").RequirePermission("sales:read");
        var write = app.MapGroup("/credits").RequirePermission("sales:write").CheckCommands();

        write.MapPost("", async (IssueCredit command, Cause cause, References references, IJournal journal, [AsParameters] Registry registry,
            CancellationToken ct) => await registry.Refuse(command.CustomerId, ct)
            ?? await journal.Decide<Credit>(command.CreditId, cause with { Basis = command.Basis },
                credit => credit.Issue(command, command.CustomerId ?? references.CustomerId(command.Customer!)), ct).ToHttp(id => $"credits/{id}"));

        read.MapGet("", async (Guid? customerId, bool? group, string? after, int? size, Queries queries, CancellationToken ct) =>
            await CreditList.Open(queries, await Group.Meant(queries, customerId, group, ct), after, size, ct));

        read.MapGet("/{id:guid}", (Guid id, IJournal journal, CancellationToken ct) => journal.Show<Credit>(id, credit => credit, ct));

        read.MapGet("/{id:guid}/timeline", (Guid id, IJournal journal, CancellationToken ct) => journal.Timeline<Credit>(id, ct));

        return app;
    }
}
