using CrmSuite.Contracts;
using CrmSuite.Contracts.Sales;
using CrmSuite.Journal;
using CrmSuite.Sales.Orders;
using CrmSuite.Sales.Rates;
using CrmSuite.Testing;

namespace CrmSuite.Sales.Tests.Orders;

public sealed class OrderTests : DeciderTests
{
    static readonly Guid Customer = Guid.Parse("7d1a4c22-93be-8f10-a6d5-2b8c4e6f7a90");
    static readonly Guid Payment = Guid.Parse("3e9c1b74-5a2d-5c8e-8f16-9d0b7a6c5e43");
    static readonly Guid ReturnId = Guid.Parse("5c2e8d16-7b4a-5f39-9a08-1e6d4c3b2a70");
    static readonly Guid Another = Guid.Parse("0b5f6a0e-2c1d-5e7a-9b41-0c2f3d4e5a61");
    static readonly PlaceOrder Command = new("shop", "536365", Euro(119_00), CustomerId: Customer, Lines: [new(1, "tea", 6_000, Euro(90_00)), new(2, "cup", 3_000, Euro(10_00))]);
    static readonly Guid Id = Command.OrderId();
    static readonly OrderPlaced Placed = new(Id, Customer, "shop", "536365", Euro(119_00), Command.Lines!);
    static readonly OrderPlaced PlacedWithoutLines = Placed with { Lines = [] };

    [Fact]
    public void An_order_is_placed() =>
        Given<Order>().When(o => o.Place(Command, Customer)).Then(Placed);

    [Fact]
    public void A_person_orders_in_another_currency_by_the_rate_of_the_day_and_a_program_without_one()
    {
        var (at, rate) = (new DateTime(2026, 3, 8, 9, 0, 0, DateTimeKind.Utc), new RatePublished(Another, "EUR", "USD", "1.15", new(2026, 3, 1), "ecb"));
        var books = new Sales.Books.Books(new BooksAdopted("USD", "UTC", 1, DayOfWeek.Monday));
        var (unrated, rated) = (new OrderGrounds(books, Rate.Initial, []), new OrderGrounds(books, Given<Rate>(rate).State, []));
        Decision Place(Order order, OrderGrounds grounds, string kind, DateTime when) =>
            grounds.Rated(Command.Total, new Actor(kind, "u-17"), when, rateId => order.Place(Command, Customer, rateId));

        Given<Order>().When(o => Place(o, rated, "staff", at)).Then(Placed with { RateId = Another });
        Given<Order>().When(o => Place(o, rated, "staff", at.AddDays(1))).ThenRefused("rate.missing");
        Given<Order>().When(o => Place(o, unrated, "staff", at)).ThenRefused("rate.missing");
        Given<Order>().When(o => Place(o, unrated, "service", at)).Then(Placed);
        Given<Order>(Placed).When(o => Place(o, unrated, "staff", at)).ThenNothing();
        Given<Order>().When(o => Place(o, unrated with { Books = Sales.Books.Books.Initial }, "staff", at)).Then(Placed);
    }

    [Fact]
    public void The_number_of_a_source_names_one_order() =>
        Assert.Equal(Command.OrderId(), (Command with { Total = Euro(1), Lines = null }).OrderId());

    [Fact]
    public void Placing_it_again_adds_nothing() =>
        Given<Order>(Placed).When(o => o.Place(Command, Customer)).ThenNothing();

    [Fact]
    public void Placing_its_number_again_with_another_total_is_refused() =>
        Given<Order>(Placed).When(o => o.Place(Command with { Total = Euro(120_00) }, Customer)).ThenRefused("order.other");

    [Fact]
    public void Placing_its_number_again_with_other_lines_is_refused() =>
        Given<Order>(Placed).When(o => o.Place(Command with { Lines = [] }, Customer)).ThenRefused("order.other");

    [Fact]
    public void Placing_its_number_again_for_another_customer_is_refused() =>
        Given<Order>(Placed).When(o => o.Place(Command, Another)).ThenRefused("order.other");

    [Fact]
    public void The_reference_that_named_the_customer_is_kept_as_a_personal_field_of_his() =>
        Given<Order>().When(o => o.Place(Command with { CustomerId = null, Customer = new("shop", "17850") }, Customer))
            .Then(Placed with { CustomerReference = PersonalData.From("17850").Of(Customer) });

    [Fact]
    public void An_order_paid_at_once_is_placed_and_paid() =>
        Given<Order>().When(o => o.Place(Command with { Paid = true }, Customer)).Then(Placed, PaidAtOnce(119_00), Paid());

    [Fact]
    public void An_order_placed_before_can_be_marked_as_paid_later() =>
        Given<Order>(Placed, Received(19_00)).When(o => o.Place(Command with { Paid = true }, Customer)).Then(PaidAtOnce(100_00), Paid());

    [Fact]
    public void An_order_paid_otherwise_is_not_paid_again_by_the_mark() =>
        Given<Order>(Placed, Received(119_00), Paid()).When(o => o.Place(Command with { Paid = true }, Customer)).ThenNothing();

    [Fact]
    public void An_order_that_costs_nothing_is_paid_when_it_is_placed() =>
        Given<Order>().When(o => o.Place(Command with { Total = Euro(0), Lines = null }, Customer))
            .Then(PlacedWithoutLines with { Total = Euro(0) }, new OrderPaid(Id, Customer, Euro(0), Euro(0)));

    [Fact]
    public void A_part_payment_does_not_make_it_paid() =>
        Given<Order>(Placed).When(o => o.Pay(new(Euro(118_99)), Payment)).Then(Received(118_99));

    [Fact]
    public void The_payment_that_reaches_the_total_makes_it_paid() =>
        Given<Order>(Placed, Received(118_99, Another)).When(o => o.Pay(new(Euro(1)), Payment)).Then(Received(1), Paid());

    [Fact]
    public void A_payment_counts_once() =>
        Given<Order>(Placed, Received(50_00)).When(o => o.Pay(new(Euro(50_00)), Payment)).ThenNothing();

    [Fact]
    public void The_same_payment_with_another_amount_is_refused() =>
        Given<Order>(Placed, Received(50_00)).When(o => o.Pay(new(Euro(51_00)), Payment)).ThenRefused("order.other-payment");

    [Fact]
    public void Money_that_arrives_beyond_the_total_is_kept_but_the_order_is_paid_only_once() =>
        Given<Order>(Placed, Received(119_00, Another), Paid()).When(o => o.Pay(new(Euro(5)), Payment)).Then(Received(5));

    [Fact]
    public void A_payment_in_another_currency_is_refused() =>
        Given<Order>(Placed).When(o => o.Pay(new(new(119_00, "USD")), Payment)).ThenRefused("order.other-currency");

    [Fact]
    public void A_payment_for_no_order_is_refused() =>
        Given<Order>().When(o => o.Pay(new(Euro(1)), Payment)).ThenRefused("order.unknown");

    [Fact]
    public void A_return_of_everything_is_worth_the_total() =>
        Given<Order>(Placed, Received(119_00), Paid()).When(o => o.Return(new(Reason: "broken"), ReturnId))
            .Then(Returned(119_00, 119_00, whole: true, new(1, 6_000), new(2, 3_000)) with { Reason = "broken" });

    [Fact]
    public void A_return_of_lines_is_worth_their_share_of_the_total() =>
        Given<Order>(Placed).When(o => o.Return(new([new(1, 3_000)]), ReturnId)).Then(Returned(53_55, 53_55, whole: false, new ReturnedLine(1, 3_000)));

    [Fact]
    public void The_last_lines_to_come_back_are_worth_what_is_left_to_the_last_cent() =>
        Given<Order>(Placed, Returned(3_97, 3_97, whole: false, new ReturnedLine(2, 1_000)) with { ReturnId = Another })
            .When(o => o.Return(new([new(1, 6_000), new(2, 2_000)]), ReturnId))
            .Then(Returned(115_03, 119_00, whole: true, new(1, 6_000), new(2, 2_000)));

    [Fact]
    public void A_return_by_worth_leaves_the_lines_alone() =>
        Given<Order>(Placed).When(o => o.Return(new(Amount: Euro(19_00)), ReturnId)).Then(Returned(19_00, 19_00, whole: false));

    [Fact]
    public void An_order_without_lines_is_returned_whole_when_nothing_of_its_worth_is_left() =>
        Given<Order>(PlacedWithoutLines, Returned(19_00, 19_00, whole: false) with { ReturnId = Another }).When(o => o.Return(new(Amount: Euro(100_00)), ReturnId))
            .Then(Returned(100_00, 119_00, whole: true));

    [Fact]
    public void Never_more_comes_back_of_a_line_than_was_ordered() =>
        Given<Order>(Placed, Returned(35_70, 35_70, whole: false, new ReturnedLine(1, 2_000)) with { ReturnId = Another })
            .When(o => o.Return(new([new(1, 4_001)]), ReturnId)).ThenRefused("order.return-too-many");

    [Fact]
    public void A_line_that_was_not_ordered_does_not_come_back() =>
        Given<Order>(Placed).When(o => o.Return(new([new(3, 1)]), ReturnId)).ThenRefused("order.no-such-line");

    [Fact]
    public void Never_more_worth_comes_back_than_was_ordered() =>
        Given<Order>(Placed).When(o => o.Return(new(Amount: Euro(119_01)), ReturnId)).ThenRefused("order.return-too-much");

    [Fact]
    public void A_return_in_another_currency_is_refused() =>
        Given<Order>(Placed).When(o => o.Return(new(Amount: new(1_00, "JPY")), ReturnId)).ThenRefused("order.other-currency");

    [Fact]
    public void A_return_counts_once() =>
        Given<Order>(Placed, Returned(119_00, 119_00, whole: true, new(1, 6_000), new(2, 3_000))).When(o => o.Return(new(), ReturnId)).ThenNothing();

    [Fact]
    public void The_same_return_with_another_amount_is_refused() =>
        Given<Order>(Placed, Returned(19_00, 19_00, whole: false)).When(o => o.Return(new(Amount: Euro(20_00)), ReturnId)).ThenRefused("order.other-return");

    [Fact]
    public void Nothing_comes_back_of_an_order_that_came_back_whole() =>
        Given<Order>(Placed, Returned(119_00, 119_00, whole: true)).When(o => o.Return(new(), Another)).ThenRefused("order.returned");

    [Fact]
    public void A_return_of_no_order_is_refused() =>
        Given<Order>().When(o => o.Return(new(), ReturnId)).ThenRefused("order.unknown");

    [Fact]
    public void An_order_returned_in_part_before_it_was_paid_is_paid_by_the_rest() =>
        Given<Order>(Placed, Returned(19_00, 19_00, whole: false)).When(o => o.Pay(new(Euro(100_00)), Payment))
            .Then(Received(100_00), Paid() with { Returned = Euro(19_00) });

    [Fact]
    public void A_return_can_be_what_makes_an_order_paid() =>
        Given<Order>(Placed, Received(100_00)).When(o => o.Return(new(Amount: Euro(19_00)), ReturnId))
            .Then(Returned(19_00, 19_00, whole: false), Paid() with { Returned = Euro(19_00) });

    [Fact]
    public void An_unpaid_order_that_came_back_whole_is_not_paid() =>
        Given<Order>(Placed).When(o => o.Return(new(), ReturnId)).Then(Returned(119_00, 119_00, whole: true, new(1, 6_000), new(2, 3_000)));

    [Fact]
    public void An_open_order_is_cancelled() =>
        Given<Order>(Placed).When(o => o.Cancel(new("no-stock"))).Then(new OrderCancelled(Id, Customer, "no-stock", Placed.Total));

    [Fact]
    public void Cancelling_twice_adds_nothing() =>
        Given<Order>(Placed, new OrderCancelled(Id, Customer, "no-stock")).When(o => o.Cancel(new("again"))).ThenNothing();

    [Fact]
    public void An_order_with_a_payment_is_not_cancelled() =>
        Given<Order>(Placed, Received(1)).When(o => o.Cancel(new("no-stock"))).ThenRefused("order.not-open");

    [Fact]
    public void No_order_is_cancelled_that_is_not_there() =>
        Given<Order>().When(o => o.Cancel(new("no-stock"))).ThenRefused("order.unknown");

    [Fact]
    public void A_cancelled_order_takes_no_payment() =>
        Given<Order>(Placed, new OrderCancelled(Id, Customer, "no-stock")).When(o => o.Pay(new(Euro(1)), Payment)).ThenRefused("order.cancelled");

    [Fact]
    public void A_cancelled_order_has_nothing_to_return() =>
        Given<Order>(Placed, new OrderCancelled(Id, Customer, "no-stock")).When(o => o.Return(new(), ReturnId)).ThenRefused("order.cancelled");

    [Fact]
    public void What_is_due_is_the_total_less_payments_and_returns() =>
        Assert.Equal(Euro(50_00), Given<Order>(Placed, Received(50_00), Returned(19_00, 19_00, whole: false)).State.Due);

    [Fact]
    public void A_command_with_good_values_has_nothing_wrong() => Assert.Null(Command.Invalid());

    public static TheoryData<string, string> BadValues => new()
    {
        { "order.source", "Shop" }, { "order.number", "number" }, { "order.total", "negative" }, { "order.total", "currency" }, { "order.total", "huge" },
        { "order.customer", "nobody" }, { "order.customer", "two" }, { "order.customer", "e-mail" }, { "order.channel", "channel" }, { "order.country", "country" },
        { "order.lines-too-many", "lines" }, { "order.line", "quantity" }, { "order.line", "twice" }, { "order.line", "money" }, { "basis.form", "basis" },
    };

    [Theory, MemberData(nameof(BadValues))]
    public void A_command_with_a_bad_value_says_which(string code, string which) => Assert.Equal(code, Bad(which).Invalid()?.Code);

    [Fact]
    public void As_many_lines_as_an_order_may_have_fit_one_event()
    {
        var lines = Enumerable.Range(1, PlaceOrder.LinesMax).Select(line => new OrderLine(line, new string('x', 64), Amounts.Max, Euro(-Amounts.Max))).ToList();
        var command = Command with { Lines = lines };

        Assert.Null(command.Invalid());
        Assert.InRange(Journal.EventReading.Write(Order.Initial.Place(command, Customer).Single()).Length, 1, 64 * 1024);
    }

    static PlaceOrder Bad(string which) => which switch
    {
        "Shop" => Command with { Source = which },
        "number" => Command with { Number = new('1', 65) },
        "negative" => Command with { Total = Euro(-1) },
        "currency" => Command with { Total = new(1, "eur") },
        "huge" => Command with { Total = Euro(Amounts.Max + 1) },
        "nobody" => Command with { CustomerId = null },
        "two" => Command with { Customer = new("shop", "1") },
        "e-mail" => Command with { CustomerId = null, Customer = new("shop", "ann@example.org") },
        "channel" => Command with { Channel = "By phone" },
        "country" => Command with { Country = " Austria" },
        "lines" => Command with { Lines = [.. Enumerable.Range(1, PlaceOrder.LinesMax + 1).Select(line => new OrderLine(line, "tea", 1, Euro(1)))] },
        "quantity" => Command with { Lines = [new(1, "tea", 0, Euro(1))] },
        "twice" => Command with { Lines = [new(1, "tea", 1, Euro(1)), new(1, "cup", 1, Euro(1))] },
        "money" => Command with { Lines = [new(1, "tea", 1, new(1, "USD"))] },
        _ => Command with { Basis = new("because", "orders") },
    };

    static OrderPaymentReceived Received(long minor, Guid? payment = null) => new(Id, Customer, payment ?? Payment, Euro(minor));

    static OrderPaymentReceived PaidAtOnce(long minor) => Received(minor, Ids.Derive("payment", Id));

    static OrderPaid Paid() => new(Id, Customer, Euro(119_00), Euro(0));

    static OrderReturned Returned(long minor, long sum, bool whole, params ReturnedLine[] lines) => new(Id, Customer, ReturnId, lines, Euro(minor), Euro(sum), Euro(119_00), whole);

    static Money Euro(long minor) => new(minor, "EUR");
}
