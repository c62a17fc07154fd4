using CrmSuite.Contracts;
using CrmSuite.Import;
using CrmSuite.Journal;
using CrmSuite.Keyring;
using CrmSuite.Sales.Accounts;
using CrmSuite.Sales.Customers;

namespace CrmSuite.Sales.Invoices;

/// <summary>A file of invoices as they stand in accounting, one row each; the newest is followed. Its accounts and orders were imported before.</summary>
sealed class InvoiceImport(References references, IJournal journal) : IImport
{
    public string Kind => "invoices";

    public IReadOnlyList<ImportField> Fields { get; } =
    [
        new("source", "The accounting system: a lower-case word.", IsRequired: true),
        new("number", "The invoice's number there; the same number again is the same invoice.", IsRequired: true),
        new("amount", "What it is over, tax included.", IsRequired: true),
        new("currency", "ISO 4217 code.", IsRequired: true),
        new("invoicedOn", "The day of the invoice, 2026-01-31.", IsRequired: true),
        new("dueOn", "The last day on which it is paid in time, 2026-01-31.", IsRequired: true),
        new("paid", "What of it accounting waits for no longer, in all: paid, credited or written off."),
        new("customer", "How the source names the customer.", IsPersonal: true),
        new("customerId", "The customer's id, where the file has it."),
        new("account", "The number of the customer's account in the same system."),
        new("accountId", "The account's id, where the file has it."),
        new("order", "The number of the order in the same system."),
        new("orderId", "The order's id, where the file has it."),
        new("at", "As of when accounting says so: ISO 8601; without an offset, in the mapping's time zone; default now. "
            + "A file that takes back what another one said needs it, to be told from the one before both."),
    ];

    public async ValueTask<Deciding> Read(Row row, CancellationToken ct)
    {
        var source = row.Required("source");
        var amount = row.Amount("amount", "currency");
        var command = Row.Checked(new OpenInvoice(source, row.Required("number"), amount, Day(row, "invoicedOn"), Day(row, "dueOn"), row.Id("customerId"),
            row.Text("customer") is { } reference ? new(source, reference) : null,
            row.Id("accountId") ?? (row.Text("account") is { } account ? OpenAccount.IdOf(source, account) : null),
            row.Id("orderId") ?? (row.Text("order") is { } order ? Ids.Derive("order", source, order) : null),
            row.Number("paid") is null ? null : row.Amount("paid", "currency"), row.Basis));
        await Registry.CheckRow(journal, command.CustomerId, ct);
        var customerId = command.CustomerId ?? references.CustomerId(command.Customer!);
        var grounds = await InvoiceGrounds.Load(journal, command.AccountId, command.OrderId, ct);
        return new Deciding<Invoice>(command.InvoiceId(), row.Cause($"invoice {source} {command.Number}", row.Instant("at")),
            (invoice, at) => invoice.Open(command, customerId, grounds, at));
    }

    static DateOnly Day(Row row, string field) => row.Date(field) ?? throw new RowRefusedException("field.missing", $"The field '{field}' is empty.");
}
