using CrmSuite.Contracts;
using CrmSuite.Loyalty.Points;

namespace CrmSuite.Loyalty.Tests.Points;

public sealed class EarningRuleTests
{
    [Theory]
    [InlineData(0, "EUR", 0)]
    [InlineData(99, "EUR", 0)]
    [InlineData(1_00, "EUR", 1)]
    [InlineData(1_99, "EUR", 1)]
    [InlineData(-5_00, "EUR", 0)]
    [InlineData(7, "JPY", 7)]
    [InlineData(1_999, "KWD", 1)]
    public void One_point_for_each_whole_unit_of_the_currency(long minor, string currency, long points) => Assert.Equal(points, EarningRule.Points(new(minor, currency)));

    [Fact]
    public void The_member_follows_from_programme_and_customer()
    {
        var customer = Guid.Parse("7d1a4c22-93be-8f10-a6d5-2b8c4e6f7a90");

        Assert.Equal(Ids.Derive("member", "default", "7d1a4c22-93be-8f10-a6d5-2b8c4e6f7a90"), EarningRule.MemberId(customer));
        Assert.NotEqual(EarningRule.LotId(EarningRule.MemberId(customer), customer), EarningRule.LotId(customer, EarningRule.MemberId(customer)));
    }
}
