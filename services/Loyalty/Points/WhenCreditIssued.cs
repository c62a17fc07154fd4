using CrmSuite.Bus;
using CrmSuite.Contracts.Sales;
using CrmSuite.Journal;

namespace CrmSuite.Loyalty.Points;

/// <summary>Points for what was credited are taken back.</summary>
sealed class WhenCreditIssued : IWhen<CreditIssued, PointsAccount>
{
    public static Guid? Target(CreditIssued fact) => EarningRule.MemberId(fact.CustomerId);

    public static Decision Decide(PointsAccount state, Heard<CreditIssued> heard) =>
        state.ClawBack(heard.Event, heard.Entry.OccurredAt);
}
