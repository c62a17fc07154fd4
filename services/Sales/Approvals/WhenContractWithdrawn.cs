using CrmSuite.Bus;
using CrmSuite.Contracts.Sales;
using CrmSuite.Journal;
using CrmSuite.Sales.Accounts;

namespace CrmSuite.Sales.Approvals;

/// <summary>What will not be signed need not be approved.</summary>
sealed class WhenContractWithdrawn : IWhen<ContractWithdrawn, Approval>
{
    public static Guid? Target(ContractWithdrawn fact) => Approval.IdOf("contract", fact.ContractId);

    public static Decision Decide(Approval state, Heard<ContractWithdrawn> heard) => state.Status == ApprovalStatus.Waiting
        ? state.Withdraw(new(heard.Event.Reason), new Seller(nameof(WhenContractWithdrawn), null, IsForAll: true)) : [];
}
