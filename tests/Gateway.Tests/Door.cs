using System.Net.Http.Json;
using System.Text.Json;
using CrmSuite.Gateway.Identity;
using CrmSuite.ServiceDefaults;
using CrmSuite.Testing;
using Dapper;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace CrmSuite.Gateway.Tests;

/// <summary>A gateway with an identity database of its own, a user for each role, and the service <c>sales</c> behind it.</summary>
sealed class Door : IAsyncDisposable
{
    public const string AdminPassword = "the-first-administrator";
    public const string DemoPassword = "everybody-knows-this";
    public const string ClientSecret = "the-secret-of-the-client-sales";
    public static readonly string Master = Convert.ToBase64String(Enumerable.Range(0, 32).Select(i => (byte)i).ToArray());

    readonly string database;
    string? admin;

    Door(WebApplication app, KeptLog log, LoopbackService sales, string database)
    {
        (App, Log, Sales, this.database) = (app, log, sales, database);
        Http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false }) { BaseAddress = new(app.Urls.Single()) };
    }

    public WebApplication App { get; }
    public KeptLog Log { get; }
    public LoopbackService Sales { get; }
    public HttpClient Http { get; }

    public static async Task<Door> Start(params string[] settings)
    {
        var database = await Copy(await Template.Value);
        var port = LoopbackService.FreePort();
        string[] common = [.. Settings(database, port), .. settings];
        var sales = await LoopbackService.Start($"http://127.0.0.1:{port}", MapSales);
        var log = new KeptLog();
        var app = Gateway.Build([.. common, $"--services:sales:http:0={sales.Address}"], log);
        await app.StartAsync();
        return new(app, log, sales, database);
    }

    // Passwords are slow to hash: one database is seeded, the others are copies of it.
    static readonly Lazy<Task<string>> Template = new(async () =>
    {
        var database = await Servers.Database("identity");
        foreach (var command in (string[])["migrate", "seed"])
        {
            await using var app = Gateway.Build([command, .. Settings(database, port: 1)], new KeptLog());
            Assert.True(await app.RanIdentityCommand([command]));
        }

        return database;
    });

    static async Task<string> Copy(string template)
    {
        var source = new NpgsqlConnectionStringBuilder(template);
        var copy = new NpgsqlConnectionStringBuilder(await Servers.Database("door"));
        await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(template) { Database = "postgres", Pooling = false }.ConnectionString);
        NpgsqlConnection.ClearAllPools();
        await connection.ExecuteAsync($"drop database \"{copy.Database}\"");
        await connection.ExecuteAsync($"create database \"{copy.Database}\" template \"{source.Database}\"");
        return copy.ConnectionString;
    }

    public static string[] Settings(string database, int port) =>
    [
        $"--urls=http://127.0.0.1:{port}",
        $"--Identity:Issuer=http://127.0.0.1:{port}",
        $"--Identity:Master={Master}",
        $"--ConnectionStrings:identity={database};Timeout=60;Command Timeout=60",
        $"--Identity:Seed:AdminPassword={AdminPassword}",
        $"--Identity:Seed:DemoPassword={DemoPassword}",
        $"--Identity:Seed:Clients:sales:Secret={ClientSecret}",
        "--Identity:Seed:Clients:sales:Permissions=journal:feed identity:read",
        "--services:service:http:0=http://127.0.0.1:1",
        "--Limits:sign-in:Burst=10000",
    ];

    static void MapSales(WebApplication app)
    {
        app.MapGet("/orders/{id}", (string id, HttpRequest request) => new { Id = id, Cookie = request.Headers.Cookie.Count, Trace = request.Headers.TraceParent.ToString() })
            .RequirePermission("sales:read");
        app.MapPost("/orders", (JsonElement order) => Results.Created("/orders/7", order)).RequirePermission("sales:write");
        app.MapPost("/orders/import", async (HttpRequest request) =>
        {
            using var counted = new MemoryStream();
            await request.Body.CopyToAsync(counted);
            return counted.Length;
        }).RequirePermission("sales:operate").WithStreamedBody();
        app.MapGet("/broken-off", async (HttpContext context) =>
        {
            await context.Response.WriteAsync("half");
            await context.Response.Body.FlushAsync();
            await Break.Task;
            context.Abort();
        }).RequirePermission("sales:read");
        app.MapGet("/cut", (HttpContext context) => context.Abort()).RequirePermission("sales:read");
        app.MapGet("/silent", (CancellationToken ct) => Task.Delay(Timeout.Infinite, ct)).RequirePermission("sales:read").WithStreamedBody();
        app.MapGet("/feed", () => "packs").RequirePermission("journal:feed");
    }

    /// <summary>Ends the answer of <c>/broken-off</c> in its middle.</summary>
    public static readonly TaskCompletionSource Break = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>A new access token of a demonstration user, or of <c>admin</c>.</summary>
    public async Task<string> Token(string user)
    {
        using var response = await Http.PostAsJsonAsync("/api/identity/sign-in", new { userName = user, password = user == "admin" ? AdminPassword : DemoPassword });
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync());
        return (await response.Content.ReadFromJsonAsync<Issued>())!.AccessToken;
    }

    public async Task<Issued?> SignIn(string user, string password)
    {
        using var response = await Http.PostAsJsonAsync("/api/identity/sign-in", new { userName = user, password });
        return response.IsSuccessStatusCode ? await response.Content.ReadFromJsonAsync<Issued>() : null;
    }

    public async Task<(int Status, JsonElement Body)> Connect(params (string Name, string Value)[] form)
    {
        using var response = await Http.PostAsync("/connect/token", new FormUrlEncodedContent(form.ToDictionary(field => field.Name, field => field.Value)));
        return ((int)response.StatusCode, await response.Content.ReadFromJsonAsync<JsonElement>());
    }

    public Task<(int Status, JsonElement Body)> Refresh(string token) => Connect(("grant_type", "refresh_token"), ("refresh_token", token));

    /// <summary>A request as somebody; the answer's status and JSON.</summary>
    public async Task<(int Status, JsonElement Body)> Ask(string user, string method, string path, object? body = null)
    {
        // The administrator's token is kept: passwords are slow on purpose.
        var token = user == "admin" ? admin ??= await Token(user) : await Token(user);
        using var response = await Http.Send(method, path, token, body is null ? null : JsonContent.Create(body));
        var text = await response.Content.ReadAsStringAsync();
        return ((int)response.StatusCode, text.Length == 0 ? default : JsonDocument.Parse(text).RootElement);
    }

    public async Task<Guid> IdOf(string user)
    {
        await using var connection = new NpgsqlConnection(database);
        return await connection.ExecuteScalarAsync<Guid>("select id from identity.users where user_name = @user", new { user });
    }

    /// <summary>Lets time pass in the database, or looks into it.</summary>
    public async Task<T?> Sql<T>(string sql, object? values = null)
    {
        await using var connection = new NpgsqlConnection(database);
        return await connection.ExecuteScalarAsync<T>(sql, values);
    }

    public T Service<T>() where T : notnull => App.Services.GetRequiredService<T>();

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await App.DisposeAsync();
        await Sales.DisposeAsync();
    }
}

/// <summary>A door that the tests of a class share, because they only look.</summary>
public sealed class SharedDoor : IAsyncLifetime
{
    internal Door Door { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Door = await Door.Start();

    public ValueTask DisposeAsync() => Door.DisposeAsync();
}
