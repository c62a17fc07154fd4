using CrmSuite.Journal;
using CrmSuite.Views;

namespace CrmSuite.Loyalty.Points;

/// <summary>What is left of a lot ends when the lot says so.</summary>
sealed class PointsExpiry : IDue<PointsAccount>
{
    public static string Kind => "expiry";

    public static DateTime? At(PointsAccount state) => state.Lots.Min(lot => lot.ExpiresAt);

    public static Decision Decide(PointsAccount state, DateTime at) => state.Expire(at);
}
