using CrmSuite.Contracts.Loyalty;
using CrmSuite.Loyalty.Points;

namespace CrmSuite.Loyalty.Tests.Points;

public sealed class PointsExpiryTests
{
    static readonly DateTime Today = new(2026, 3, 1, 12, 0, 0, DateTimeKind.Utc);
    static readonly Guid Lot = Guid.Parse("0b5f6a0e-2c1d-5e7a-9b41-0c2f3d4e5a61");

    [Fact]
    public void The_first_lot_to_end_is_due_first() =>
        Assert.Equal(Today.AddDays(1), PointsExpiry.At(With(Accrued(null), Accrued(Today.AddDays(2)), Accrued(Today.AddDays(1)))));

    [Fact]
    public void Nothing_is_due_where_nothing_ends() => Assert.Null(PointsExpiry.At(With(Accrued(null))));

    [Fact]
    public void Nothing_is_due_of_a_lot_that_is_spent() =>
        Assert.Null(PointsExpiry.At(With(Accrued(Today.AddDays(1)), new PointsRedeemed(Lot, Lot, Lot, 10, [new(Lot, 10)]))));

    [Fact]
    public void When_its_time_has_come_the_lot_ends_and_nothing_more_is_due()
    {
        var before = With(Accrued(Today.AddDays(1)));
        var decision = PointsExpiry.Decide(before, PointsExpiry.At(before)!.Value);

        Assert.Equal([new PointsExpired(Lot, Lot, Lot, 10)], decision.Events);
        Assert.Null(PointsExpiry.At(decision.Events.Aggregate(before, PointsAccount.Evolve)));
    }

    static PointsAccount With(params Contracts.Event[] facts) => facts.Aggregate(PointsAccount.Initial, PointsAccount.Evolve);

    static PointsAccrued Accrued(DateTime? expires) => new(Lot, Lot, Lot, null, 10, 0, "grant", Today, expires, null);
}
