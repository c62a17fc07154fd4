using CrmSuite.Contracts;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Timeouts;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace CrmSuite.ServiceDefaults;

/// <summary>What every host of the suite has: telemetry, health, tokens, permissions, limits, strict JSON and problem+json.</summary>
public static class ServiceHosting
{
    /// <summary>The largest request body, unless the endpoint streams it (<see cref="WithStreamedBody{T}"/>).</summary>
    public const long BodyBytesMax = 256 * 1024;

    /// <summary>How long a service works on a request; the gateway waits 10 s, a database command ends after 5 s.</summary>
    public static readonly TimeSpan RequestTimeout = TimeSpan.FromSeconds(8);

    /// <summary>How long a stopping host finishes what it has begun.</summary>
    public static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(20);

    /// <summary>The tag of health checks without which the host takes no traffic: its own database, nothing else.</summary>
    public const string Ready = "ready";

    /// <summary>Adds all that does not depend on what the host is for.</summary>
    /// <param name="builder">The host.</param>
    /// <param name="name">The one word that names the host everywhere, for example <c>sales</c>.</param>
    public static WebApplicationBuilder AddServiceDefaults(this WebApplicationBuilder builder, string name)
    {
        builder.AddTelemetry(name);
        builder.WebHost.ConfigureKestrel(server =>
        {
            server.AddServerHeader = false;
            server.Limits.MaxRequestBodySize = BodyBytesMax;
            server.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(10);
        });
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = StopTimeout);
        builder.Services.ConfigureHttpJsonOptions(json => Json.ConfigureDoor(json.SerializerOptions));
        builder.Services.Configure<RouteHandlerOptions>(handlers => handlers.ThrowOnBadRequest = true);
        builder.Services.AddProblemDetails();
        builder.Services.AddTransient<IStartupFilter, Door>();
        builder.Services.AddRequestTimeouts(timeouts =>
            timeouts.DefaultPolicy = new RequestTimeoutPolicy { Timeout = RequestTimeout, TimeoutStatusCode = StatusCodes.Status503ServiceUnavailable });
        builder.Services.AddHealthChecks();
        builder.Services.AddTokens(builder.Configuration);
        builder.Services.AddPermissions();
        builder.Services.AddOpenApi("v1", Permissions.Describe);
        // Request lines carry query strings, token errors carry claims: neither is written. Warnings and our own lines are.
        builder.Logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning);
        builder.Logging.AddFilter("Microsoft.IdentityModel", LogLevel.Warning);
        builder.Logging.AddFilter("System.Net.Http", LogLevel.Warning);
        return builder;
    }

    /// <summary>Maps health, metrics and the OpenAPI document. Call it once, before the host's own middleware.</summary>
    public static WebApplication MapDefaultEndpoints(this WebApplication app)
    {
        Tokens.RequireAuthority(app.Services);
        app.UseRequestTimeouts();
        app.MapHealthChecks("/health/live", Health(_ => false)).AllowAnonymous();
        app.MapHealthChecks("/health/ready", Health(check => check.Tags.Contains(Ready))).AllowAnonymous();
        app.MapHealthChecks("/health", Health(_ => true)).AllowAnonymous();
        app.MapGet("/metrics", (OpenMetrics metrics) => Results.Text(metrics.Scrape(), OpenMetrics.ContentType))
            .RequirePermission("suite:observe").ExcludeFromDescription();
        app.MapOpenApi("/openapi/{documentName}.json").RequirePermission("suite:read").WithRequestTimeout(TimeSpan.FromMinutes(1));
        return app;
    }

    /// <summary>The endpoint reads its body as a stream of any size, at its own pace: no size limit, no time-out.</summary>
    public static T WithStreamedBody<T>(this T endpoint) where T : IEndpointConventionBuilder =>
        endpoint.WithMetadata(new DisableRequestSizeLimitAttribute(), new DisableRequestTimeoutAttribute());

    static HealthCheckOptions Health(Func<HealthCheckRegistration, bool> which) => new() { Predicate = which, ResponseWriter = WriteHealth };

    // Reasons are what the checks say for others to read; exceptions stay in the log.
    static Task WriteHealth(HttpContext context, HealthReport report) => context.Response.WriteAsJsonAsync(
        new { report.Status, Checks = report.Entries.ToDictionary(entry => entry.Key, entry => new { entry.Value.Status, Reason = entry.Value.Description }) }, Json.Door);
}
