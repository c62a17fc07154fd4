using System.Collections.Immutable;
using CrmSuite.Contracts;
using CrmSuite.Contracts.Sales;
using CrmSuite.Journal;
using static CrmSuite.Journal.Decision;

namespace CrmSuite.Sales.Orders;

/// <summary>A customer ordered. He is named by his id, or by what the source calls him.</summary>
/// <param name="Source">The system the order comes from.</param>
/// <param name="Number">Its number there; the same number again is the same order.</param>
/// <param name="Total">What he owes, tax included.</param>
/// <param name="CustomerId">Who ordered, by id.</param>
/// <param name="Customer">Who ordered, by reference; needs a basis.</param>
/// <param name="Lines">The lines, where they are known.</param>
/// <param name="Paid">Whether he paid the whole at once.</param>
/// <param name="Channel">Where he ordered.</param>
/// <param name="Country">Where he ordered from.</param>
/// <param name="AccountId">The account of a business customer.</param>
/// <param name="OpportunityId">The chance that led to it.</param>
/// <param name="QuoteId">The quote that led to it.</param>
/// <param name="Basis">Why the reference may be held.</param>
sealed record PlaceOrder(
    string Source,
    string Number,
    Money Total,
    Guid? CustomerId = null,
    CustomerRef? Customer = null,
    IReadOnlyList<OrderLine>? Lines = null,
    bool Paid = false,
    string? Channel = null,
    string? Country = null,
    Guid? AccountId = null,
    Guid? OpportunityId = null,
    Guid? QuoteId = null,
    Basis? Basis = null) : ICommand
{
    /// <summary>The most lines of one order: as many as fit an event.</summary>
    public const int LinesMax = 400;

    const int TextMax = 64;

    public Guid OrderId() => Ids.Derive("order", Source, Number);

    public Refusal? Invalid() => this switch
    {
        _ when !Form.IsWord(Source) => new("order.source", "The source is a word of lower-case letters, digits and hyphens."),
        _ when !Form.IsLine(Number, TextMax) => new("order.number", $"The number is one line of at most {TextMax} characters."),
        _ when !Amounts.IsAmount(Total) => new("order.total", "The total is in minor units of an ISO 4217 currency and not below zero."),
        _ when CustomerId is null == Customer is null => new("order.customer", "Name the customer, either by customerId or by customer."),
        { Customer: { } named } when named.Problem() is { } problem => new("order.customer", problem),
        { Channel: not null } when !Form.IsWord(Channel) => new("order.channel", "The channel is a word of lower-case letters, digits and hyphens."),
        { Country: not null } when !Form.IsLine(Country, TextMax) => new("order.country", $"The country is one line of at most {TextMax} characters."),
        { Lines.Count: > LinesMax } => new("order.lines-too-many", $"An order has at most {LinesMax} lines."),
        { Lines: { } lines } when lines.Any(line => !IsLine(line)) || lines.DistinctBy(line => line.Line).Count() < lines.Count =>
            new("order.line", "A line has a number of its own from 1, a product, a quantity in thousandths over zero and a net price in the order's currency."),
        _ => Basis.Invalid(),
    };

    bool IsLine(OrderLine line) =>
        line is { Line: > 0, Quantity: > 0 and <= Amounts.Max } && Form.IsLine(line.Product, TextMax) && Amounts.IsPrice(line.Net) && line.Net.Currency == Total.Currency;
}

/// <summary>Money arrived for the order.</summary>
/// <param name="Amount">How much.</param>
/// <param name="PaymentId">The payment's id; it counts once.</param>
sealed record ReceivePayment(Money Amount, Guid? PaymentId = null) : ICommand
{
    public Refusal? Invalid() =>
        Amounts.IsAmount(Amount) && Amount.Minor > 0 ? null : new("order.payment-amount", "A payment is more than zero, in minor units of an ISO 4217 currency.");
}

/// <summary>Goods came back: these lines, or this worth, or, when neither is said, all that was left.</summary>
/// <param name="Lines">What came back of which line.</param>
/// <param name="Amount">What it is worth, tax included; default its share of the total.</param>
/// <param name="ReturnId">The return's id; it counts once.</param>
/// <param name="Reason">Why.</param>
sealed record ReturnOrder(IReadOnlyList<ReturnedLine>? Lines = null, Money? Amount = null, Guid? ReturnId = null, string? Reason = null) : ICommand
{
    public Refusal? Invalid() => this switch
    {
        { Lines.Count: 0 or > PlaceOrder.LinesMax } => new("order.return-lines", $"Name 1 to {PlaceOrder.LinesMax} lines, or leave the lines out."),
        { Lines: { } lines } when lines.Any(line => line.Quantity is <= 0 or > Amounts.Max) || lines.DistinctBy(line => line.Line).Count() < lines.Count =>
            new("order.return-lines", "Name each line once, with a quantity in thousandths over zero."),
        { Amount: { } amount } when !Amounts.IsAmount(amount) => new("order.return-amount", "The amount is in minor units of an ISO 4217 currency and not below zero."),
        { Reason: not null } when !Form.IsWord(Reason) => new("order.reason", "The reason is a word of lower-case letters, digits and hyphens."),
        _ => null,
    };
}

/// <summary>The order is called off.</summary>
/// <param name="Reason">Why.</param>
sealed record CancelOrder(string Reason) : ICommand
{
    public Refusal? Invalid() => Form.IsWord(Reason) ? null : new("order.reason", "The reason is a word of lower-case letters, digits and hyphens.");
}

enum OrderStatus { None, Placed, Paid, Returned, Cancelled }

/// <summary>One order, from its placing until it is paid, and perhaps returned in part or whole.</summary>
sealed record Order(
    Guid OrderId,
    OrderStatus Status,
    Guid CustomerId,
    string Source,
    string Number,
    Money Total,
    Money Received,
    Money Returned,
    ImmutableList<OrderLine> Lines,
    ImmutableSortedDictionary<int, long> ReturnedQuantities,
    ImmutableDictionary<Guid, Money> Payments,
    ImmutableDictionary<Guid, Money> Returns) : IFold<Order>
{
    public static string Category => "sales.order";

    public static Order Initial { get; } = new(default, OrderStatus.None, default, "", "", default, default, default, [],
        ImmutableSortedDictionary<int, long>.Empty, ImmutableDictionary<Guid, Money>.Empty, ImmutableDictionary<Guid, Money>.Empty);

    /// <summary>What the customer still owes.</summary>
    public Money Due => Total with { Minor = Status is OrderStatus.Cancelled ? 0 : Math.Max(0, Left.Minor - Received.Minor) };

    /// <summary>What the order is worth without what came back.</summary>
    Money Left => Total with { Minor = Total.Minor - Returned.Minor };

    public static Order Evolve(Order state, Event fact) => fact switch
    {
        OrderPlaced e => Initial with
        {
            OrderId = e.OrderId,
            Status = OrderStatus.Placed,
            CustomerId = e.CustomerId,
            Source = e.Source,
            Number = e.Number,
            Total = e.Total,
            Received = Money.Zero(e.Total.Currency),
            Returned = Money.Zero(e.Total.Currency),
            Lines = [.. e.Lines],
        },
        OrderPaymentReceived e => state with { Received = Sum(state.Received, e.Amount), Payments = state.Payments.SetItem(e.PaymentId, e.Amount) },
        OrderPaid => state with { Status = state.Status == OrderStatus.Placed ? OrderStatus.Paid : state.Status },
        OrderReturned e => state with
        {
            Status = e.Whole ? OrderStatus.Returned : state.Status,
            Returned = e.Returned,
            Returns = state.Returns.SetItem(e.ReturnId, e.Amount),
            ReturnedQuantities = e.Lines.Aggregate(state.ReturnedQuantities, (sum, line) => sum.SetItem(line.Line, sum.GetValueOrDefault(line.Line) + line.Quantity)),
        },
        OrderCancelled => state with { Status = OrderStatus.Cancelled },
        _ => state,
    };

    public Decision Place(PlaceOrder command, Guid customerId, Guid? rateId = null)
    {
        if (Status != OrderStatus.None)
        {
            return !IsSame(command, customerId) ? Refuse("order.other", "This number was placed before with another customer, total or lines.")
                : command.Paid ? PayAtOnce(rateId)
                : [];
        }

        var placed = new OrderPlaced(command.OrderId(), customerId, command.Source, command.Number, command.Total, command.Lines ?? [], command.Channel, command.Country,
            command.Customer is { } named ? PersonalData.From(named.Reference).Of(customerId) : null, command.AccountId, command.OpportunityId, command.QuoteId,
            rateId);
        var after = Evolve(this, placed);
        return command.Total.Minor == 0 ? [placed, after.Settlement()]
            : command.Paid ? [placed, .. after.PayAtOnce(rateId)]
            : placed;
    }

    public Decision Pay(ReceivePayment command, Guid paymentId, Guid? rateId = null) => Status switch
    {
        OrderStatus.None => Unknown("order"),
        _ when Payments.TryGetValue(paymentId, out var known) => known == command.Amount ? [] : Refuse("order.other-payment", "This payment was received before with another amount."),
        OrderStatus.Cancelled => Refuse("order.cancelled", "A cancelled order takes no payment."),
        _ when command.Amount.Currency != Total.Currency => Refuse("order.other-currency", $"The order is in {Total.Currency}."),
        _ => WithSettlement(new OrderPaymentReceived(OrderId, CustomerId, paymentId, command.Amount, rateId)),
    };

    public Decision Return(ReturnOrder command, Guid returnId)
    {
        var lines = command.Lines ?? (command.Amount is null ? LinesLeft() : []);
        return Status switch
        {
            OrderStatus.None => Unknown("order"),
            _ when Returns.TryGetValue(returnId, out var known) => command.Amount is null || known == command.Amount
                ? [] : Refuse("order.other-return", "This return was booked before with another amount."),
            OrderStatus.Cancelled => Refuse("order.cancelled", "A cancelled order has nothing to return."),
            OrderStatus.Returned => Refuse("order.returned", "Nothing is left of this order."),
            _ when command.Amount is { } amount && amount.Currency != Total.Currency => Refuse("order.other-currency", $"The order is in {Total.Currency}."),
            _ when command.Amount?.Minor > Left.Minor => Refuse("order.return-too-much", "More is returned than the order is still worth."),
            _ when lines.Any(line => LeftOf(line.Line) is null) => Refuse("order.no-such-line", "The order has no such line."),
            _ when lines.Any(line => line.Quantity > LeftOf(line.Line)) => Refuse("order.return-too-many", "More is returned of a line than is left of it."),
            _ => Returning(command, returnId, lines),
        };
    }

    Decision Returning(ReturnOrder command, Guid returnId, IReadOnlyList<ReturnedLine> lines)
    {
        var whole = Lines.IsEmpty ? (command.Amount ?? Left) == Left : IsAllBack(lines);
        var amount = command.Amount ?? (whole ? Left : OrderShare.Of(Total, Lines, lines) is var share && share.Minor < Left.Minor ? share : Left);
        return WithSettlement(new OrderReturned(OrderId, CustomerId, returnId, lines, amount, Sum(Returned, amount), Total, whole, command.Reason));
    }

    public Decision Cancel(CancelOrder command) => Status switch
    {
        OrderStatus.None => Unknown("order"),
        OrderStatus.Cancelled => [],
        OrderStatus.Placed when Received.Minor == 0 && Returned.Minor == 0 => new OrderCancelled(OrderId, CustomerId, command.Reason, Total),
        _ => Refuse("order.not-open", "Something was paid or returned already. Return the order instead."),
    };

    bool IsSame(PlaceOrder command, Guid customerId) =>
        customerId == CustomerId && command.Total == Total && (command.Lines ?? []).SequenceEqual(Lines);

    Decision PayAtOnce(Guid? rateId) => Due.Minor == 0 ? [] : Pay(new(Due), Ids.Derive("payment", OrderId), rateId);

    /// <summary>The event, and that the order is paid where this event makes it so.</summary>
    Decision WithSettlement(Event fact)
    {
        var after = Evolve(this, fact);
        return Status == OrderStatus.Placed && after is { Received.Minor: > 0, Due.Minor: 0 } ? [fact, after.Settlement()] : fact;
    }

    OrderPaid Settlement() => new(OrderId, CustomerId, Total, Returned);

    long? LeftOf(int line) => Lines.Find(ordered => ordered.Line == line) is { } found ? found.Quantity - ReturnedQuantities.GetValueOrDefault(line) : null;

    ReturnedLine[] LinesLeft() => [.. Lines.Select(line => new ReturnedLine(line.Line, LeftOf(line.Line)!.Value)).Where(line => line.Quantity > 0)];

    bool IsAllBack(IReadOnlyList<ReturnedLine> lines) => LinesLeft() is var left && left.Length == lines.Count && left.All(lines.Contains);

    static Money Sum(Money sum, Money more) => more with { Minor = sum.Minor + more.Minor };
}
