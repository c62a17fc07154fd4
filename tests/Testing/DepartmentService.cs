using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using CrmSuite.Databases;
using CrmSuite.Departments;
using CrmSuite.Journal;
using CrmSuite.Keyring;
using CrmSuite.Views;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Xunit;

namespace CrmSuite.Testing;

/// <summary>A department on loopback with its own journal and keyring, real sign-in and real views; its broker is not there, as in the worst hour.</summary>
public sealed class DepartmentService : IAsyncDisposable
{
    readonly JournalDatabase journal;
    readonly Issuer issuer;
    readonly Func<Task<LoopbackService>> start;
    LoopbackService service;

    DepartmentService(JournalDatabase journal, Issuer issuer, Func<Task<LoopbackService>> start, LoopbackService service) =>
        (this.journal, this.issuer, this.start, this.service) = (journal, issuer, start, service);

    /// <summary>The host, to look at its endpoints.</summary>
    public WebApplication App => service.App;

    /// <summary>The journal's database, as superuser.</summary>
    public string ConnectionString => journal.ConnectionString;

    /// <summary>What the host logged.</summary>
    public string Log => service.Log.Text;

    public static async Task<DepartmentService> Start(string name, Action<Department> declare, Action<WebApplication> map)
    {
        var (journal, issuer) = (await JournalDatabase.Create(name), await Issuer.Start());
        var department = new Department(name, new ServiceCollection());
        declare(department);
        await Migration.Apply(journal.ConnectionString, null, default, department.Schemas);
        var master = JournalDatabase.MasterKey();
        Task<LoopbackService> Host() => LoopbackService.Start(issuer.Authority, app => map(app.MapDepartment()), builder =>
        {
            builder.Configuration[$"ConnectionStrings:{name}"] = journal.ConnectionString;
            builder.Configuration["ConnectionStrings:keyring"] = journal.KeyringConnectionString;
            builder.Configuration["ConnectionStrings:messaging"] = $"amqp://nobody:nothing@127.0.0.1:{LoopbackService.FreePort()}";
            builder.Configuration["Keyring:Master"] = master;
            builder.AddDepartment(name, declare);
        });
        return new(journal, issuer, Host, await Host());
    }

    /// <summary>The host is gone in the middle of what it does, and with it its connections: nobody commits or gives back anything. Another one starts.</summary>
    public async Task Crash()
    {
        var ended = service.DisposeAsync();
        await using (var server = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(ConnectionString) { Pooling = false }.ConnectionString))
        {
            await server.OpenAsync();
            await using var cut = new NpgsqlCommand("""
                select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid() and application_name <> 'test'
                """, server);
            await cut.ExecuteNonQueryAsync();
        }

        await ended;
        service = await start();
    }

    /// <summary>The keyring does not answer, and nobody remembers a key, until what is returned is disposed of.</summary>
    public async Task<IAsyncDisposable> WithoutKeyring()
    {
        await journal.CloseKeyring(isClosed: true);
        App.Services.GetRequiredService<Keyring.Keyring>().Forget();
        return new Closed(journal);
    }

    sealed record Closed(JournalDatabase Journal) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync() => await Journal.CloseKeyring(isClosed: false);
    }

    /// <summary>What the identity provider tells of the staff: <c>{users: [{id, team …}], teams: [{id, parent, manager}]}</c>.</summary>
    public object? Directory
    {
        set => issuer.Directory = value;
    }

    /// <summary>A request in a role; the answer, whatever it is. What is behind is asked again, as its answer says.</summary>
    /// <param name="role">For example <c>sales-agent</c>; <c>sales-agent/u-ann@north</c> for somebody in a team, where it matters who asks.</param>
    /// <param name="method">GET, POST …</param>
    /// <param name="path">From the root of the service.</param>
    /// <param name="body">As JSON, as it stands where it is content already, or null.</param>
    /// <param name="ifMatch">The version that the caller saw, or null.</param>
    /// <param name="key">The idempotency key, or null.</param>
    /// <param name="viaLink">The link whose joint card the caller looks at, or null.</param>
    public async Task<HttpResponseMessage> Send(
        string role, string method, string path, object? body = null, int? ifMatch = null, string? key = null, Guid? viaLink = null)
    {
        for (var again = 0; ; again++)
        {
            var response = await service.Http.SendAsync(Request(role, method, path, body, ifMatch, key, viaLink));

            // The server is shared: somebody's open transaction holds the fence back. The service has waited; the client asks again, as it was told.
            if (response.StatusCode != HttpStatusCode.ServiceUnavailable || again == AgainMax
                || !(await response.Content.ReadAsStringAsync()).Contains("view.behind", StringComparison.Ordinal))
            {
                return response;
            }

            response.Dispose();
        }
    }

    HttpRequestMessage Request(string role, string method, string path, object? body, int? ifMatch, string? key, Guid? viaLink)
    {
        var request = new HttpRequestMessage(new(method), path)
        {
            Content = body as HttpContent ?? (body is null ? null : JsonContent.Create(body, options: JsonSerializerOptions.Web)),
        };
        request.Headers.Authorization = new("Bearer", issuer.TokenOf(role));
        if (ifMatch is { } version)
        {
            request.Headers.IfMatch.Add(new($"\"{version}\""));
        }

        if (key is not null)
        {
            request.Headers.Add("Idempotency-Key", key);
        }

        if (viaLink is { } link)
        {
            request.Headers.Add(Http.ViaLink, $"{link}");
        }

        return request;
    }

    /// <summary>Rebuild = live for one of its views (<see cref="ViewLaws"/>). Nothing may be written meanwhile.</summary>
    public Task RebuildEqualsLive<TRow, TView>() where TRow : class where TView : IView<TRow> =>
        ViewLaws.RebuildEqualsLive<TRow, TView>(journal.ConnectionString, journal.Log, sealing: App.Services.GetService<Sealing>());

    const int AgainMax = 20;

    /// <summary>The body of an answer that must be a success.</summary>
    public async Task<JsonElement> Ok(string role, string method, string path, object? body = null, string? key = null)
    {
        using var response = await Send(role, method, path, body, key: key);
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, $"{method} {path}: {(int)response.StatusCode} {text}\n{Log}");
        return JsonDocument.Parse(text).RootElement;
    }

    public async ValueTask DisposeAsync()
    {
        await service.DisposeAsync();
        await issuer.DisposeAsync();
        await journal.DisposeAsync();
    }
}
