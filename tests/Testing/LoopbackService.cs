using System.Collections.Concurrent;
using System.Net.Http.Headers;
using CrmSuite.Hosting;
using CrmSuite.ServiceDefaults;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Xunit;

namespace CrmSuite.Testing;

/// <summary>A service with the suite's defaults, on loopback, in the test process; what it logs is kept.</summary>
public sealed class LoopbackService : IAsyncDisposable
{
    LoopbackService(WebApplication app, KeptLog log)
    {
        (App, Log) = (app, log);
        Http = new() { BaseAddress = new(Address) };
    }

    public WebApplication App { get; }
    public KeptLog Log { get; }
    public HttpClient Http { get; }
    public string Address => App.Urls.Single();

    public static async Task<LoopbackService> Start(string authority, Action<WebApplication> map, Action<WebApplicationBuilder>? add = null, int port = 0)
    {
        var builder = WebApplication.CreateSlimBuilder([$"--Auth:Authority={authority}", "--Auth:ClientId=test", "--Auth:ClientSecret=secret-of-the-test-client"]);
        var log = new KeptLog();
        builder.Logging.ClearProviders().AddProvider(log);
        builder.AddServiceDefaults("test");
        builder.WebHost.UseUrls($"http://127.0.0.1:{port}");

        // On a crowded machine a request may take longer than a service has for it, and the client, in the same process, may read slowly.
        builder.WebHost.ConfigureKestrel(server => server.Limits.MinResponseDataRate = null);
        builder.Services.AddRequestTimeouts(timeouts =>
            timeouts.DefaultPolicy = new() { Timeout = TimeSpan.FromMinutes(2), TimeoutStatusCode = StatusCodes.Status503ServiceUnavailable });
        add?.Invoke(builder);
        var app = builder.Build();
        app.MapDefaultEndpoints();
        map(app);
        await app.StartAsync();
        return new(app, log);
    }

    /// <inheritdoc cref="Posix.FreePort"/>
    public static int FreePort() => Posix.FreePort();

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await App.DisposeAsync();
    }
}

/// <summary>Every line a host logs, exceptions included.</summary>
public sealed class KeptLog : ILoggerProvider, ILogger
{
    readonly ConcurrentQueue<string> lines = new();

    public string Text => string.Join('\n', lines);

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        lines.Enqueue($"{logLevel}: {formatter(state, exception)} {exception}");

    public void Dispose()
    {
    }
}

public static class Requests
{
    /// <summary>A request with a token, and a body where one is given.</summary>
    public static async Task<HttpResponseMessage> Send(this HttpClient http, string method, string path, string? token = null, HttpContent? content = null)
    {
        using var request = new HttpRequestMessage(new(method), path) { Content = content };
        request.Headers.Authorization = token is null ? null : new AuthenticationHeaderValue("Bearer", token);
        return await http.SendAsync(request);
    }

    /// <summary>Status and problem code of an answer: <c>400 json.invalid</c>. What is no problem+json, tells too much or does not say what to do, fails.</summary>
    public static async Task<string> Problem(this HttpResponseMessage response)
    {
        var body = await response.Content.ReadAsStringAsync();
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        Assert.DoesNotContain("Exception", body, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", body, StringComparison.Ordinal);
        using var problem = System.Text.Json.JsonDocument.Parse(body);
        Assert.Equal((int)response.StatusCode, problem.RootElement.GetProperty("status").GetInt32());
        Assert.NotEmpty(problem.RootElement.GetProperty("detail").GetString()!);
        return $"{(int)response.StatusCode} {problem.RootElement.GetProperty("code").GetString()}";
    }
}
