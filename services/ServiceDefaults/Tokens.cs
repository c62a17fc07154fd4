using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Tokens;

namespace CrmSuite.ServiceDefaults;

/// <summary>Bearer tokens: every host checks them itself, with keys from the configured authority and nowhere else.</summary>
public static class Tokens
{
    /// <summary>The audience of all hosts of the suite.</summary>
    public const string Audience = "crmsuite";
    /// <summary>The claim with the roles of a person or client.</summary>
    public const string Roles = "roles";
    /// <summary>The claim with permissions granted one by one: service clients only.</summary>
    public const string Permissions = "permissions";
    /// <summary>The claim with the team of a person.</summary>
    public const string Team = "team";
    /// <summary>The claim with the region of a person.</summary>
    public const string Region = "region";
    /// <summary>The claim that says who it is: <c>staff</c> or <c>service</c>.</summary>
    public const string Kind = "kind";

    /// <summary>How far the clocks of two hosts may lie apart.</summary>
    public static readonly TimeSpan ClockSkew = TimeSpan.FromSeconds(60);

    // How often keys are fetched again: in the ordinary course, and at most, when a token names an unknown one.
    static readonly TimeSpan KeysInterval = TimeSpan.FromMinutes(10);
    static readonly TimeSpan UnknownKeyInterval = TimeSpan.FromSeconds(30);

    // One asymmetric algorithm: ours is ES256; an outside provider may use another.
    static readonly string[] Algorithms = ["ES256", "ES384", "RS256", "PS256"];

    internal static void AddTokens(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddDataProtection().DisableAutomaticKeyGeneration(); // Comes with authentication; nothing here is protected by it.
        services.AddAuthentication(JwtBearerDefaults.AuthenticationScheme).AddJwtBearer(bearer =>
        {
            var algorithm = configuration["Auth:Algorithm"] ?? "ES256";
            bearer.Authority = configuration["Auth:Authority"];
            bearer.RequireHttpsMetadata = bearer.Authority?.StartsWith("https:", StringComparison.OrdinalIgnoreCase) == true;
            bearer.TokenHandlers.Clear();
            bearer.TokenHandlers.Add(new KnownTokens { MapInboundClaims = false });
            bearer.AutomaticRefreshInterval = KeysInterval;
            bearer.RefreshInterval = UnknownKeyInterval;
            bearer.TokenValidationParameters = new TokenValidationParameters
            {
                ValidAudience = Audience,
                ValidAlgorithms = [Algorithms.Contains(algorithm) ? algorithm : throw new InvalidOperationException($"Auth:Algorithm {algorithm} is not one of {string.Join(", ", Algorithms)}.")],
                ValidTypes = ["at+jwt", "JWT"],
                ClockSkew = ClockSkew,
                RequireExpirationTime = true,
                RequireSignedTokens = true,
                NameClaimType = "sub",
                RoleClaimType = Roles,
            };
            bearer.Events = new JwtBearerEvents { OnMessageReceived = FetchKeys, OnChallenge = Challenge };
        });
    }

    internal static void RequireAuthority(IServiceProvider services)
    {
        if (services.GetRequiredService<IOptionsMonitor<JwtBearerOptions>>().Get(JwtBearerDefaults.AuthenticationScheme).ConfigurationManager is null)
        {
            throw new InvalidOperationException("Auth:Authority is not set: nobody could sign in.");
        }
    }

    // The first fetch may fail, because hosts start in any order: then this request is told so and the next one tries again. Later failures keep the last keys.
    static async Task FetchKeys(MessageReceivedContext context)
    {
        if (context.Token is null && !context.Request.Headers.ContainsKey("Authorization"))
        {
            return;
        }

        try
        {
            await context.Options.ConfigurationManager!.GetConfigurationAsync(context.HttpContext.RequestAborted);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            context.HttpContext.Items[nameof(FetchKeys)] = exception;
            context.Fail(exception);
        }
    }

    static Task Challenge(JwtBearerChallengeContext context)
    {
        context.HandleResponse();
        if (context.HttpContext.Items.ContainsKey(nameof(FetchKeys)))
        {
            return Problems.Write(context.HttpContext, 503, "identity.unavailable", "The keys that tokens are checked with cannot be fetched at the moment.");
        }

        context.Response.Headers.WWWAuthenticate = context.AuthenticateFailure is null ? "Bearer" : "Bearer error=\"invalid_token\"";
        return context.AuthenticateFailure is null
            ? Problems.Write(context.HttpContext, 401, "token.missing", "Send an access token as Authorization: Bearer.")
            : Problems.Write(context.HttpContext, 401, "token.invalid", "The access token is not valid, or no longer.");
    }
}
