using System.ComponentModel;
using CrmSuite.Contracts.Sales;
using CrmSuite.Journal;
using CrmSuite.Views;

namespace CrmSuite.Analytics.Orders;

/// <summary>What customers got back: one row for each return of an order and for each credit that names none.</summary>
sealed class CustomerCredits : IView<CustomerCredits.Row>
{
    public sealed record Row(
        [property: Description("The event that gave it back.")] Guid EventId,
        [property: Description("Who got it back.")] Guid CustomerId,
        [property: Description("The order that came back; empty for a credit that names none.")] Guid? OrderId,
        [property: Description("return or credit.")] string Kind,
        [property: Description("Business time.")] DateTime GivenAt,
        [property: Description("When Sales accepted it.")] DateTime RecordedAt,
        [property: Description("Its position in the company's store.")] long Position,
        [property: Description("The department's pack in which it came: the axis of what was known.")] long PackNo,
        [property: Description("Worth in minor units, more than zero.")] long AmountMinor,
        [property: Description("ISO 4217 code.")] string Currency);

    public static string Name => "customer_credits";
    public static int Version => 2;
    public static string About => "What customers got back: one row for each return of an order and each credit that names none.";
    public static IReadOnlyList<string> Indexes => ["(customer_id, given_at)", "(given_at)", "(position)"];

    public static IEnumerable<Guid> Keys(Recorded entry) => entry.Name.StartsWith("sales.order-returned.", StringComparison.Ordinal) || entry.Category == "sales.credit" ? [entry.EventId] : [];

    public static Row? Fold(Guid key, Row? row, Recorded entry) => entry.Event switch
    {
        OrderReturned e => Of(entry, e.CustomerId, e.OrderId, "return", e.Amount.Minor, e.Amount.Currency),
        CreditIssued e => Of(entry, e.CustomerId, null, "credit", e.Amount.Minor, e.Amount.Currency),
        _ => row,
    };

    static Row Of(Recorded entry, Guid customer, Guid? order, string kind, long minor, string currency) =>
        new(entry.EventId, customer, order, kind, entry.OccurredAt, entry.RecordedAt, entry.Position.Number, entry.PackNo ?? 0, minor, currency);
}
