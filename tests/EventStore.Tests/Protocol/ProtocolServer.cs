using System.Net;
using System.Security.Cryptography.X509Certificates;
using CrmSuite.EventStore.Client;
using CrmSuite.EventStore.Protocol;
using CrmSuite.Grpc;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace CrmSuite.EventStore.Tests.Protocol;

/// <summary>The embedded server in this process, on a free port of loopback.</summary>
sealed class ProtocolServer : IAsyncDisposable
{
    readonly WebApplication _app;

    ProtocolServer(WebApplication app) => _app = app;

    public Uri Address => new(_app.Urls.Single());

    public static async Task<ProtocolServer> Start(IEventStore store, Accounts? accounts = null, X509Certificate2? certificate = null, int port = 0)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            GrpcServer.Tune(kestrel.Limits);
            kestrel.Listen(IPAddress.Loopback, port, listen =>
            {
                listen.Protocols = HttpProtocols.Http2;
                if (certificate is not null)
                {
                    listen.UseHttps(certificate);
                }
            });
        });
        var app = builder.Build();
        app.MapEventStore(store, accounts);
        await app.StartAsync();
        return new(app);
    }

    public string ConnectionString(string account = "", string query = "tls=false") =>
        $"esdb://{account}{Address.Host}:{Address.Port}?{query}";

    public EventStoreClient Connect(string account = "", string query = "tls=false") =>
        new(EventStoreConnection.Parse(ConnectionString(account, query)));

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }
}
