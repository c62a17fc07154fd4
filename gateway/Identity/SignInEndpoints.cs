using System.Net.Http.Headers;
using System.Text;
using CrmSuite.ServiceDefaults;
using Microsoft.IdentityModel.Tokens;

namespace CrmSuite.Gateway.Identity;

/// <summary>User name and password.</summary>
sealed record SignIn(string UserName, string Password);

/// <summary>Ends the sign-in that the refresh token belongs to.</summary>
sealed record SignOut(string RefreshToken);

/// <summary>Discovery, keys, tokens. These answer without a token: they are how one comes by it.</summary>
static class SignInEndpoints
{
    const string Refusal = "User name or password is wrong, or the account is locked for some minutes.";

    public static void MapSignIn(this IEndpointRouteBuilder app)
    {
        app.MapGet("/.well-known/openid-configuration", Discovery).AllowAnonymous();
        app.MapGet("/.well-known/jwks.json", Keys).AllowAnonymous();
        app.MapPost("/connect/token", Token).AllowAnonymous().WithMetadata(new RateLimit(RateLimits.Token));
        app.MapPost("/api/identity/sign-in", async (SignIn command, SignIns signIns, CancellationToken ct) =>
                await signIns.SignIn(command.UserName, command.Password, ct) is { } issued ? Results.Ok(issued) : Problems.Result(401, "sign-in.refused", Refusal))
            .AllowAnonymous().WithMetadata(new RateLimit(RateLimits.SignIn));
        app.MapPost("/api/identity/sign-out", async (SignOut command, Families families, CancellationToken ct) =>
        {
            await families.End(command.RefreshToken, ct);
            return Results.NoContent();
        }).RequirePermission("identity:read");
    }

    static IResult Discovery(IdentitySettings settings) => Results.Json(new
    {
        issuer = settings.Issuer,
        jwks_uri = settings.Issuer + "/.well-known/jwks.json",
        token_endpoint = settings.Issuer + "/connect/token",
        grant_types_supported = (string[])["client_credentials", "refresh_token"],
        token_endpoint_auth_methods_supported = (string[])["client_secret_basic", "client_secret_post", "none"],
        id_token_signing_alg_values_supported = (string[])["ES256"],
        subject_types_supported = (string[])["public"],
        response_types_supported = (string[])["token"],
    });

    static async Task<IResult> Keys(SigningKeys keys, CancellationToken ct) => Results.Json(new
    {
        keys = (await keys.Published(ct)).Select(key =>
        {
            var point = key.ECDsa.ExportParameters(false).Q;
            return new { kty = "EC", use = "sig", alg = "ES256", crv = "P-256", kid = key.KeyId, x = Base64UrlEncoder.Encode(point.X), y = Base64UrlEncoder.Encode(point.Y) };
        }),
    });

    static async Task<IResult> Token(HttpContext context, SignIns signIns, CancellationToken ct)
    {
        context.Response.Headers.CacheControl = "no-store";
        if (!context.Request.HasFormContentType)
        {
            return Refused(400, "invalid_request", "Send a form: application/x-www-form-urlencoded.");
        }

        var form = await context.Request.ReadFormAsync(ct);
        var (id, secret) = Basic(context.Request) ?? (form["client_id"].ToString(), form["client_secret"].ToString());
        return form["grant_type"].ToString() switch
        {
            "client_credentials" => await signIns.Client(id, secret, ct) is { } issued ? Granted(issued) : Refused(401, "invalid_client", "Client or secret is wrong."),
            "refresh_token" => await signIns.Refresh(form["refresh_token"].ToString(), ct) is { } issued ? Granted(issued) : Refused(400, "invalid_grant", "Sign in again."),
            _ => Refused(400, "unsupported_grant_type", "client_credentials or refresh_token."),
        };
    }

    static IResult Granted(Issued issued) => Results.Json(new
    {
        access_token = issued.AccessToken,
        token_type = issued.TokenType,
        expires_in = issued.ExpiresIn,
        refresh_token = issued.RefreshToken,
    });

    // Both what RFC 6749 asks for (error) and what all our errors have (code).
    static IResult Refused(int status, string error, string detail) =>
        Problems.Result(status, "token." + error.Replace('_', '-'), detail, new Dictionary<string, object?> { ["error"] = error });

    static (string Id, string Secret)? Basic(HttpRequest request)
    {
        if (!AuthenticationHeaderValue.TryParse(request.Headers.Authorization, out var header) || header is not { Scheme: "Basic", Parameter: { } encoded })
        {
            return null;
        }

        var bytes = new byte[encoded.Length];
        var pair = Convert.TryFromBase64String(encoded, bytes, out var length) ? Encoding.UTF8.GetString(bytes, 0, length).Split(':', 2) : [];
        return pair is [var id, var secret] ? (Uri.UnescapeDataString(id), Uri.UnescapeDataString(secret)) : null;
    }
}
