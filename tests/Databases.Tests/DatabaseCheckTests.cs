using CrmSuite.Testing;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Npgsql;

namespace CrmSuite.Databases.Tests;

public sealed class DatabaseCheckTests
{
    [Fact]
    public async Task A_database_that_answers_is_healthy_and_another_one_is_told_of_without_its_address()
    {
        Assert.Equal(HealthStatus.Healthy, (await Check(await Servers.Database("checked"))).Status);
        var silent = await Check("Host=127.0.0.1;Port=1;Username=nobody;Timeout=1");
        Assert.Equal((HealthStatus.Unhealthy, "The own database does not answer."), (silent.Status, silent.Description));
    }

    static async Task<HealthCheckResult> Check(string connectionString)
    {
        await using var database = NpgsqlDataSource.Create(connectionString);
        return await new DatabaseCheck(database).CheckHealthAsync(new());
    }
}
