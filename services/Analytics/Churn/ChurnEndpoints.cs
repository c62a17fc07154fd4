using CrmSuite.Analytics.Models;
using CrmSuite.Analytics.Orders;
using CrmSuite.Analytics.Runs;
using CrmSuite.Analytics.Store;
using CrmSuite.Contracts.Analytics;
using CrmSuite.Journal;
using CrmSuite.ServiceDefaults;
using CrmSuite.Views;
using Npgsql;

namespace CrmSuite.Analytics.Churn;

static class ChurnEndpoints
{
    public static void MapChurn(this IEndpointRouteBuilder app)
    {
        // Without asOf and knownAt the newest run answers, or the one that is named; with them the scores are computed from the facts.
        app.MapGet("/churn", async (
                [AsParameters] Instants instants, Guid? run, string? after, int? size, IJournal journal, Queries queries, NpgsqlDataSource database,
                CancellationToken ct) =>
            {
                var question = await instants.Resolve(ct);
                if (!question.IsPast)
                {
                    var found = await ScoreRun.Find(database, run, ct);
                    return await queries.Answer<ChurnRow>("churn", async (next, rows) =>
                        found is null ? new([], null) : await queries.Page<ChurnRow>(ChurnRow.OfRun(found.RunId), "customer_id", next, rows, ct), after, size);
                }

                await queries.Passed([CustomerOrders.Name], ct);
                var (model, asOf) = (await InForce(journal, question, ct), question.AsOf ?? await Facts.NewestOrder(database, ct));
                return await queries.Answer<ChurnRow>("churn", async (next, size) =>
                {
                    var rows = asOf is null ? [] : await ChurnRow.AsOf(database, model, question, asOf.Value, new(null, Cursor.Id(next), size + 1), ct);
                    return rows.Count <= size ? new(rows, null) : new([.. rows.Take(size)], rows[size - 1].CustomerId.ToString());
                }, after, size);
            })
            .RequirePermission("analytics:read");

        app.MapGet("/churn/runs", (Queries queries, NpgsqlDataSource database, CancellationToken ct) =>
                queries.Answer<Summary>("churn-runs", async (_, _) => new([.. (await ScoreRun.All(database, ct)).Select(Summary.Of)], null), null, null))
            .RequirePermission("analytics:read");
    }

    /// <summary>A run, what served it, and what it found.</summary>
    public sealed record Summary(
        Guid RunId,
        DateTime AsOf,
        DateTime? KnownAt,
        int Customers,
        string Model,
        int Version,
        int HorizonDays,
        decimal? Threshold,
        int AtRisk,
        int Raised,
        DateTime MadeAt)
    {
        public static Summary Of(ScoreRun run) => new(
            run.RunId, run.AsOf, run.KnownAt, run.Customers, run.Model, run.Version, run.HorizonDays, run.Threshold, run.AtRisk, run.Raised, run.MadeAt);
    }

    /// <summary>The churn model in force, as known then. As with a rule, the first card also answers for the time before it was trained.</summary>
    internal static async Task<Model> InForce(IJournal journal, Question question, CancellationToken ct)
    {
        var known = (await journal.Read<Model>(Model.IdOf(Model.Churn), ct)).Where(entry => entry.RecordedAt <= question.Known).ToList();
        var first = known.Find(entry => entry.Event is ModelTrained)?.OccurredAt;
        var until = first > question.Until ? first.Value : question.Until;
        return known.Where(entry => entry.OccurredAt <= until).Aggregate(Model.Initial, (model, entry) => Model.Evolve(model, entry.Event));
    }
}
