using System.Net;
using CrmSuite.ServiceDefaults;
using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.Forwarder;
using Yarp.ReverseProxy.Transforms;

namespace CrmSuite.Gateway;

/// <summary>
/// <c>/api/{department}/…</c> goes to the department's service as <c>/…</c>. Addresses come from <c>services:{department}:http:0</c>, as AppHost and Aspire
/// inject them; without one the department's name is the address.
/// </summary>
static class Proxy
{
    /// <summary>The services that are reached through this door.</summary>
    public static readonly IReadOnlyList<string> Services = [.. Permissions.Departments, "analytics"];

    /// <summary>How long a service may be silent: longer than its own time-out, so that it is the one that answers.</summary>
    static readonly TimeSpan Silence = TimeSpan.FromSeconds(10);

    /// <summary>How long an import may be silent: the body arrives as fast as its sender sends.</summary>
    static readonly TimeSpan ImportSilence = TimeSpan.FromMinutes(5);

    static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(2);
    const int ConnectionsMax = 256;
    const int ClientConnectionsMax = 4_000;

    /// <summary>Where a service is.</summary>
    public static string Address(IConfiguration configuration, string service) => configuration[$"services:{service}:http:0"] ?? $"http://{service}:8080";

    public static void AddProxy(this WebApplicationBuilder builder)
    {
        builder.WebHost.ConfigureKestrel(server => server.Limits.MaxConcurrentConnections = ClientConnectionsMax);
        // The forwarder writes addresses with their query strings; ExplainFailure writes what matters.
        builder.Logging.AddFilter("Yarp.ReverseProxy.Forwarder", LogLevel.None);
        builder.Services.AddReverseProxy()
            .LoadFromMemory(
                [.. Services.SelectMany(Routes)],
                [.. Services.SelectMany(service => Clusters(service, Address(builder.Configuration, service)))])
            .ConfigureHttpClient((_, handler) =>
            {
                handler.ConnectTimeout = ConnectTimeout;
                handler.PooledConnectionIdleTimeout = TimeSpan.FromSeconds(30);
            })
            .AddTransforms(context =>
            {
                // A cookie is for this door only. A path in an answer is told as the caller sees it.
                context.AddRequestHeaderRemove("Cookie");
                var prefix = $"/api/{context.Route.ClusterId!.Split('.')[0]}";
                context.AddResponseTransform(response =>
                {
                    if (response.HttpContext.Response.Headers.Location is [['/', ..] path])
                    {
                        response.HttpContext.Response.Headers.Location = prefix + path;
                    }

                    return ValueTask.CompletedTask;
                });
            });
    }

    public static void MapProxy(this WebApplication app) =>
        app.MapReverseProxy(pipeline =>
        {
            pipeline.Use(ExplainFailure);
            pipeline.UseLoadBalancing();
        }).RequirePermission("suite:read");

    static IEnumerable<RouteConfig> Routes(string service)
    {
        var route = new RouteConfig
        {
            RouteId = service,
            ClusterId = service,
            Match = new() { Path = $"/api/{service}/{{**rest}}" },
            AuthorizationPolicy = "default",
            TimeoutPolicy = "Disable", // Silence is limited, not the length of an answer.
            MaxRequestBodySize = ServiceHosting.BodyBytesMax,
        };
        yield return route.WithTransformPathRemovePrefix($"/api/{service}");
        yield return (route with
        {
            RouteId = $"{service}.import",
            ClusterId = $"{service}.import",
            Match = new() { Path = $"/api/{service}/{{noun}}/import", Methods = ["POST"] },
            MaxRequestBodySize = -1,
            Metadata = new Dictionary<string, string> { [nameof(RateLimit)] = RateLimits.Import },
        }).WithTransformPathRemovePrefix($"/api/{service}");
    }

    static IEnumerable<ClusterConfig> Clusters(string service, string address)
    {
        var cluster = new ClusterConfig
        {
            ClusterId = service,
            Destinations = new Dictionary<string, DestinationConfig> { [service] = new() { Address = address } },
            HttpClient = new() { MaxConnectionsPerServer = ConnectionsMax },
            HttpRequest = new() { ActivityTimeout = Silence, Version = HttpVersion.Version11, VersionPolicy = HttpVersionPolicy.RequestVersionExact },
        };
        yield return cluster;
        yield return cluster with { ClusterId = $"{service}.import", HttpRequest = cluster.HttpRequest with { ActivityTimeout = ImportSilence } };
    }

    static async Task ExplainFailure(HttpContext context, RequestDelegate next)
    {
        await next(context);
        if (context.Features.Get<IForwarderErrorFeature>() is not { } failure || context.Response.HasStarted || context.RequestAborted.IsCancellationRequested)
        {
            return;
        }

        var service = context.GetReverseProxyFeature().Cluster.Config.ClusterId.Split('.')[0];
        var (status, detail) = failure.Error switch
        {
            _ when Refused(failure.Exception) is { } bad => (bad.StatusCode, null),
            ForwarderError.Request when !IsUnreached(failure.Exception) => (502, $"The service '{service}' broke off; whether it did what was asked is not known."),
            ForwarderError.Request or ForwarderError.NoAvailableDestinations => (503, $"The service '{service}' cannot be reached at the moment."),
            ForwarderError.RequestTimedOut => (504, $"The service '{service}' did not answer in time."),
            ForwarderError.RequestBodyClient => (400, null),
            _ => (502, (string?)$"The service '{service}' broke off its answer."),
        };
        context.RequestServices.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(Proxy))
            .LogWarning("{Service} was not reached: {Error}, answered {Status}.", service, failure.Error, status);
        if (status == 503)
        {
            context.Response.Headers.RetryAfter = "1";
        }

        await Problems.Write(context, status, Problems.CodeOf(status), detail);
    }

    // What this server refused of the request while it was passed on, for example a body over the limit.
    static BadHttpRequestException? Refused(Exception? failure) => failure switch
    {
        BadHttpRequestException bad => bad,
        AggregateException several => several.Flatten().InnerExceptions.OfType<BadHttpRequestException>().FirstOrDefault(),
        _ => null,
    };

    // Only then is it certain that nothing was done.
    static bool IsUnreached(Exception? failure) =>
        failure is HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError };
}
