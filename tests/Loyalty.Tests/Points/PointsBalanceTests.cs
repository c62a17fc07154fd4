using CrmSuite.Contracts;
using CrmSuite.Contracts.Loyalty;
using CrmSuite.Loyalty.Points;
using CrmSuite.Testing;

namespace CrmSuite.Loyalty.Tests.Points;

public sealed class PointsBalanceTests
{
    static readonly DateTime Today = new(2026, 3, 1, 12, 0, 0, DateTimeKind.Utc);
    static readonly Guid Id = Guid.Parse("9a4b2c6d-1e8f-5a30-b7c2-4d5e6f7a8b91");
    static readonly Guid Customer = Guid.Parse("7d1a4c22-93be-8f10-a6d5-2b8c4e6f7a90");

    [Fact]
    public void What_came_and_went_adds_up_to_what_is_left() =>
        Assert.Equal(new PointsBalance.Row(Id, Customer, 40, 0, 100, 30, 20, 10, Today.AddHours(3)), Fold(
            new PointsAccrued(Id, Customer, Id, Id, 100, 0, "default.1", Today, null, null),
            new PointsRedeemed(Id, Customer, Id, 30, [new(Id, 30)]),
            new PointsClawedBack(Id, Customer, Id, null, 20, [new(Id, 20)], 0),
            new PointsExpired(Id, Customer, Id, 10)));

    [Fact]
    public void A_debt_shows_and_is_netted() =>
        Assert.Equal((75L, 0L, 25L), Fold(
            new PointsClawedBack(Id, Customer, Id, null, 25, [], 25),
            new PointsAccrued(Id, Customer, Id, Id, 100, 25, "default.1", Today, null, null)) is { } row ? (row.Available, row.Debt, row.ClawedBack) : default);

    [Fact]
    public void It_says_what_the_account_says()
    {
        Event[] facts =
        [
            new PointsClawedBack(Id, Customer, Customer, null, 25, [], 25), new PointsAccrued(Id, Customer, Id, Id, 100, 25, "default.1", Today, null, null),
            new PointsRedeemed(Id, Customer, Id, 30, [new(Id, 30)]), new PointsClawedBack(Id, Customer, Id, Id, 60, [new(Id, 45)], 15),
        ];
        var account = facts.Aggregate(PointsAccount.Initial, PointsAccount.Evolve);

        Assert.Equal((account.Available(Today), account.Debt), Fold(facts) is { } row ? (row.Available, row.Debt) : default);
        Assert.Equal((0, 15), (account.Available(Today), account.Debt));
    }

    static PointsBalance.Row? Fold(params Event[] facts) =>
        Entries.Fold<PointsAccount, PointsBalance.Row, PointsBalance>(Id, [.. facts.Select((fact, hour) => (Today.AddHours(hour), fact))]);
}
