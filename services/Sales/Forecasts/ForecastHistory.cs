using System.ComponentModel;
using CrmSuite.Contracts.Sales;
using CrmSuite.Journal;
using CrmSuite.Views;

namespace CrmSuite.Sales.Forecasts;

/// <summary>What everybody says of every period, and what he said when it was frozen.</summary>
sealed class ForecastHistory : IHistoryView<ForecastHistory.Row>
{
    public sealed record Row(
        [property: Description("The forecast.")] Guid ForecastId,
        [property: Description("The period's key.")] string Period,
        [property: Description("Whose forecast it is.")] string OwnerId,
        [property: Description("His team when he said so.")] string? OwnerTeam,
        [property: Description("ISO 4217 code of the amounts.")] string Currency,
        [property: Description("What he stands by, in minor units; empty where he only adjusts others.")] long? CommitMinor,
        [property: Description("What it may become.")] long? BestMinor,
        [property: Description("What it would be if everything were won.")] long? PipelineMinor,
        [property: Description("How often he submitted it.")] int Submissions,
        [property: Description("When he submitted it last.")] DateTime? SubmittedAt,
        [property: Description("How he sees what his people say.")] IReadOnlyList<Adjustment> Adjustments);

    /// <summary>A manager's word on the forecast of one of his people.</summary>
    public sealed record Adjustment(string ChildOwner, long DeltaMinor, string Reason);

    public static string Name => "forecast_history";
    public static int Version => 1;
    public static string About => "Every forecast of a person for a fiscal period as it stands and as it stood, one row for each version.";
    public static IReadOnlyList<string> Indexes => ["(period, forecast_id) where valid_to is null"];

    public static IEnumerable<Guid> Keys(Recorded entry) => entry.Category == Forecast.Category ? [entry.Id] : [];

    public static Row? Fold(Guid key, Row? row, Recorded entry) => entry.Event switch
    {
        ForecastSubmitted e => new(key, e.Period, e.OwnerId, e.OwnerTeam, e.Commit.Currency, e.Commit.Minor, e.Best.Minor, e.Pipeline.Minor,
            (row?.Submissions ?? 0) + 1, entry.OccurredAt, row?.Adjustments ?? []),
        ForecastAdjusted e => (row ?? new(key, e.Period, e.OwnerId, e.OwnerTeam, e.Delta.Currency, null, null, null, 0, null, [])) with
        {
            OwnerTeam = e.OwnerTeam,
            Adjustments =
            [
                .. (row?.Adjustments ?? []).Where(before => before.ChildOwner != e.ChildOwner),
                .. e.Delta.Minor == 0 ? [] : (Adjustment[])[new(e.ChildOwner, e.Delta.Minor, e.Reason)],
            ],
        },
        _ => row,
    };

    /// <summary>What everybody said of a period up to a position; null for all that is known.</summary>
    public static Task<IReadOnlyList<Row>> Of(Queries queries, string period, decimal? known, CancellationToken ct) => queries.Query<Row>($"""
        select * from {Name:name} where period = {period} and valid_to is null and (({known}::numeric is null and known_to is null)
        or (known_from <= {known} and (known_to is null or known_to > {known}))) order by owner_id
        """, ct);
}
