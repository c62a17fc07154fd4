using CrmSuite.Contracts;

namespace CrmSuite.Sales.Orders;

/// <summary>Which amounts are accepted at the door: so small that no sum of them overflows.</summary>
static class Amounts
{
    /// <summary>The largest amount, in minor units or thousandths.</summary>
    public const long Max = Money.MinorMax;

    /// <summary>Thousandths of one: what quantities are counted in.</summary>
    public const int Thousandths = 1_000;

    /// <summary>What a quantity in thousandths is worth at a price for one, in minor units, rounded half away from zero.</summary>
    public static long Worth(long quantity, Money price) => (long)Math.Round((decimal)quantity * price.Minor / Thousandths, MidpointRounding.AwayFromZero);

    /// <summary>Not below zero, in a currency.</summary>
    public static bool IsAmount(Money money) => money.Minor is >= 0 and <= Max && Money.IsCurrency(money.Currency);

    /// <summary>An amount that may be below zero, as a discount is.</summary>
    public static bool IsPrice(Money money) => money.Minor is >= -Max and <= Max && Money.IsCurrency(money.Currency);
}
