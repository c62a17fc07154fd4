using CrmSuite.Bus;
using CrmSuite.Contracts.Sales;
using CrmSuite.Journal;

namespace CrmSuite.Sales.Agreements;

/// <summary>Approved, a contract may be signed; refused, it goes back to who wrote it.</summary>
sealed class WhenApprovalCompleted : IWhen<ApprovalCompleted, Contract>
{
    const string Refused = "refused";

    public static Guid? Target(ApprovalCompleted fact) => fact.Target.Noun == Contract.Noun ? fact.Target.Id : null;

    public static Decision Decide(Contract state, Heard<ApprovalCompleted> heard) =>
        state.Hear(heard.Event.Target, heard.Event.ApprovalId, heard.Event.Result == ApprovalResult.Approved ? null : Refused);
}
