namespace CrmSuite.Contracts.Sales;

/// <summary>Accounting asks a customer for money. The invoice is accounting's; Sales mirrors it as of when accounting said so.</summary>
/// <param name="InvoiceId">The invoice; derived from source and number, so that a repeat meets the same stream.</param>
/// <param name="CustomerId">Who owes it.</param>
/// <param name="Source">The accounting system, a short lower-case word.</param>
/// <param name="Number">The invoice's number there; not personal.</param>
/// <param name="Amount">What it is over, tax included; more than zero.</param>
/// <param name="InvoicedOn">The day of the invoice.</param>
/// <param name="DueOn">The last day on which it is paid in time.</param>
/// <param name="OverdueAt">When the day after that begins, in the zone of the books.</param>
/// <param name="AccountId">The account of a business customer.</param>
/// <param name="OrderId">The order that it asks money for.</param>
/// <param name="CustomerReference">How the source names the customer, where the invoice was given by it.</param>
[EventName("sales.invoice-opened.1")]
public sealed record InvoiceOpened(
    Guid InvoiceId,
    Guid CustomerId,
    string Source,
    string Number,
    Money Amount,
    DateOnly InvoicedOn,
    DateOnly DueOn,
    DateTime OverdueAt,
    Guid? AccountId = null,
    Guid? OrderId = null,
    PersonalData? CustomerReference = null) : Event, ICustomerFact;

/// <summary>Accounting waits for less of an invoice: so much of it was paid, credited or written off.</summary>
/// <param name="InvoiceId">The invoice.</param>
/// <param name="CustomerId">Who owes it.</param>
/// <param name="PaymentId">The payment; it counts once.</param>
/// <param name="Amount">By how much less.</param>
[EventName("sales.invoice-payment-recorded.1")]
public sealed record InvoicePaymentRecorded(Guid InvoiceId, Guid CustomerId, Guid PaymentId, Money Amount) : Event, ICustomerFact;

/// <summary>Accounting gave the customer another day: until it is over the invoice is not overdue, whatever it was before.</summary>
/// <param name="InvoiceId">The invoice.</param>
/// <param name="CustomerId">Who owes it.</param>
/// <param name="From">The last day before.</param>
/// <param name="To">The last day now.</param>
/// <param name="OverdueAt">When the day after it begins, in the zone of the books.</param>
[EventName("sales.invoice-due-day-moved.1")]
public sealed record InvoiceDueDayMoved(Guid InvoiceId, Guid CustomerId, DateOnly From, DateOnly To, DateTime OverdueAt) : Event, ICustomerFact;

/// <summary>The last day is over and something is still open. Once for each last day.</summary>
/// <param name="InvoiceId">The invoice.</param>
/// <param name="CustomerId">Who owes it.</param>
/// <param name="Amount">What was open then.</param>
/// <param name="Days">How many days after the last one it was: 1, or more where accounting told of the invoice so late.</param>
/// <param name="AccountId">The account of a business customer.</param>
[EventName("sales.invoice-fell-overdue.1")]
public sealed record InvoiceFellOverdue(Guid InvoiceId, Guid CustomerId, Money Amount, int Days, Guid? AccountId = null) : Event, ICustomerFact;

/// <summary>Nothing of the invoice is open any more.</summary>
/// <param name="InvoiceId">The invoice.</param>
/// <param name="CustomerId">Who owed it.</param>
/// <param name="Amount">What it was over.</param>
[EventName("sales.invoice-settled.1")]
public sealed record InvoiceSettled(Guid InvoiceId, Guid CustomerId, Money Amount) : Event, ICustomerFact;
