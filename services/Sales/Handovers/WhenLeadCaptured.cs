using CrmSuite.Bus;
using CrmSuite.Contracts.Acquisition;
using CrmSuite.Journal;

namespace CrmSuite.Sales.Handovers;

/// <summary>Somebody may want to buy: who sells can look for him from now on.</summary>
sealed class WhenLeadCaptured : IWhen<LeadCaptured, Handover>
{
    public static Guid? Target(LeadCaptured fact) => fact.LeadId;

    public static Decision Decide(Handover state, Heard<LeadCaptured> heard) => state.Announce(heard.Event);
}
