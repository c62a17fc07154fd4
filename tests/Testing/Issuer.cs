using System.Security.Cryptography;
using CrmSuite.ServiceDefaults;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace CrmSuite.Testing;

/// <summary>An OIDC provider on loopback: services under test fetch its keys as they would anybody's (<c>Auth:Authority</c>), tests write the tokens.</summary>
public sealed class Issuer : IAsyncDisposable
{
    readonly WebApplication app;
    readonly List<ECDsaSecurityKey> keys = [NewKey()];

    Issuer(WebApplication app) => this.app = app;

    /// <summary>The setting <c>Auth:Authority</c> of a service under test.</summary>
    public string Authority => app.Urls.Single();

    /// <summary>The key that signs; all earlier ones stay published.</summary>
    public ECDsaSecurityKey Key => keys[^1];

    /// <summary>What the directory of the staff answers; null while it does not.</summary>
    public object? Directory { get; set; }

    /// <summary>How often the keys were fetched.</summary>
    public int KeyFetches { get; private set; }

    /// <summary>How often a client asked for a token.</summary>
    public int TokensAsked { get; private set; }

    public static async Task<Issuer> Start(int port = 0)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls($"http://127.0.0.1:{port}");
        var issuer = new Issuer(builder.Build());
        issuer.app.MapGet("/.well-known/openid-configuration", () => Results.Json(new
        {
            issuer = issuer.Authority,
            jwks_uri = issuer.Authority + "/keys",
            token_endpoint = issuer.Authority + "/token",
        }));
        issuer.app.MapGet("/keys", () =>
        {
            issuer.KeyFetches++;
            return Results.Json(new { keys = issuer.keys.Select(Published) });
        });
        issuer.app.MapPost("/token", (HttpRequest request) =>
        {
            issuer.TokensAsked++;
            return Results.Json(new { access_token = issuer.ServiceToken(request.Form["client_id"]!, "journal:feed"), expires_in = 900, token_type = "Bearer" });
        });
        issuer.app.MapGet("/api/identity/directory", () => issuer.Directory is { } staff ? Results.Json(staff) : Results.StatusCode(503));
        await issuer.app.StartAsync();
        return issuer;
    }

    /// <summary>A new key signs from now on.</summary>
    public void Rotate() => keys.Add(NewKey());

    /// <summary>A token of a person with these roles, for example <c>sales-agent</c>.</summary>
    public string Token(params string[] roles) => Write(Descriptor("staff", "00000000-0000-7000-8000-000000000001", Tokens.Roles, roles));

    /// <summary>A token of somebody in a role: <c>sales-agent</c>, or <c>sales-agent/u-ann@north</c> where it matters who he is and in which team.</summary>
    public string TokenOf(string who)
    {
        var (role, person) = who.Split('/', 2) is [var first, var rest] ? (first, rest.Split('@', 2)) : (who, []);
        return Token(
            descriptor =>
            {
                descriptor.Claims[JwtRegisteredClaimNames.Sub] = person is [var subject, ..] ? subject : descriptor.Claims[JwtRegisteredClaimNames.Sub];
                descriptor.Claims[Tokens.Team] = person is [_, var team] ? team : descriptor.Claims[Tokens.Team];
            },
            role);
    }

    /// <summary>A token of a service with these permissions.</summary>
    public string ServiceToken(string client, params string[] permissions) => Write(Descriptor("service", client, Tokens.Permissions, permissions));

    /// <summary>Any token: change what a good one says.</summary>
    public string Token(Action<SecurityTokenDescriptor> change, params string[] roles)
    {
        var descriptor = Descriptor("staff", "00000000-0000-7000-8000-000000000001", Tokens.Roles, roles);
        change(descriptor);
        return Write(descriptor);
    }

    public async ValueTask DisposeAsync()
    {
        await app.DisposeAsync();
        keys.ForEach(key => key.ECDsa.Dispose());
    }

    SecurityTokenDescriptor Descriptor(string kind, string subject, string claim, string[] values) => new()
    {
        Issuer = Authority,
        Audience = Tokens.Audience,
        IssuedAt = DateTime.UtcNow,
        NotBefore = DateTime.UtcNow,
        Expires = DateTime.UtcNow.AddMinutes(15),
        TokenType = "at+jwt",
        SigningCredentials = new(Key, SecurityAlgorithms.EcdsaSha256),
        Claims = new Dictionary<string, object> { [JwtRegisteredClaimNames.Sub] = subject, [Tokens.Kind] = kind, [claim] = values, [Tokens.Team] = "north" },
    };

    static string Write(SecurityTokenDescriptor descriptor) => new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(descriptor);

    static ECDsaSecurityKey NewKey() => new(ECDsa.Create(ECCurve.NamedCurves.nistP256)) { KeyId = Guid.NewGuid().ToString("n") };

    static object Published(ECDsaSecurityKey key)
    {
        var point = key.ECDsa.ExportParameters(false).Q;
        return new { kty = "EC", use = "sig", alg = "ES256", crv = "P-256", kid = key.KeyId, x = Base64UrlEncoder.Encode(point.X), y = Base64UrlEncoder.Encode(point.Y) };
    }
}
