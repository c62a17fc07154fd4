using System.Collections.Immutable;
using CrmSuite.Contracts;
using CrmSuite.Contracts.Sales;
using CrmSuite.Journal;
using static CrmSuite.Journal.Decision;

namespace CrmSuite.Sales.Invoices;

enum InvoiceStatus { None, Open, Overdue, Settled }

/// <summary>
/// What a customer owes by an invoice of accounting, from its opening until nothing is open. It is mirrored, not owned: what accounting says is
/// followed, and only what passes with time is decided here.
/// </summary>
sealed record Invoice(
    Guid InvoiceId,
    InvoiceStatus Status,
    Guid CustomerId,
    string Source,
    string Number,
    Money Amount,
    Money Paid,
    DateOnly InvoicedOn,
    DateOnly DueOn,
    DateTime OverdueAt,
    Guid? AccountId,
    Guid? OrderId,
    ImmutableDictionary<Guid, Money> Payments) : IFold<Invoice>
{
    /// <summary>The first year in which an invoice may lie.</summary>
    public const int YearMin = 1970;

    /// <summary>The last one.</summary>
    public const int YearMax = 2199;

    /// <summary>Which last days there are.</summary>
    public static readonly string DueDays = $"The last day is that of the invoice or a later one, until the year {YearMax}.";

    public static string Category => "sales.invoice";

    public static Invoice Initial { get; } = new(default, InvoiceStatus.None, default, "", "", default, default, default, default, default, null, null,
        ImmutableDictionary<Guid, Money>.Empty);

    /// <summary>What the customer still owes.</summary>
    public Money Due => Amount with { Minor = Amount.Minor - Paid.Minor };

    /// <summary>Whether a day is one that invoices have.</summary>
    public static bool IsDay(DateOnly day) => day.Year is >= YearMin and <= YearMax;

    public static Invoice Evolve(Invoice state, Event fact) => fact switch
    {
        InvoiceOpened e => new(e.InvoiceId, InvoiceStatus.Open, e.CustomerId, e.Source, e.Number, e.Amount, Money.Zero(e.Amount.Currency), e.InvoicedOn,
            e.DueOn, e.OverdueAt, e.AccountId, e.OrderId, ImmutableDictionary<Guid, Money>.Empty),
        InvoicePaymentRecorded e => state with
        {
            Paid = e.Amount with { Minor = state.Paid.Minor + e.Amount.Minor },
            Payments = state.Payments.SetItem(e.PaymentId, e.Amount),
        },
        InvoiceDueDayMoved e => state with { Status = InvoiceStatus.Open, DueOn = e.To, OverdueAt = e.OverdueAt },
        InvoiceFellOverdue => state with { Status = InvoiceStatus.Overdue },
        InvoiceSettled => state with { Status = InvoiceStatus.Settled },
        _ => state,
    };

    public Decision Open(OpenInvoice command, Guid customerId, InvoiceGrounds grounds, DateTime at) => Status switch
    {
        InvoiceStatus.None when grounds.Problem is { } problem => Refuse(problem.Code, problem.Reason),
        InvoiceStatus.None => Follow(_ => Opened(command, customerId, grounds), invoice => invoice.PaidUpTo(command.Paid), Settling,
            invoice => invoice.Falling(at)),
        _ when !IsSame(command, customerId) => Refuse("invoice.other", "This number was opened before for another customer, account, order, amount or day."),
        _ when command.Paid?.Minor < Paid.Minor => Refuse("invoice.paid-less", "More of this invoice was known to be paid before. Say all that is paid."),
        InvoiceStatus.Settled => [],
        _ => Follow(invoice => invoice.Moved(command.DueOn, grounds), invoice => invoice.Falling(at), invoice => invoice.PaidUpTo(command.Paid), Settling),
    };

    public Decision Pay(RecordPayment command, Guid paymentId, DateTime at) => Status switch
    {
        InvoiceStatus.None => Unknown("invoice"),
        _ when Payments.TryGetValue(paymentId, out var known) => known == command.Amount
            ? [] : Refuse("invoice.other-payment", "This payment was recorded before with another amount."),
        _ when command.Amount.Currency != Amount.Currency => Refuse("invoice.other-currency", $"The invoice is in {Amount.Currency}."),
        InvoiceStatus.Settled => Refuse("invoice.settled", "Nothing of this invoice is open."),
        _ when command.Amount.Minor > Due.Minor => Refuse("invoice.paid-too-much", "Less is open of this invoice. Record what is open; the rest is a credit."),
        // What was not paid in time is overdue before it is paid, however late the due work is.
        _ => Follow(invoice => invoice.Falling(at), _ => new InvoicePaymentRecorded(InvoiceId, CustomerId, paymentId, command.Amount), Settling),
    };

    public Decision MoveDueDay(MoveDueDay command, InvoiceGrounds grounds, DateTime at) => Status switch
    {
        InvoiceStatus.None => Unknown("invoice"),
        _ when command.DueOn == DueOn => [],
        InvoiceStatus.Settled => Refuse("invoice.settled", "Nothing of this invoice is open."),
        _ when command.DueOn < InvoicedOn => Refuse("invoice.due-day", DueDays),
        _ => Follow(invoice => invoice.Moved(command.DueOn, grounds), invoice => invoice.Falling(at)),
    };

    public Decision FallOverdue(DateTime at) => Follow(invoice => invoice.Falling(at));

    /// <summary>One step after another, each on what the ones before have led to.</summary>
    Decision Follow(params ReadOnlySpan<Func<Invoice, Event?>> steps)
    {
        var (state, facts) = (this, new List<Event>());
        foreach (var step in steps)
        {
            if (step(state) is { } fact)
            {
                facts.Add(fact);
                state = Evolve(state, fact);
            }
        }

        return [.. facts];
    }

    static InvoiceOpened Opened(OpenInvoice command, Guid customerId, InvoiceGrounds grounds) => new(command.InvoiceId(), customerId, command.Source,
        command.Number, command.Amount, command.InvoicedOn, command.DueOn, grounds.OverdueAt(command.DueOn), command.AccountId, command.OrderId,
        command.Customer is { } named ? PersonalData.From(named.Reference).Of(customerId) : null);

    InvoiceDueDayMoved? Moved(DateOnly dueOn, InvoiceGrounds grounds) =>
        dueOn == DueOn ? null : new(InvoiceId, CustomerId, DueOn, dueOn, grounds.OverdueAt(dueOn));

    InvoiceFellOverdue? Falling(DateTime at) =>
        Status == InvoiceStatus.Open && at >= OverdueAt ? new(InvoiceId, CustomerId, Due, (at - OverdueAt).Days + 1, AccountId) : null;

    // Its id follows from the sum, so that the same file, read twice at once, tells of one payment.
    InvoicePaymentRecorded? PaidUpTo(Money? paid) => paid is { } sum && sum.Minor > Paid.Minor
        ? new(InvoiceId, CustomerId, Ids.Derive("invoice-payment", InvoiceId.ToString(), $"{sum.Minor}"), sum with { Minor = sum.Minor - Paid.Minor }) : null;

    static InvoiceSettled? Settling(Invoice invoice) =>
        invoice is { Status: not InvoiceStatus.Settled, Due.Minor: 0 } ? new(invoice.InvoiceId, invoice.CustomerId, invoice.Amount) : null;

    bool IsSame(OpenInvoice command, Guid customerId) => (customerId, command.Amount, command.InvoicedOn, command.AccountId, command.OrderId)
        == (CustomerId, Amount, InvoicedOn, AccountId, OrderId);
}
