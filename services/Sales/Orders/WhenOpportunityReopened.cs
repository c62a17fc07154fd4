using CrmSuite.Bus;
using CrmSuite.Contracts.Sales;
using CrmSuite.Journal;

namespace CrmSuite.Sales.Orders;

/// <summary>A deal that had been won goes on: the order of its last win is cancelled.</summary>
sealed class WhenOpportunityReopened : IWhen<OpportunityReopened, Order>
{
    public static Guid? Target(OpportunityReopened fact) => fact.Wins == 0 ? null : WhenOpportunityWon.OrderOf(fact.OpportunityId, fact.Wins);

    public static Decision Decide(Order state, Heard<OpportunityReopened> heard) => state.Cancel(new("opportunity-reopened"));
}
