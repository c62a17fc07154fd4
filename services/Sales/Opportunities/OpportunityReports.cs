using System.Text.Json;
using CrmSuite.Contracts;
using CrmSuite.Journal;
using CrmSuite.Sales.Rates;
using CrmSuite.ServiceDefaults;
using CrmSuite.Views;

namespace CrmSuite.Sales.Opportunities;

/// <summary>The reports on deals: what the history and the rates of an instant give to the models that compute.</summary>
sealed record OpportunityReports(Queries Queries, IJournal Journal, TimeProvider Time, KnownCut Cut)
{
    /// <summary>The most deals of a pipeline, and steps of a bridge.</summary>
    const int RowsMax = 100_000;

    const int MonthsDefault = 24;
    const int MonthsMax = 120;

    /// <summary>The pipeline as of an instant.</summary>
    public sealed record PipelineAnswer(
        DateTime AsOf, string? Currency, int Deals, IReadOnlyList<CurrencyTotal> Originals, long EventMinor, long ReportMinor, long FxMinor,
            long WeightedMinor, int Unrated,
        IReadOnlyList<PipelineLine> Items, Guid? Next);

    /// <summary>One bar of the bridge, and how many changes it opens to.</summary>
    public sealed record BarAnswer(Bar Bar, long AmountMinor, int Items);

    /// <summary>The bridge from one pipeline to another.</summary>
    public sealed record BridgeAnswer(DateTime From, DateTime Until, string? Currency, long OpeningMinor, IReadOnlyList<BarAnswer> Bars, long ClosingMinor,
        long CheckMinor);

    /// <summary>Some of the changes of a bar.</summary>
    public sealed record BridgePage(IReadOnlyList<BridgeItem> Items, int? Next);

    /// <summary>The share won of the deals with about the same probability.</summary>
    public sealed record CalibrationAnswer(DateTime AsOf, int Months, IReadOnlyList<Calibration> Buckets);

    public async Task<IResult> Pipeline(OpportunityHistory.Scope scope, string? stage, DateTime? asOf, Guid? after, int? size, CancellationToken ct)
    {
        if (Invalid(size) is { } invalid)
        {
            return invalid;
        }

        var at = Utc(asOf);
        var rates = await RateList.Table(Queries, await BooksAt(Journal, at, ct), Cut.Known, ct);
        var deals = await OpportunityHistory.AsOf(Queries, scope, stage, at, Cut.Known, RowsMax + 1, ct);
        if (deals.Count > RowsMax)
        {
            return TooLarge();
        }

        var pipeline = Opportunities.Pipeline.Of(deals, rates, at);
        var page = pipeline.Lines.Where(line => after is null || line.Deal.OpportunityId.CompareTo(after.Value) > 0).OrderBy(line => line.Deal.OpportunityId)
            .Take((size ?? Queries.SizeDefault) + 1).ToList();
        var items = page.Take(size ?? Queries.SizeDefault).ToList();
        return TypedResults.Ok(new PipelineAnswer(at, rates.Currency, deals.Count, pipeline.Originals, pipeline.EventMinor, pipeline.ReportMinor,
            pipeline.FxMinor,
            pipeline.WeightedMinor, pipeline.Unrated, items, page.Count > items.Count ? items[^1].Deal.OpportunityId : null));
    }

    public Task<IResult> Bridge(OpportunityHistory.Scope scope, DateTime from, DateTime? until, CancellationToken ct) =>
        Bridged(scope, from, until, (span, currency, bridge) =>
        TypedResults.Ok(new BridgeAnswer(span.From, span.Until, currency, bridge.OpeningMinor,
            [.. Enum.GetValues<Bar>().Select(bar => new BarAnswer(bar, bridge.Sum(bar), bridge.Items.Count(item => item.Bar == bar)))], bridge.ClosingMinor,
                bridge.CheckMinor)), ct);

    public async Task<IResult> Events(OpportunityHistory.Scope scope, string bar, DateTime from, DateTime? until, int? after, int? size, CancellationToken ct)
    {
        var (skip, take) = (Math.Max(after ?? 0, 0), size ?? Queries.SizeDefault);
        return Invalid(size)
            ?? (Enum.GetValues<Bar>().Where(known => JsonNamingPolicy.KebabCaseLower.ConvertName(known.ToString()) == bar).ToList() is not [var wanted]
                ? Problems.Result(StatusCodes.Status404NotFound, "bar.unknown", "The bridge has no such bar.")
                : await Bridged(scope, from, until, (_, _, bridge) =>
                {
                    var items = bridge.Items.Where(item => item.Bar == wanted).Skip(skip).Take(take + 1).ToList();
                    return TypedResults.Ok(new BridgePage([.. items.Take(take)], items.Count > take ? skip + take : null));
                }, ct));
    }

    public async Task<IResult> Calibration(DateTime? asOf, int? months, CancellationToken ct)
    {
        var (at, count) = (Utc(asOf), months ?? MonthsDefault);
        if (count is < 1 or > MonthsMax)
        {
            return Problems.Result(StatusCodes.Status400BadRequest, "calibration.months", $"A calibration looks at 1 to {MonthsMax} months.");
        }

        var books = await BooksAt(Journal, at, ct);
        var month = books.Day(at) is var day ? new DateOnly(day.Year, day.Month, 1) : default;
        var firsts = Enumerable.Range(0, count).Select(back => books.Start(month.AddMonths(-back))).Where(first => first <= at).ToList();
        return TypedResults.Ok(new CalibrationAnswer(at, count, Opportunities.Calibration.Of(await OpportunityHistory.Outcomes(Queries, firsts, at, Cut.Known,
            ct))));
    }

    /// <summary>When the week began in which we are; or what was asked for.</summary>
    public async Task<DateTime> ThisWeek(DateTime? since, CancellationToken ct) =>
        since is not null ? Utc(since) : (await BooksAt(Journal, Utc(null), ct)).WeekOf(Utc(null));

    /// <summary>So many days ago.</summary>
    public DateTime Before(int days) => Utc(null).AddDays(-days);

    async Task<IResult> Bridged(OpportunityHistory.Scope scope, DateTime from, DateTime? until, Func<Span, string?, Bridge, IResult> answer,
        CancellationToken ct)
    {
        var span = new Span(Utc(from), Utc(until), scope.CloseFrom, scope.CloseUntil, scope.OwnerId, scope.OwnerTeam);
        if (span.From > span.Until)
        {
            return Problems.Result(StatusCodes.Status400BadRequest, "bridge.span", "A bridge leads from one instant to a later one.");
        }

        var rates = await RateList.Table(Queries, await BooksAt(Journal, span.Until, ct), Cut.Known, ct);
        var rows = await OpportunityHistory.Steps(Queries, scope, span.From, span.Until, Cut.Known, RowsMax + 1, ct);
        return rows.Count > RowsMax ? TooLarge() : answer(span, rates.Currency, Opportunities.Bridge.Of(rows.Select(StepOf), rates, span));
    }

    /// <summary>The books of an instant; before the first ones were heard of, those of today.</summary>
    internal static async Task<Books.Books> BooksAt(IJournal journal, DateTime at, CancellationToken ct) =>
        (await journal.Load<Books.Books>(Books.Books.TheId, ct, at)).State is { InForce: not null } then
        ? then
        : (await journal.Load<Books.Books>(Books.Books.TheId, ct)).State;

    /// <summary>A version of a deal as a step of the bridge.</summary>
    internal static Step StepOf(OpportunityHistory.Row row) =>
        new(row.OpportunityId, row.EventId, row.ChangedAt, row.Change, row.Status == OpportunityStatus.Open,
        new Money(row.AmountMinor, row.Currency), row.CloseDate, row.OwnerId, row.OwnerTeam);

    DateTime Utc(DateTime? at) => at switch
    {
        null => Time.GetUtcNow().UtcDateTime,
        { Kind: DateTimeKind.Unspecified } given => DateTime.SpecifyKind(given, DateTimeKind.Utc),
        { } given => given.ToUniversalTime(),
    };

    static IResult? Invalid(int? size) =>
        size is < 1 or > Queries.SizeMax ? Problems.Result(StatusCodes.Status400BadRequest, "page.size", $"A page has 1 to {Queries.SizeMax} rows.") : null;

    static IResult TooLarge() => Problems.Result(StatusCodes.Status422UnprocessableEntity, "report.too-large",
        $"More than {RowsMax} rows. Ask for one owner, account or time.");
}
