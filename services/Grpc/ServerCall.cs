using System.Net.Http.Headers;
using System.Security.Claims;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace CrmSuite.Grpc;

/// <summary>One call as its handler sees it.</summary>
public sealed class ServerCall
{
    internal ServerCall(HttpContext http, ClaimsPrincipal caller) => (Http, Caller) = (http, caller);

    /// <summary>Who calls; not authenticated if nobody said.</summary>
    public ClaimsPrincipal Caller { get; }

    /// <summary>The host and port by which the caller has found the server.</summary>
    public HostString Host => Http.Request.Host;

    HttpContext Http { get; }

    /// <summary>A request header, or null.</summary>
    public string? Header(string name) => Http.Request.Headers[name] is [var value, ..] ? value : null;
}

/// <summary>User and password of the header <c>authorization: Basic …</c>.</summary>
public sealed record BasicCredentials(string User, string Password)
{
    /// <summary>Reads the header; false if there is one that cannot be read. No header gives null.</summary>
    internal static bool TryRead(string? header, out BasicCredentials? credentials)
    {
        credentials = null;
        if (header is null)
        {
            return true;
        }

        if (!AuthenticationHeaderValue.TryParse(header, out var value) || value is not { Parameter: { } encoded }
            || !value.Scheme.Equals("Basic", StringComparison.OrdinalIgnoreCase))
        {
            return false;
        }

        var bytes = new byte[encoded.Length];
        if (!Convert.TryFromBase64String(encoded, bytes, out var length)
            || Encoding.UTF8.GetString(bytes, 0, length).Split(':', 2) is not [var user, var password])
        {
            return false;
        }

        credentials = new(user, password);
        return true;
    }
}
