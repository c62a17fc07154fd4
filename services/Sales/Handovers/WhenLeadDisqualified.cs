using CrmSuite.Bus;
using CrmSuite.Contracts.Acquisition;
using CrmSuite.Journal;

namespace CrmSuite.Sales.Handovers;

/// <summary>Nothing will come of it: nobody has to accept it.</summary>
sealed class WhenLeadDisqualified : IWhen<LeadDisqualified, Handover>
{
    public static Guid? Target(LeadDisqualified fact) => fact.LeadId;

    public static Decision Decide(Handover state, Heard<LeadDisqualified> heard) => state.Return(heard.Event.LeadId, heard.Event.CustomerId);
}
