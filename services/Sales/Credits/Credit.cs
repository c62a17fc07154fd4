using CrmSuite.Contracts;
using CrmSuite.Contracts.Sales;
using CrmSuite.Journal;
using CrmSuite.Sales.Orders;
using static CrmSuite.Journal.Decision;

namespace CrmSuite.Sales.Credits;

/// <summary>A customer is credited for goods returned without naming the order.</summary>
/// <param name="Source">The system the credit comes from.</param>
/// <param name="Number">Its number there; the same number again is the same credit.</param>
/// <param name="Amount">What is credited, tax included.</param>
/// <param name="CustomerId">Who is credited, by id.</param>
/// <param name="Customer">Who is credited, by reference; needs a basis.</param>
/// <param name="Reason">Why.</param>
/// <param name="Country">Where the customer is.</param>
/// <param name="Basis">Why the reference may be held.</param>
sealed record IssueCredit(
    string Source,
    string Number,
    Money Amount,
    Guid? CustomerId = null,
    CustomerRef? Customer = null,
    string? Reason = null,
    string? Country = null,
    Basis? Basis = null) : ICommand
{
    const int TextMax = 64;

    public Guid CreditId => Ids.Derive("credit", Source, Number);

    public Refusal? Invalid() => this switch
    {
        _ when !Form.IsWord(Source) => new("credit.source", "The source is a word of lower-case letters, digits and hyphens."),
        _ when !Form.IsLine(Number, TextMax) => new("credit.number", $"The number is one line of at most {TextMax} characters."),
        _ when !Amounts.IsAmount(Amount) || Amount.Minor == 0 => new("credit.amount", "A credit is more than zero, in minor units of an ISO 4217 currency."),
        _ when CustomerId is null == Customer is null => new("credit.customer", "Name the customer, either by customerId or by customer."),
        { Customer: { } named } when named.Problem() is { } problem => new("credit.customer", problem),
        { Reason: not null } when !Form.IsWord(Reason) => new("credit.reason", "The reason is a word of lower-case letters, digits and hyphens."),
        { Country: not null } when !Form.IsLine(Country, TextMax) => new("credit.country", $"The country is one line of at most {TextMax} characters."),
        _ => Basis.Invalid(),
    };
}

/// <summary>A return that names no order: issued once, and never changed.</summary>
sealed record Credit(Guid CreditId, Guid CustomerId, string Source, string Number, Money Amount, string? Reason) : IFold<Credit>
{
    public static string Category => "sales.credit";

    public static Credit Initial { get; } = new(default, default, "", "", default, null);

    public static Credit Evolve(Credit state, Event fact) => fact switch
    {
        CreditIssued e => new(e.CreditId, e.CustomerId, e.Source, e.Number, e.Amount, e.Reason),
        _ => state,
    };

    public Decision Issue(IssueCredit command, Guid customerId) => CreditId switch
    {
        _ when CreditId == Guid.Empty => new CreditIssued(command.CreditId, customerId, command.Source, command.Number, command.Amount, command.Reason, command.Country,
            command.Customer is { } named ? PersonalData.From(named.Reference).Of(customerId) : null),
        _ when customerId == CustomerId && command.Amount == Amount => [],
        _ => Refuse("credit.other", "This number was issued before to another customer or with another amount."),
    };
}
