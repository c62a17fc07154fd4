using CrmSuite.Contracts;
using CrmSuite.Contracts.Acquisition;
using CrmSuite.Contracts.Sales;
using CrmSuite.Journal;

namespace CrmSuite.Sales.Handovers;

enum HandoverStatus { None, Awaited, Accepted, Returned }

/// <summary>A lead as Sales has heard of it: whether somebody has to accept it, who, and until when. Acquisition decides; here nothing is refused.</summary>
sealed record Handover(HandoverStatus Status, string OwnerId, string OwnerTeam, DateTime DueAt) : IFold<Handover>
{
    public static string Category => "sales.handover";

    public static Handover Initial { get; } = new(HandoverStatus.None, "", "", default);

    public static Handover Evolve(Handover state, Event fact) => fact switch
    {
        HandoverAwaited e => new(HandoverStatus.Awaited, e.OwnerId, e.OwnerTeam, e.DueAt),
        HandoverAccepted => state with { Status = HandoverStatus.Accepted },
        HandoverReturned => state with { Status = HandoverStatus.Returned },
        _ => state,
    };

    /// <summary>An accepted lead that goes to somebody else is not handed over again.</summary>
    public Decision Await(LeadAssigned lead) => Status == HandoverStatus.Accepted
        || (Status == HandoverStatus.Awaited && (lead.OwnerId, lead.OwnerTeam, lead.DueAt) == (OwnerId, OwnerTeam, DueAt))
            ? [] : new HandoverAwaited(lead.LeadId, lead.CustomerId, lead.OwnerId, lead.OwnerTeam, lead.DueAt);

    public Decision Accept(LeadAcceptedBySales lead) => Status == HandoverStatus.Accepted ? [] : new HandoverAccepted(lead.LeadId, lead.CustomerId);

    public Decision Return(Guid leadId, Guid customerId) =>
        Status is HandoverStatus.None or HandoverStatus.Returned ? [] : new HandoverReturned(leadId, customerId);
}
