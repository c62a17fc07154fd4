using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using CrmSuite.Testing;
using Microsoft.AspNetCore.Builder;

namespace CrmSuite.ServiceDefaults.Tests;

public sealed class TelemetryTests : IAsyncLifetime
{
    static readonly Meter Meter = new("CrmSuite.Test");
    static readonly Counter<long> Rows = Meter.CreateCounter<long>("crm.test.rows", "{row}", "Rows \"read\".");
    static readonly Histogram<double> Lag = Meter.CreateHistogram<double>("crm.test.lag", "s");

    Issuer issuer = null!;
    LoopbackService service = null!;

    public async ValueTask InitializeAsync()
    {
        issuer = await Issuer.Start();
        service = await LoopbackService.Start(issuer.Authority, app => app.MapGet("/orders/{id}", (string id) => id).RequirePermission("sales:read"));
    }

    [Fact]
    public async Task Metrics_are_for_operators_and_well_formed()
    {
        Rows.Add(3, new KeyValuePair<string, object?>("noun", "or\"der"));
        Lag.Record(0.02);
        Assert.Equal(401, (int)(await service.Http.Send("GET", "/metrics")).StatusCode);
        Assert.Equal(403, (int)(await service.Http.Send("GET", "/metrics", issuer.Token("sales-agent"))).StatusCode);
        using var response = await service.Http.Send("GET", "/metrics", issuer.Token("operator"));
        var text = await response.Content.ReadAsStringAsync();
        Assert.Equal("application/openmetrics-text", response.Content.Headers.ContentType?.MediaType);
        Assert.Contains("# TYPE crm_test_rows counter\n# HELP crm_test_rows Rows \\\"read\\\".\n", text, StringComparison.Ordinal);
        Assert.Contains("crm_test_rows_total{otel_scope_name=\"CrmSuite.Test\",noun=\"or\\\"der\"} 3\n", text, StringComparison.Ordinal);
        Assert.Contains("crm_test_lag_seconds_bucket{otel_scope_name=\"CrmSuite.Test\",le=\"+Inf\"} 1\n", text, StringComparison.Ordinal);
        Assert.Contains("crm_test_lag_seconds_sum{otel_scope_name=\"CrmSuite.Test\"} 0.02\n", text, StringComparison.Ordinal);
        Assert.EndsWith("# EOF\n", text, StringComparison.Ordinal);
        var families = text.Split('\n').Where(line => line.StartsWith("# TYPE ", StringComparison.Ordinal)).ToList();
        Assert.Equal(families.Distinct(), families);
    }

    [Fact]
    public async Task The_span_of_a_request_has_the_name_of_its_route_and_its_outcome()
    {
        var ended = new ConcurrentQueue<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "Microsoft.AspNetCore",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = ended.Enqueue,
        };
        ActivitySource.AddActivityListener(listener);
        await service.Http.Send("GET", "/orders/7", issuer.Token("sales-agent"));
        await service.Http.Send("GET", "/orders/8");
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(120));
        while (ended.Count(span => span.DisplayName == "GET /orders/{id}") < 2)
        {
            await Task.Delay(20, limit.Token);
        }

        Assert.Equal([200, 401], ended.Where(span => span.DisplayName == "GET /orders/{id}").Select(span => span.GetTagItem("http.response.status_code")).Order());
    }

    public async ValueTask DisposeAsync()
    {
        await service.DisposeAsync();
        await issuer.DisposeAsync();
    }
}
