using System.Reflection;
using CrmSuite.Bus;
using CrmSuite.Databases;
using CrmSuite.Journal;
using CrmSuite.ServiceDefaults;
using CrmSuite.Views;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace CrmSuite.Departments;

/// <summary>How a host becomes a department.</summary>
public static class DepartmentHosting
{
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
        services.AddBus(name);
        services.Configure<OpenApiOptions>("v1", QueryCheck.Describe);
        services.AddHttpClient(nameof(Staff));
        services.AddSingleton<Staff>();
        services.AddHealthChecks().AddCheck<DatabaseCheck>("database", tags: [ServiceHosting.Ready]);
        return builder;
    }

    /// <summary>
    /// Maps what every department answers beside its own routes: the feed of packs, what was set aside, its views and due work. From here on a query that its endpoint
    /// cannot understand is refused.
    /// </summary>
    public static WebApplication MapDepartment(this WebApplication app)
    {
        app.CheckQueries();
        app.MapBus();
        app.MapViews();
        app.MapDue();
        return app;
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
