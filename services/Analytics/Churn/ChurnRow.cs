using CrmSuite.Analytics.Models;
using CrmSuite.Analytics.Runs;
using CrmSuite.Analytics.Store;
using Npgsql;

namespace CrmSuite.Analytics.Churn;

/// <summary>How likely one customer is to buy nothing within the horizon, with the facts behind it.</summary>
public sealed record ChurnRow(
    Guid CustomerId, double PNoPurchase, int RecencyDays, int PurchaseDays, int TenureDays, decimal? MeanGapDays, double? PAlive, double? Expected)
{
    /// <summary>The facts as a sentence.</summary>
    public string Reason => ChurnScore.Reason(RecencyDays, (double?)MeanGapDays);

    /// <summary>Everybody in a run that is kept; a select.</summary>
    internal static FormattableString OfRun(Guid run) => $"""
        select customer_id, p_no_purchase, recency_days, purchase_days, tenure_days, mean_gap_days, p_alive, expected from analytics.scores
        where run_id = {run} and p_no_purchase is not null
        """;

    /// <summary>One customer in a run that is kept; a select.</summary>
    internal static FormattableString OfRun(Guid run, Guid customer) => $"""
        select customer_id, p_no_purchase, recency_days, purchase_days, tenure_days, mean_gap_days, p_alive, expected from analytics.scores
        where run_id = {run} and customer_id = {customer} and p_no_purchase is not null
        """;

    /// <summary>Customers with an order, in the order of their ids, scored by the model that was in force; empty while there was none.</summary>
    /// <param name="model">The model.</param>
    /// <param name="question">Its instants.</param>
    /// <param name="asOf">Business time of the scores.</param>
    /// <param name="purchasers">Whose.</param>
    internal static async Task<IReadOnlyList<ChurnRow>> AsOf(
        NpgsqlDataSource database, Model model, Question question, DateTime asOf, Purchasers purchasers, CancellationToken ct)
    {
        if (ChurnScore.By(model) is not { } score)
        {
            return [];
        }

        var day = Moment.DayOf(asOf, question.Zone);
        var histories = await Facts.Purchases(database, asOf, question.Known, question.Zone.Id, purchasers, ct);
        return [.. histories.Select(history => Of(history, day, score(history.Days, day)))];
    }

    /// <summary>Mean days between purchase days; null with fewer than two.</summary>
    internal static decimal? MeanGap(IReadOnlyList<DateOnly> days) =>
        days.Count > 1 ? Math.Round((days[^1].DayNumber - days[0].DayNumber) / (decimal)(days.Count - 1), 3) : null;

    static ChurnRow Of(PurchaseHistory history, DateOnly asOf, ChurnScore churn) => new(
        history.CustomerId, churn.NoPurchase, asOf.DayNumber - history.Days[^1].DayNumber, history.Days.Count, asOf.DayNumber - history.Days[0].DayNumber,
        MeanGap(history.Days), churn.Alive, churn.Expected);
}
