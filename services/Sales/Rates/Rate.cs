using System.Collections.Immutable;
using System.Globalization;
using CrmSuite.Contracts;
using CrmSuite.Contracts.Sales;
using CrmSuite.Journal;
using static CrmSuite.Journal.Decision;

namespace CrmSuite.Sales.Rates;

/// <summary>One unit of the currency is worth that much of the reporting currency, from a day on.</summary>
/// <param name="Currency">What is valued, ISO 4217.</param>
/// <param name="Rate">Decimal text of at most twelve digits.</param>
/// <param name="FirstDay">The first day for which it is good.</param>
/// <param name="Source">Who says so.</param>
/// <param name="ReportingCurrency">In what; default the one of the books.</param>
sealed record PublishRate(string Currency, string Rate, DateOnly FirstDay, string Source, string? ReportingCurrency = null) : ICommand
{
    public Refusal? Invalid() => this switch
    {
        _ when !Money.IsCurrency(Currency) || !(ReportingCurrency is null || Money.IsCurrency(ReportingCurrency)) || Currency == ReportingCurrency =>
            new("rate.currency", "A rate is between two ISO 4217 currencies, for example USD in EUR."),
        _ when RateText.Read(Rate) is null => new("rate.form", RateText.Expected),
        _ when !Form.IsWord(Source) => new("rate.source", "The source is a word of lower-case letters, digits and hyphens."),
        _ => null,
    };
}

/// <summary>A published rate was wrong.</summary>
/// <param name="FirstDay">The day from which it was published.</param>
/// <param name="Rate">What is right.</param>
/// <param name="Reason">Why.</param>
sealed record CorrectRate(DateOnly FirstDay, string Rate, string Reason) : ICommand
{
    public Refusal? Invalid() =>
        RateText.Read(Rate) is null ? new("rate.form", RateText.Expected)
        : Form.IsWord(Reason) ? null
        : new("rate.reason", "The reason is a word of lower-case letters, digits and hyphens.");
}

/// <summary>How a rate is written.</summary>
static class RateText
{
    public const string Expected = "A rate is a decimal number over zero with at most twelve digits, for example 0.9215.";

    const int DigitsMax = 12;

    /// <summary>The number; null where it is not written as one.</summary>
    public static decimal? Read(string? text) =>
        text is { Length: <= DigitsMax + 1 } && text.Count(char.IsAsciiDigit) is > 0 and <= DigitsMax && text.All(c => char.IsAsciiDigit(c) || c == '.')
            && decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var rate) && rate > 0 ? rate : null;
}

/// <summary>A rate that was published, as it stands after corrections.</summary>
sealed record Quoted(Guid RateId, string Rate);

/// <summary>What one currency is worth in another, day by day. A rate is good until the next one, for decisions at most seven days.</summary>
sealed record Rate(string Currency, string ReportingCurrency, ImmutableSortedDictionary<DateOnly, Quoted> Days) : IFold<Rate>
{
    /// <summary>How old a rate may be by which somebody decides (rulings.md 15).</summary>
    public const int DaysMax = 7;

    public static string Category => "sales.rate";

    public static Rate Initial { get; } = new("", "", ImmutableSortedDictionary<DateOnly, Quoted>.Empty);

    /// <summary>The stream of a pair of currencies.</summary>
    public static Guid IdOf(string currency, string reportingCurrency) => Ids.Derive("rate", currency, reportingCurrency);

    public static Rate Evolve(Rate state, Event fact) => fact switch
    {
        RatePublished e => new(e.Currency, e.ReportingCurrency, state.Days.SetItem(e.FirstDay, new(e.RateId, e.Rate))),
        RateCorrected e when state.Days.FirstOrDefault(day => day.Value.RateId == e.RateId) is { Value: not null } day =>
            state with { Days = state.Days.SetItem(day.Key, new(e.RateId, e.Rate)) },
        _ => state,
    };

    /// <summary>The rate by which something is decided on a day; null where there is none, or none that is fresh enough.</summary>
    public Quoted? On(DateOnly day)
    {
        for (var first = day; first >= day.AddDays(-DaysMax); first = first.AddDays(-1))
        {
            if (Days.TryGetValue(first, out var quoted))
            {
                return quoted;
            }
        }

        return null;
    }

    /// <summary>What is decided needs a rate of the day, and there is none.</summary>
    public static Decision Missing(string currency, Books.Books books) => Refuse("rate.missing",
        $"There is no exchange rate of {currency} in {books.Currency} for the day or the seven before it. Operations publish one at rates.");

    /// <param name="command">What was asked for.</param>
    /// <param name="reportingCurrency">The currency of the books, or the one that was named.</param>
    public Decision Publish(PublishRate command, string reportingCurrency) => Days.GetValueOrDefault(command.FirstDay) switch
    {
        null => new RatePublished(Ids.Derive("rate", command.Currency, reportingCurrency, command.FirstDay.ToString("O", CultureInfo.InvariantCulture)),
            command.Currency,
            reportingCurrency, command.Rate, command.FirstDay, command.Source),
        { } known when known.Rate == command.Rate => [],
        _ => Refuse("rate.published", "Another rate was published for this day. Correct it instead."),
    };

    public Decision Correct(CorrectRate command) => Days.GetValueOrDefault(command.FirstDay) switch
    {
        null => Unknown("rate"),
        { } known when known.Rate == command.Rate => [],
        { } known => new RateCorrected(known.RateId, Currency, ReportingCurrency, known.Rate, command.Rate, command.Reason),
    };
}
