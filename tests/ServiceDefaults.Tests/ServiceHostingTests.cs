using System.Text.Json;
using CrmSuite.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace CrmSuite.ServiceDefaults.Tests;

public sealed class ServiceHostingTests : IAsyncLifetime
{
    Issuer issuer = null!;
    LoopbackService service = null!;
    HealthCheckResult database = HealthCheckResult.Healthy();
    HealthCheckResult broker = HealthCheckResult.Healthy();

    public async ValueTask InitializeAsync()
    {
        issuer = await Issuer.Start();
        service = await LoopbackService.Start(
            issuer.Authority,
            app => app.MapPost("/import", async (HttpRequest request) =>
            {
                var buffer = new byte[64 * 1024];
                long length = 0;
                for (int read; (read = await request.Body.ReadAsync(buffer)) > 0;)
                {
                    length += read;
                }

                return length;
            }).RequirePermission("sales:operate").WithStreamedBody(),
            builder => builder.Services.AddHealthChecks()
                .AddCheck("database", () => database, tags: [ServiceHosting.Ready])
                .AddCheck("broker", () => broker));
    }

    async Task<(int Status, string Body)> Get(string path, string? token = null)
    {
        using var response = await service.Http.Send("GET", path, token);
        return ((int)response.StatusCode, await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task A_host_without_its_broker_takes_traffic_and_says_why_it_is_degraded()
    {
        broker = HealthCheckResult.Degraded("The broker does not answer.", new InvalidOperationException("password=hunter2"));
        Assert.Equal(200, (await Get("/health/ready")).Status);
        Assert.Equal(
            (200, """{"status":"degraded","checks":{"database":{"status":"healthy"},"broker":{"status":"degraded","reason":"The broker does not answer."}}}"""),
            await Get("/health"));
    }

    [Fact]
    public async Task A_host_without_its_database_lives_but_takes_no_traffic()
    {
        database = HealthCheckResult.Unhealthy("The database does not answer.");
        Assert.Equal(200, (await Get("/health/live")).Status);
        Assert.Equal(503, (await Get("/health/ready")).Status);
        Assert.Equal(503, (await Get("/health")).Status);
    }

    [Fact]
    public async Task An_endpoint_that_streams_takes_more_than_others()
    {
        using var content = new ByteArrayContent(new byte[2 * 1024 * 1024]);
        using var response = await service.Http.Send("POST", "/import", issuer.Token("sales-operations"), content);
        Assert.Equal("2097152", await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Answers_do_not_name_the_server()
    {
        using var response = await service.Http.Send("GET", "/health");
        Assert.Empty(response.Headers.Server);
    }

    [Fact]
    public async Task The_API_document_names_the_permission_of_every_operation()
    {
        var (status, body) = await Get("/openapi/v1.json", issuer.Token("sales-agent"));
        Assert.Equal(200, status);
        using var document = JsonDocument.Parse(body);
        Assert.Equal("sales:operate", document.RootElement.GetProperty("paths").GetProperty("/import").GetProperty("post").GetProperty("x-permission").GetString());
        Assert.Equal(401, (await Get("/openapi/v1.json")).Status);
    }

    public async ValueTask DisposeAsync()
    {
        await service.DisposeAsync();
        await issuer.DisposeAsync();
    }
}
