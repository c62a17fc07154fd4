using CrmSuite.Analytics.Store;
using CrmSuite.Journal;
using CrmSuite.ServiceDefaults;
using Npgsql;

namespace CrmSuite.Analytics.Revenue;

static class RevenueEndpoints
{
    public static void MapRevenue(this IEndpointRouteBuilder app)
    {
        app.MapGet("/revenue", async (HttpRequest request, Moment? asOf, Moment? knownAt, IJournal journal, NpgsqlDataSource database, CancellationToken ct) =>
            {
                var (until, known, zone) = await Instants(journal, asOf, knownAt, ct);
                return Answers.Rows(request, await RevenueMonth.AsOf(database, until, known, zone, ct));
            })
            .RequirePermission("analytics:read");

        app.MapGet("/cohorts", async (HttpRequest request, Moment? asOf, Moment? knownAt, IJournal journal, NpgsqlDataSource database, CancellationToken ct) =>
            {
                var (until, known, zone) = await Instants(journal, asOf, knownAt, ct);
                return Answers.Rows(request, await RetentionMonth.AsOf(database, until, known, zone, ct));
            })
            .RequirePermission("analytics:read");
    }

    static async Task<(DateTime AsOf, DateTime KnownAt, string Zone)> Instants(IJournal journal, Moment? asOf, Moment? knownAt, CancellationToken ct)
    {
        var zone = (await journal.Load<Books.Books>(Books.Books.TheId, ct)).State.Zone;
        return (asOf?.In(zone) ?? Moment.Ever, knownAt?.In(zone) ?? Moment.Ever, zone.Id);
    }
}
