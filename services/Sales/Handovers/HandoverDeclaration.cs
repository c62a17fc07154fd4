using CrmSuite.Contracts.Acquisition;
using CrmSuite.Departments;

namespace CrmSuite.Sales.Handovers;

/// <summary>What hand-overs consist of, and what they hear of leads.</summary>
static class HandoverDeclaration
{
    /// <inheritdoc cref="HandoverDeclaration"/>
    public static Department Handovers(this Department sales) => sales
        .Noun<Handover>().View<HandoverList.Row, HandoverList>()
        .When<LeadCaptured, Handover, WhenLeadCaptured>()
        .When<LeadAssigned, Handover, WhenLeadAssigned>().When<LeadAcceptedBySales, Handover, WhenLeadAcceptedBySales>()
        .When<LeadRejectedBySales, Handover, WhenLeadRejectedBySales>().When<LeadNurtureStarted, Handover, WhenLeadNurtureStarted>()
        .When<LeadDisqualified, Handover, WhenLeadDisqualified>();
}
