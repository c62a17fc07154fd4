using CrmSuite.Contracts;

namespace CrmSuite.Loyalty.Points;

/// <summary>What money earns until a programme says otherwise: one point for each whole unit of its currency, and points that do not expire.</summary>
static class EarningRule
{
    /// <summary>The programme that everybody belongs to while there is no other.</summary>
    public const string Programme = "default";

    /// <summary>The rule and its version.</summary>
    public const string Name = "default.1";

    /// <summary>The member, whose points account has the same id.</summary>
    public static Guid MemberId(Guid customerId) => Ids.Derive("member", Programme, customerId.ToString());

    /// <summary>The lot of a source under this rule, so that a second telling makes the same lot.</summary>
    public static Guid LotId(Guid memberId, Guid sourceId) => Ids.Derive("lot", memberId.ToString(), sourceId.ToString(), Name);

    /// <summary>The points of an amount: its whole units, rounded down; never below zero.</summary>
    public static long Points(Money amount) => Math.Max(0, amount.Minor) / Money.UnitsPerWhole(amount.Currency);
}
