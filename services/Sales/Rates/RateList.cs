using System.ComponentModel;
using System.Text.Json.Serialization;
using CrmSuite.Contracts.Sales;
using CrmSuite.Journal;
using CrmSuite.Views;

namespace CrmSuite.Sales.Rates;

/// <summary>The exchange rates that were published, each with its corrections.</summary>
sealed class RateList : IView<RateList.Row>
{
    public sealed record Row(
        [property: Description("The rate.")] Guid RateId,
        [property: Description("Its pair of currencies: corrections go to rates/{pairId}/corrections.")] Guid PairId,
        [property: Description("What is valued.")] string Currency,
        [property: Description("In what.")] string ReportingCurrency,
        [property: Description("The first day for which it is good.")] DateOnly FirstDay,
        [property: Description("As it stands: decimal text.")] string Rate,
        [property: Description("Who said so.")] string Source,
        [property: Description("Since when each value was known, the published one first.")] IReadOnlyList<Told> Values,
        [property: Description("When it was published.")] DateTime PublishedAt);

    /// <summary>One value, since when it counts, and the position from which it was known; as text, for it is more than a program's numbers may hold.</summary>
    public sealed record Told(
        DateTime At, string Rate, [property: JsonNumberHandling(JsonNumberHandling.WriteAsString | JsonNumberHandling.AllowReadingFromString)] decimal Known);

    public static string Name => "rate_list";
    public static int Version => 3;
    public static string About => "One row for every published exchange rate, with its corrections.";
    public static IReadOnlyList<string> Indexes => ["(reporting_currency, currency, first_day)"];

    public static IEnumerable<Guid> Keys(Recorded entry) => entry.Event switch
    {
        RatePublished e when entry.Category == Rates.Rate.Category => [e.RateId],
        RateCorrected e when entry.Category == Rates.Rate.Category => [e.RateId],
        _ => [],
    };

    public static Row? Fold(Guid key, Row? row, Recorded entry) => entry.Event switch
    {
        RatePublished e => new(key, Rates.Rate.IdOf(e.Currency, e.ReportingCurrency), e.Currency, e.ReportingCurrency, e.FirstDay, e.Rate, e.Source,
            [new(entry.OccurredAt, e.Rate, Queries.Known(entry.Position))], entry.OccurredAt),
        RateCorrected e when row is not null => row with { Rate = e.Rate, Values = [.. row.Values, new(entry.OccurredAt, e.Rate, Queries.Known(entry.Position))] },
        _ => row,
    };

    public static Task<IResult> Open(Queries queries, string? currency, string? after, int? size, CancellationToken ct) => queries.Answer<RateList, Row>(
        $"select * from {Name:name} where ({currency}::text is null or currency = {currency})", "first_day desc", after, size, ct);

    /// <summary>All rates into the reporting currency of the books, as known at a position or by all that is known; nothing is converted where there are no
    /// books.</summary>
    public static async Task<RateTable> Table(Queries queries, Books.Books books, decimal? known, CancellationToken ct)
    {
        var rows = books.Currency is not { } reporting ? [] : await queries.Query<Row>($"select * from {Name:name} where reporting_currency = {reporting}", ct);
        return new(books, rows.SelectMany(row => row.Values.Where(told => !(told.Known > known)).Select(told =>
            new PublishedRate(row.RateId, row.Currency, row.FirstDay, RateText.Read(told.Rate)!.Value, told.At))));
    }
}
