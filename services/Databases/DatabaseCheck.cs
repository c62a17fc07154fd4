using Microsoft.Extensions.Diagnostics.HealthChecks;
using Npgsql;

namespace CrmSuite.Databases;

/// <summary>Whether the host's own database answers: the one thing without which it takes no traffic.</summary>
/// <param name="database">The own database.</param>
public sealed class DatabaseCheck(NpgsqlDataSource database) : IHealthCheck
{
    /// <inheritdoc/>
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            await using var command = database.CreateCommand("select 1");
            await command.ExecuteScalarAsync(cancellationToken);
            return HealthCheckResult.Healthy();
        }
        catch (Exception failure) when (failure is NpgsqlException or TimeoutException)
        {
            return HealthCheckResult.Unhealthy("The own database does not answer.");
        }
    }
}
