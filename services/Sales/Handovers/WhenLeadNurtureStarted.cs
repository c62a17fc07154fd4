using CrmSuite.Bus;
using CrmSuite.Contracts.Acquisition;
using CrmSuite.Journal;

namespace CrmSuite.Sales.Handovers;

/// <summary>It was not ready yet: it will be handed over again.</summary>
sealed class WhenLeadNurtureStarted : IWhen<LeadNurtureStarted, Handover>
{
    public static Guid? Target(LeadNurtureStarted fact) => fact.LeadId;

    public static Decision Decide(Handover state, Heard<LeadNurtureStarted> heard) => state.Return(heard.Event.LeadId, heard.Event.CustomerId);
}
