using System.Globalization;
using System.Net;
using System.Threading.RateLimiting;
using CrmSuite.ServiceDefaults;
using Microsoft.AspNetCore.HttpOverrides;
using Yarp.ReverseProxy.Model;

namespace CrmSuite.Gateway;

/// <summary>A named limit of an endpoint beside the general ones.</summary>
sealed record RateLimit(string Name);

/// <summary>
/// How much one address and one caller may ask: token buckets, named and set in the section <c>Limits</c>
/// (<c>Limits:sign-in:Burst</c>, <c>Limits:sign-in:PerMinute</c>). What is over the limit is refused at once; nothing queues.
/// </summary>
sealed class RateLimits : IDisposable
{
    public const string Address = "address";
    public const string Caller = "caller";
    public const string SignIn = "sign-in";
    public const string Token = "token";
    public const string Import = "import";

    static readonly Dictionary<string, (int Burst, int PerMinute)> Defaults = new()
    {
        [Address] = (4_000, 60_000),
        [Caller] = (2_000, 30_000),
        [SignIn] = (30, 20),
        [Token] = (60, 120),
        [Import] = (20, 60),
    };

    readonly PartitionedRateLimiter<(string Limit, string Who)> buckets;

    public RateLimits(IConfiguration configuration)
    {
        var options = Defaults.ToDictionary(pair => pair.Key, pair => Options(configuration, pair.Key));
        buckets = PartitionedRateLimiter.Create<(string Limit, string Who), (string, string)>(key =>
            RateLimitPartition.GetTokenBucketLimiter(key, _ => options[key.Limit]));
    }

    /// <summary>Takes one token; otherwise answers 429 with the seconds to wait and returns false.</summary>
    public async Task<bool> Take(HttpContext context, string limit, string who)
    {
        using var lease = buckets.AttemptAcquire((limit, who));
        if (lease.IsAcquired)
        {
            return true;
        }

        var wait = lease.TryGetMetadata(MetadataName.RetryAfter, out var after) ? after : TimeSpan.FromSeconds(1);
        context.Response.Headers.RetryAfter = Math.Max(1, Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        await Problems.Write(context, 429, Problems.CodeOf(429), $"The limit '{limit}' is used up; it fills again by itself.");
        return false;
    }

    public void Dispose() => buckets.Dispose();

    static TokenBucketRateLimiterOptions Options(IConfiguration configuration, string name)
    {
        var burst = configuration.GetValue($"Limits:{name}:Burst", Defaults[name].Burst);
        var perMinute = configuration.GetValue($"Limits:{name}:PerMinute", Defaults[name].PerMinute);
        return new()
        {
            TokenLimit = burst,
            TokensPerPeriod = Math.Max(1, perMinute / 60),
            ReplenishmentPeriod = TimeSpan.FromSeconds(perMinute >= 60 ? 1 : 60.0 / perMinute),
            QueueLimit = 0,
        };
    }
}

static class RateLimiting
{
    public static void AddRateLimits(this WebApplicationBuilder builder) => builder.Services.AddSingleton<RateLimits>();

    /// <summary>Behind an ingress the caller's address is in a header; only the networks in <c>Gateway:TrustedProxies</c> (CIDR, comma-separated) are believed.</summary>
    public static void UseTrustedProxies(this WebApplication app)
    {
        if (app.Configuration["Gateway:TrustedProxies"] is { Length: > 0 } networks)
        {
            var options = new ForwardedHeadersOptions { ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto, ForwardLimit = 1 };
            options.KnownProxies.Clear();
            options.KnownIPNetworks.Clear();
            foreach (var network in networks.Split(',', StringSplitOptions.TrimEntries))
            {
                options.KnownIPNetworks.Add(System.Net.IPNetwork.Parse(network));
            }

            app.UseForwardedHeaders(options);
        }
    }

    /// <summary>Before tokens are checked: what one address may ask of everything, and of an endpoint that answers without a token.</summary>
    public static void UseRateLimitByAddress(this WebApplication app)
    {
        var limits = app.Services.GetRequiredService<RateLimits>();
        app.Use(async (context, next) =>
        {
            var who = context.Connection.RemoteIpAddress is { } address ? Network(address) : "";
            var named = context.GetEndpoint()?.Metadata.GetMetadata<RateLimit>()?.Name;
            if (await limits.Take(context, RateLimits.Address, who) && (named is null || await limits.Take(context, named, who)))
            {
                await next(context);
            }
        });
    }

    /// <summary>After tokens are checked: what one caller may ask, and what he may ask of a route with a limit of its own.</summary>
    public static void UseRateLimitByCaller(this WebApplication app)
    {
        var limits = app.Services.GetRequiredService<RateLimits>();
        app.Use(async (context, next) =>
        {
            var route = context.GetEndpoint()?.Metadata.GetMetadata<RouteModel>()?.Config.Metadata;
            var limit = route?.GetValueOrDefault(nameof(RateLimit)) ?? RateLimits.Caller;
            if (context.User.FindFirst("sub")?.Value is not { } who || await limits.Take(context, limit, who))
            {
                await next(context);
            }
        });
    }

    // One subscriber has a whole /64 of IPv6.
    static string Network(IPAddress address) =>
        address.IsIPv4MappedToIPv6 || address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork
            ? address.MapToIPv4().ToString()
            : Convert.ToHexString(address.GetAddressBytes().AsSpan(0, 8));
}
