namespace CrmSuite.Contracts.Sales;

/// <summary>One line of an order.</summary>
/// <param name="Line">The line's number in its order, from 1.</param>
/// <param name="Product">The product's code.</param>
/// <param name="Quantity">In thousandths of the product's unit: 2.5 kg is 2500.</param>
/// <param name="Net">Price without tax for the whole quantity; a discount line is negative.</param>
public sealed record OrderLine(int Line, string Product, long Quantity, Money Net);

/// <summary>What came back of one line.</summary>
/// <param name="Line">The line of the order.</param>
/// <param name="Quantity">In thousandths.</param>
public sealed record ReturnedLine(int Line, long Quantity);

/// <summary>A customer ordered. Its business time is the time of the order.</summary>
/// <param name="OrderId">The order; derived from source and number, so that a repeat meets the same stream.</param>
/// <param name="CustomerId">Who ordered.</param>
/// <param name="Source">The system the order comes from, a short lower-case word.</param>
/// <param name="Number">The order's number in that system; not personal.</param>
/// <param name="Total">What the customer owes, tax included.</param>
/// <param name="Lines">The lines; empty where the source knows only the total.</param>
/// <param name="Channel">Shop, web, phone …, as the source says it.</param>
/// <param name="Country">Where it was ordered from, as the source says it.</param>
/// <param name="CustomerReference">How the source names the customer, where the order was given by it.</param>
/// <param name="AccountId">The account of a business customer.</param>
/// <param name="OpportunityId">The chance that led to it.</param>
/// <param name="QuoteId">The quote that led to it.</param>
/// <param name="RateId">The exchange rate of the day; null in the reporting currency, and where there was none for an import or a program.</param>
[EventName("sales.order-placed.1")]
public sealed record OrderPlaced(
    Guid OrderId,
    Guid CustomerId,
    string Source,
    string Number,
    Money Total,
    IReadOnlyList<OrderLine> Lines,
    string? Channel = null,
    string? Country = null,
    PersonalData? CustomerReference = null,
    Guid? AccountId = null,
    Guid? OpportunityId = null,
    Guid? QuoteId = null,
    Guid? RateId = null) : Event, ICustomerFact;

/// <summary>Money arrived for an order.</summary>
/// <param name="OrderId">The order.</param>
/// <param name="CustomerId">Who ordered.</param>
/// <param name="PaymentId">The payment; it counts once.</param>
/// <param name="Amount">What arrived.</param>
/// <param name="RateId">The exchange rate of the day; null in the reporting currency, and where there was none for an import or a program.</param>
[EventName("sales.order-payment-received.1")]
public sealed record OrderPaymentReceived(Guid OrderId, Guid CustomerId, Guid PaymentId, Money Amount, Guid? RateId = null) : Event, ICustomerFact;

/// <summary>The order is paid: what arrived covers its total less what was returned before. Once per order.</summary>
/// <param name="OrderId">The order.</param>
/// <param name="CustomerId">Who ordered.</param>
/// <param name="Total">The order's total, tax included.</param>
/// <param name="Returned">What of it had been returned by then; normally zero.</param>
[EventName("sales.order-paid.1")]
public sealed record OrderPaid(Guid OrderId, Guid CustomerId, Money Total, Money Returned) : Event, ICustomerFact;

/// <summary>Goods of an order came back, whole or in lines.</summary>
/// <param name="OrderId">The order.</param>
/// <param name="CustomerId">Who ordered.</param>
/// <param name="ReturnId">This return; it counts once.</param>
/// <param name="Lines">What came back; empty where the order has no lines or all that was left came back without a count.</param>
/// <param name="Amount">What this return is worth, tax included.</param>
/// <param name="Returned">The worth of all returns of the order so far, this one included.</param>
/// <param name="Total">The order's total, tax included.</param>
/// <param name="Whole">Whether nothing of the order is left.</param>
/// <param name="Reason">Why, as a code of the business.</param>
[EventName("sales.order-returned.1")]
public sealed record OrderReturned(
    Guid OrderId,
    Guid CustomerId,
    Guid ReturnId,
    IReadOnlyList<ReturnedLine> Lines,
    Money Amount,
    Money Returned,
    Money Total,
    bool Whole,
    string? Reason = null) : Event, ICustomerFact;

/// <summary>The order was called off before anything was paid or returned.</summary>
/// <param name="OrderId">The order.</param>
/// <param name="CustomerId">Who ordered.</param>
/// <param name="Reason">Why, as a code of the business.</param>
/// <param name="Total">What the order was over, tax included: what nobody owes any more.</param>
[EventName("sales.order-cancelled.1")]
public sealed record OrderCancelled(Guid OrderId, Guid CustomerId, string Reason, Money? Total = null) : Event, ICustomerFact;
