using CrmSuite.Journal;
using CrmSuite.Sales.Accounts;
using CrmSuite.ServiceDefaults;
using CrmSuite.Views;

namespace CrmSuite.Sales.Timelines;

static class TimelineEndpoints
{
    public static IEndpointRouteBuilder MapTimelines(this IEndpointRouteBuilder app)
    {
        // Every event of an account, its deals, orders and tasks names its customer; by his id they are found together.
        app.MapGet("/timelines/{id:guid}", async (Guid id, string? after, int? size, IJournal journal, Queries queries, CancellationToken ct) =>
            await Timeline.Open(queries, (await journal.Load<Account>(id, ct)).State is { Status: not AccountStatus.None, CustomerId: var customer } ? customer : id, after, size, ct))
            .RequirePermission("sales:read");
        return app;
    }
}
