using System.Text.Json;
using CrmSuite.Analytics.Churn;
using CrmSuite.Analytics.Findings;
using CrmSuite.Analytics.Models;
using CrmSuite.Analytics.Rfm;
using CrmSuite.Analytics.Store;
using CrmSuite.Contracts;
using CrmSuite.Contracts.Analytics;
using Dapper;
using Npgsql;
using NpgsqlTypes;

namespace CrmSuite.Analytics.Runs;

/// <summary>A run that scored every customer with an order.</summary>
public sealed record ScoreRun(
    Guid RunId, DateTime AsOf, DateTime? KnownAt, long Position, string Zone, string? Currency, int Customers, string Boundaries, long Unrated, string Model, int Version,
    int HorizonDays, string? Cut, decimal? Threshold, int AtRisk, int Raised, DateTime MadeAt)
{
    /// <summary>How many runs are kept, the newest among them.</summary>
    public const int KeptMax = 24;

    /// <summary>A customer in a run: RFM row and purchase days.</summary>
    sealed record Scored(RfmRow Rfm, IReadOnlyList<DateOnly> Days, int TenureDays, ChurnScore? Churn);

    /// <summary>The newest run, or the one asked for.</summary>
    internal static async Task<ScoreRun?> Find(NpgsqlDataSource database, Guid? id, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        return await connection.QueryFirstOrDefaultAsync<ScoreRun>(new CommandDefinition(
            $"select {Columns} from analytics.score_runs where @id::uuid is null or run_id = @id order by as_of desc, made_at desc limit 1", new { id }, cancellationToken: ct));
    }

    internal static async Task<IReadOnlyList<ScoreRun>> All(NpgsqlDataSource database, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        return [.. await connection.QueryAsync<ScoreRun>(new CommandDefinition($"select {Columns} from analytics.score_runs order by as_of desc, made_at desc", cancellationToken: ct))];
    }

    const string Columns = """
        run_id, as_of, known_at, position, zone, currency, customers, boundaries::text as boundaries, unrated, model, version, horizon_days, cut::text as cut,
        threshold, at_risk, raised, made_at
        """;

    /// <summary>
    /// Scores everybody and keeps the run, and proposes whose churn risk is to be raised; the same run again replaces itself. Every value follows from the log,
    /// the card and the threshold, none from a clock.
    /// </summary>
    internal static async Task<int> Make(NpgsqlDataSource database, Guid id, DateTime asOf, DateTime? knownAt, Books.Books books, Model model, CancellationToken ct)
    {
        var (zone, known) = (books.Zone.Id, knownAt ?? Moment.Ever);
        var position = await Facts.Position(database, ct) ?? -1;
        var currency = books.InForce?.ReportingCurrency ?? await Facts.Currency(database, ct);
        var purchases = (await Facts.Purchases(database, asOf, known, zone, Purchasers.All, ct))
            .ToDictionary(history => history.CustomerId, history => history.Days);
        var rows = await RfmRow.All(database, asOf, known, zone, currency, ct);
        var score = ChurnScore.By(model);
        var day = Moment.DayOf(asOf, books.Zone);
        var scored = rows.Where(row => purchases.ContainsKey(row.CustomerId)).Select(row => Score(row, purchases[row.CustomerId], day, score)).ToList();
        var threshold = model.Threshold?.Threshold;
        var atRisk = scored.Where(one => one.Churn?.NoPurchase >= (double?)threshold).ToList();

        await using var connection = await database.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        // Only the newest of all runs tells anything, and only what time has brought since the one before: a question about the past finds nothing new.
        var before = knownAt is null ? await Before(connection, id, asOf, ct) : null;
        var raised = before is { } last ? atRisk.Where(one => !WasAtRisk(one, Moment.DayOf(last, books.Zone))).Select(Raised).ToList() : [];
        await Proposal.Add(connection, raised, ct);
        await connection.ExecuteAsync(new CommandDefinition(
            $"""
            delete from analytics.score_runs where run_id = @id;
            insert into analytics.score_runs (run_id, as_of, known_at, position, zone, currency, customers, boundaries, unrated, model, version, horizon_days,
                cut, threshold, at_risk, raised)
            values (@id, @asOf, @knownAt, @position, @zone, @currency, @customers, @boundaries::jsonb,
                (select count(*) from analytics.orders_as_of(@asOf, @known) where currency <> @currency), @served, @version, @horizon,
                analytics.cut(@known), @threshold, @atRisk, @raised);
            """,
            new
            {
                id,
                asOf,
                knownAt,
                position,
                zone,
                currency,
                customers = scored.Count,
                known,
                served = ChurnScore.Served(model),
                version = model.Card?.Version ?? 0,
                horizon = model.Card?.Data.HorizonDays ?? 0,
                boundaries = JsonSerializer.Serialize(RfmBoundaries.Of(rows), Json.Stored),
                threshold,
                atRisk = atRisk.Count,
                raised = raised.Count,
            },
            transaction, Facts.TimeOutSeconds, cancellationToken: ct));
        await Write(connection, id, scored, ct);
        await connection.ExecuteAsync(new CommandDefinition(
            "delete from analytics.score_runs where run_id in (select run_id from analytics.score_runs order by made_at desc offset @KeptMax)",
            new { KeptMax }, transaction, Facts.TimeOutSeconds, cancellationToken: ct));
        await transaction.CommitAsync(ct);
        return scored.Count;

        bool WasAtRisk(Scored one, DateOnly then)
        {
            IReadOnlyList<DateOnly> days = [.. one.Days.TakeWhile(bought => bought <= then)];
            return days.Count > 0 && score!(days, then).NoPurchase >= (double?)threshold;
        }

        Proposal Raised(Scored one)
        {
            var probability = Math.Round((decimal)one.Churn!.NoPurchase, 8);
            var (version, horizon) = (model.Card!.Version, model.Card.Data.HorizonDays);
            return new(
                new ChurnRiskRaised(one.Rfm.CustomerId, probability, threshold!.Value, ChurnScore.Served(model), version, horizon, one.Days[^1]), asOf, null);
        }
    }

    static Scored Score(RfmRow row, IReadOnlyList<DateOnly> days, DateOnly asOf, Func<IReadOnlyList<DateOnly>, DateOnly, ChurnScore>? by) =>
        new(row, days, asOf.DayNumber - days[0].DayNumber, by?.Invoke(days, asOf));

    /// <summary>Business time of the run before, if this is the newest one; null if it is not, or is the first.</summary>
    static Task<DateTime?> Before(NpgsqlConnection connection, Guid id, DateTime asOf, CancellationToken ct) =>
        connection.ExecuteScalarAsync<DateTime?>(new CommandDefinition(
            "select max(as_of) from analytics.score_runs where run_id <> @id and known_at is null having max(as_of) < @asOf",
            new { id, asOf }, cancellationToken: ct));

    static async Task Write(NpgsqlConnection connection, Guid id, List<Scored> scored, CancellationToken ct)
    {
        await using var copy = await connection.BeginBinaryImportAsync(
            """
            copy analytics.scores (run_id, customer_id, recency_days, frequency, money_minor, r, f, m, purchase_days, tenure_days, mean_gap_days, p_no_purchase, p_alive, expected)
            from stdin (format binary)
            """, ct);
        async Task Optional<T>(T? value, NpgsqlDbType type) where T : struct
        {
            if (value is { } known)
            {
                await copy.WriteAsync(known, type, ct);
            }
            else
            {
                await copy.WriteNullAsync(ct);
            }
        }

        foreach (var (rfm, days, tenure, churn) in scored)
        {
            await copy.StartRowAsync(ct);
            await copy.WriteAsync(id, NpgsqlDbType.Uuid, ct);
            await copy.WriteAsync(rfm.CustomerId, NpgsqlDbType.Uuid, ct);
            await copy.WriteAsync(rfm.RecencyDays, NpgsqlDbType.Integer, ct);
            await copy.WriteAsync(rfm.Frequency, NpgsqlDbType.Integer, ct);
            await copy.WriteAsync(rfm.MoneyMinor, NpgsqlDbType.Bigint, ct);
            foreach (var score in (int[])[rfm.R, rfm.F, rfm.M, days.Count, tenure])
            {
                await copy.WriteAsync(score, NpgsqlDbType.Integer, ct);
            }

            await Optional(ChurnRow.MeanGap(days), NpgsqlDbType.Numeric);
            await Optional(churn?.NoPurchase, NpgsqlDbType.Double);
            await Optional(churn?.Alive, NpgsqlDbType.Double);
            await Optional(churn?.Expected, NpgsqlDbType.Double);
        }

        await copy.CompleteAsync(ct);
    }
}
