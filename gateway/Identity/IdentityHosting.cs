using CrmSuite.Databases;
using CrmSuite.ServiceDefaults;
using Dapper;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Npgsql;

namespace CrmSuite.Gateway.Identity;

/// <summary>The embedded identity provider. It is off where <c>Auth:Authority</c> names an outside one.</summary>
static class IdentityHosting
{
    // A connection string that says otherwise wins; that values of rows stay out of errors, nobody can change.
    const string Limits = "Application Name=gateway;Maximum Pool Size=16;Timeout=2;Command Timeout=5;";

    // The seed command's own names for settings.
    static readonly Dictionary<string, string> Switches = new()
    {
        ["--admin-password-file"] = "Identity:Seed:AdminPasswordFile",
        ["--demo-password-file"] = "Identity:Seed:DemoPasswordFile",
        ["--client-id"] = "Identity:Seed:Client:Id",
        ["--client-secret-file"] = "Identity:Seed:Client:SecretFile",
        ["--client-roles"] = "Identity:Seed:Client:Roles",
        ["--client-permissions"] = "Identity:Seed:Client:Permissions",
    };

    public static bool IsEmbedded(IConfiguration configuration) => configuration["Auth:Authority"] is null or "";

    public static void AddIdentity(this WebApplicationBuilder builder, string[] args)
    {
        DefaultTypeMap.MatchNamesWithUnderscores = true;
        if (args is ["seed", ..])
        {
            builder.Configuration.AddCommandLine(args, Switches);
            if (builder.Configuration["Identity:Seed:Client:Id"] is { } id)
            {
                builder.Configuration.AddInMemoryCollection(builder.Configuration.GetSection("Identity:Seed:Client").GetChildren()
                    .Where(setting => setting.Key != "Id").Select(setting => KeyValuePair.Create($"Identity:Seed:Clients:{id}:{setting.Key}", setting.Value)));
            }
        }

        var services = builder.Services;
        services.AddSingleton<IdentitySettings>();
        services.AddSingleton(_ => NpgsqlDataSource.Create(Limits + Connection(builder.Configuration) + ";Include Error Detail=false"));
        services.AddSingleton<Users>().AddSingleton<Teams>().AddSingleton<Clients>().AddSingleton<Families>().AddSingleton<SigningKeys>().AddSingleton<SignIns>().AddSingleton<Seed>();
        services.AddHostedService<Upkeep>();
        services.AddHealthChecks().AddCheck<DatabaseCheck>("database", tags: [ServiceHosting.Ready]);
        services.AddOptions<JwtBearerOptions>(JwtBearerDefaults.AuthenticationScheme).Configure<SigningKeys>((bearer, keys) => bearer.ConfigurationManager = keys);
    }

    public static void MapIdentity(this WebApplication app)
    {
        app.MapSignIn();
        app.MapAdministration();
    }

    /// <summary><c>migrate</c> applies the schema as owner (<c>ConnectionStrings:identity-owner</c>); <c>seed</c> adds who can sign in (see <see cref="Seed"/>).</summary>
    /// <returns>True when the host was asked for one of them and has done it.</returns>
    public static async Task<bool> RanIdentityCommand(this WebApplication app, string[] args)
    {
        switch (args)
        {
            case ["migrate", ..]:
                var owner = app.Configuration.GetConnectionString("identity-owner") ?? Connection(app.Configuration);
                var role = new NpgsqlConnectionStringBuilder(Connection(app.Configuration)).Username;
                await Migration.Apply(owner, role == new NpgsqlConnectionStringBuilder(owner).Username ? null : role, CancellationToken.None, typeof(IdentityHosting).Assembly);
                return true;
            case ["seed", ..]:
                await app.Services.GetRequiredService<Seed>().Apply(CancellationToken.None);
                return true;
            default:
                return false;
        }
    }

    static string Connection(IConfiguration configuration) =>
        configuration.GetConnectionString("identity") ?? throw new InvalidOperationException("ConnectionStrings:identity is not set.");

    /// <summary>Before the first request: the schema, a key, the seed. Then, each hour: the next key in time, and no rows of the past.</summary>
    sealed class Upkeep(NpgsqlDataSource database, SigningKeys keys, Families families, Seed seed, ILogger<Upkeep> log) : BackgroundService
    {
        static readonly TimeSpan Every = TimeSpan.FromHours(1);
        static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
        static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

        public override async Task StartAsync(CancellationToken cancellationToken)
        {
            var until = DateTime.UtcNow + Patience;
            while (true)
            {
                try
                {
                    await Migration.Check(database, cancellationToken, typeof(IdentityHosting).Assembly);
                    break;
                }
                catch (NpgsqlException failure) when (failure.IsTransient && DateTime.UtcNow < until)
                {
                    log.LogWarning("The database does not answer yet: {Reason}", failure.Message);
                    await Task.Delay(Pause, cancellationToken);
                }
            }

            await keys.Renew(cancellationToken);
            await seed.Apply(cancellationToken);
            await base.StartAsync(cancellationToken);
        }

        protected override async Task ExecuteAsync(CancellationToken stoppingToken)
        {
            using var timer = new PeriodicTimer(Every);
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                try
                {
                    await keys.Renew(stoppingToken);
                    await families.Sweep(stoppingToken);
                }
                catch (NpgsqlException failure)
                {
                    log.LogWarning("Upkeep waits for the next hour: {Reason}", failure.Message);
                }
            }
        }
    }
}
