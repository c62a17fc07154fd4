using System.Collections.Immutable;
using CrmSuite.Contracts;
using CrmSuite.Contracts.Sales;
using CrmSuite.Journal;
using CrmSuite.Sales.Accounts;
using CrmSuite.Sales.Books;
using CrmSuite.Sales.Orders;
using CrmSuite.Sales.Periods;
using static CrmSuite.Journal.Decision;

namespace CrmSuite.Sales.Forecasts;

/// <summary>An owner says what he will sell; what he does not say is what his deals say.</summary>
/// <param name="Commit">What he stands by; default what is won and what is counted as commit.</param>
/// <param name="Best">What it may become; default with what is counted as best too.</param>
/// <param name="Pipeline">What it would be if everything were won; default with what is counted as pipeline too.</param>
/// <param name="OwnerId">Whose forecast it is; default the caller's.</param>
sealed record SubmitForecast(Money? Commit = null, Money? Best = null, Money? Pipeline = null, string? OwnerId = null) : ICommand
{
    public Refusal? Invalid() => ((Money?[])[Commit, Best, Pipeline]).Any(amount => amount is { } given && !Amounts.IsAmount(given))
        ? new("forecast.amount", "What is forecast is in minor units of the reporting currency and not below zero.")
        : AccountForm.Owner(OwnerId, null);
}

/// <summary>A manager sees the forecast of one of his people otherwise.</summary>
/// <param name="ChildOwner">Whose.</param>
/// <param name="Delta">By how much; zero takes his adjustment back.</param>
/// <param name="Reason">Why.</param>
sealed record AdjustForecast(string ChildOwner, Money Delta, string Reason) : ICommand
{
    public Refusal? Invalid() => Amounts.IsPrice(Delta)
        ? AccountForm.Owner(ChildOwner, null) ?? AccountForm.Reason(Reason)
        : new("forecast.delta", "An adjustment is in minor units of the reporting currency, over zero or below.");
}

/// <summary>What one person says of one period: of what he sells himself, and, as a manager, of what his people say.</summary>
sealed record Forecast(
    Guid ForecastId,
    string Period,
    string OwnerId,
    string? OwnerTeam,
    Money? Commit,
    Money? Best,
    Money? Pipeline,
    ImmutableSortedDictionary<string, Money> Adjusted,
    long? ComparedMinor) : IFold<Forecast>
{
    const int Whole = 10_000;

    public static string Category => "sales.forecast";

    public static Forecast Initial { get; } = new(default, "", "", null, null, null, null,
        ImmutableSortedDictionary.Create<string, Money>(StringComparer.Ordinal), null);

    /// <summary>The stream of a period and a person.</summary>
    public static Guid IdOf(string period, string ownerId) => Ids.Derive("forecast", period, ownerId);

    public static Forecast Evolve(Forecast state, Event fact) => fact switch
    {
        ForecastSubmitted e => state with
        {
            ForecastId = e.ForecastId,
            Period = e.Period,
            OwnerId = e.OwnerId,
            OwnerTeam = e.OwnerTeam,
            Commit = e.Commit,
            Best = e.Best,
            Pipeline = e.Pipeline,
        },
        ForecastAdjusted e => state with
        {
            ForecastId = e.ForecastId,
            Period = e.Period,
            OwnerId = e.OwnerId,
            OwnerTeam = e.OwnerTeam,
            Adjusted = e.Delta.Minor == 0 ? state.Adjusted.Remove(e.ChildOwner) : state.Adjusted.SetItem(e.ChildOwner, e.Delta),
        },
        ForecastCompared e => state with { ComparedMinor = e.Actual.Minor },
        _ => state,
    };

    /// <param name="command">What was asked for.</param>
    /// <param name="told">Of which period, and what the deals say of it.</param>
    /// <param name="ownerId">Whose forecast it is.</param>
    /// <param name="ownerTeam">His team.</param>
    /// <param name="seller">Who asks.</param>
    /// <param name="at">When.</param>
    public Decision Submit(SubmitForecast command, Outlook told, string ownerId, string? ownerTeam, Seller seller, DateTime at)
    {
        var sums = told.Counted;
        var commit = command.Commit ?? sums.Won + sums.Commit;
        var best = command.Best ?? sums.Won + sums.Commit + sums.Best;
        var pipeline = command.Pipeline ?? sums.Won + sums.Commit + sums.Best + sums.Pipeline;
        return ownerId switch
        {
            _ when !seller.May(ownerId, ownerTeam) => NotYours(),
            _ when Closed(told, at) is { } closed => closed,
            _ when ((Money[])[commit, best, pipeline]).Any(amount => amount.Currency != sums.Won.Currency) => OtherCurrency(sums.Won.Currency),
            _ when (commit, best, pipeline) == (Commit, Best, Pipeline) => [],
            _ => new ForecastSubmitted(IdOf(told.Period.Key, ownerId), told.Period.Key, told.From, told.Until, ownerId, ownerTeam, commit, best, pipeline,
                sums),
        };
    }

    /// <summary>The adjustment lies in the manager's own stream; the stream of who is adjusted says what he said himself.</summary>
    /// <param name="command">What was asked for.</param>
    /// <param name="told">Of which period.</param>
    /// <param name="child">What the other one said.</param>
    /// <param name="seller">The manager.</param>
    /// <param name="at">When.</param>
    public Decision Adjust(AdjustForecast command, Outlook told, Forecast child, Seller seller, DateTime at) => command.Delta switch
    {
        _ when child.Commit is null => Refuse("forecast.not-submitted", "He has not submitted a forecast of this period yet."),
        _ when child.OwnerId == seller.Id => Refuse("forecast.own", "Your own forecast is not adjusted: submit it anew."),
        _ when !seller.May(child.OwnerId, child.OwnerTeam) => NotYours(),
        _ when Closed(told, at) is { } closed => closed,
        { Currency: var currency } when currency != told.Counted.Won.Currency => OtherCurrency(told.Counted.Won.Currency),
        var delta when delta.Minor == Adjusted.GetValueOrDefault(command.ChildOwner).Minor => [],
        var delta => new ForecastAdjusted(IdOf(told.Period.Key, seller.Id), told.Period.Key, seller.Id, seller.Team, command.ChildOwner, delta, command.Reason),
    };

    /// <param name="forecast">What was forecast when it was frozen, with the adjustments.</param>
    /// <param name="actual">What was sold.</param>
    public Decision Compare(Money forecast, Money actual)
    {
        var error = forecast - actual;
        return ComparedMinor == actual.Minor
            ? []
            : new ForecastCompared(ForecastId, Period, OwnerId, forecast, actual, error, Share(error.Minor, actual.Minor));
    }

    /// <summary>An error in basis points of what was sold, rounded half away from zero; null where nothing was, or so little that no number holds it.</summary>
    public static long? Share(long errorMinor, long actualMinor) =>
        actualMinor != 0 && Math.Round((decimal)errorMinor * Whole / actualMinor, MidpointRounding.AwayFromZero) is var share and >= long.MinValue and <= long.MaxValue
            ? (long)share : null;

    static Decision? Closed(Outlook told, DateTime at) =>
        told.IsFrozen ? Refuse("forecast.frozen", "The forecasts of this period are frozen. Forecast a later one.")
        : at >= told.Until ? Refuse("forecast.period-over", "The period is over. Forecast a later one.")
        : null;

    static Decision NotYours() => Refuse("forecast.other-owner", "It is somebody else's forecast. He submits it himself; his managers adjust it.");

    static Decision OtherCurrency(string currency) => Refuse("forecast.other-currency", $"Forecasts are told in the reporting currency, {currency}.");
}

/// <summary>What a forecast rests on and lies elsewhere (rulings.md 9).</summary>
/// <param name="Period">Of which period.</param>
/// <param name="From">When it begins.</param>
/// <param name="Until">When it is over.</param>
/// <param name="IsFrozen">Whether its forecasts are frozen.</param>
/// <param name="Counted">What the owner's deals say, in the reporting currency.</param>
sealed record Outlook(FiscalPeriod Period, DateTime From, DateTime Until, bool IsFrozen, ForecastSums Counted);
