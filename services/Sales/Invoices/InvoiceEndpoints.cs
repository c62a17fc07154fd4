using CrmSuite.Contracts;
using CrmSuite.Import;
using CrmSuite.Journal;
using CrmSuite.Keyring;
using CrmSuite.Links;
using CrmSuite.ServiceDefaults;
using CrmSuite.Views;

namespace CrmSuite.Sales.Invoices;

static class InvoiceEndpoints
{
    public static IEndpointRouteBuilder MapInvoices(this IEndpointRouteBuilder app)
    {
        var read = app.MapGroup("/invoices").RequirePermission("sales:read");
        var operate = app.MapGroup("/invoices").RequirePermission("sales:operate").CheckCommands();

        app.MapGroup("/invoices").MapImport("invoices", "sales:operate");

        operate.MapPost("", async (OpenInvoice command, Cause cause, References references, IJournal journal, [AsParameters] Registry registry,
            CancellationToken ct) =>
        {
            if (await registry.Refuse(command.CustomerId, ct) is { } unknown)
            {
                return unknown;
            }

            var customerId = command.CustomerId ?? references.CustomerId(command.Customer!);
            var grounds = await InvoiceGrounds.Load(journal, command.AccountId, command.OrderId, ct);
            return await journal.Decide<Invoice>(command.InvoiceId(), cause with { Basis = command.Basis },
                (invoice, at) => invoice.Open(command, customerId, grounds, at), ct).ToHttp(id => $"invoices/{id}");
        });

        operate.MapPost("/{id:guid}/payments", (Guid id, RecordPayment command, Cause cause, IJournal journal, CancellationToken ct) =>
            journal.Decide<Invoice>(id, cause,
                (invoice, at) => invoice.Pay(command, command.PaymentId ?? Ids.Derive("payment", cause.CommandId), at), ct).ToHttp());

        operate.MapPost("/{id:guid}/due-day", async (Guid id, MoveDueDay command, Cause cause, IJournal journal, CancellationToken ct) =>
        {
            var grounds = await InvoiceGrounds.Load(journal, null, null, ct);
            return await journal.Decide<Invoice>(id, cause, (invoice, at) => invoice.MoveDueDay(command, grounds, at), ct).ToHttp();
        });

        read.MapGet("", async ([AsParameters] InvoiceList.Filter filter, bool? group, string? sort, string? after, int? size, Queries queries,
            CancellationToken ct) =>
            await InvoiceList.Open(queries, filter, await Group.Meant(queries, filter.CustomerId, group, ct), sort, after, size, ct));

        read.MapGet("/overdue", (Guid? customerId, bool? group, Guid? accountId, string? currency, string? by, DateTime? asOf, int? after, int? size,
            [AsParameters] InvoiceReports reports, CancellationToken ct) =>
            reports.Overdue(new(CustomerId: customerId, AccountId: accountId, Currency: currency), group, by, asOf, after, size, ct));

        read.MapGet("/{id:guid}", (Guid id, DateTime? asOf, IJournal journal, CancellationToken ct) => journal.Show<Invoice>(id, invoice => invoice, ct, asOf));

        read.MapGet("/{id:guid}/timeline", (Guid id, IJournal journal, CancellationToken ct) => journal.Timeline<Invoice>(id, ct));

        return app;
    }
}
