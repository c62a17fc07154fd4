using CrmSuite.Bus;
using CrmSuite.Contracts.Sales;
using CrmSuite.Journal;

namespace CrmSuite.Loyalty.Points;

/// <summary>A paid order earns points.</summary>
sealed class WhenOrderPaid : IWhen<OrderPaid, PointsAccount>
{
    public static Guid? Target(OrderPaid fact) => EarningRule.MemberId(fact.CustomerId);

    public static Decision Decide(PointsAccount state, Heard<OrderPaid> heard) =>
        state.Accrue(heard.Event, heard.Entry.EventId, heard.Entry.OccurredAt);
}
