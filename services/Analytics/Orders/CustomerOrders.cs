using System.ComponentModel;
using CrmSuite.Contracts.Sales;
using CrmSuite.Journal;
using CrmSuite.Views;

namespace CrmSuite.Analytics.Orders;

/// <summary>What customers ordered: one row for each order. With the time and the position at which it became known, any figure can be made as of any instant.</summary>
sealed class CustomerOrders : IView<CustomerOrders.Row>
{
    public sealed record Row(
        [property: Description("The order.")] Guid OrderId,
        [property: Description("Who ordered.")] Guid CustomerId,
        [property: Description("Business time of the order.")] DateTime PlacedAt,
        [property: Description("When Sales accepted it.")] DateTime RecordedAt,
        [property: Description("Its position in the company's store.")] long Position,
        [property: Description("The department's pack in which it came: the axis of what was known.")] long PackNo,
        [property: Description("The event that placed it.")] Guid EventId,
        [property: Description("Total in minor units, tax included.")] long AmountMinor,
        [property: Description("ISO 4217 code.")] string Currency,
        [property: Description("Where it was ordered from, as the source says.")] string? Country,
        [property: Description("Shop, web, phone, as the source says.")] string? Channel,
        [property: Description("Number of lines; 0 where the source knows only the total.")] int Lines,
        [property: Description("placed, paid, returned or cancelled, as known now.")] string Status,
        [property: Description("When it was paid.")] DateTime? PaidAt,
        [property: Description("When it was called off.")] DateTime? CancelledAt,
        [property: Description("The event that called it off.")] Guid? CancelledBy,
        [property: Description("The pack in which that came.")] long? CancelledPackNo,
        [property: Description("Worth of what came back of it, in minor units.")] long ReturnedMinor);

    public static string Name => "customer_orders";
    public static int Version => 2;
    public static string About => "What customers ordered: one row for each order.";
    public static IReadOnlyList<string> Indexes => ["(customer_id, placed_at)", "(placed_at)", "(position)"];

    public static IEnumerable<Guid> Keys(Recorded entry) => entry.Category == "sales.order" ? [entry.Id] : [];

    public static Row? Fold(Guid key, Row? row, Recorded entry) => entry.Event switch
    {
        OrderPlaced e => new(e.OrderId, e.CustomerId, entry.OccurredAt, entry.RecordedAt, entry.Position.Number, entry.PackNo ?? 0, entry.EventId,
            e.Total.Minor, e.Total.Currency, e.Country, e.Channel, e.Lines.Count, "placed", null, null, null, null, 0),
        OrderPaid when row is not null => row with { PaidAt = entry.OccurredAt, Status = row.Status == "placed" ? "paid" : row.Status },
        OrderReturned e when row is not null => row with { ReturnedMinor = e.Returned.Minor, Status = e.Whole ? "returned" : row.Status },
        OrderCancelled when row is not null => row with
        {
            CancelledAt = entry.OccurredAt,
            CancelledBy = entry.EventId,
            CancelledPackNo = entry.PackNo ?? 0,
            Status = "cancelled",
        },
        _ => row,
    };
}
