using System.Security.Claims;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.OpenApi;

namespace CrmSuite.ServiceDefaults;

/// <summary>Names what a caller must be allowed to use the endpoint, for example <c>sales:write</c>.</summary>
/// <param name="name">Area and verb.</param>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method, AllowMultiple = true)]
public sealed class PermissionAttribute(string name) : AuthorizeAttribute, IAuthorizationRequirement, IAuthorizationRequirementData
{
    /// <summary>Area and verb.</summary>
    public string Name { get; } = name;

    /// <inheritdoc/>
    public IEnumerable<IAuthorizationRequirement> GetRequirements() => [this];
}

/// <summary>Which role may do what: the one table of the suite. An endpoint without a permission is closed to all.</summary>
public static class Permissions
{
    /// <summary>The departments that have agents, managers and operations.</summary>
    public static readonly IReadOnlyList<string> Departments = ["acquisition", "sales", "service", "loyalty"];

    /// <summary>What each role is granted. <c>*</c> stands for every verb of an area, or for everything. Leads belong to who hands them over and to who gets them.</summary>
    public static readonly IReadOnlyDictionary<string, IReadOnlyList<string>> ByRole = Table();

    static Dictionary<string, IReadOnlyList<string>> Table()
    {
        string[] everybody = ["suite:read", "identity:read"];
        var table = new Dictionary<string, IReadOnlyList<string>>
        {
            ["admin"] = ["*"],
            ["operator"] = [.. everybody, "suite:operate", "suite:observe"],
            ["analyst"] = [.. everybody, "analytics:read", "analytics:write", "analytics:export"],
            ["privacy-officer"] = [.. everybody, "privacy:*"],
        };
        foreach (var department in Departments)
        {
            string[] leads = department is "acquisition" or "sales" ? ["leads:read", "leads:work", "leads:manage"] : [];
            var daily = table[$"{department}-agent"] = [.. everybody, $"{department}:read", $"{department}:write", .. leads.Take(2)];
            table[$"{department}-manager"] = [.. daily, $"{department}:approve", .. leads.Skip(2)];
            table[$"{department}-operations"] = [.. daily, $"{department}:operate", "history:write", .. leads.Skip(2)];
        }

        return table;
    }

    /// <summary>The endpoint is open to callers with this permission and to nobody else.</summary>
    public static T RequirePermission<T>(this T endpoint, string name) where T : IEndpointConventionBuilder => endpoint.WithMetadata(new PermissionAttribute(name));

    /// <summary>Whether the caller has the permission: by a role, or, for services, by the claim <c>permissions</c> of its token.</summary>
    public static bool Has(this ClaimsPrincipal caller, string permission) =>
        caller.Identity?.IsAuthenticated == true && caller.Claims.Any(claim => claim.Type switch
        {
            Tokens.Roles => ByRole.TryGetValue(claim.Value, out var granted) && granted.Any(pattern => Covers(pattern, permission)),
            Tokens.Permissions => Covers(claim.Value, permission),
            _ => false,
        });

    /// <summary>What the caller would need here; null where it is no permission that he lacks.</summary>
    internal static string? Missing(HttpContext context) =>
        context.GetEndpoint()?.Metadata.GetOrderedMetadata<PermissionAttribute>().FirstOrDefault(needed => !context.User.Has(needed.Name)) is { } missing
            ? $"This needs the permission {missing.Name}, and none of your roles has it. Ask an administrator for a role that has it." : null;

    internal static void AddPermissions(this IServiceCollection services)
    {
        services.AddSingleton<IAuthorizationHandler, Granted>();
        // Who asks for what is not there learns so once he is known; what is there but names no permission is closed.
        services.AddAuthorizationBuilder().SetFallbackPolicy(new AuthorizationPolicyBuilder().RequireAuthenticatedUser()
            .RequireAssertion(context => context.Resource is HttpContext http && http.GetEndpoint() is not RouteEndpoint).Build());
    }

    internal static void Describe(OpenApiOptions options) => options.AddOperationTransformer((operation, context, _) =>
    {
        var names = context.Description.ActionDescriptor.EndpointMetadata.OfType<PermissionAttribute>().Select(permission => permission.Name).Distinct();
        operation.AddExtension("x-permission", new JsonNodeExtension(string.Join(' ', names)));
        return Task.CompletedTask;
    });

    static bool Covers(string pattern, string permission) =>
        pattern == permission || pattern == "*" || (pattern.EndsWith(":*", StringComparison.Ordinal) && permission.StartsWith(pattern[..^1], StringComparison.Ordinal));

    sealed class Granted : AuthorizationHandler<PermissionAttribute>
    {
        protected override Task HandleRequirementAsync(AuthorizationHandlerContext context, PermissionAttribute requirement)
        {
            if (context.User.Has(requirement.Name))
            {
                context.Succeed(requirement);
            }

            return Task.CompletedTask;
        }
    }
}
