using CrmSuite.Contracts.Sales;
using CrmSuite.Departments;
using CrmSuite.Sales.Tasks;

namespace CrmSuite.Sales.Agreements;

/// <summary>What contracts consist of, what they hear, and who hears of them.</summary>
static class ContractDeclaration
{
    /// <inheritdoc cref="ContractDeclaration"/>
    public static Department Contracts(this Department sales) => sales
        .Noun<Contract>().View<ContractHistory.Row, ContractHistory>().Due<Contract, ContractTerm>()
        .When<QuoteAccepted, WhenQuoteOfDealAccepted>().When<ContractNoticeDue, WorkTask, WhenContractNoticeDue>()
        .When<ApprovalCompleted, Contract, WhenApprovalCompleted>().When<ApprovalWithdrawn, Contract, WhenApprovalWithdrawn>();
}
