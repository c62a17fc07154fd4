using CrmSuite.Analytics.Orders;
using CrmSuite.Analytics.Store;
using CrmSuite.Journal;
using CrmSuite.ServiceDefaults;
using CrmSuite.Views;

namespace CrmSuite.Analytics.Revenue;

static class RevenueEndpoints
{
    public static void MapRevenue(this IEndpointRouteBuilder app)
    {
        app.MapGet("/revenue", async ([AsParameters] Instants instants, string? after, int? size, Queries queries, CancellationToken ct) =>
            {
                var question = await instants.Resolve(ct);
                await queries.Passed([CustomerOrders.Name, CustomerCredits.Name], ct);
                var select = RevenueMonth.AsOf(question.Until, question.Known, question.Zone.Id);
                return await queries.Answer(
                    "revenue", (next, rows) => queries.Page<RevenueMonth>(select, "month, currency", next, rows, ct), after, size ?? Queries.SizeMax);
            })
            .RequirePermission("analytics:read");

        app.MapGet("/cohorts", async ([AsParameters] Instants instants, string? after, int? size, Queries queries, CancellationToken ct) =>
            {
                var question = await instants.Resolve(ct);
                await queries.Passed([CustomerOrders.Name], ct);
                var select = RetentionMonth.AsOf(question.Until, question.Known, question.Zone.Id);
                return await queries.Answer(
                    "cohorts", (next, rows) => queries.Page<RetentionMonth>(select, "cohort_month, months_since", next, rows, ct),
                    after, size ?? Queries.SizeMax);
            })
            .RequirePermission("analytics:read");
    }
}
