using CrmSuite.Contracts;

namespace CrmSuite.Sales.Orders;

/// <summary>Which amounts are accepted at the door: so small that no sum of them overflows.</summary>
static class Amounts
{
    /// <summary>The largest amount, in minor units or thousandths.</summary>
    public const long Max = 1_000_000_000_000;

    /// <summary>Not below zero, in a currency.</summary>
    public static bool IsAmount(Money money) => money.Minor is >= 0 and <= Max && Money.IsCurrency(money.Currency);

    /// <summary>An amount that may be below zero, as a discount is.</summary>
    public static bool IsPrice(Money money) => money.Minor is >= -Max and <= Max && Money.IsCurrency(money.Currency);
}
