using CrmSuite.Acquisition.Customers;
using CrmSuite.Journal;
using CrmSuite.Links;
using CrmSuite.ServiceDefaults;
using CrmSuite.Views;

namespace CrmSuite.Acquisition.Links;

static class LinkEndpoints
{
    public static IEndpointRouteBuilder MapLinks(this IEndpointRouteBuilder app)
    {
        var read = app.MapGroup("/links").RequirePermission("acquisition:read");
        var operate = app.MapGroup("/links").RequirePermission("acquisition:operate").CheckCommands();

        operate.MapPost("", (LinkCustomers command, [AsParameters] LinkDesk desk, Cause cause, CancellationToken ct) =>
            desk.Make(command, cause, ct).ToHttp(id => $"links/{id}"));

        operate.MapPost("/decline", (DeclineLink command, [AsParameters] LinkDesk desk, Cause cause, CancellationToken ct) =>
            desk.Decline(command, cause, ct).ToHttp());

        operate.MapPost("/{id:guid}/undo", (Guid id, UndoLink command, Cause cause, IJournal journal, CancellationToken ct) =>
            journal.Decide<Link>(id, cause, link => link.Undo(command), ct).ToHttp());

        read.MapGet("", ([WordOf(typeof(LinkStatus))] string? status, Guid? customerId, string? after, int? size, Queries queries, CancellationToken ct) =>
            LinkList.Open(queries, status, customerId, after, size, ct));

        read.MapGet("/proposed", (Guid? customerId, string? after, int? size, [AsParameters] LinkProposals proposals, CancellationToken ct) =>
            proposals.Open(customerId, after, size, ct)).WithSummary("Duplicates to decide: pairs who have match keys in common, the likeliest first.");

        read.MapGet("/{id:guid}", (Guid id, DateTime? asOf, IJournal journal, CancellationToken ct) => journal.Show<Link>(id, link => link, ct, asOf));

        read.MapGet("/{id:guid}/timeline", (Guid id, IJournal journal, CancellationToken ct) => journal.Timeline<Link>(id, ct));

        app.MapGet("/customers/{id:guid}/group", async (Guid id, Queries queries, IJournal journal, CancellationToken ct) =>
            (await journal.Load<Customer>(id, ct)).Version < 0
                ? Problems.Result(StatusCodes.Status404NotFound, "customer.unknown", "There is no such customer.")
                : TypedResults.Ok(await Group.Of(queries, id, ct)))
            .RequirePermission("acquisition:read").WithSummary("Who is one with this customer, and who of them survives.");

        return app;
    }
}
