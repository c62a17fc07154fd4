using CrmSuite.Bus;
using CrmSuite.Contracts;
using CrmSuite.Contracts.Sales;
using CrmSuite.Journal;

namespace CrmSuite.Sales.Orders;

/// <summary>A deal was won: one order is placed for it, under a number that follows from the deal and its win.</summary>
sealed class WhenOpportunityWon : IWhen<OpportunityWon, Order>
{
    const string Source = "opportunity";

    /// <summary>The order of a win.</summary>
    public static Guid OrderOf(Guid opportunityId, int win) => Ids.Derive("order", Source, Number(opportunityId, win));

    public static Guid? Target(OpportunityWon fact) => OrderOf(fact.OpportunityId, fact.Win);

    public static Decision Decide(Order state, Heard<OpportunityWon> heard) => state.Place(
        new(Source, Number(heard.Event.OpportunityId, heard.Event.Win), heard.Event.Total, heard.Event.CustomerId, AccountId: heard.Event.AccountId,
            OpportunityId: heard.Event.OpportunityId),
        heard.Event.CustomerId, heard.Event.RateId);

    static string Number(Guid opportunityId, int win) => $"{opportunityId}-{win}";
}
