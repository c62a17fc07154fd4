using CrmSuite.ServiceDefaults;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Routing;

namespace CrmSuite.Testing;

/// <summary>What a host's endpoints ask of their callers.</summary>
public static class Endpoints
{
    /// <summary>The endpoints that name no permission and are not declared open: there must be none.</summary>
    public static IReadOnlyList<string> WithoutPermission(IEndpointRouteBuilder app) =>
        [.. All(app).Where(route => route.Metadata.GetMetadata<PermissionAttribute>() is null && !IsOpen(route)).Select(Name)];

    /// <summary>The endpoints that answer without a token: health, discovery and sign-in, nothing else.</summary>
    public static IReadOnlyList<string> Open(IEndpointRouteBuilder app) => [.. All(app).Where(IsOpen).Select(Name)];

    static IEnumerable<RouteEndpoint> All(IEndpointRouteBuilder app) => app.DataSources.SelectMany(source => source.Endpoints).OfType<RouteEndpoint>();

    static bool IsOpen(RouteEndpoint route) => route.Metadata.GetMetadata<IAllowAnonymous>() is not null;

    static string Name(RouteEndpoint route) =>
        $"{string.Join(',', route.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? ["*"])} {route.RoutePattern.RawText}";
}
