using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace CrmSuite.Bus;

/// <summary>The access token of this host, by client credentials (<c>Auth:ClientId</c>, <c>Auth:ClientSecret</c>), kept until shortly before it expires.</summary>
/// <param name="http">Where clients come from.</param>
/// <param name="bearer">Names the authority.</param>
/// <param name="configuration">Holds id and secret.</param>
public sealed class ServiceTokens(IHttpClientFactory http, IOptionsMonitor<JwtBearerOptions> bearer, IConfiguration configuration) : IDisposable
{
    static readonly TimeSpan RenewBefore = TimeSpan.FromMinutes(2);
    static readonly TimeSpan FetchTimeout = TimeSpan.FromSeconds(5);
    readonly SemaphoreSlim one = new(1);
    (string Token, DateTime RenewAt) kept;

    /// <summary>A token that is valid for at least a minute.</summary>
    /// <exception cref="HttpRequestException">The authority cannot be reached or refuses.</exception>
    public async Task<string> Get(CancellationToken ct)
    {
        await one.WaitAsync(ct);
        try
        {
            kept = DateTime.UtcNow < kept.RenewAt ? kept : await Fetch(ct);
            return kept.Token;
        }
        finally
        {
            one.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => one.Dispose();

    async Task<(string Token, DateTime RenewAt)> Fetch(CancellationToken ct)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(FetchTimeout);
        var authority = await bearer.Get(JwtBearerDefaults.AuthenticationScheme).ConfigurationManager!.GetConfigurationAsync(limit.Token);
        string Setting(string name) => configuration[name] ?? throw new InvalidOperationException($"{name} is not set.");
        using var form = new FormUrlEncodedContent(
            [new("grant_type", "client_credentials"), new("client_id", Setting("Auth:ClientId")), new("client_secret", Setting("Auth:ClientSecret"))]);
        using var client = http.CreateClient(nameof(ServiceTokens));
        using var response = await client.PostAsync(new Uri(authority.TokenEndpoint), form, limit.Token);
        var answer = await response.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<Answer>(limit.Token);
        return (answer!.AccessToken, DateTime.UtcNow.AddSeconds(answer.ExpiresIn) - RenewBefore);
    }

    sealed record Answer([property: JsonPropertyName("access_token")] string AccessToken, [property: JsonPropertyName("expires_in")] int ExpiresIn);
}

/// <summary>Puts this host's token on requests to other hosts: <c>AddHttpClient(…).AddHttpMessageHandler&lt;ServiceTokenHandler&gt;()</c>.</summary>
/// <param name="tokens">Where the token comes from.</param>
public sealed class ServiceTokenHandler(ServiceTokens tokens) : DelegatingHandler
{
    /// <inheritdoc/>
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await tokens.Get(cancellationToken));
        return await base.SendAsync(request, cancellationToken);
    }
}
