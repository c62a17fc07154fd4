using CrmSuite.Bus;
using CrmSuite.Contracts.Acquisition;
using CrmSuite.Journal;

namespace CrmSuite.Sales.Links;

/// <summary>They were not one after all: Sales shows each of them alone again.</summary>
sealed class WhenLinkUndone : IWhen<LinkUndone, Link>
{
    public static Guid? Target(LinkUndone fact) => fact.LinkId;

    public static Decision Decide(Link state, Heard<LinkUndone> heard) => state.Adopt(heard.Event);
}
