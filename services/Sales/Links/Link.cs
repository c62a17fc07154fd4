using CrmSuite.Contracts;
using CrmSuite.Contracts.Sales;
using CrmSuite.Journal;

namespace CrmSuite.Sales.Links;

/// <summary>How two customers are linked, as Sales has heard it (services/Links says what follows).</summary>
sealed record Link(LinkAdopted? InForce) : IFold<Link>
{
    public static string Category => "sales.link";

    public static Link Initial { get; } = new((LinkAdopted?)null);

    public static Link Evolve(Link state, Event fact) => fact is LinkAdopted adopted ? new(adopted) : state;

    public Decision Adopt(ILinkFact link)
    {
        var adopted = LinkAdopted.Of(link);
        return adopted == InForce ? [] : adopted;
    }
}
