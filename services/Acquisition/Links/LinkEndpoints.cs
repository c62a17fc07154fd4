using CrmSuite.Acquisition.Customers;
using CrmSuite.Acquisition.MatchRules;
using CrmSuite.Contracts;
using CrmSuite.Journal;
using CrmSuite.Keyring;
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

        operate.MapPost("", async (LinkCustomers command, [AsParameters] LinkProposals proposals, Cause cause, CancellationToken ct) =>
        {
            var (one, other) = (await Side(command.One, proposals, ct), await Side(command.Other, proposals, ct));
            var (match, version) = await proposals.Of(command.One, command.Other, ct);
            return await proposals.Journal.Decide<Link>(Link.IdOf(command.One, command.Other), On(cause, version), link => link.Make(command, one, other, match), ct)
                .ToHttp(id => $"links/{id}");
        });

        operate.MapPost("/decline", async (DeclineLink command, [AsParameters] LinkProposals proposals, Cause cause, CancellationToken ct) =>
        {
            var (one, other) = (await Side(command.One, proposals, ct), await Side(command.Other, proposals, ct));
            var (match, version) = await proposals.Of(command.One, command.Other, ct);
            return await proposals.Journal.Decide<Link>(Link.IdOf(command.One, command.Other), On(cause, version), link => link.Decline(command, one, other, match), ct).ToHttp();
        });

        operate.MapPost("/{id:guid}/undo", (Guid id, UndoLink command, Cause cause, IJournal journal, CancellationToken ct) =>
            journal.Decide<Link>(id, cause, link => link.Undo(command), ct).ToHttp());

        read.MapGet("", (string? status, Guid? customerId, string? after, int? size, Queries queries, CancellationToken ct) =>
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

    static Cause On(Cause cause, int ruleVersion) =>
        ruleVersion < 0 ? cause : cause with { PolicyRefs = [new($"{MatchRule.Category}-{MatchRule.TheId}", ruleVersion)] };

    static async Task<Side> Side(Guid id, LinkProposals proposals, CancellationToken ct)
    {
        var group = new List<Customer>();
        foreach (var member in (await Group.Of(proposals.Queries, id, ct)).Members)
        {
            group.Add(Open((await proposals.Journal.Load<Customer>(member, ct)).State));
        }

        var entries = await proposals.Journal.Read<Customer>(id, ct);
        return new(group.Find(member => member.CustomerId == id) ?? Customer.Initial, entries.Count == 0 ? default : entries[0].OccurredAt, group);
    }

    // A sealed field means that the keyring did not answer: then nobody can say whether two contradict each other.
    static Customer Open(Customer customer) => customer.Verified.IsEmpty || customer.BirthDate is not { Clear: null }
        ? customer : throw new KeyringUnavailableException("The keyring does not answer.");
}
