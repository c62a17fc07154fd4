using CrmSuite.Bus;
using CrmSuite.Contracts.Sales;
using CrmSuite.Journal;

namespace CrmSuite.Sales.Approvals;

/// <summary>A contract says something else: what waits or was approved does not hold for it.</summary>
sealed class WhenContractChanged : IWhen<ContractChanged, Approval>
{
    public static Guid? Target(ContractChanged fact) => Approval.IdOf("contract", fact.ContractId);

    public static Decision Decide(Approval state, Heard<ContractChanged> heard) =>
        // A change that is heard late is about a text that the approval has left behind already.
        state.Target is { } target && target.Version >= heard.Event.Version ? [] : state.Invalidate(heard.Event.Hash);
}
