using CrmSuite.Contracts;
using CrmSuite.Import;
using CrmSuite.Journal;
using CrmSuite.Keyring;
using CrmSuite.Sales.Credits;

namespace CrmSuite.Sales.Orders;

/// <summary>A file of orders, one row each; rows may be marked as paid at once, and as credits.</summary>
sealed class OrderImport(References references) : IImport
{
    public string Kind => "orders";

    public IReadOnlyList<ImportField> Fields { get; } =
    [
        new("source", "The system the orders come from: a lower-case word.", IsRequired: true),
        new("number", "The order's number there; the same number again is the same order.", IsRequired: true),
        new("placedAt", "When it was ordered or credited: ISO 8601; without an offset, in the mapping's time zone.", IsRequired: true),
        new("total", "What the customer owes, tax included; a credit may be written with a minus.", IsRequired: true),
        new("currency", "ISO 4217 code.", IsRequired: true),
        new("customer", "How the source names the customer.", IsPersonal: true),
        new("customerId", "The customer's id, where the file has it."),
        new("paid", "Whether the whole was paid at once: 1 or 0."),
        new("credit", "Whether the row is a credit that names no order: 1 or 0."),
        new("channel", "Where it was ordered: a lower-case word."),
        new("country", "Where it was ordered from."),
        new("reason", "Why a credit was given: a lower-case word."),
    ];

    public ValueTask<Deciding> Read(Row row, CancellationToken ct) => new(row.Flag("credit") ? Credit(row) : Order(row));

    Deciding<Order> Order(Row row)
    {
        var command = Row.Checked(new PlaceOrder(row.Required("source"), row.Required("number"), row.Amount("total", "currency"), row.Id("customerId"), Customer(row),
            Paid: row.Flag("paid"), Channel: row.Text("channel"), Country: row.Text("country"), Basis: row.Basis));
        var customerId = command.CustomerId ?? references.CustomerId(command.Customer!);
        return new(command.OrderId(), row.Cause($"order {command.Source} {command.Number}", PlacedAt(row)), (order, _) => order.Place(command, customerId));
    }

    Deciding<Credit> Credit(Row row)
    {
        var total = row.Amount("total", "currency");
        var command = Row.Checked(new IssueCredit(row.Required("source"), row.Required("number"), total with { Minor = Math.Abs(total.Minor) }, row.Id("customerId"),
            Customer(row), row.Text("reason"), row.Text("country"), row.Basis));
        var customerId = command.CustomerId ?? references.CustomerId(command.Customer!);
        return new(command.CreditId, row.Cause($"credit {command.Source} {command.Number}", PlacedAt(row)), (credit, _) => credit.Issue(command, customerId));
    }

    static DateTime? PlacedAt(Row row) => row.Instant("placedAt") ?? throw new RowRefusedException("field.missing", "The field 'placedAt' is empty.");

    static CustomerRef? Customer(Row row) => row.Text("customer") is { } reference ? new(row.Required("source"), reference) : null;
}
