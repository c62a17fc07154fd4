using CrmSuite.Contracts;
using CrmSuite.Contracts.Sales;
using CrmSuite.Sales.Orders;
using CrmSuite.Testing;

namespace CrmSuite.Sales.Tests.Orders;

public sealed class OrderListTests
{
    static readonly DateTime Today = new(2026, 3, 1, 12, 0, 0, DateTimeKind.Utc);
    static readonly Guid Id = Guid.Parse("0b5f6a0e-2c1d-5e7a-9b41-0c2f3d4e5a61");
    static readonly Guid Customer = Guid.Parse("7d1a4c22-93be-8f10-a6d5-2b8c4e6f7a90");
    static readonly OrderPlaced Placed = new(Id, Customer, "shop", "536365", Euro(100_00), [new(1, "tea", 1_000, Euro(100_00))], "web", "Austria");
    static readonly OrderList.Row Row = new(Id, Customer, "shop", "536365", OrderStatus.Placed, 100_00, 0, 0, "EUR", 1, "web", "Austria", null, Today, null);

    [Fact]
    public void A_placed_order_has_a_row() => Assert.Equal(Row, Fold(Placed));

    [Fact]
    public void Payments_add_up_and_the_order_is_paid() =>
        Assert.Equal(Row with { ReceivedMinor = 100_00, Status = OrderStatus.Paid, PaidAt = Today.AddHours(3) },
            Fold(Placed, new OrderPaymentReceived(Id, Customer, Id, Euro(40_00)), new OrderPaymentReceived(Id, Customer, Customer, Euro(60_00)), new OrderPaid(Id, Customer, Euro(100_00), Euro(0))));

    [Fact]
    public void Returns_show_and_a_whole_return_is_told_by_the_status() =>
        Assert.Equal((30_00L, OrderStatus.Placed, 100_00L, OrderStatus.Returned),
            (Fold(Placed, Returned(30_00, false))!.ReturnedMinor, Fold(Placed, Returned(30_00, false))!.Status,
                Fold(Placed, Returned(30_00, false), Returned(100_00, true))!.ReturnedMinor, Fold(Placed, Returned(100_00, true))!.Status));

    [Fact]
    public void A_cancelled_order_stays_on_the_list() => Assert.Equal(Row with { Status = OrderStatus.Cancelled }, Fold(Placed, new OrderCancelled(Id, Customer, "no-stock")));

    [Fact]
    public void An_order_paid_by_a_whole_return_stays_returned() =>
        Assert.Equal(OrderStatus.Returned, Fold(Placed, Returned(100_00, true), new OrderPaid(Id, Customer, Euro(100_00), Euro(100_00)))!.Status);

    static OrderReturned Returned(long sum, bool whole) => new(Id, Customer, Customer, [], Euro(1), Euro(sum), Euro(100_00), whole);

    static OrderList.Row? Fold(params Event[] facts) => Entries.Fold<Order, OrderList.Row, OrderList>(Id, [.. facts.Select((fact, hour) => (Today.AddHours(hour), fact))]);

    static Money Euro(long minor) => new(minor, "EUR");
}
