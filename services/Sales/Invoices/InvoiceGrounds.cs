using CrmSuite.Contracts;
using CrmSuite.Journal;
using CrmSuite.Sales.Accounts;
using CrmSuite.Sales.Orders;

namespace CrmSuite.Sales.Invoices;

/// <summary>What an invoice rests on and lies in other streams (rulings.md 9): when a day is over, and the account and the order that it names.</summary>
/// <param name="Books">When a day is over.</param>
/// <param name="Account">The account; null where none is named.</param>
/// <param name="Order">The order; null where none is named.</param>
sealed record InvoiceGrounds(Books.Books Books, Account? Account = null, Order? Order = null)
{
    /// <summary>Why no invoice is opened on these grounds; null where one can be.</summary>
    public Refusal? Problem => this switch
    {
        { Account.Status: AccountStatus.None } => new("account.unknown", "There is no such account. Open or import the account first."),
        { Order.Status: OrderStatus.None } => new("order.unknown", "There is no such order. Place or import the order first."),
        _ => null,
    };

    /// <summary>When a last day is over.</summary>
    public DateTime OverdueAt(DateOnly dueOn) => Books.Start(dueOn.AddDays(1));

    /// <summary>Reads them.</summary>
    public static async Task<InvoiceGrounds> Load(IJournal journal, Guid? accountId, Guid? orderId, CancellationToken ct) => new(
        (await journal.Load<Books.Books>(Sales.Books.Books.TheId, ct)).State,
        accountId is { } account ? (await journal.Load<Account>(account, ct)).State : null,
        orderId is { } order ? (await journal.Load<Order>(order, ct)).State : null);
}
