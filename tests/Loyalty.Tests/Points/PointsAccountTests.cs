using CrmSuite.Contracts;
using CrmSuite.Contracts.Loyalty;
using CrmSuite.Contracts.Sales;
using CrmSuite.Loyalty.Points;
using CrmSuite.Testing;

namespace CrmSuite.Loyalty.Tests.Points;

public sealed class PointsAccountTests : DeciderTests
{
    static readonly DateTime Today = new(2026, 3, 1, 12, 0, 0, DateTimeKind.Utc);
    static readonly Guid Customer = Guid.Parse("7d1a4c22-93be-8f10-a6d5-2b8c4e6f7a90");
    static readonly Guid Member = EarningRule.MemberId(Customer);
    static readonly Guid Order = Guid.Parse("0b5f6a0e-2c1d-5e7a-9b41-0c2f3d4e5a61");
    static readonly Guid Second = Guid.Parse("1b5f6a0e-2c1d-5e7a-9b41-0c2f3d4e5a62");
    static readonly Guid Source = Guid.Parse("5c2e8d16-7b4a-5f39-9a08-1e6d4c3b2a70");

    [Fact]
    public void A_paid_order_earns_its_whole_units() =>
        Given<PointsAccount>().When(p => p.Accrue(Paid(119_99), Source, Today)).Then(Accrued(119));

    [Fact]
    public void An_order_earns_once_however_often_it_is_told() =>
        Given<PointsAccount>(Accrued(119)).When(p => p.Accrue(Paid(119_99), Order, Today.AddDays(1))).ThenNothing();

    [Fact]
    public void An_order_under_one_unit_makes_no_lot() =>
        Given<PointsAccount>().When(p => p.Accrue(Paid(99), Source, Today)).ThenNothing();

    [Fact]
    public void What_was_returned_before_it_was_paid_earns_nothing() =>
        Given<PointsAccount>().When(p => p.Accrue(Paid(119_99, returned: 19_99), Source, Today)).Then(Accrued(100));

    [Fact]
    public void A_debt_is_netted_from_what_is_earned_next() =>
        Assert.Equal((0, 70), After(Given<PointsAccount>(Owed(30)).When(p => p.Accrue(Paid(100_00), Source, Today)).Then(Accrued(100, netted: 30))));

    [Fact]
    public void A_debt_larger_than_what_is_earned_takes_it_all() =>
        Assert.Equal((70, 0), After(Given<PointsAccount>(Owed(170)).When(p => p.Accrue(Paid(100_00), Source, Today)).Then(Accrued(100, netted: 100))));

    [Fact]
    public void Spending_takes_the_lot_that_expires_first_then_the_one_earned_first() =>
        Given<PointsAccount>(Lot(1, 10, Today.AddDays(-3), null), Lot(2, 10, Today.AddDays(-1), Today.AddDays(9)), Lot(3, 10, Today.AddDays(-2), Today.AddDays(9)))
            .When(p => p.Redeem(new(25, "mug"), Source, Today))
            .Then(new PointsRedeemed(Member, Customer, Source, 25, [new(LotId(3), 10), new(LotId(2), 10), new(LotId(1), 5)], "mug"));

    [Fact]
    public void A_redemption_counts_once() =>
        Given<PointsAccount>(Accrued(100), Redeemed(60)).When(p => p.Redeem(new(60), Source, Today)).ThenNothing();

    [Fact]
    public void The_same_redemption_with_other_points_is_refused() =>
        Given<PointsAccount>(Accrued(100), Redeemed(60)).When(p => p.Redeem(new(30), Source, Today)).ThenRefused("points.other-redemption");

    [Fact]
    public void Nobody_spends_more_than_he_has() =>
        Given<PointsAccount>(Accrued(100)).When(p => p.Redeem(new(101), Source, Today)).ThenRefused("points.not-enough");

    [Fact]
    public void Nobody_spends_points_that_have_ended_though_nobody_wrote_it_yet() =>
        Given<PointsAccount>(Lot(1, 10, Today.AddDays(-3), Today)).When(p => p.Redeem(new(1), Source, Today)).ThenRefused("points.not-enough");

    [Fact]
    public void Nobody_spends_from_an_account_that_is_not_there() =>
        Given<PointsAccount>().When(p => p.Redeem(new(1), Source, Today)).ThenRefused("points.unknown");

    [Fact]
    public void A_return_takes_back_what_the_order_is_no_longer_worth() =>
        Given<PointsAccount>(Accrued(119)).When(p => p.ClawBack(Returned(119_99, 20_00), Today)).Then(ClawedBack(20, 0, new LotShare(LotOf(Order), 20)));

    [Fact]
    public void Many_small_returns_take_back_no_more_than_one_large_one() =>
        Given<PointsAccount>(Accrued(119), ClawedBack(1, 0, new LotShare(LotOf(Order), 1)) with { SourceId = Second })
            .When(p => p.ClawBack(Returned(119_99, 2_50), Today)).Then(ClawedBack(1, 0, new LotShare(LotOf(Order), 1)));

    [Fact]
    public void A_return_told_again_takes_nothing_back() =>
        Given<PointsAccount>(Accrued(119), ClawedBack(20, 0, new LotShare(LotOf(Order), 20))).When(p => p.ClawBack(Returned(119_99, 20_00), Today)).ThenNothing();

    [Fact]
    public void A_return_of_an_order_that_earned_nothing_takes_nothing_back() =>
        Given<PointsAccount>().When(p => p.ClawBack(Returned(119_99, 20_00), Today)).ThenNothing();

    [Fact]
    public void A_return_takes_from_the_lot_of_its_order_first_then_from_others_and_the_rest_is_owed() =>
        Given<PointsAccount>(Accrued(100), Lot(1, 30, Today.AddDays(-9), Today.AddDays(1)), new PointsRedeemed(Member, Customer, Second, 60, [new(LotOf(Order), 60)]))
            .When(p => p.ClawBack(Returned(100_00, 100_00), Today))
            .Then(ClawedBack(100, 30, new(LotOf(Order), 40), new(LotId(1), 30)));

    [Fact]
    public void A_credit_takes_back_its_whole_units_by_earliest_expiry_then_earliest_earned() =>
        Given<PointsAccount>(Lot(1, 10, Today.AddDays(-1), null), Lot(2, 10, Today.AddDays(-2), null), Lot(3, 10, Today, Today.AddDays(1)))
            .When(p => p.ClawBack(Credit(25_99), Today))
            .Then(ClawedBack(25, 0, new(LotId(3), 10), new(LotId(2), 10), new(LotId(1), 5)) with { OrderId = null });

    [Fact]
    public void A_credit_of_a_customer_without_points_is_owed() =>
        Assert.Equal((27, 0), After(Given<PointsAccount>().When(p => p.ClawBack(Credit(27_50), Today)).Then(ClawedBack(27, 27) with { OrderId = null })));

    [Fact]
    public void A_credit_counts_once() =>
        Given<PointsAccount>(ClawedBack(27, 27) with { OrderId = null }).When(p => p.ClawBack(Credit(27_50), Today)).ThenNothing();

    [Fact]
    public void A_credit_under_one_unit_takes_nothing_back() =>
        Given<PointsAccount>().When(p => p.ClawBack(Credit(99), Today)).ThenNothing();

    [Fact]
    public void Points_are_given_by_hand() =>
        Given<PointsAccount>().When(p => p.Grant(new(Customer, 50, "goodwill", Today.AddDays(30)), Source, Today))
            .Then(new PointsAccrued(Member, Customer, LotOf(Source), null, 50, 0, "grant", Today, Today.AddDays(30), null, "goodwill"));

    [Fact]
    public void A_lot_ends_at_a_whole_microsecond_as_the_due_list_does() =>
        Given<PointsAccount>().When(p => p.Grant(new(Customer, 50, "goodwill", Today.AddDays(30).AddTicks(19)), Source, Today))
            .Then(new PointsAccrued(Member, Customer, LotOf(Source), null, 50, 0, "grant", Today, Today.AddDays(30).AddTicks(10), null, "goodwill"));

    [Fact]
    public void A_grant_counts_once() =>
        Given<PointsAccount>(Granted(50)).When(p => p.Grant(new(Customer, 50, "goodwill"), Source, Today)).ThenNothing();

    [Fact]
    public void The_same_grant_with_other_points_is_refused() =>
        Given<PointsAccount>(Granted(50)).When(p => p.Grant(new(Customer, 51, "goodwill"), Source, Today)).ThenRefused("points.other-grant");

    [Fact]
    public void Points_that_have_ended_are_not_given() =>
        Given<PointsAccount>().When(p => p.Grant(new(Customer, 50, "goodwill", Today), Source, Today)).ThenRefused("points.expired");

    [Fact]
    public void What_is_left_of_a_lot_ends_when_the_lot_says_so() =>
        Given<PointsAccount>(Lot(1, 10, Today, Today.AddDays(1)), Lot(2, 10, Today, Today.AddDays(2)))
            .When(p => p.Expire(Today.AddDays(1))).Then(new PointsExpired(Member, Customer, LotId(1), 10));

    [Fact]
    public void Nothing_ends_before_its_time() =>
        Given<PointsAccount>(Lot(1, 10, Today, Today.AddDays(1)), Accrued(5)).When(p => p.Expire(Today.AddDays(1).AddTicks(-1))).ThenNothing();

    [Fact]
    public void The_balance_is_right_before_the_end_of_a_lot_is_written() =>
        Assert.Equal((10, 0), (Given<PointsAccount>(Lot(1, 10, Today, Today.AddDays(1))).State.Available(Today), Given<PointsAccount>(Lot(1, 10, Today, Today.AddDays(1))).State.Available(Today.AddDays(1))));

    [Theory]
    [InlineData("points.customer", true, 1, "goodwill")]
    [InlineData("points.amount", false, 0, "goodwill")]
    [InlineData("points.amount", false, PointsAccount.PointsMax + 1, "goodwill")]
    [InlineData("points.reason", false, 1, "She was nice")]
    [InlineData(null, false, PointsAccount.PointsMax, "goodwill")]
    public void A_grant_with_a_bad_value_says_which(string? code, bool nobody, long points, string reason) =>
        Assert.Equal(code, new GrantPoints(nobody ? Guid.Empty : Customer, points, reason).Invalid()?.Code);

    [Fact]
    public void An_expiry_is_an_instant_in_utc() =>
        Assert.Equal("points.expiry", new GrantPoints(Customer, 1, "goodwill", DateTime.SpecifyKind(Today, DateTimeKind.Local)).Invalid()?.Code);

    [Theory]
    [InlineData("points.amount", 0, null)]
    [InlineData("points.reward", 1, "A mug")]
    [InlineData(null, 1, "mug")]
    public void A_redemption_with_a_bad_value_says_which(string? code, long points, string? reward) => Assert.Equal(code, new RedeemPoints(points, reward).Invalid()?.Code);

    static (long Debt, long Available) After(Given<PointsAccount> given) => (given.State.Debt, given.State.Available(Today));

    static Guid LotOf(Guid source) => EarningRule.LotId(Member, source);

    static Guid LotId(int number) => Ids.Derive("test", $"{number}");

    static OrderPaid Paid(long total, long returned = 0) => new(Order, Customer, Euro(total), Euro(returned));

    static OrderReturned Returned(long total, long returned) => new(Order, Customer, Source, [], Euro(1), Euro(returned), Euro(total), false);

    static CreditIssued Credit(long minor) => new(Source, Customer, "shop", "C1", Euro(minor));

    static PointsAccrued Accrued(long points, long netted = 0) => new(Member, Customer, LotOf(Order), Order, points, netted, "default.1", Today, null, Source);

    static PointsAccrued Granted(long points) => new(Member, Customer, LotOf(Source), null, points, 0, "grant", Today, null, null, "goodwill");

    static PointsAccrued Lot(int number, long points, DateTime earned, DateTime? expires) => new(Member, Customer, LotId(number), null, points, 0, "grant", earned, expires, null);

    static PointsRedeemed Redeemed(long points) => new(Member, Customer, Source, points, [new(LotOf(Order), points)]);

    static PointsClawedBack ClawedBack(long points, long debt, params LotShare[] taken) => new(Member, Customer, Source, Order, points, taken, debt);

    static PointsClawedBack Owed(long points) => new(Member, Customer, Source, null, points, [], points);

    static Money Euro(long minor) => new(minor, "EUR");
}
