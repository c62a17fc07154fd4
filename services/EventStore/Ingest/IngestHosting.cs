using CrmSuite.Bus;
using CrmSuite.EventStore.Client;
using CrmSuite.EventStore.Storage;

namespace CrmSuite.EventStore.Ingest;

/// <summary>How the host hears the departments, and how its history is verified.</summary>
static class IngestHosting
{
    /// <summary>The departments that publish, unless <c>Ingest:Departments</c> names others (by commas).</summary>
    const string Departments = "acquisition,sales,service,loyalty,analytics";

    /// <summary>
    /// Registers ingest. Reads <c>ConnectionStrings:messaging</c>, <c>services:{department}:http:0</c>, <c>Ingest:Departments</c>, and for signatures
    /// <c>Verify:Key</c> or <c>Verify:Folder</c>, and <c>Verify:HeadsFile</c>.
    /// </summary>
    public static WebApplicationBuilder AddIngest(this WebApplicationBuilder builder)
    {
        builder.Services.AddPackFeed();
        builder.Services.AddSingleton(provider =>
        {
            var (key, file) = (SignedHeads.Key(builder.Configuration), SignedHeads.FileOf(builder.Configuration));
            return new SignedHeads(key, provider.GetService<PostgresEventStore>() is { } embedded ? [embedded.SignedHeads, file] : [file]);
        });
        builder.Services.AddSingleton<Ingester>();
        builder.Services.AddSingleton(provider => new Ingesting(
            builder.Configuration.GetConnectionString("messaging")
                ?? throw new InvalidOperationException("The broker is not configured: ConnectionStrings__messaging."),
            (builder.Configuration["Ingest:Departments"] ?? Departments).Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries),
            () => provider.GetService<PostgresEventStore>()?.Writes ?? true));
        builder.Services.AddSingleton<UnreadableBodies>();
        builder.Services.AddSingleton<IngestListeners>();
        builder.Services.AddSingleton<IListeners>(provider => provider.GetRequiredService<IngestListeners>());
        builder.Services.AddHostedService<IngestService>();
        return builder;
    }

    /// <summary>Maps what operators see of ingest, and what they may do.</summary>
    public static WebApplication MapIngest(this WebApplication app)
    {
        app.MapListeners();
        UnreadableBodies.Map(app);
        return app;
    }

    /// <summary>Short names on the command line.</summary>
    public static readonly IDictionary<string, string> Switches = new Dictionary<string, string> { ["--connection"] = "ConnectionStrings:eventstore" };

    /// <summary>
    /// <c>verify [--connection esdb://…]</c>: recomputes the history of the configured store, or of the one named, and tells on standard output what it found.
    /// </summary>
    /// <returns>The exit code, 0 if all is as it was and 1 if not; null if the host was not asked.</returns>
    public static async Task<int?> Verified(this WebApplication app, string[] args)
    {
        if (args is not ["verify", ..])
        {
            return null;
        }

        var found = await Verification.Run(app.Services.GetRequiredService<IEventStore>(), app.Services.GetRequiredService<SignedHeads>(), app.Lifetime.ApplicationStopping);
        Console.WriteLine($"{found.Facts} facts in {found.Packs} packs, {found.Heads} signed heads.");
        Console.WriteLine(found.FirstBad ?? "All is as it was.");
        return found.FirstBad is null ? 0 : 1;
    }
}
