using CrmSuite.Databases;
using CrmSuite.EventStore.Client;
using CrmSuite.ServiceDefaults;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Npgsql;

namespace CrmSuite.EventStore.Storage;

/// <summary>How the host gets its store: the form of <c>ConnectionStrings:eventstore</c> says which.</summary>
static class StorageHosting
{
    /// <summary>
    /// A PostgreSQL connection string makes this host the embedded server on that database; <c>esdb://…</c> and its like name another server, which ingest fills.
    /// </summary>
    public static WebApplicationBuilder AddStorage(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton(TimeProvider.System);
        var connection = Required(builder.Configuration);
        if (IsServer(connection))
        {
            builder.Services.AddSingleton<IEventStore>(_ => new EventStoreClient(EventStoreConnection.Parse(connection)));
            return builder;
        }

        builder.Services.AddSingleton(provider => new PostgresEventStore(
            connection, builder.Configuration["EventStore:Instance"] ?? Environment.MachineName, provider.GetRequiredService<ILogger<PostgresEventStore>>()));
        builder.Services.AddSingleton<IEventStore>(provider => provider.GetRequiredService<PostgresEventStore>());
        builder.Services.AddHostedService(provider => provider.GetRequiredService<PostgresEventStore>());
        builder.Services.AddHealthChecks().AddCheck<DatabaseCheck>("database", tags: [ServiceHosting.Ready]);
        return builder;
    }

    /// <summary><c>migrate</c>: applies what the schema lacks, as <c>ConnectionStrings:eventstore-owner</c>, and gives the service's role its rights.</summary>
    /// <returns>True if the host was asked and has done so.</returns>
    public static async Task<bool> Migrated(this WebApplication app, string[] args)
    {
        if (args is not ["migrate", ..])
        {
            return false;
        }

        var service = Required(app.Configuration);
        if (IsServer(service))
        {
            app.Logger.LogInformation("Another server keeps the events: there is nothing to migrate");
            return true;
        }

        var owner = app.Configuration.GetConnectionString("eventstore-owner") ?? service;
        var role = new NpgsqlConnectionStringBuilder(service).Username;
        role = role == new NpgsqlConnectionStringBuilder(owner).Username ? null : role;
        foreach (var script in await Migration.Apply(owner, role, app.Lifetime.ApplicationStopping, typeof(PostgresEventStore).Assembly))
        {
            app.Logger.LogInformation("eventstore: applied {Script}", script);
        }

        return true;
    }

    static bool IsServer(string connection) => connection.Contains("://", StringComparison.Ordinal);

    static string Required(IConfiguration configuration) =>
        configuration.GetConnectionString("eventstore") ?? throw new InvalidOperationException("ConnectionStrings:eventstore is not set.");

    sealed class DatabaseCheck(PostgresEventStore store) : IHealthCheck
    {
        public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
        {
            try
            {
                await store.Ping(cancellationToken);
                return HealthCheckResult.Healthy(store.Writes ? "writes" : "stands by");
            }
            catch (Exception failure) when (failure is NpgsqlException or TimeoutException)
            {
                return HealthCheckResult.Unhealthy("The own database does not answer.");
            }
        }
    }
}
