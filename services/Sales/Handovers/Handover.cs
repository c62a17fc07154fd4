using CrmSuite.Contracts;
using CrmSuite.Contracts.Acquisition;
using CrmSuite.Contracts.Sales;
using CrmSuite.Journal;

namespace CrmSuite.Sales.Handovers;

enum HandoverStatus { None, Awaited, Accepted, Returned }

/// <summary>A lead as Sales has heard of it: whether somebody has to accept it, who, and until when. Acquisition decides; here nothing is refused.</summary>
sealed record Handover(HandoverStatus Status, string OwnerId, string OwnerTeam, DateTime DueAt, bool IsAnnounced = false) : IFold<Handover>
{
    public static string Category => "sales.handover";

    public static Handover Initial { get; } = new(HandoverStatus.None, "", "", default);

    public static Handover Evolve(Handover state, Event fact) => fact switch
    {
        HandoverAnnounced => state with { IsAnnounced = true },
        HandoverAwaited e => state with { Status = HandoverStatus.Awaited, OwnerId = e.OwnerId, OwnerTeam = e.OwnerTeam, DueAt = e.DueAt },
        HandoverAccepted => state with { Status = HandoverStatus.Accepted },
        HandoverReturned => state with { Status = HandoverStatus.Returned },
        _ => state,
    };

    /// <summary>What cannot be looked for is not announced.</summary>
    public Decision Announce(LeadCaptured lead) => IsAnnounced || (lead.Name ?? lead.Email ?? lead.Phone ?? lead.Company) is null
        ? [] : new HandoverAnnounced(lead.LeadId, lead.CustomerId, Fresh(lead, lead.Name), Fresh(lead, lead.Email), Fresh(lead, lead.Phone),
            Fresh(lead, lead.Company));

    // As it was heard, to be sealed anew: sealed bytes belong to the event they came with.
    static PersonalData? Fresh(LeadCaptured lead, PersonalData? heard) => heard?.Clear is { } clear ? PersonalData.From(clear).Of(lead.CustomerId) : null;

    /// <summary>An accepted lead that goes to somebody else is not handed over again.</summary>
    public Decision Await(LeadAssigned lead) => Status == HandoverStatus.Accepted
        || (Status == HandoverStatus.Awaited && (lead.OwnerId, lead.OwnerTeam, lead.DueAt) == (OwnerId, OwnerTeam, DueAt))
            ? [] : new HandoverAwaited(lead.LeadId, lead.CustomerId, lead.OwnerId, lead.OwnerTeam, lead.DueAt);

    public Decision Accept(LeadAcceptedBySales lead) => Status == HandoverStatus.Accepted ? [] : new HandoverAccepted(lead.LeadId, lead.CustomerId);

    public Decision Return(Guid leadId, Guid customerId) =>
        Status is HandoverStatus.None or HandoverStatus.Returned ? [] : new HandoverReturned(leadId, customerId);
}
