using CrmSuite.Links;
using CrmSuite.ServiceDefaults;
using CrmSuite.Views;

namespace CrmSuite.Sales.Handovers;

static class HandoverEndpoints
{
    public static IEndpointRouteBuilder MapHandovers(this IEndpointRouteBuilder app)
    {
        app.MapGet("/handovers", async (string? ownerId, string? ownerTeam, Guid? customerId, bool? group, DateTime? until, string? after, int? size,
            TimeProvider time, Queries queries, CancellationToken ct) =>
            await HandoverList.Open(queries, ownerId, ownerTeam, await Group.Meant(queries, customerId, group, ct),
                until?.ToUniversalTime() ?? time.GetUtcNow().UtcDateTime, after, size, ct)).RequirePermission("sales:read");

        return app;
    }
}
