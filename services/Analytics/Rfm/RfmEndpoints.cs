using System.Text.Json;
using CrmSuite.Analytics.Orders;
using CrmSuite.Analytics.Runs;
using CrmSuite.Analytics.Store;
using CrmSuite.Contracts;
using CrmSuite.Journal;
using CrmSuite.ServiceDefaults;
using CrmSuite.Views;
using Npgsql;

namespace CrmSuite.Analytics.Rfm;

static class RfmEndpoints
{
    public static void MapRfm(this IEndpointRouteBuilder app)
    {
        // Without asOf and knownAt the newest run answers, or the one that is named; with them the scores are computed from the facts.
        app.MapGet("/rfm", async (
                [AsParameters] Instants instants, Guid? run, string? after, int? size, Queries queries, NpgsqlDataSource database, CancellationToken ct) =>
            {
                var question = await instants.Resolve(ct);
                var select = question.IsPast ? await Select(question, queries, database, ct)
                    : await ScoreRun.Find(database, run, ct) is { } found ? RfmRow.OfRun(found.RunId) : null;
                return await queries.Answer<RfmRow>(
                    "rfm", async (next, rows) => select is null ? new([], null) : await queries.Page<RfmRow>(select, "customer_id", next, rows, ct),
                    after, size);
            })
            .RequirePermission("analytics:read");

        app.MapGet("/rfm/runs", (Queries queries, NpgsqlDataSource database, CancellationToken ct) =>
                queries.Answer<Summary>("rfm-runs", async (_, _) => new([.. (await ScoreRun.All(database, ct)).Select(Summary.Of)], null), null, null))
            .RequirePermission("analytics:read");
    }

    /// <summary>The rows computed from the facts, of one customer or of all; null when there is nothing to score.</summary>
    internal static async Task<FormattableString?> Select(
        Question question, Queries queries, NpgsqlDataSource database, CancellationToken ct, Guid? customer = null)
    {
        await queries.Passed([CustomerOrders.Name], ct);
        if ((question.AsOf ?? await Facts.NewestOrder(database, ct)) is not { } until)
        {
            return null;
        }

        var (zone, currency) = (question.Zone.Id, question.Books.InForce?.ReportingCurrency ?? await Facts.Currency(database, ct));
        return customer is { } asked ? RfmRow.AsOf(until, question.Known, zone, currency, asked) : RfmRow.AsOf(until, question.Known, zone, currency);
    }

    /// <summary>A run with its boundaries.</summary>
    public sealed record Summary(
        Guid RunId,
        DateTime AsOf,
        DateTime? KnownAt,
        IReadOnlyDictionary<string, long>? Cut,
        long Position,
        string Zone,
        string? Currency,
        int Customers,
        long Unrated,
        RfmBoundaries Boundaries,
        DateTime MadeAt)
    {
        public static Summary Of(ScoreRun run) => new(
            run.RunId, run.AsOf, run.KnownAt, run.Cut is null ? null : JsonSerializer.Deserialize<Dictionary<string, long>>(run.Cut, Json.Stored),
            run.Position, run.Zone, run.Currency, run.Customers, run.Unrated, JsonSerializer.Deserialize<RfmBoundaries>(run.Boundaries, Json.Stored)!,
            run.MadeAt);
    }
}
