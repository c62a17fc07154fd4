using System.Reflection;
using CrmSuite.Keyring;
using CrmSuite.ServiceDefaults;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace CrmSuite.Journal;

/// <summary>How a host becomes a department.</summary>
public static class DepartmentHosting
{
    /// <summary>The most connections of one host to its database.</summary>
    const int PoolMax = 32;

    /// <summary>
    /// Load and append look up by key, whatever their values, so they are planned once. Left to itself the server plans them each time, at more than they cost, because
    /// an array of one row looks cheaper to it than the ten it expects.
    /// </summary>
    const string PlanOnce = "-c plan_cache_mode=force_generic_plan";

    const string PlannedOnce = "journal";

    /// <summary>
    /// Registers journal, views, reactions, relay, inbox and due work of a department. Reads <c>ConnectionStrings:{name}</c>, <c>:messaging</c>, <c>:keyring</c>
    /// and <c>Keyring:Master</c>.
    /// </summary>
    public static WebApplicationBuilder AddDepartment(this WebApplicationBuilder builder, string name, Action<Department> declare)
    {
        var department = new Department(name, builder.Services);
        declare(department);
        var services = builder.Services;
        services.AddSingleton(department);
        services.AddJournal(name, builder.Configuration.Required(name));
        services.AddKeyring(builder.Configuration);
        services.AddHostedService<Start>();
        services.AddViews(builder.Configuration.Required(name));
        services.AddDueWork();
        services.AddBus(department);
        services.AddHealthChecks().AddCheck<DatabaseCheck>("database", tags: [ServiceHosting.Ready]);
        return builder;
    }

    /// <summary>Maps what every department answers beside its own routes: the feed of packs, what was set aside, its views and due work.</summary>
    public static WebApplication MapDepartment(this WebApplication app)
    {
        app.MapBus();
        app.MapViews();
        app.MapDue();
        return app;
    }

    /// <summary>Registers the journal alone: log, appender, decide loop and leader on one database.</summary>
    public static IServiceCollection AddJournal(this IServiceCollection services, string name, string connectionString)
    {
        services.AddSingleton(_ => DataSource(name, connectionString));
        services.AddSingleton(provider => new JournalLog(provider.GetRequiredService<NpgsqlDataSource>(), name));
        services.TryAddSingleton<ILog>(provider => provider.GetRequiredService<JournalLog>());
        services.AddKeyedSingleton(PlannedOnce, (_, _) => DataSource(name, connectionString, PlanOnce));
        services.AddSingleton(provider => new Loader(provider.GetRequiredKeyedService<NpgsqlDataSource>(PlannedOnce)));
        services.AddSingleton<Snapshots>();
        services.AddSingleton(provider => new Appender(provider.GetRequiredKeyedService<NpgsqlDataSource>(PlannedOnce), provider.GetRequiredService<JournalLog>()));
        services.AddSingleton<IJournal>(provider => new Journal(
            provider.GetRequiredService<Loader>(), provider.GetRequiredService<Appender>(), provider.GetRequiredService<JournalLog>(), provider.GetRequiredService<Sealing>(),
            provider.GetRequiredService<Snapshots>()));
        services.AddSingleton(provider => new Leader(connectionString, provider.GetRequiredService<ILogger<Leader>>()));
        return services;
    }

    /// <summary>Registers the keyring: <see cref="Keyring.Keyring"/>, <see cref="Sealing"/> and <see cref="References"/>.</summary>
    public static IServiceCollection AddKeyring(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSingleton(_ => new MasterKey(configuration["Keyring:Master"] ?? throw new InvalidOperationException("Keyring:Master is not set: 32 bytes as base64.")));
        services.AddSingleton<References>();
        services.AddSingleton(provider => new Keyring.Keyring(DataSource("keyring", configuration.Required("keyring")), provider.GetRequiredService<MasterKey>()));
        services.AddSingleton<Sealing>();
        return services;
    }

    /// <summary>
    /// <c>X.dll migrate</c>: applies what the schemas lack and exits. <c>ConnectionStrings:{name}-owner</c> names the owner; the service's role gets its rights.
    /// Where <c>ConnectionStrings:keyring-owner</c> is set, the keyring is migrated too.
    /// </summary>
    /// <returns>True when the host was asked to migrate and has done so.</returns>
    public static async Task<bool> Migrated(this WebApplication app, string[] args)
    {
        if (args is not ["migrate", ..])
        {
            return false;
        }

        var department = app.Services.GetRequiredService<Department>();
        await Migrate(app, department.Name, department.Schemas);
        if (app.Configuration.GetConnectionString("keyring-owner") is not null)
        {
            await Migrate(app, "keyring", typeof(Keyring.Keyring).Assembly);
        }

        return true;
    }

    static async Task Migrate(WebApplication app, string name, params Assembly[] assemblies)
    {
        var owner = app.Configuration.GetConnectionString($"{name}-owner") ?? app.Configuration.Required(name);
        var service = new NpgsqlConnectionStringBuilder(app.Configuration.Required(name)).Username;
        var role = service == new NpgsqlConnectionStringBuilder(owner).Username ? null : service;
        foreach (var script in await Migration.Apply(owner, role, app.Lifetime.ApplicationStopping, assemblies))
        {
            app.Logger.LogInformation("{Database}: applied {Script}", name, script);
        }
    }

    static string Required(this IConfiguration configuration, string name) =>
        configuration.GetConnectionString(name) ?? throw new InvalidOperationException($"ConnectionStrings:{name} is not set.");

    /// <summary>Prepared statements, bounded pool, fail-fast timeouts, and no value of a row in any error text.</summary>
    /// <param name="options">Settings of the session, beyond those.</param>
    static NpgsqlDataSource DataSource(string name, string connectionString, string? options = null) =>
        NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(connectionString)
        {
            ApplicationName = name,
            SearchPath = "views,public",
            MaxPoolSize = PoolMax,
            MaxAutoPrepare = 50,
            AutoPrepareMinUsages = 2,
            Timeout = 2,
            CommandTimeout = 5,
            IncludeErrorDetail = false,
            Options = options,
        });

    /// <summary>Waits for the own database and refuses a wrong schema or settings that could lose facts.</summary>
    sealed class Start(NpgsqlDataSource database, Department department, ILogger<Department> log) : IHostedLifecycleService
    {
        static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

        public async Task StartingAsync(CancellationToken ct)
        {
            var until = DateTime.UtcNow + Patience;
            while (true)
            {
                try
                {
                    await Migration.Check(database, ct, department.Schemas);
                    return;
                }
                catch (NpgsqlException failure) when (failure.IsTransient && DateTime.UtcNow < until)
                {
                    log.LogWarning("The database does not answer yet: {Reason}", failure.Message);
                    await Task.Delay(TimeSpan.FromMilliseconds(500), ct);
                }
            }
        }

        public Task StartAsync(CancellationToken ct) => Task.CompletedTask;
        public Task StartedAsync(CancellationToken ct) => Task.CompletedTask;
        public Task StoppingAsync(CancellationToken ct) => Task.CompletedTask;
        public Task StopAsync(CancellationToken ct) => Task.CompletedTask;
        public Task StoppedAsync(CancellationToken ct) => Task.CompletedTask;
    }
}
