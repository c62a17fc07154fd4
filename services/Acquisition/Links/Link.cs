using CrmSuite.Acquisition.Customers;
using CrmSuite.Contracts;
using CrmSuite.Contracts.Acquisition;
using CrmSuite.Journal;
using static CrmSuite.Journal.Decision;

namespace CrmSuite.Acquisition.Links;

/// <summary>Two customers are one.</summary>
sealed record LinkCustomers(Guid One, Guid Other, string Reason) : ICommand
{
    public Refusal? Invalid() => LinkForm.Pair(One, Other) ?? LinkForm.Reason(Reason);
}

/// <summary>Two customers who were proposed as duplicates are two.</summary>
sealed record DeclineLink(Guid One, Guid Other, string Reason) : ICommand
{
    public Refusal? Invalid() => LinkForm.Pair(One, Other) ?? LinkForm.Reason(Reason);
}

/// <summary>They were not one after all.</summary>
/// <param name="Reason">Why.</param>
/// <param name="Keeps">Whose the facts are that were made from the joint card.</param>
sealed record UndoLink(string Reason, Keeper Keeps = Keeper.Survivor) : ICommand
{
    public Refusal? Invalid() => LinkForm.Reason(Reason);
}

static class LinkForm
{
    public static Refusal? Pair(Guid one, Guid other) => one == other || one == Guid.Empty || other == Guid.Empty
        ? new("link.pair", "A link is of two customers. Name each by his id.") : null;

    public static Refusal? Reason(string reason) => Form.IsWord(reason) ? null : new("link.reason", "The reason is a word of lower-case letters, digits and hyphens.");
}

enum LinkStatus { None, Linked, Undone, Declined }

/// <summary>One of a pair, as the registry holds him.</summary>
/// <param name="Customer">He himself.</param>
/// <param name="Since">When he entered the registry.</param>
/// <param name="Group">All with whom he is one already, himself among them.</param>
sealed record Side(Customer Customer, DateTime Since, IReadOnlyList<Customer> Group);

/// <summary>What the match rule gave a pair.</summary>
sealed record Match(int Score, int RuleVersion);

/// <summary>Whether two customers are one. Nothing is ever rewritten for it: readers show together who is linked, and apart again who is not.</summary>
sealed record Link(
    Guid LinkId, LinkStatus Status, Guid CustomerId, Guid AbsorbedId, DateTime CustomerSince, DateTime AbsorbedSince, string? Reason, int? Score,
    int? RuleVersion, Keeper? Keeps)
    : IFold<Link>
{
    public static string Category => "acquisition.link";

    public static Link Initial { get; } = new(default, LinkStatus.None, default, default, default, default, null, null, null, null);

    /// <summary>The link of a pair, whoever is named first.</summary>
    public static Guid IdOf(Guid one, Guid other) =>
        StringComparer.Ordinal.Compare($"{one}", $"{other}") < 0 ? Ids.Derive("link", one, other) : Ids.Derive("link", other, one);

    public static Link Evolve(Link state, Event fact) => fact switch
    {
        LinkMade e => new(e.LinkId, LinkStatus.Linked, e.CustomerId, e.AbsorbedId, e.CustomerSince, e.AbsorbedSince, e.Reason, e.Score, e.RuleVersion, null),
        LinkUndone e => state with { Status = LinkStatus.Undone, Reason = e.Reason, Keeps = e.Keeps },
        LinkDeclined e => state with
        {
            LinkId = e.LinkId,
            Status = LinkStatus.Declined,
            CustomerId = e.CustomerId,
            AbsorbedId = e.OtherId,
            Reason = e.Reason,
            Score = e.Score,
            RuleVersion = e.RuleVersion,
            Keeps = null,
        },
        _ => state,
    };

    public Decision Make(LinkCustomers command, Side one, Side other, Match? match)
    {
        var (survivor, absorbed) = InOrder(one, other);
        return Status switch
        {
            _ when IsNobody(one) || IsNobody(other) => Unknown("customer"),
            LinkStatus.Linked => [],
            _ when AreOtherKinds(one.Customer, other.Customer) => Refuse("link.kinds", "One is a person, the other an organisation. Correct the one that is wrong first."),
            _ when one.Group.Any(mine => other.Group.Any(mine.ContradictsVerified)) => Refuse("link.conflict",
                "Both were verified, and their birth dates or register numbers differ: they are two. Correct and verify the one that is wrong first."),
            _ => new LinkMade(IdOf(command.One, command.Other), survivor.Customer.CustomerId, absorbed.Customer.CustomerId, survivor.Since, absorbed.Since, command.Reason,
                match?.Score, match?.RuleVersion),
        };
    }

    public Decision Decline(DeclineLink command, Side one, Side other, Match? match)
    {
        var (survivor, absorbed) = InOrder(one, other);
        return Status switch
        {
            _ when IsNobody(one) || IsNobody(other) => Unknown("customer"),
            LinkStatus.Linked => Refuse("link.made", "They are linked. Undo the link instead."),
            LinkStatus.Declined => [],
            _ => new LinkDeclined(IdOf(command.One, command.Other), survivor.Customer.CustomerId, absorbed.Customer.CustomerId, command.Reason, match?.Score, match?.RuleVersion),
        };
    }

    public Decision Undo(UndoLink command) => Status switch
    {
        LinkStatus.None or LinkStatus.Declined => Unknown("link"),
        LinkStatus.Undone when command.Keeps != Keeps => Refuse("link.undone",
            "The link is undone already, and the facts from the joint card went to somebody else. Link the two again, and undo it as it should be."),
        LinkStatus.Undone => [],
        _ => new LinkUndone(LinkId, CustomerId, AbsorbedId, CustomerSince, AbsorbedSince, command.Reason, command.Keeps),
    };

    /// <summary>The one registered earlier, then the one with the smaller id, comes first.</summary>
    static (Side Survivor, Side Absorbed) InOrder(Side one, Side other) =>
        (one.Since, $"{one.Customer.CustomerId}").CompareTo((other.Since, $"{other.Customer.CustomerId}")) < 0 ? (one, other) : (other, one);

    static bool IsNobody(Side side) => side.Customer.Status == CustomerStatus.None;

    // Of somebody known by hearsay nobody has said yet what he is.
    static bool AreOtherKinds(Customer one, Customer other) =>
        one.Kind != other.Kind && one.Status == CustomerStatus.Confirmed && other.Status == CustomerStatus.Confirmed;
}
