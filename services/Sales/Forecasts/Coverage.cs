namespace CrmSuite.Sales.Forecasts;

/// <summary>How often what is still missing of a quota lies in the open pipeline: open / (quota − won), net, in the reporting currency.</summary>
/// <param name="OwnerId">The person; null for a team's quota.</param>
/// <param name="Team">The team.</param>
/// <param name="QuotaMinor">What was agreed.</param>
/// <param name="WonMinor">What is won in the period already, less what was reopened.</param>
/// <param name="OpenMinor">What is open and should be decided in the period.</param>
/// <param name="RatioBp">The coverage in basis points; null where nothing is missing.</param>
sealed record Coverage(string? OwnerId, string? Team, long QuotaMinor, long WonMinor, long OpenMinor, long? RatioBp)
{
    public static Coverage Of(string? ownerId, string? team, long quotaMinor, long wonMinor, long openMinor) =>
        new(ownerId, team, quotaMinor, wonMinor, openMinor, quotaMinor > wonMinor ? Forecast.Share(openMinor, quotaMinor - wonMinor) : null);
}
