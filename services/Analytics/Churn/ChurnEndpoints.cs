using CrmSuite.Analytics.Runs;
using CrmSuite.Analytics.Store;
using CrmSuite.ServiceDefaults;
using Dapper;
using Npgsql;

namespace CrmSuite.Analytics.Churn;

/// <summary>How likely one customer is to buy nothing within the horizon, with the facts behind it.</summary>
public sealed record ChurnRow(
    Guid CustomerId, double PNoPurchase, int RecencyDays, int PurchaseDays, int TenureDays, decimal? MeanGapDays, double? PAlive, double? Expected)
{
    /// <summary>The facts as a sentence.</summary>
    public string Reason => ChurnScore.Reason(RecencyDays, (double?)MeanGapDays);

    internal static async Task<IReadOnlyList<ChurnRow>> OfRun(NpgsqlDataSource database, Guid run, Guid? customer, Guid after, int limit, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        return [.. await connection.QueryAsync<ChurnRow>(new CommandDefinition(
            """
            select customer_id, p_no_purchase, recency_days, purchase_days, tenure_days, mean_gap_days, p_alive, expected from analytics.scores
            where run_id = @run and p_no_purchase is not null and customer_id > @after and (@customer::uuid is null or customer_id = @customer)
            order by customer_id limit @limit
            """, new { run, after, customer, limit }, cancellationToken: ct))];
    }
}

static class ChurnEndpoints
{
    public static void MapChurn(this IEndpointRouteBuilder app)
    {
        app.MapGet("/churn", async (HttpRequest request, Guid? run, Guid? after, int? limit, NpgsqlDataSource database, CancellationToken ct) =>
            {
                var rows = Answers.Limit(request, limit);
                var found = await ScoreRun.Find(database, run, ct);
                return Answers.Page(request, rows,
                    found is null ? [] : await ChurnRow.OfRun(database, found.RunId, null, after ?? Guid.Empty, rows, ct), row => row.CustomerId.ToString());
            })
            .RequirePermission("analytics:read");

        app.MapGet("/churn/runs", async (HttpRequest request, NpgsqlDataSource database, CancellationToken ct) =>
                Answers.Rows(request, (await ScoreRun.All(database, ct))
                    .Select(run => new Summary(run.RunId, run.AsOf, run.KnownAt, run.Customers, run.Model, run.Version, run.HorizonDays, run.MadeAt)).ToList()))
            .RequirePermission("analytics:read");
    }

    /// <summary>A run and what served it.</summary>
    public sealed record Summary(Guid RunId, DateTime AsOf, DateTime? KnownAt, int Customers, string Model, int Version, int HorizonDays, DateTime MadeAt);
}
