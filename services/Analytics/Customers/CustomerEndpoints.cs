using CrmSuite.Analytics.Churn;
using CrmSuite.Analytics.Rfm;
using CrmSuite.Analytics.Runs;
using CrmSuite.Analytics.Segments;
using CrmSuite.Analytics.Store;
using CrmSuite.ServiceDefaults;
using Dapper;
using Npgsql;

namespace CrmSuite.Analytics.Customers;

static class CustomerEndpoints
{
    public static void MapCustomers(this IEndpointRouteBuilder app) =>
        app.MapGet("/customers/{id:guid}", async (Guid id, NpgsqlDataSource database, TimeProvider time, CancellationToken ct) =>
                await Find(database, id, time.GetUtcNow().UtcDateTime, ct) is { } page ? Results.Ok(page) : Answers.Unknown("customer"))
            .RequirePermission("analytics:read");

    /// <summary>One customer over all departments, with the scores of the newest run and the segments of this moment.</summary>
    public sealed record CustomerPage(System.Text.Json.JsonElement Customer, DateTime? ScoredAsOf, RfmRow? Rfm, ChurnRow? Churn, string? ChurnModel, IReadOnlyList<Stay> Segments);

    static async Task<CustomerPage?> Find(NpgsqlDataSource database, Guid id, DateTime now, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        var row = await connection.QuerySingleOrDefaultAsync<string>(new CommandDefinition(
            $"select to_jsonb(c)::text from analytics.{Customer360.Name} as c where customer_id = @id", new { id }, cancellationToken: ct));
        if (row is null)
        {
            return null;
        }

        var run = await ScoreRun.Find(database, null, ct);
        var rfm = run is null ? null : await connection.QuerySingleOrDefaultAsync<RfmRow>(new CommandDefinition(
            "select customer_id, recency_days, frequency, money_minor, r, f, m from analytics.scores where run_id = @RunId and customer_id = @id",
            new { run.RunId, id }, cancellationToken: ct));
        var churn = run is not null && await ChurnRow.OfRun(database, run.RunId, id, Guid.Empty, 1, ct) is [var scored] ? scored : null;
        var stays = await SegmentMembership.OfCustomer(database, id, null, ct);
        return new(System.Text.Json.JsonSerializer.Deserialize<System.Text.Json.JsonElement>(row), run?.AsOf, rfm, churn, run?.Model,
            [.. stays.Where(stay => stay.ValidFrom <= now && !(stay.ValidTo <= now))]);
    }
}
