using System.Diagnostics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace CrmSuite.ServiceDefaults;

/// <summary>Traces, metrics and logs by the OpenTelemetry SDK alone: the libraries' own sources and meters are listened to by name.</summary>
static class Telemetry
{
    static readonly string[] Sources = ["Microsoft.AspNetCore", "System.Net.Http", "Npgsql", "MassTransit", "Yarp.ReverseProxy", "CrmSuite.*"];
    static readonly string[] Meters =
    [
        "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "System.Net.Http", "System.Runtime", "Npgsql", "MassTransit", "CrmSuite.*",
    ];

    public static void AddTelemetry(this WebApplicationBuilder builder, string name)
    {
        // Fills method, path and server into the server span, which the instrumentation package would do.
        AppContext.SetSwitch("Microsoft.AspNetCore.Hosting.SuppressActivityOpenTelemetryData", false);
        var resource = ResourceBuilder.CreateDefault().AddService(name, serviceNamespace: "crmsuite");
        var export = builder.Configuration["OTEL_EXPORTER_OTLP_ENDPOINT"] is not null;
        // Spans that nobody collects cost as much as those that are: without a collector none is made, and the trace id of the caller is passed on all the same.
        var traces = Sdk.CreateTracerProviderBuilder().SetResourceBuilder(resource).AddSource(export ? Sources : []).AddProcessor(new NoProbes());
        var metrics = Sdk.CreateMeterProviderBuilder().SetResourceBuilder(resource).AddMeter(Meters);
        builder.Services.AddSingleton<OpenMetrics>();
        builder.Services.AddSingleton(services => metrics.AddReader(new BaseExportingMetricReader(services.GetRequiredService<OpenMetrics>())).Build());
        builder.Services.AddSingleton(_ => traces.Build());
        if (export)
        {
            traces.AddOtlpExporter();
            metrics.AddOtlpExporter();
            builder.Logging.AddOpenTelemetry(logs => logs.SetResourceBuilder(resource).AddOtlpExporter());
        }
    }

    /// <summary>Begins to listen, and names each server span by its route and gives it its outcome.</summary>
    public static void UseTelemetry(this IApplicationBuilder app)
    {
        app.ApplicationServices.GetRequiredService<TracerProvider>();
        app.ApplicationServices.GetRequiredService<MeterProvider>();
        app.Use(async (context, next) =>
        {
            await next(context);
            if (context.Features.Get<IHttpActivityFeature>()?.Activity is { IsAllDataRequested: true } span)
            {
                var route = (context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText;
                span.DisplayName = route is null ? context.Request.Method : $"{context.Request.Method} {route}";
                span.SetTag("http.route", route);
                span.SetTag("http.response.status_code", context.Response.StatusCode);
                span.SetStatus(context.Response.StatusCode >= 500 ? ActivityStatusCode.Error : ActivityStatusCode.Unset);
            }
        });
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
