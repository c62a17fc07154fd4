using CrmSuite.Bus;
using CrmSuite.Contracts.Acquisition;
using CrmSuite.Journal;

namespace CrmSuite.Sales.Handovers;

/// <summary>He accepted it.</summary>
sealed class WhenLeadAcceptedBySales : IWhen<LeadAcceptedBySales, Handover>
{
    public static Guid? Target(LeadAcceptedBySales fact) => fact.LeadId;

    public static Decision Decide(Handover state, Heard<LeadAcceptedBySales> heard) => state.Accept(heard.Event);
}
