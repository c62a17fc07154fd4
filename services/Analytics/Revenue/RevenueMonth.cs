using Dapper;
using Npgsql;

namespace CrmSuite.Analytics.Revenue;

/// <summary>What was ordered and given back in one calendar month, in one currency.</summary>
public sealed record RevenueMonth(
    DateOnly Month,
    string Currency,
    long Orders,
    long Customers,
    long OrderedMinor,
    long Returns,
    long ReturnedMinor,
    long Credits,
    long CreditedMinor,
    long NetMinor,
    bool Complete)
{
    internal static async Task<IReadOnlyList<RevenueMonth>> AsOf(NpgsqlDataSource database, DateTime asOf, DateTime knownAt, string zone, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        return [.. await connection.QueryAsync<RevenueMonth>(new CommandDefinition(
            "select * from analytics.revenue_by_month_as_of(@asOf, @knownAt, @zone) order by month, currency", new { asOf, knownAt, zone }, cancellationToken: ct))];
    }
}
