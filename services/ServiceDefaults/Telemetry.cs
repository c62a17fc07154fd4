using System.Diagnostics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;


namespace CrmSuite.ServiceDefaults;

/// <summary>Traces, metrics and logs by the OpenTelemetry SDK alone: the libraries' own sources and meters are listened to by name.</summary>
public sealed class Telemetry : IHostedService, IDisposable
{
    const int FlushMs = 3_000;
    static readonly string[] Sources = ["Microsoft.AspNetCore", "System.Net.Http", "Npgsql", "MassTransit", "Yarp.ReverseProxy", "CrmSuite.*"];
    static readonly string[] Meters =
    [
        "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "Microsoft.AspNetCore.RateLimiting", "System.Net.Http", "System.Runtime",
        "Npgsql", "MassTransit", "CrmSuite.*",
    ];

    readonly TracerProvider traces;
    readonly MeterProvider metrics;
    readonly OpenMetrics text = new();

    internal Telemetry(ResourceBuilder resource, bool export)
    {
        var tracing = Sdk.CreateTracerProviderBuilder().SetResourceBuilder(resource).AddSource(Sources).AddProcessor(new NoProbes());
        var metering = Sdk.CreateMeterProviderBuilder().SetResourceBuilder(resource).AddMeter(Meters).AddReader(new BaseExportingMetricReader(text));
        traces = (export ? tracing.AddOtlpExporter() : tracing).Build();
        metrics = (export ? metering.AddOtlpExporter() : metering).Build();
    }

    /// <summary>All metrics of the process as OpenMetrics text.</summary>
    public string Scrape() => text.Scrape();

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken)
    {
        traces.ForceFlush(FlushMs);
        metrics.ForceFlush(FlushMs);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        traces.Dispose();
        metrics.Dispose();
    }

    sealed class NoProbes : BaseProcessor<Activity>
    {
        public override void OnEnd(Activity data)
        {
            if (data.GetTagItem("url.path") is string path && (path.StartsWith("/health", StringComparison.Ordinal) || path == "/metrics"))
            {
                data.ActivityTraceFlags &= ~ActivityTraceFlags.Recorded;
            }
        }
    }
}

static class TelemetryHosting
{
    public static void AddTelemetry(this WebApplicationBuilder builder, string name)
    {
        // Fills method, path and server into the server span, which the instrumentation package would do.
        AppContext.SetSwitch("Microsoft.AspNetCore.Hosting.SuppressActivityOpenTelemetryData", false);
        var resource = ResourceBuilder.CreateDefault().AddService(name, serviceNamespace: "crmsuite", serviceVersion: typeof(Telemetry).Assembly.GetName().Version?.ToString());
        var export = builder.Configuration["OTEL_EXPORTER_OTLP_ENDPOINT"] is not null;
        builder.Services.AddSingleton(_ => new Telemetry(resource, export));
        builder.Services.AddHostedService(services => services.GetRequiredService<Telemetry>());
        if (export)
        {
            builder.Logging.AddOpenTelemetry(logs => logs.SetResourceBuilder(resource).AddOtlpExporter());
        }
    }

    /// <summary>Names the server span by its route and gives it its outcome.</summary>
    public static void UseServerSpans(this IApplicationBuilder app) => app.Use(async (context, next) =>
    {
        try
        {
            await next(context);
        }
        finally
        {
            if (context.Features.Get<IHttpActivityFeature>()?.Activity is { IsAllDataRequested: true } span)
            {
                var route = (context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText;
                span.DisplayName = route is null ? context.Request.Method : $"{context.Request.Method} {route}";
                span.SetTag("http.route", route);
                span.SetTag("http.response.status_code", context.Response.StatusCode);
                span.SetStatus(context.Response.StatusCode >= 500 ? ActivityStatusCode.Error : ActivityStatusCode.Unset);
            }
        }
    });
}
