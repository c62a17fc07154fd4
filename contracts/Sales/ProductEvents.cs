namespace CrmSuite.Contracts.Sales;

/// <summary>Something is sold from now on, or again.</summary>
/// <param name="ProductId">The product; derived from its code.</param>
/// <param name="Code">What it is called in lists and files: a word of the business.</param>
/// <param name="Name">What it is called on paper, where no other name is given for a language.</param>
/// <param name="Unit">In what it is counted, for example <c>piece</c> or <c>kg</c>.</param>
/// <param name="TaxCode">How it is taxed: a code of the tax tables.</param>
/// <param name="Family">What it belongs to: discounts may go further for some families than for others.</param>
/// <param name="Names">What it is called in a language.</param>
[EventName("sales.product-listed.1")]
public sealed record ProductListed(
    Guid ProductId,
    string Code,
    string Name,
    string Unit,
    string TaxCode,
    string? Family = null,
    IReadOnlyDictionary<string, string>? Names = null) : Event;

/// <summary>The catalogue says something else of a product. Quotes that name it stay as they are.</summary>
/// <param name="ProductId">The product.</param>
/// <param name="Code">Its code.</param>
/// <param name="Name">What it is called on paper, where no other name is given for a language.</param>
/// <param name="Unit">In what it is counted.</param>
/// <param name="TaxCode">How it is taxed.</param>
/// <param name="Family">What it belongs to.</param>
/// <param name="Names">What it is called in a language.</param>
[EventName("sales.product-changed.1")]
public sealed record ProductChanged(
    Guid ProductId,
    string Code,
    string Name,
    string Unit,
    string TaxCode,
    string? Family = null,
    IReadOnlyDictionary<string, string>? Names = null) : Event;

/// <summary>It is sold no longer: no new quote names it.</summary>
/// <param name="ProductId">The product.</param>
/// <param name="Code">Its code.</param>
/// <param name="Reason">Why, as a code of the business.</param>
[EventName("sales.product-retired.1")]
public sealed record ProductRetired(Guid ProductId, string Code, string Reason) : Event;
