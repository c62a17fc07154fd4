namespace CrmSuite.Contracts.Sales;

/// <summary>What an account is.</summary>
public enum AccountKind
{
    /// <summary>A company, an authority, a club.</summary>
    Organisation,

    /// <summary>A natural person who buys for himself.</summary>
    Person,
}

/// <summary>Sales began to look after a customer as an account. Each account has exactly one customer of the registry; free text is sealed under his
/// key.</summary>
/// <param name="AccountId">The account; derived from source and number where they are known, so that a repeat meets the same stream.</param>
/// <param name="CustomerId">Its customer.</param>
/// <param name="Kind">Organisation or person.</param>
/// <param name="OwnerId">Who looks after it: the subject of his sign-in.</param>
/// <param name="OwnerTeam">The owner's team at the time.</param>
/// <param name="Name">What it is called.</param>
/// <param name="ParentId">The account that it belongs to.</param>
/// <param name="Industry">What it does, as a word of the business.</param>
/// <param name="SizeBand">How big it is, as a word of the business.</param>
/// <param name="Country">Where it is, as the source says it.</param>
/// <param name="Source">The system it comes from, a short lower-case word.</param>
/// <param name="Number">Its number in that system; not personal.</param>
/// <param name="CustomerReference">How the source names the customer, where the account was opened by it.</param>
/// <param name="Force">Why it was opened although others look the same, as a code of the business.</param>
[EventName("sales.account-opened.1")]
public sealed record AccountOpened(
    Guid AccountId,
    Guid CustomerId,
    AccountKind Kind,
    string OwnerId,
    string? OwnerTeam = null,
    PersonalData? Name = null,
    Guid? ParentId = null,
    string? Industry = null,
    string? SizeBand = null,
    string? Country = null,
    string? Source = null,
    string? Number = null,
    PersonalData? CustomerReference = null,
    string? Force = null) : Event, ICustomerFact;

/// <summary>What is known of the account changed; only what is named.</summary>
/// <param name="AccountId">The account.</param>
/// <param name="CustomerId">Its customer.</param>
/// <param name="Name">What it is called.</param>
/// <param name="Industry">What it does.</param>
/// <param name="SizeBand">How big it is.</param>
/// <param name="Country">Where it is.</param>
/// <param name="Fields">The extra fields that changed; one without a value is empty now.</param>
[EventName("sales.account-fields-set.1")]
public sealed record AccountFieldsSet(
    Guid AccountId,
    Guid CustomerId,
    PersonalData? Name = null,
    string? Industry = null,
    string? SizeBand = null,
    string? Country = null,
    IReadOnlyList<FieldValue>? Fields = null) : Event, ICustomerFact;

/// <summary>Somebody else looks after the account.</summary>
/// <param name="AccountId">The account.</param>
/// <param name="CustomerId">Its customer.</param>
/// <param name="From">Who did.</param>
/// <param name="To">Who does now.</param>
/// <param name="ToTeam">His team at the time.</param>
/// <param name="Reason">Why, as a code of the business.</param>
[EventName("sales.account-owner-changed.1")]
public sealed record AccountOwnerChanged(Guid AccountId, Guid CustomerId, string From, string To, string? ToTeam, string Reason) : Event, ICustomerFact;

/// <summary>The account belongs to another one, or to none.</summary>
/// <param name="AccountId">The account.</param>
/// <param name="CustomerId">Its customer.</param>
/// <param name="From">What it belonged to.</param>
/// <param name="To">What it belongs to now.</param>
[EventName("sales.account-parent-changed.1")]
public sealed record AccountParentChanged(Guid AccountId, Guid CustomerId, Guid? From = null, Guid? To = null) : Event, ICustomerFact;

/// <summary>Nothing more is sold to the account.</summary>
/// <param name="AccountId">The account.</param>
/// <param name="CustomerId">Its customer.</param>
/// <param name="Reason">Why, as a code of the business.</param>
[EventName("sales.account-closed.1")]
public sealed record AccountClosed(Guid AccountId, Guid CustomerId, string Reason) : Event, ICustomerFact;

/// <summary>The account is looked after again.</summary>
/// <param name="AccountId">The account.</param>
/// <param name="CustomerId">Its customer.</param>
/// <param name="Reason">Why, as a code of the business.</param>
[EventName("sales.account-reopened.1")]
public sealed record AccountReopened(Guid AccountId, Guid CustomerId, string Reason) : Event, ICustomerFact;
