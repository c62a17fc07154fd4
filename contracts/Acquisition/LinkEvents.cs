namespace CrmSuite.Contracts.Acquisition;

/// <summary>Who keeps the facts that were made from the joint card of a link that is undone. They stand as they were written; this says whose they are.</summary>
public enum Keeper
{
    /// <summary>The survivor, whose id they carry: nothing is to do.</summary>
    Survivor,

    /// <summary>The other one: his departments write them anew for him.</summary>
    Absorbed,

    /// <summary>A person looks at each of them.</summary>
    ByHand,
}

/// <summary>
/// Two customers are one. Nothing is rewritten: each fact keeps the customer it names, and readers show together who is linked (rulings.md 8). Of the two the one
/// registered earlier survives, then the one with the smaller id.
/// </summary>
/// <param name="LinkId">The link of the pair; undone and made again it is the same.</param>
/// <param name="CustomerId">The survivor of the two.</param>
/// <param name="AbsorbedId">The other one.</param>
/// <param name="CustomerSince">When the survivor entered the registry.</param>
/// <param name="AbsorbedSince">When the other one did.</param>
/// <param name="Reason">Why, as a code of the business.</param>
/// <param name="Score">What the match rule gave the pair, out of a hundred; null where nothing is in common.</param>
/// <param name="RuleVersion">The version of the match rule; null where none was published.</param>
[EventName("acquisition.link-made.1")]
public sealed record LinkMade(
    Guid LinkId, Guid CustomerId, Guid AbsorbedId, DateTime CustomerSince, DateTime AbsorbedSince, string Reason, int? Score = null, int? RuleVersion = null)
    : Event, ICustomerFact, ILinkFact
{
    bool ILinkFact.IsLinked => true;
}

/// <summary>The two were not one after all: each has his own facts again.</summary>
/// <param name="LinkId">The link of the pair.</param>
/// <param name="CustomerId">The survivor of the two.</param>
/// <param name="AbsorbedId">The other one.</param>
/// <param name="CustomerSince">When the survivor entered the registry.</param>
/// <param name="AbsorbedSince">When the other one did.</param>
/// <param name="Reason">Why, as a code of the business.</param>
/// <param name="Keeps">Whose the facts are that were made from the joint card.</param>
[EventName("acquisition.link-undone.1")]
public sealed record LinkUndone(
    Guid LinkId, Guid CustomerId, Guid AbsorbedId, DateTime CustomerSince, DateTime AbsorbedSince, string Reason, Keeper Keeps) : Event, ICustomerFact, ILinkFact
{
    bool ILinkFact.IsLinked => false;
}

/// <summary>Somebody looked at two customers who were proposed as duplicates: they are two. They are not proposed again.</summary>
/// <param name="LinkId">The link that was not made.</param>
/// <param name="CustomerId">The one registered earlier.</param>
/// <param name="OtherId">The other one.</param>
/// <param name="Reason">Why, as a code of the business.</param>
/// <param name="Score">What the match rule gave the pair, out of a hundred.</param>
/// <param name="RuleVersion">The version of the match rule.</param>
[EventName("acquisition.link-declined.1")]
public sealed record LinkDeclined(Guid LinkId, Guid CustomerId, Guid OtherId, string Reason, int? Score = null, int? RuleVersion = null) : Event, ICustomerFact;
