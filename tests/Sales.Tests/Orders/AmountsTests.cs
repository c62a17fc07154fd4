using CrmSuite.Sales.Orders;

namespace CrmSuite.Sales.Tests.Orders;

public sealed class AmountsTests
{
    [Theory]
    [InlineData(0, "EUR", true)]
    [InlineData(Amounts.Max, "JPY", true)]
    [InlineData(Amounts.Max + 1, "EUR", false)]
    [InlineData(-1, "EUR", false)]
    [InlineData(1, "EURO", false)]
    [InlineData(1, null, false)]
    public void An_amount_is_not_below_zero_and_has_a_currency(long minor, string? currency, bool accepted) => Assert.Equal(accepted, Amounts.IsAmount(new(minor, currency!)));

    [Theory]
    [InlineData(-Amounts.Max, true)]
    [InlineData(-Amounts.Max - 1, false)]
    [InlineData(long.MinValue, false)]
    public void A_price_may_be_below_zero_as_a_discount_is(long minor, bool accepted) => Assert.Equal(accepted, Amounts.IsPrice(new(minor, "EUR")));
}
