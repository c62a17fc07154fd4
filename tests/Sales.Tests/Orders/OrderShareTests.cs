using CrmSuite.Contracts;
using CrmSuite.Contracts.Sales;
using CrmSuite.Sales.Orders;

namespace CrmSuite.Sales.Tests.Orders;

public sealed class OrderShareTests
{
    [Theory]
    [InlineData(100_00, 50_00, 50_00, 1_000, 50_00)]
    [InlineData(100_00, 1_00, 2_00, 1_000, 33_33)]
    [InlineData(1, 1_00, 1_00, 1_000, 1)]
    [InlineData(100_00, 50_00, 50_00, 500, 25_00)]
    [InlineData(100_00, 0, 0, 1_000, 0)]
    [InlineData(100_00, -10_00, 60_00, 1_000, 0)]
    [InlineData(100_00, 60_00, -10_00, 1_000, 100_00)]
    public void A_line_is_worth_its_part_of_the_nets_rounded_half_away_from_zero_and_never_more_than_the_total(long total, long first, long second, long back, long worth) =>
        Assert.Equal(Euro(worth), OrderShare.Of(Euro(total), [new(1, "tea", 1_000, Euro(first)), new(2, "cup", 1_000, Euro(second))], [new ReturnedLine(1, back)]));

    static Money Euro(long minor) => new(minor, "EUR");
}
