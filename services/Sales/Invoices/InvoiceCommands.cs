using CrmSuite.Contracts;
using CrmSuite.Journal;
using CrmSuite.Sales.Orders;

namespace CrmSuite.Sales.Invoices;

/// <summary>How an invoice stands in accounting. Said again it adds nothing; what changed is followed: another last day, more that is paid.</summary>
/// <param name="Source">The accounting system.</param>
/// <param name="Number">The invoice's number there; the same number again is the same invoice.</param>
/// <param name="Amount">What it is over, tax included.</param>
/// <param name="InvoicedOn">The day of the invoice.</param>
/// <param name="DueOn">The last day on which it is paid in time.</param>
/// <param name="CustomerId">Who owes it, by id.</param>
/// <param name="Customer">Who owes it, by reference; needs a basis.</param>
/// <param name="AccountId">The account of a business customer.</param>
/// <param name="OrderId">The order that it asks money for.</param>
/// <param name="Paid">What of it accounting waits for no longer, in all: paid, credited or written off.</param>
/// <param name="Basis">Why the reference may be held.</param>
sealed record OpenInvoice(
    string Source,
    string Number,
    Money Amount,
    DateOnly InvoicedOn,
    DateOnly DueOn,
    Guid? CustomerId = null,
    CustomerRef? Customer = null,
    Guid? AccountId = null,
    Guid? OrderId = null,
    Money? Paid = null,
    Basis? Basis = null) : ICommand
{
    const int TextMax = 64;

    public Guid InvoiceId() => Ids.Derive("invoice", Source, Number);

    public Refusal? Invalid() => this switch
    {
        _ when !Form.IsWord(Source) => new("invoice.source", "The source is a word of lower-case letters, digits and hyphens."),
        _ when !Form.IsLine(Number, TextMax) => new("invoice.number", $"The number is one line of at most {TextMax} characters."),
        _ when !Amounts.IsAmount(Amount) || Amount.Minor == 0 =>
            new("invoice.amount", "The amount is in minor units of an ISO 4217 currency and more than zero."),
        _ when !Invoice.IsDay(InvoicedOn) => new("invoice.day", $"The day of the invoice lies in the years {Invoice.YearMin} to {Invoice.YearMax}."),
        _ when !Invoice.IsDay(DueOn) || DueOn < InvoicedOn => new("invoice.due-day", Invoice.DueDays),
        { Paid: { } paid } when !Amounts.IsAmount(paid) || paid.Currency != Amount.Currency || paid.Minor > Amount.Minor =>
            new("invoice.paid", "What is paid is in the invoice's currency, and from zero up to its amount."),
        _ when CustomerId is null == Customer is null => new("invoice.customer", "Name the customer by customerId or by customer, not by both."),
        { Customer: { } named } when named.Problem() is { } problem => new("invoice.customer", problem),
        _ => Basis.Invalid(),
    };
}

/// <summary>Accounting waits for less of it.</summary>
/// <param name="Amount">By how much less.</param>
/// <param name="PaymentId">The payment's id; it counts once.</param>
sealed record RecordPayment(Money Amount, Guid? PaymentId = null) : ICommand
{
    public Refusal? Invalid() => Amounts.IsAmount(Amount) && Amount.Minor > 0
        ? null : new("invoice.payment-amount", "A payment is more than zero, in minor units of an ISO 4217 currency.");
}

/// <summary>Accounting gave the customer another day.</summary>
/// <param name="DueOn">The last day on which it is paid in time.</param>
sealed record MoveDueDay(DateOnly DueOn) : ICommand
{
    public Refusal? Invalid() => Invoice.IsDay(DueOn) ? null : new("invoice.due-day", Invoice.DueDays);
}
