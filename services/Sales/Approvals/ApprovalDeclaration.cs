using CrmSuite.Contracts.Sales;
using CrmSuite.Departments;
using CrmSuite.Sales.ApprovalFlows;

namespace CrmSuite.Sales.Approvals;

/// <summary>What approvals consist of, and what they hear of that which is approved.</summary>
static class ApprovalDeclaration
{
    /// <inheritdoc cref="ApprovalDeclaration"/>
    public static Department Approvals(this Department sales) => sales
        .Noun<ApprovalFlow>().View<ApprovalFlowList.Row, ApprovalFlowList>()
        .Noun<Approval>().View<ApprovalList.Row, ApprovalList>().Due<Approval, ApprovalEscalation>()
        .When<QuoteChanged, Approval, WhenQuoteChanged>().When<QuoteRevised, Approval, WhenQuoteRevised>()
        .When<ContractChanged, Approval, WhenContractChanged>().When<ContractWithdrawn, Approval, WhenContractWithdrawn>();
}
