using CrmSuite.Bus;
using CrmSuite.Contracts;
using CrmSuite.Contracts.Loyalty;
using CrmSuite.Contracts.Sales;
using CrmSuite.Journal;
using CrmSuite.Loyalty.Points;
using CrmSuite.Testing;

namespace CrmSuite.Loyalty.Tests.Points;

/// <summary>What Loyalty does with the facts of Sales.</summary>
public sealed class WhenTests
{
    static readonly DateTime Today = new(2026, 3, 1, 12, 0, 0, DateTimeKind.Utc);
    static readonly Guid Customer = Guid.Parse("7d1a4c22-93be-8f10-a6d5-2b8c4e6f7a90");
    static readonly Guid Order = Guid.Parse("0b5f6a0e-2c1d-5e7a-9b41-0c2f3d4e5a61");
    static readonly Heard<OrderPaid> Paid = Entries.Heard(new OrderPaid(Order, Customer, Euro(100_00), Euro(0)), Today);

    [Fact]
    public void Every_fact_concerns_the_points_account_of_its_customer() =>
        Assert.All(
            (Guid?[])[WhenOrderPaid.Target(Paid.Event), WhenOrderReturned.Target(Returned.Event), WhenCreditIssued.Target(Credit.Event)],
            target => Assert.Equal(EarningRule.MemberId(Customer), target));

    [Fact]
    public void A_paid_order_earns_points_at_the_time_it_was_paid_and_names_the_event()
    {
        var accrued = Assert.IsType<PointsAccrued>(Assert.Single(WhenOrderPaid.Decide(PointsAccount.Initial, Paid).Events));

        Assert.Equal((100, Today, Paid.Entry.EventId), (accrued.Points, accrued.EarnedAt, accrued.SourceEventId));
    }

    [Fact]
    public void What_came_back_and_what_was_credited_is_taken_back_once()
    {
        var account = After(After(After(PointsAccount.Initial, WhenOrderPaid.Decide(PointsAccount.Initial, Paid)), WhenOrderReturned.Decide, Returned), WhenCreditIssued.Decide, Credit);

        Assert.Equal((100 - 40 - 25, 0), (account.Available(Today), account.Debt));
        Assert.Empty(WhenOrderPaid.Decide(account, Paid).Events);
        Assert.Empty(WhenOrderReturned.Decide(account, Returned).Events);
        Assert.Empty(WhenCreditIssued.Decide(account, Credit).Events);
    }

    static Heard<OrderReturned> Returned => Entries.Heard(new OrderReturned(Order, Customer, Customer, [], Euro(39_50), Euro(39_50), Euro(100_00), false), Today.AddDays(1));

    static Heard<CreditIssued> Credit => Entries.Heard(new CreditIssued(Order, Customer, "shop", "C1", Euro(25_99)), Today.AddDays(2));

    static PointsAccount After<TEvent>(PointsAccount state, Func<PointsAccount, Heard<TEvent>, Decision> decide, Heard<TEvent> heard) where TEvent : Event => After(state, decide(state, heard));

    static PointsAccount After(PointsAccount state, Decision decision) => decision.Events.Aggregate(state, PointsAccount.Evolve);

    static Money Euro(long minor) => new(minor, "EUR");
}
