namespace CrmSuite.Contracts.Sales;

/// <summary>A customer was credited for goods returned without naming the order.</summary>
/// <param name="CreditId">The credit; derived from source and number, so that a repeat meets the same stream.</param>
/// <param name="CustomerId">Who is credited.</param>
/// <param name="Source">The system the credit comes from, a short lower-case word.</param>
/// <param name="Number">The credit's number in that system; not personal.</param>
/// <param name="Amount">What is credited, tax included; more than zero.</param>
/// <param name="Reason">Why, as a code of the business.</param>
/// <param name="Country">Where the customer is, as the source says it.</param>
/// <param name="CustomerReference">How the source names the customer, where the credit was given by it.</param>
[EventName("sales.credit-issued.1")]
public sealed record CreditIssued(
    Guid CreditId,
    Guid CustomerId,
    string Source,
    string Number,
    Money Amount,
    string? Reason = null,
    string? Country = null,
    PersonalData? CustomerReference = null) : Event, ICustomerFact;
