using CrmSuite.EventStore.Protocol;
using CrmSuite.EventStore.Storage;
using CrmSuite.Grpc;

namespace CrmSuite.EventStore;

/// <summary>How the embedded server gets a port of its own, and answers on it.</summary>
static class ServerHosting
{
    const string GrpcUrlDefault = "http://localhost:2113";
    const string HttpUrlDefault = "http://localhost:5000";

    /// <summary>
    /// Opens <c>EventStore:GrpcUrl</c> for HTTP/2 alone beside the host's own addresses, which keep HTTP/1.1 for probes. Where
    /// <c>Kestrel:Endpoints</c> names the ports (and their certificates) itself, they are left as they are.
    /// </summary>
    public static WebApplicationBuilder AddServer(this WebApplicationBuilder builder)
    {
        builder.WebHost.UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel => GrpcServer.Tune(kestrel.Limits));
        var configuration = builder.Configuration;
        if (configuration.GetSection("Kestrel:Endpoints").GetChildren().Any())
        {
            return builder;
        }

        var addresses = configuration["urls"]?.Split(';', StringSplitOptions.RemoveEmptyEntries)
            ?? configuration["http_ports"]?.Split(';', StringSplitOptions.RemoveEmptyEntries).Select(port => $"http://*:{port}").ToArray()
            ?? [HttpUrlDefault];
        var endpoints = new Dictionary<string, string?>
        {
            ["Kestrel:Endpoints:EventStore:Url"] = configuration["EventStore:GrpcUrl"] ?? GrpcUrlDefault,
            ["Kestrel:Endpoints:EventStore:Protocols"] = "Http2",
        };
        foreach (var (index, address) in addresses.Index())
        {
            endpoints[$"Kestrel:Endpoints:Http{index}:Url"] = address;
        }

        configuration.AddInMemoryCollection(endpoints);
        builder.WebHost.UseSetting(WebHostDefaults.ServerUrlsKey, "");
        return builder;
    }

    /// <summary>Serves the protocol if this host keeps the events itself; <c>EventStore:Accounts</c> says who may do what.</summary>
    public static WebApplication MapServer(this WebApplication app)
    {
        if (app.Services.GetService<PostgresEventStore>() is { } store)
        {
            app.MapEventStore(store, Accounts.From(app.Configuration));
        }

        return app;
    }
}
