using System.Text.Json;
using CrmSuite.Analytics.Runs;
using CrmSuite.Analytics.Store;
using CrmSuite.Contracts;
using CrmSuite.Journal;
using CrmSuite.ServiceDefaults;
using Npgsql;

namespace CrmSuite.Analytics.Rfm;

static class RfmEndpoints
{
    public static void MapRfm(this IEndpointRouteBuilder app)
    {
        // Without asOf the newest run answers; with it the scores are computed as of that moment.
        app.MapGet("/rfm", async (
                HttpRequest request, Moment? asOf, Moment? knownAt, Guid? run, Guid? after, int? limit, IJournal journal, NpgsqlDataSource database, CancellationToken ct) =>
            {
                var rows = Answers.Limit(request, limit);
                return Answers.Page(request, rows, await Read(journal, database, asOf, knownAt, run, after ?? Guid.Empty, rows, ct), row => row.CustomerId.ToString());
            })
            .RequirePermission("analytics:read");

        app.MapGet("/rfm/runs", async (HttpRequest request, NpgsqlDataSource database, CancellationToken ct) =>
                Answers.Rows(request, (await ScoreRun.All(database, ct)).Select(Summary.Of).ToList()))
            .RequirePermission("analytics:read");
    }

    static async Task<IReadOnlyList<RfmRow>> Read(
        IJournal journal, NpgsqlDataSource database, Moment? asOf, Moment? knownAt, Guid? run, Guid after, int limit, CancellationToken ct)
    {
        if (asOf is null && knownAt is null)
        {
            return await ScoreRun.Find(database, run, ct) is { } found ? await RfmRow.OfRun(database, found.RunId, after, limit, ct) : [];
        }

        var books = (await journal.Load<Books.Books>(Books.Books.TheId, ct)).State;
        var until = asOf?.In(books.Zone) ?? await Facts.NewestOrder(database, ct);
        return until is null ? [] : await RfmRow.AsOf(database, until.Value, knownAt?.In(books.Zone) ?? Moment.Ever, books.Zone.Id,
            books.InForce?.ReportingCurrency ?? await Facts.Currency(database, ct), after, limit, ct);
    }

    /// <summary>A run with its boundaries.</summary>
    public sealed record Summary(
        Guid RunId, DateTime AsOf, DateTime? KnownAt, long Position, string Zone, string? Currency, int Customers, long Unrated, RfmBoundaries Boundaries, DateTime MadeAt)
    {
        public static Summary Of(ScoreRun run) => new(run.RunId, run.AsOf, run.KnownAt, run.Position, run.Zone, run.Currency, run.Customers, run.Unrated,
            JsonSerializer.Deserialize<RfmBoundaries>(run.Boundaries, Json.Stored)!, run.MadeAt);
    }
}
