namespace CrmSuite.Contracts.Sales;

/// <summary>Which price applies: the first of these that there is (rulings.md 14).</summary>
public enum PriceSource
{
    /// <summary>Agreed with the account.</summary>
    Individual,

    /// <summary>Of the book that the account buys by.</summary>
    Book,

    /// <summary>Everybody's.</summary>
    Standard,
}

/// <summary>One line of a quote, reckoned.</summary>
/// <param name="Line">The line's number in its quote, from 1.</param>
/// <param name="Product">The product's code.</param>
/// <param name="Name">What it is called in the quote's language.</param>
/// <param name="Unit">In what it is counted.</param>
/// <param name="Family">What it belongs to, for the corridor.</param>
/// <param name="Quantity">In thousandths of the unit: 2.5 kg is 2500.</param>
/// <param name="Price">The list price for that many units.</param>
/// <param name="Per">1, 100 or 1,000 units.</param>
/// <param name="Source">Whose price it is.</param>
/// <param name="BookId">The price book.</param>
/// <param name="BookVersion">Its version.</param>
/// <param name="DiscountBp">The discount of the line, in basis points.</param>
/// <param name="List">Quantity times price, rounded.</param>
/// <param name="Share">The line's share of the discount on the whole.</param>
/// <param name="Net">What is left after both discounts.</param>
/// <param name="TaxCode">How it is taxed.</param>
public sealed record QuoteLine(
    int Line,
    string Product,
    string Name,
    string Unit,
    string? Family,
    long Quantity,
    Money Price,
    int Per,
    PriceSource Source,
    Guid BookId,
    int BookVersion,
    int DiscountBp,
    Money List,
    Money Share,
    Money Net,
    string TaxCode);

/// <summary>The tax of all lines of one code together.</summary>
/// <param name="Code">The code.</param>
/// <param name="RateBp">The rate, in basis points.</param>
/// <param name="Net">The sum of the nets.</param>
/// <param name="Tax">The tax on it, rounded once.</param>
public sealed record QuoteTax(string Code, int RateBp, Money Net, Money Tax);

/// <summary>What one version of a quote offers. Its sums follow from the rest, and are the same whatever the order of the lines was.</summary>
/// <param name="IsPrimary">Whether the opportunity is worth what this quote says, once it is sent.</param>
/// <param name="Currency">The one currency, ISO 4217.</param>
/// <param name="PricedOn">The day whose prices and taxes apply.</param>
/// <param name="ValidUntil">The last day on which it can be accepted.</param>
/// <param name="Zone">Where that day ends: an IANA zone.</param>
/// <param name="Language">In which it is printed.</param>
/// <param name="Country">Whose taxes apply.</param>
/// <param name="Lines">The lines, by number.</param>
/// <param name="DiscountBp">The discount on the whole in basis points, where it was given so.</param>
/// <param name="Discount">The discount on the whole.</param>
/// <param name="Net">The sum of the lines' nets.</param>
/// <param name="Taxes">The taxes, by code.</param>
/// <param name="Gross">Net and taxes together.</param>
public sealed record QuoteTerms(
    bool IsPrimary,
    string Currency,
    DateOnly PricedOn,
    DateOnly ValidUntil,
    string Zone,
    string Language,
    string Country,
    IReadOnlyList<QuoteLine> Lines,
    int? DiscountBp,
    Money Discount,
    Money Net,
    IReadOnlyList<QuoteTax> Taxes,
    Money Gross);

/// <summary>An offer to an account is being written: its first version.</summary>
/// <param name="QuoteId">The quote; derived from source and number where they are known, so that a repeat meets the same stream.</param>
/// <param name="AccountId">To whom.</param>
/// <param name="CustomerId">The account's customer.</param>
/// <param name="OwnerId">Who sells: the subject of his sign-in.</param>
/// <param name="OwnerTeam">His team at the time.</param>
/// <param name="Terms">What is offered.</param>
/// <param name="AuthorId">Who wrote this version.</param>
/// <param name="Hash">SHA-256 of the bytes of its document, lower-case hexadecimal.</param>
/// <param name="Layout">By which layout the document is printed.</param>
/// <param name="OpportunityId">The chance to sell; a quote without one is free, and orders when it is accepted.</param>
/// <param name="Source">The system it comes from, a short lower-case word.</param>
/// <param name="Number">Its number there, which is printed; not personal.</param>
/// <param name="Recipient">Name and address as they are printed.</param>
/// <param name="Note">What is said under the lines.</param>
[EventName("sales.quote-drafted.1")]
public sealed record QuoteDrafted(
    Guid QuoteId,
    Guid AccountId,
    Guid CustomerId,
    string OwnerId,
    string? OwnerTeam,
    QuoteTerms Terms,
    string AuthorId,
    string Hash,
    int Layout,
    Guid? OpportunityId = null,
    string? Source = null,
    string? Number = null,
    PersonalData? Recipient = null,
    PersonalData? Note = null) : Event, ICustomerFact;

/// <summary>The draft says something else. Whoever approved it before approved another text.</summary>
/// <param name="QuoteId">The quote.</param>
/// <param name="CustomerId">The account's customer.</param>
/// <param name="Version">The draft.</param>
/// <param name="Terms">What is offered.</param>
/// <param name="AuthorId">Who wrote this version.</param>
/// <param name="Hash">SHA-256 of the bytes of its document, lower-case hexadecimal.</param>
/// <param name="Layout">By which layout the document is printed.</param>
/// <param name="Recipient">Name and address as they are printed.</param>
/// <param name="Note">What is said under the lines.</param>
[EventName("sales.quote-changed.1")]
public sealed record QuoteChanged(
    Guid QuoteId,
    Guid CustomerId,
    int Version,
    QuoteTerms Terms,
    string AuthorId,
    string Hash,
    int Layout,
    PersonalData? Recipient = null,
    PersonalData? Note = null) : Event, ICustomerFact;

/// <summary>Another version is being written. The one that was sent can be accepted until this one is sent.</summary>
/// <param name="QuoteId">The quote.</param>
/// <param name="CustomerId">The account's customer.</param>
/// <param name="Version">The new version.</param>
/// <param name="Terms">What is offered.</param>
/// <param name="AuthorId">Who wrote this version.</param>
/// <param name="Hash">SHA-256 of the bytes of its document, lower-case hexadecimal.</param>
/// <param name="Layout">By which layout the document is printed.</param>
/// <param name="Reason">Why, as a code of the business.</param>
/// <param name="Recipient">Name and address as they are printed.</param>
/// <param name="Note">What is said under the lines.</param>
[EventName("sales.quote-revised.1")]
public sealed record QuoteRevised(
    Guid QuoteId,
    Guid CustomerId,
    int Version,
    QuoteTerms Terms,
    string AuthorId,
    string Hash,
    int Layout,
    string Reason,
    PersonalData? Recipient = null,
    PersonalData? Note = null) : Event, ICustomerFact;

/// <summary>Somebody else sells.</summary>
/// <param name="QuoteId">The quote.</param>
/// <param name="CustomerId">The account's customer.</param>
/// <param name="From">Who did.</param>
/// <param name="To">Who does now.</param>
/// <param name="ToTeam">His team at the time.</param>
/// <param name="Reason">Why, as a code of the business.</param>
[EventName("sales.quote-owner-changed.1")]
public sealed record QuoteOwnerChanged(Guid QuoteId, Guid CustomerId, string From, string To, string? ToTeam, string Reason) : Event, ICustomerFact;

/// <summary>The customer has it. This version never changes again, and takes the place of the one before.</summary>
/// <param name="QuoteId">The quote.</param>
/// <param name="AccountId">To whom.</param>
/// <param name="CustomerId">The account's customer.</param>
/// <param name="OwnerId">Who sells.</param>
/// <param name="Version">Which version.</param>
/// <param name="Hash">SHA-256 of the bytes of its document, lower-case hexadecimal.</param>
/// <param name="Layout">By which layout the document is printed.</param>
/// <param name="Net">What is offered, net of tax.</param>
/// <param name="Gross">Tax included.</param>
/// <param name="ValidUntil">The last day on which it can be accepted.</param>
/// <param name="IsPrimary">Whether the opportunity is worth that much now.</param>
/// <param name="IsBeyond">Whether a discount goes beyond the corridor, so that it was approved.</param>
/// <param name="OpportunityId">The chance to sell.</param>
/// <param name="RateId">The exchange rate of the day; null in the reporting currency.</param>
[EventName("sales.quote-sent.1")]
public sealed record QuoteSent(
    Guid QuoteId,
    Guid AccountId,
    Guid CustomerId,
    string OwnerId,
    int Version,
    string Hash,
    int Layout,
    Money Net,
    Money Gross,
    DateOnly ValidUntil,
    bool IsPrimary,
    bool IsBeyond,
    Guid? OpportunityId = null,
    Guid? RateId = null) : Event, ICustomerFact;

/// <summary>The offer is taken back.</summary>
/// <param name="QuoteId">The quote.</param>
/// <param name="CustomerId">The account's customer.</param>
/// <param name="Version">Its newest version.</param>
/// <param name="Reason">Why, as a code of the business.</param>
/// <param name="OpportunityId">The chance to sell.</param>
[EventName("sales.quote-withdrawn.1")]
public sealed record QuoteWithdrawn(Guid QuoteId, Guid CustomerId, int Version, string Reason, Guid? OpportunityId = null) : Event, ICustomerFact;

/// <summary>The customer agreed to exactly this document.</summary>
/// <param name="QuoteId">The quote.</param>
/// <param name="AccountId">Who buys.</param>
/// <param name="CustomerId">The account's customer.</param>
/// <param name="OwnerId">Who sold.</param>
/// <param name="Version">Which version.</param>
/// <param name="Hash">Of its document.</param>
/// <param name="Net">What was agreed, net of tax.</param>
/// <param name="Gross">What the customer will owe, tax included.</param>
/// <param name="Lines">What he will get.</param>
/// <param name="Evidence">Where the proof lies, for example the number of a letter; not personal.</param>
/// <param name="By">Who agreed.</param>
/// <param name="OpportunityId">The chance to sell; without one, an order follows.</param>
/// <param name="RateId">The exchange rate of the day on which it was sent.</param>
[EventName("sales.quote-accepted.1")]
public sealed record QuoteAccepted(
    Guid QuoteId,
    Guid AccountId,
    Guid CustomerId,
    string OwnerId,
    int Version,
    string Hash,
    Money Net,
    Money Gross,
    IReadOnlyList<OrderLine> Lines,
    string Evidence,
    PersonalData? By = null,
    Guid? OpportunityId = null,
    Guid? RateId = null) : Event, ICustomerFact;

/// <summary>The customer does not want it so. Another version may follow.</summary>
/// <param name="QuoteId">The quote.</param>
/// <param name="CustomerId">The account's customer.</param>
/// <param name="Version">Which version.</param>
/// <param name="Reason">Why, as a code of the business.</param>
/// <param name="Words">What he said.</param>
/// <param name="OpportunityId">The chance to sell.</param>
[EventName("sales.quote-rejected.1")]
public sealed record QuoteRejected(
    Guid QuoteId, Guid CustomerId, int Version, string Reason, PersonalData? Words = null, Guid? OpportunityId = null) : Event, ICustomerFact;

/// <summary>Its last day is over and nobody answered. Another version may follow.</summary>
/// <param name="QuoteId">The quote.</param>
/// <param name="CustomerId">The account's customer.</param>
/// <param name="Version">Which version.</param>
/// <param name="OpportunityId">The chance to sell.</param>
[EventName("sales.quote-expired.1")]
public sealed record QuoteExpired(Guid QuoteId, Guid CustomerId, int Version, Guid? OpportunityId = null) : Event, ICustomerFact;
