using CrmSuite.Bus;
using CrmSuite.Contracts.Sales;
using CrmSuite.Journal;

namespace CrmSuite.Sales.Agreements;

/// <summary>An approval that is no longer asked for gives the contract back to who wrote it.</summary>
sealed class WhenApprovalWithdrawn : IWhen<ApprovalWithdrawn, Contract>
{
    public static Guid? Target(ApprovalWithdrawn fact) => fact.Target.Noun == Contract.Noun ? fact.Target.Id : null;

    public static Decision Decide(Contract state, Heard<ApprovalWithdrawn> heard) =>
        state.Hear(heard.Event.Target, heard.Event.ApprovalId, heard.Event.Reason);
}
