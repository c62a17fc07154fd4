using CrmSuite.Bus;
using CrmSuite.Contracts.Acquisition;
using CrmSuite.Journal;

namespace CrmSuite.Sales.Handovers;

/// <summary>Somebody got a lead: he has to accept it.</summary>
sealed class WhenLeadAssigned : IWhen<LeadAssigned, Handover>
{
    public static Guid? Target(LeadAssigned fact) => fact.LeadId;

    public static Decision Decide(Handover state, Heard<LeadAssigned> heard) => state.Await(heard.Event);
}
