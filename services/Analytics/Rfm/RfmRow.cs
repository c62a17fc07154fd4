using CrmSuite.Analytics.Runs;
using Dapper;
using Npgsql;

namespace CrmSuite.Analytics.Rfm;

/// <summary>
/// Recency, frequency and money of one customer. Scores 1 to 5 are equal fifths of the rank over all customers with an order, ties in the order of customer_id:
/// recency ranked from longest to shortest, frequency and money from small to large.
/// </summary>
public sealed record RfmRow(Guid CustomerId, int RecencyDays, int Frequency, long MoneyMinor, int R, int F, int M)
{
    /// <summary>The three scores in one word; 555 is best.</summary>
    public string Cell => $"{R}{F}{M}";

    /// <summary>Everybody with an order, computed from the facts; a select.</summary>
    internal static FormattableString AsOf(DateTime asOf, DateTime knownAt, string zone, string? currency) =>
        $"select * from analytics.rfm_as_of({asOf}, {knownAt}, {zone}, {currency})";

    /// <summary>One customer, ranked among everybody with an order; a select.</summary>
    internal static FormattableString AsOf(DateTime asOf, DateTime knownAt, string zone, string? currency, Guid customer) =>
        $"select * from analytics.rfm_as_of({asOf}, {knownAt}, {zone}, {currency}) where customer_id = {customer}";

    /// <summary>Everybody in a run that is kept; a select.</summary>
    internal static FormattableString OfRun(Guid run) =>
        $"select customer_id, recency_days, frequency, money_minor, r, f, m from analytics.scores where run_id = {run}";

    /// <summary>One customer in a run that is kept; a select.</summary>
    internal static FormattableString OfRun(Guid run, Guid customer) =>
        $"select customer_id, recency_days, frequency, money_minor, r, f, m from analytics.scores where run_id = {run} and customer_id = {customer}";

    /// <summary>Everybody with an order, for a run, which may take its time.</summary>
    internal static async Task<IReadOnlyList<RfmRow>> All(
        NpgsqlDataSource database, DateTime asOf, DateTime knownAt, string zone, string? currency, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        return [.. await connection.QueryAsync<RfmRow>(new CommandDefinition(
            "select * from analytics.rfm_as_of(@asOf, @knownAt, @zone, @currency) order by customer_id",
            new { asOf, knownAt, zone, currency }, commandTimeout: Facts.TimeOutSeconds, cancellationToken: ct))];
    }
}

/// <summary>The least and the greatest value of one score.</summary>
public sealed record RfmBoundary(int Score, long From, long To);

/// <summary>Where the fifths of one run lie.</summary>
public sealed record RfmBoundaries(IReadOnlyList<RfmBoundary> Recency, IReadOnlyList<RfmBoundary> Frequency, IReadOnlyList<RfmBoundary> Money)
{
    internal static RfmBoundaries Of(IReadOnlyList<RfmRow> rows) =>
        new(Of(rows, row => row.R, row => row.RecencyDays), Of(rows, row => row.F, row => row.Frequency), Of(rows, row => row.M, row => row.MoneyMinor));

    static List<RfmBoundary> Of(IReadOnlyList<RfmRow> rows, Func<RfmRow, int> score, Func<RfmRow, long> value) =>
        [.. rows.GroupBy(score).OrderBy(group => group.Key).Select(group => new RfmBoundary(group.Key, group.Min(value), group.Max(value)))];
}
