using Dapper;
using Npgsql;

namespace CrmSuite.Analytics.Revenue;

/// <summary>How many customers of a cohort, the month of their first order, ordered in one month since.</summary>
public sealed record RetentionMonth(DateOnly CohortMonth, int MonthsSince, DateOnly Month, int CohortSize, int Customers, bool Complete)
{
    internal static async Task<IReadOnlyList<RetentionMonth>> AsOf(NpgsqlDataSource database, DateTime asOf, DateTime knownAt, string zone, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        return [.. await connection.QueryAsync<RetentionMonth>(new CommandDefinition(
            "select * from analytics.cohort_retention_as_of(@asOf, @knownAt, @zone) order by cohort_month, months_since", new { asOf, knownAt, zone }, cancellationToken: ct))];
    }
}
