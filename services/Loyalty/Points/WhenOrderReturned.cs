using CrmSuite.Bus;
using CrmSuite.Contracts.Sales;
using CrmSuite.Journal;

namespace CrmSuite.Loyalty.Points;

/// <summary>Points for goods that came back are taken back.</summary>
sealed class WhenOrderReturned : IWhen<OrderReturned, PointsAccount>
{
    public static Guid? Target(OrderReturned fact) => EarningRule.MemberId(fact.CustomerId);

    public static Decision Decide(PointsAccount state, Heard<OrderReturned> heard) =>
        state.ClawBack(heard.Event, heard.Entry.OccurredAt);
}
