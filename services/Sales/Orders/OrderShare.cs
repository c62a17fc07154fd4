using CrmSuite.Contracts;
using CrmSuite.Contracts.Sales;

namespace CrmSuite.Sales.Orders;

/// <summary>What a part of an order is worth.</summary>
static class OrderShare
{
    /// <summary>
    /// The lines' share of the total by their net prices, rounded half away from zero (rulings.md 14). Zero where the net prices say nothing: then the caller names the amount.
    /// </summary>
    /// <param name="total">The order's total, tax included.</param>
    /// <param name="ordered">All lines of the order.</param>
    /// <param name="returned">What came back, of lines the order has.</param>
    public static Money Of(Money total, IReadOnlyList<OrderLine> ordered, IReadOnlyList<ReturnedLine> returned)
    {
        var net = ordered.Sum(line => (decimal)line.Net.Minor);
        var back = returned.Sum(part => ordered.First(line => line.Line == part.Line) is var line ? (decimal)line.Net.Minor * part.Quantity / line.Quantity : 0);
        return total with { Minor = net <= 0 || back <= 0 ? 0 : (long)Math.Round(Math.Min(total.Minor, total.Minor * (back / net)), MidpointRounding.AwayFromZero) };
    }
}
