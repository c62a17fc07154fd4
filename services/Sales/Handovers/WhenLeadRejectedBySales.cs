using CrmSuite.Bus;
using CrmSuite.Contracts.Acquisition;
using CrmSuite.Journal;

namespace CrmSuite.Sales.Handovers;

/// <summary>He gave it back.</summary>
sealed class WhenLeadRejectedBySales : IWhen<LeadRejectedBySales, Handover>
{
    public static Guid? Target(LeadRejectedBySales fact) => fact.LeadId;

    public static Decision Decide(Handover state, Heard<LeadRejectedBySales> heard) => state.Return(heard.Event.LeadId, heard.Event.CustomerId);
}
