using CrmSuite.Contracts;
using CrmSuite.Contracts.Sales;
using CrmSuite.Departments;
using CrmSuite.Journal;
using CrmSuite.Sales.Accounts;
using CrmSuite.Sales.Books;
using CrmSuite.Sales.Opportunities;
using CrmSuite.Sales.Periods;
using CrmSuite.Sales.Quotas;
using CrmSuite.Sales.Rates;
using CrmSuite.ServiceDefaults;
using CrmSuite.Views;

namespace CrmSuite.Sales.Forecasts;

/// <summary>What forecasts rest on and are held against: deals, wins and quotas of a period, in the reporting currency.</summary>
sealed record ForecastReports(Queries Queries, IJournal Journal, TimeProvider Time, KnownCut Cut, Seller Seller, Staff Staff)
{
    /// <summary>The most open deals of one owner or company in one period.</summary>
    const int DealsMax = 100_000;

    /// <summary>The most forecasts that are compared in one transaction.</summary>
    const int ComparedMax = 500;

    /// <summary>A period's forecasts.</summary>
    /// <param name="Period">Its key.</param>
    /// <param name="From">When it begins.</param>
    /// <param name="Until">When it is over.</param>
    /// <param name="FrozenAt">When its forecasts were frozen; then they are told as they were at that position.</param>
    /// <param name="Currency">The reporting currency, of all amounts.</param>
    /// <param name="Totals">The sums.</param>
    /// <param name="Items">The owners.</param>
    public sealed record RollUpAnswer(string Period, DateTime From, DateTime Until, DateTime? FrozenAt, string Currency, TotalAnswer Totals,
        IReadOnlyList<ForecastLine> Items);

    /// <summary>The sums of a roll-up.</summary>
    public sealed record TotalAnswer(long CommitMinor, long ForecastMinor, long ActualMinor, long ErrorMinor, long? ErrorBp);

    /// <summary>A period as it is asked for: what its key means by the books, and what has become of it.</summary>
    public sealed record Asked(FiscalPeriod Fiscal, Books.Books Books, Period State, PeriodList.Row? Row)
    {
        public DateTime From => State.IsOpen() ? State.From : Books.Start(Fiscal.First);
        public DateTime Until => State.IsOpen() ? State.Until : Books.Start(Fiscal.Last.AddDays(1));
    }

    /// <summary>Answers for a period that the books know.</summary>
    public async Task<IResult> Of(string key, Func<Asked, Task<IResult>> answer, CancellationToken ct)
    {
        var books = (await Journal.Load<Books.Books>(Books.Books.TheId, ct)).State;
        if (FiscalPeriod.Find(books, key) is not { } fiscal)
        {
            return FiscalPeriod.NoSuchPeriod(books);
        }

        var id = Periods.Period.IdOf(key);
        return await answer(new(fiscal, books, (await Journal.Load<Period>(id, ct)).State, await Queries.Find<PeriodList, PeriodList.Row>(id, ct)));
    }

    /// <summary>What the deals of an owner say of a period at an instant.</summary>
    public async Task<Outlook> Look(Asked asked, string ownerId, DateTime at, CancellationToken ct)
    {
        var (rates, currency) = (await RateList.Table(Queries, asked.Books, null, ct), asked.Books.Currency!);
        var mine = new OpportunityHistory.Scope(OwnerId: ownerId, CloseFrom: asked.Fiscal.First, CloseUntil: asked.Fiscal.Last);
        var open = Pipeline.Of(await OpportunityHistory.AsOf(Queries, mine, null, at, null, DealsMax, ct), rates, at).Lines.ToLookup(line => line.Deal.Category);
        var wins = await OpportunityHistory.Wins(Queries, ownerId, asked.From, at < asked.Until ? at : asked.Until, null, ct);
        var won = wins.Sum(win => Worth(win, rates, at) ?? 0);
        Money Sum(ForecastCategory category) => new(open[category].Sum(line => line.ReportMinor ?? 0), currency);
        return new(asked.Fiscal, asked.From, asked.Until, asked.State.IsFrozen,
            new(new(won, currency), Sum(ForecastCategory.Commit), Sum(ForecastCategory.Best), Sum(ForecastCategory.Pipeline)));
    }

    /// <summary>The forecasts of a period: as they stand; once they are frozen, as they stood then; as they were known at a time, where one is named.</summary>
    public Task<IResult> RollUp(string key, string? team, CancellationToken ct) => Of(key, async asked =>
    {
        var whole = await Whole(asked, Cut.Known, ct);
        var teams = await Seller.Scope(Staff, team, ct);
        var shown = teams is null ? whole : new RollUp([.. whole.Lines.Where(line => line.OwnerTeam is { } of && teams.Contains(of))]);
        return TypedResults.Ok(new RollUpAnswer(key, asked.From, asked.Until, asked.Row?.FrozenAt, asked.Books.Currency!,
            new(shown.CommitMinor, shown.ForecastMinor, shown.ActualMinor, shown.ErrorMinor, shown.ErrorBp), shown.Lines));
    }, ct);

    /// <summary>How what is still missing of each quota is covered by what is open.</summary>
    public Task<IResult> Coverage(string key, string? team, CancellationToken ct) => Of(key, async asked =>
    {
        var (at, staff) = (Time.GetUtcNow().UtcDateTime, await Staff.Known(ct));
        var rates = await RateList.Table(Queries, asked.Books, Cut.Known, ct);
        var closing = new OpportunityHistory.Scope(CloseFrom: asked.Fiscal.First, CloseUntil: asked.Fiscal.Last);
        var open = Pipeline.Of(await OpportunityHistory.AsOf(Queries, closing, null, at, Cut.Known, DealsMax, ct), rates, at).Lines;
        var wins = await OpportunityHistory.Wins(Queries, null, asked.From, asked.Until, Cut.Known, ct);
        var teams = await Seller.Scope(Staff, team, ct);
        var quotas = (await QuotaList.Of(Queries, key, ct)).Where(quota => teams is null || (quota.Team is { } of && teams.Contains(of)));
        return TypedResults.Ok(quotas.Select(quota =>
        {
            var below = quota.OwnerId is null ? staff.Below(quota.Team!) : null;
            bool Counts(string ownerId, string? ownerTeam) => below is null ? ownerId == quota.OwnerId : ownerTeam is not null && below.Contains(ownerTeam);
            return Forecasts.Coverage.Of(quota.OwnerId, quota.Team, quota.AmountMinor,
                wins.Where(win => Counts(win.OwnerId, win.OwnerTeam)).Sum(win => Worth(win, rates, at) ?? 0),
                open.Where(line => Counts(line.Deal.OwnerId, line.Deal.OwnerTeam)).Sum(line => line.ReportMinor ?? 0));
        }).ToList());
    }, ct);

    /// <summary>Compares what was forecast when it was frozen with what was sold, in the stream of each owner, all in one transaction.</summary>
    public Task<IResult> Compare(string key, Cause cause, CancellationToken ct) => Of(key, async asked =>
    {
        if (NotYet(asked, cause.At ?? Time.GetUtcNow().UtcDateTime) is { } notYet)
        {
            return Problems.Result(StatusCodes.Status409Conflict, notYet.Code, notYet.Reason);
        }

        var currency = asked.Books.Currency!;
        var said = (await Whole(asked, null, ct)).Lines.Where(line => line.CommitMinor is not null).ToList();
        foreach (var some in said.Chunk(ComparedMax))
        {
            var commands = some.Select(Deciding (line) => new Deciding<Forecast>(Forecast.IdOf(key, line.OwnerId),
                cause with { CommandId = Ids.Derive("compare", $"{cause.CommandId}", line.OwnerId), Expected = null, Fingerprint = null, IsClaimed = false },
                (forecast, _) => forecast.Compare(new(line.ForecastMinor, currency), new(line.ActualMinor, currency))));
            if (await Journal.DecideAll([.. commands], _ => null, ct) is not { } outcomes || outcomes.OfType<Outcome.Unavailable>().Any())
            {
                return Problems.Result(StatusCodes.Status409Conflict, "conflict",
                    "Others changed a forecast at the same time. Repeat the command: what is compared stays.");
            }
        }

        return TypedResults.Ok(new Compared(said.Count));
    }, ct);

    /// <summary>Why a period's forecasts cannot be compared; null where they can be.</summary>
    static Refusal? NotYet(Asked asked, DateTime at) => asked switch
    {
        { Row: null } => new(Periods.Period.NotPlanned, Periods.Period.WhyNotPlanned),
        _ when at < asked.Until => new("forecast.not-over", "Forecasts are compared when their period is over."),
        { Row.FrozenKnown: null } => new("forecast.not-frozen", "The forecasts of this period are not frozen yet. Freeze them first."),
        _ => null,
    };

    /// <summary>How many forecasts were compared.</summary>
    public sealed record Compared(int Forecasts);

    async Task<RollUp> Whole(Asked asked, decimal? known, CancellationToken ct)
    {
        var (at, frozen) = (Time.GetUtcNow().UtcDateTime, asked.Row?.FrozenKnown);
        var rates = await RateList.Table(Queries, asked.Books, known, ct);
        var said = await ForecastHistory.Of(Queries, asked.Fiscal.Key, known < frozen ? known : frozen ?? known, ct);
        return Forecasts.RollUp.Of(said, await OpportunityHistory.Wins(Queries, null, asked.From, asked.Until, known, ct),
            await QuotaList.Of(Queries, asked.Fiscal.Key, ct), win => Worth(win, rates, at));
    }

    /// <summary>What a win counts in the reporting currency at the rate of its day; less, where it is taken back.</summary>
    static long? Worth(Win win, RateTable rates, DateTime at) =>
        (win.IsReopened ? -1 : 1) * rates.AtEventRate(new(win.AmountMinor, win.Currency), win.RateId, win.ValuedAt, at);
}
