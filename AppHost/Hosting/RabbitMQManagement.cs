using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;

namespace CrmSuite.Hosting;

/// <summary>The part of RabbitMQ's management API that sets up virtual hosts, users and permissions.</summary>
sealed class RabbitMQManagement(int port, string user, string password)
{
    static readonly HttpClient Http = new() { Timeout = TimeSpan.FromSeconds(30) };

    public async Task<bool> IsReady(CancellationToken ct)
    {
        using var answer = await Send(HttpMethod.Get, "whoami", null, ct);
        return answer.IsSuccessStatusCode;
    }

    public Task CreateVirtualHost(string name, CancellationToken ct) => Put($"vhosts/{Escape(name)}", [], ct);

    public Task DeleteVirtualHost(string name, CancellationToken ct) => Require(HttpMethod.Delete, $"vhosts/{Escape(name)}", null, ct);

    public async Task<string[]> VirtualHosts(CancellationToken ct)
    {
        using var answer = await Send(HttpMethod.Get, "vhosts?columns=name", null, ct);
        answer.EnsureSuccessStatusCode();
        var hosts = await answer.Content.ReadFromJsonAsync<JsonObject[]>(ct);
        return [.. hosts!.Select(h => (string)h["name"]!)];
    }

    public Task CreateUser(string name, string userPassword, CancellationToken ct) =>
        Put($"users/{Escape(name)}", new() { ["password"] = userPassword, ["tags"] = "" }, ct);

    public Task Permit(string host, string name, string configure, string write, string read, CancellationToken ct) =>
        Put($"permissions/{Escape(host)}/{Escape(name)}", new() { ["configure"] = configure, ["write"] = write, ["read"] = read }, ct);

    /// <summary>Declares a whole topology in a virtual host; what is there already stays as it is.</summary>
    public Task Load(string host, RabbitMQTopology topology, Func<string, string> passwordOf, CancellationToken ct) =>
        Require(HttpMethod.Post, "definitions", topology.Definitions(host, passwordOf), ct);

    static string Escape(string text) => Uri.EscapeDataString(text);

    Task Put(string path, JsonObject body, CancellationToken ct) => Require(HttpMethod.Put, path, body, ct);

    async Task Require(HttpMethod method, string path, JsonObject? body, CancellationToken ct)
    {
        using var answer = await Send(method, path, body, ct);
        if (!answer.IsSuccessStatusCode)
        {
            throw new InvalidOperationException($"RabbitMQ refused {method} {path} with {(int)answer.StatusCode}: {await answer.Content.ReadAsStringAsync(ct)}");
        }
    }

    async Task<HttpResponseMessage> Send(HttpMethod method, string path, JsonObject? body, CancellationToken ct)
    {
        using var request = new HttpRequestMessage(method, $"http://127.0.0.1:{port}/api/{path}");
        request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password}")));
        if (body is not null)
        {
            request.Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json");
        }
        return await Http.SendAsync(request, ct);
    }
}
