using CrmSuite.Journal;
using CrmSuite.Sales.Accounts;
using CrmSuite.Sales.Contacts;
using CrmSuite.ServiceDefaults;
using CrmSuite.Views;

namespace CrmSuite.Sales.Affiliations;

static class AffiliationEndpoints
{
    public static IEndpointRouteBuilder MapAffiliations(this IEndpointRouteBuilder app)
    {
        var read = app.MapGroup("/affiliations").RequirePermission("sales:read");
        var write = app.MapGroup("/affiliations").RequirePermission("sales:write").CheckCommands();

        write.MapPost("", async (StartAffiliation command, Cause cause, IJournal journal, CancellationToken ct) =>
        {
            var (account, contact) = ((await journal.Load<Account>(command.AccountId, ct)).State, (await journal.Load<Contact>(command.ContactId, ct)).State);
            return await journal.Decide<Affiliation>(command.AffiliationId, cause with { Basis = command.Basis }, affiliation =>
                affiliation.Start(command, account, contact), ct)
                .ToHttp(id => $"affiliations/{id}");
        });

        write.MapPost("/{id:guid}/changes", (Guid id, ChangeAffiliation command, Cause cause, IJournal journal, CancellationToken ct) =>
            journal.Decide<Affiliation>(id, cause with { Basis = command.Basis }, affiliation => affiliation.Change(command), ct).ToHttp());

        write.MapPost("/{id:guid}/end", (Guid id, EndAffiliation command, Cause cause, IJournal journal, CancellationToken ct) =>
            journal.Decide<Affiliation>(id, cause, affiliation => affiliation.End(command), ct).ToHttp());

        read.MapGet("", (Guid? accountId, Guid? contactId, [WordOf(typeof(AffiliationStatus))] string? status, string? after, int? size, Queries queries, CancellationToken ct) =>
            AffiliationList.Open(queries, accountId, contactId, status, after, size, ct));

        read.MapGet("/{id:guid}", (Guid id, DateTime? asOf, IJournal journal, CancellationToken ct) =>
            journal.Show<Affiliation>(id, affiliation => affiliation, ct, asOf));

        read.MapGet("/{id:guid}/timeline", (Guid id, IJournal journal, CancellationToken ct) => journal.Timeline<Affiliation>(id, ct));

        return app;
    }
}
