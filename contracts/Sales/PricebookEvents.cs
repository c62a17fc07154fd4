namespace CrmSuite.Contracts.Sales;

/// <summary>What a product costs, net of tax, in one currency and from a day on.</summary>
/// <param name="Product">The product's code.</param>
/// <param name="Price">For that many units.</param>
/// <param name="Per">1, 100 or 1,000 units.</param>
/// <param name="FirstDay">The first day on which it holds.</param>
/// <param name="LastDay">The last one; open where it is missing.</param>
public sealed record BookPrice(string Product, Money Price, int Per, DateOnly FirstDay, DateOnly? LastDay = null);

/// <summary>A price book got a new version. It says what is new; every other price goes on.</summary>
/// <param name="BookId">The book; derived from its name.</param>
/// <param name="Name">A word of the business; <c>standard</c> is everybody's.</param>
/// <param name="Version">1, 2, 3 …</param>
/// <param name="Prices">The new prices; one of the same product, currency and first day replaces the older.</param>
[EventName("sales.pricebook-published.1")]
public sealed record PricebookPublished(Guid BookId, string Name, int Version, IReadOnlyList<BookPrice> Prices) : Event;

/// <summary>Prices were agreed with one account: a version of its own book, which goes before all others.</summary>
/// <param name="BookId">The account's book; derived from the account.</param>
/// <param name="AccountId">With whom.</param>
/// <param name="CustomerId">The account's customer.</param>
/// <param name="Version">1, 2, 3 …</param>
/// <param name="Prices">What was agreed.</param>
/// <param name="Reason">Why, as a code of the business.</param>
[EventName("sales.pricebook-agreed.1")]
public sealed record PricebookAgreed(Guid BookId, Guid AccountId, Guid CustomerId, int Version, IReadOnlyList<BookPrice> Prices, string Reason) : Event,
    ICustomerFact;

/// <summary>What is not agreed with an account costs what a named book says, before the standard one; or, without a name, no longer so.</summary>
/// <param name="BookId">The account's book.</param>
/// <param name="AccountId">The account.</param>
/// <param name="CustomerId">The account's customer.</param>
/// <param name="From">The book before.</param>
/// <param name="To">The book now.</param>
[EventName("sales.pricebook-followed.1")]
public sealed record PricebookFollowed(Guid BookId, Guid AccountId, Guid CustomerId, string? From = null, string? To = null) : Event, ICustomerFact;
