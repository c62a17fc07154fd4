using CrmSuite.Bus;
using CrmSuite.Contracts.Acquisition;
using CrmSuite.Journal;

namespace CrmSuite.Service.Links;

/// <summary>Two customers are one: Service shows them together.</summary>
sealed class WhenLinkMade : IWhen<LinkMade, Link>
{
    public static Guid? Target(LinkMade fact) => fact.LinkId;

    public static Decision Decide(Link state, Heard<LinkMade> heard) => state.Adopt(heard.Event);
}
