using System.ComponentModel;
using System.Text.Json.Serialization;
using CrmSuite.Contracts.Sales;
using CrmSuite.Journal;
using CrmSuite.Views;

namespace CrmSuite.Sales.Periods;

/// <summary>The periods that are planned for.</summary>
sealed class PeriodList : IView<PeriodList.Row>
{
    public sealed record Row(
        [property: Description("The period.")] Guid PeriodId,
        [property: Description("Its key.")] string Key,
        [property: Description("When it begins.")] DateTime StartsAt,
        [property: Description("When it is over.")] DateTime EndsAt,
        [property: Description("When its forecasts were frozen.")] DateTime? FrozenAt,
        [property: Description("The position at which they were (transaction × 10^15 + number), as text."),
            JsonNumberHandling(JsonNumberHandling.WriteAsString | JsonNumberHandling.AllowReadingFromString)] decimal? FrozenKnown);

    public static string Name => "period_list";
    public static int Version => 1;
    public static string About => "One row for every fiscal period that forecasts were told of.";

    public static IEnumerable<Guid> Keys(Recorded entry) => entry.Category == Period.Category ? [entry.Id] : [];

    public static Row? Fold(Guid key, Row? row, Recorded entry) => entry.Event switch
    {
        PeriodOpened e => new(key, e.Period, e.From, e.Until, null, null),
        PeriodFrozen when row is not null => row with { FrozenAt = entry.OccurredAt, FrozenKnown = Queries.Known(entry.Position) },
        _ => row,
    };

    public static Task<IResult> Open(Queries queries, string? after, int? size, CancellationToken ct) =>
        queries.Answer<PeriodList, Row>($"select * from {Name:name}", "starts_at desc", after, size, ct);

    /// <summary>The periods whose forecasts may still change.</summary>
    public static Task<IReadOnlyList<Row>> Unfrozen(Queries queries, CancellationToken ct) =>
        queries.Query<Row>($"select * from {Name:name} where frozen_at is null order by period_id", ct);
}
