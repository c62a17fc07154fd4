using CrmSuite.Contracts;
using CrmSuite.Contracts.Service;
using CrmSuite.Journal;

namespace CrmSuite.Service.Links;

/// <summary>How two customers are linked, as Service has heard it (services/Links says what follows).</summary>
sealed record Link(LinkAdopted? InForce) : IFold<Link>
{
    public static string Category => "service.link";

    public static Link Initial { get; } = new((LinkAdopted?)null);

    public static Link Evolve(Link state, Event fact) => fact is LinkAdopted adopted ? new(adopted) : state;

    public Decision Adopt(ILinkFact link)
    {
        var adopted = LinkAdopted.Of(link);
        return adopted == InForce ? [] : adopted;
    }
}
