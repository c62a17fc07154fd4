using System.ComponentModel;
using CrmSuite.Contracts.Sales;
using CrmSuite.Journal;
using CrmSuite.Views;

namespace CrmSuite.Sales.Orders;

/// <summary>What was ordered, newest first: one row for every order.</summary>
sealed class OrderList : IView<OrderList.Row>
{
    public sealed record Row(
        [property: Description("The order.")] Guid OrderId,
        [property: Description("Who ordered.")] Guid CustomerId,
        [property: Description("The system the order comes from.")] string Source,
        [property: Description("Its number there.")] string Number,
        [property: Description("placed, paid, returned (whole) or cancelled.")] OrderStatus Status,
        [property: Description("What the customer owes, tax included, in minor units.")] long TotalMinor,
        [property: Description("What arrived, in minor units.")] long ReceivedMinor,
        [property: Description("What came back, in minor units.")] long ReturnedMinor,
        [property: Description("ISO 4217 code of the amounts.")] string Currency,
        [property: Description("How many lines the order has.")] int Lines,
        [property: Description("Where it was ordered.")] string? Channel,
        [property: Description("Where it was ordered from.")] string? Country,
        [property: Description("The account of a business customer.")] Guid? AccountId,
        [property: Description("When it was placed.")] DateTime PlacedAt,
        [property: Description("When it was paid.")] DateTime? PaidAt);

    public static string Name => "order_list";
    public static int Version => 1;
    public static string About => "One row for every order, with what was paid and returned of it.";
    public static IReadOnlyList<string> Indexes => ["(placed_at desc, order_id)", "(customer_id, placed_at desc, order_id)", "(status, placed_at desc, order_id)"];

    public static IEnumerable<Guid> Keys(Recorded entry) => entry.Category == Order.Category ? [entry.Id] : [];

    public static Row? Fold(Guid key, Row? row, Recorded entry) => entry.Event switch
    {
        OrderPlaced e => new(key, e.CustomerId, e.Source, e.Number, OrderStatus.Placed, e.Total.Minor, 0, 0, e.Total.Currency, e.Lines.Count, e.Channel, e.Country, e.AccountId,
            entry.OccurredAt, null),
        OrderPaymentReceived e when row is not null => row with { ReceivedMinor = row.ReceivedMinor + e.Amount.Minor },
        OrderPaid when row is not null => row with { Status = row.Status == OrderStatus.Placed ? OrderStatus.Paid : row.Status, PaidAt = entry.OccurredAt },
        OrderReturned e when row is not null => row with { ReturnedMinor = e.Returned.Minor, Status = e.Whole ? OrderStatus.Returned : row.Status },
        OrderCancelled when row is not null => row with { Status = OrderStatus.Cancelled },
        _ => row,
    };

    public static Task<IResult> Open(Queries queries, Guid[]? customers, string? status, string? after, int? size, CancellationToken ct) => queries.Answer<OrderList, Row>(
        $"""
        select * from {Name:name} where ({customers}::uuid[] is null or customer_id = any({customers})) and ({status}::text is null or status = {status})
        """, "placed_at desc", after, size, ct);
}
