using CrmSuite.Keyring;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace CrmSuite.Journal;

/// <summary>How a host gets a journal and the keyring that seals what it holds.</summary>
public static class JournalHosting
{
    /// <summary>The most connections of one host to its database.</summary>
    const int PoolMax = 32;

    /// <summary>
    /// Load, append and log look up by key or walk along one, whatever their values, so they are planned once. Left to itself the server plans them each time, at more
    /// than they cost, because an array of one row looks cheaper to it than the ten it expects. No plan that was made while a table was empty may read all of it, and
    /// none may start workers: they cost more than what is looked up.
    /// </summary>
    const string PlanOnce = "-c plan_cache_mode=force_generic_plan -c enable_seqscan=off -c enable_bitmapscan=off -c jit=off -c max_parallel_workers_per_gather=0";

    const string PlannedOnce = "journal";

    /// <summary>Registers the journal: log, appender, decide loop, snapshots, sweep and leader on one database.</summary>
    public static IServiceCollection AddJournal(this IServiceCollection services, string name, string connectionString)
    {
        services.AddSingleton(_ => DataSource(name, connectionString));
        services.AddSingleton(provider => new JournalLog(provider.GetRequiredKeyedService<NpgsqlDataSource>(PlannedOnce), name));
        services.TryAddSingleton<ILog>(provider => provider.GetRequiredService<JournalLog>());
        services.AddKeyedSingleton(PlannedOnce, (_, _) => DataSource(name, connectionString, PlanOnce));
        services.AddSingleton(provider => new Loader(provider.GetRequiredKeyedService<NpgsqlDataSource>(PlannedOnce)));
        services.AddSingleton<Snapshots>();
        services.AddHostedService(provider => provider.GetRequiredService<Snapshots>());
        services.AddSingleton(provider => new Appender(provider.GetRequiredKeyedService<NpgsqlDataSource>(PlannedOnce), provider.GetRequiredService<JournalLog>()));
        services.AddSingleton<IJournal>(provider => new Journal(
            provider.GetRequiredService<Loader>(), provider.GetRequiredService<Appender>(), provider.GetRequiredService<JournalLog>(), provider.GetRequiredService<Sealing>(),
            provider.GetRequiredService<Snapshots>()));
        services.AddSingleton(provider => new Leader(connectionString, provider.GetRequiredService<ILogger<Leader>>()));
        services.AddHostedService<ClaimSweep>();
        return services;
    }

    /// <summary>Registers the keyring: <see cref="Keyring.Keyring"/>, <see cref="Sealing"/>, <see cref="References"/> and <see cref="MatchKeys"/>.</summary>
    public static IServiceCollection AddKeyring(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSingleton(_ => new MasterKey(configuration["Keyring:Master"] ?? throw new InvalidOperationException("Keyring:Master is not set: 32 bytes as base64.")));
        services.AddSingleton<References>();
        services.AddSingleton<MatchKeys>();
        services.AddSingleton(provider => new Keyring.Keyring(DataSource("keyring",
            configuration.GetConnectionString("keyring") ?? throw new InvalidOperationException("ConnectionStrings:keyring is not set.")), provider.GetRequiredService<MasterKey>()));
        services.AddSingleton<Sealing>();
        services.AddExceptionHandler<KeyringProblems>();
        return services;
    }

    /// <summary>
    /// Prepared statements, bounded pool, fail-fast timeouts, buffers for pages of rows, and no value of a row in any error text. Nobody leaves anything behind in a
    /// session, so that it need not be cleared for the next one.
    /// </summary>
    /// <param name="options">Settings of the session, beyond those.</param>
    static NpgsqlDataSource DataSource(string name, string connectionString, string? options = null) =>
        NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(connectionString)
        {
            ApplicationName = name,
            SearchPath = "views,public",
            MaxPoolSize = PoolMax,
            MaxAutoPrepare = 200,
            ReadBufferSize = 64 * 1024,
            WriteBufferSize = 64 * 1024,
            AutoPrepareMinUsages = 2,
            NoResetOnClose = true,
            Timeout = 2,
            CommandTimeout = 5,
            IncludeErrorDetail = false,
            Options = options,
        });
}
