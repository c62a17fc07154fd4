using CrmSuite.Bus;
using CrmSuite.Contracts;
using CrmSuite.Contracts.Sales;
using CrmSuite.Journal;

namespace CrmSuite.Sales.Tasks;

/// <summary>A contract's notice comes near: its owner has to say whether it goes on.</summary>
sealed class WhenContractNoticeDue : IWhen<ContractNoticeDue, WorkTask>
{
    /// <summary>The task of a contract's notice.</summary>
    public static Guid TaskOf(Guid contractId) => Ids.Derive("task", "contract-notice", contractId.ToString());

    public static Guid? Target(ContractNoticeDue fact) => TaskOf(fact.ContractId);

    public static Decision Decide(WorkTask state, Heard<ContractNoticeDue> heard) => state.Leave(TaskOf(heard.Event.ContractId), TaskKind.ToDo,
        new About("contract", heard.Event.ContractId), heard.Event.CustomerId, heard.Event.OwnerId, heard.Event.OwnerTeam, heard.Event.DueAt);
}
