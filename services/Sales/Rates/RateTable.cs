using CrmSuite.Contracts;

namespace CrmSuite.Sales.Rates;

/// <summary>A value of a rate, and since when it was known: a correction is another value of the same rate.</summary>
sealed record PublishedRate(Guid RateId, string Currency, DateOnly FirstDay, decimal Value, DateTime At);

/// <summary>
/// What amounts are worth in the reporting currency (rulings.md 15). A report takes the newest rate whose first day has come, however old it is; an amount
/// whose
/// currency has none yet is unrated. Each amount is converted and rounded once.
/// </summary>
sealed class RateTable(Books.Books books, IEnumerable<PublishedRate> published)
{
    /// <summary>The most minor units that an amount may be, before and after it is converted; what is more is unrated, so that no sum overflows.</summary>
    const long MinorMax = 10_000_000_000_000;

    readonly ILookup<string, PublishedRate> byCurrency = published.OrderBy(rate => rate.FirstDay).ThenBy(rate => rate.At).ToLookup(rate => rate.Currency);

    /// <summary>The currency of converted amounts; null until books are heard of.</summary>
    public string? Currency => books.Currency;

    /// <summary>Minor units of the reporting currency at the rate of an instant; null where it is unrated.</summary>
    public long? AtReportingRate(Money amount, DateTime at) => Convert(amount, amount.Currency == Currency ? 1 : InForce(amount.Currency, at)?.Value);

    /// <summary>
    /// Minor units of the reporting currency at the rate of an event, with the corrections known at an instant; null where it is unrated. An event that found
    /// no rate
    /// is valued when the rate of its day comes.
    /// </summary>
    /// <param name="amount">What is valued.</param>
    /// <param name="rateId">The rate that the event names, where there was one.</param>
    /// <param name="eventAt">When it happened.</param>
    /// <param name="knownAt">Up to when corrections count.</param>
    public long? AtEventRate(Money amount, Guid? rateId, DateTime eventAt, DateTime knownAt)
    {
        var day = books.Day(eventAt);
        var rate = byCurrency[amount.Currency].LastOrDefault(rate => rate.At <= knownAt && (rateId is null ? rate.FirstDay <= day : rate.RateId == rateId));
        return Convert(amount, amount.Currency == Currency ? 1 : rate?.Value);
    }

    /// <summary>The rate in force at an instant, as it was known then.</summary>
    public PublishedRate? InForce(string currency, DateTime at)
    {
        var day = books.Day(at);
        return byCurrency[currency].LastOrDefault(rate => rate.At <= at && rate.FirstDay <= day);
    }

    /// <summary>When the value of a currency may change within a window, its end included: where a rate's first day begins, and where a value becomes
    /// known.</summary>
    public IEnumerable<DateTime> Changes(string currency, DateTime after, DateTime until) => byCurrency[currency]
        .Select(rate => books.Start(rate.FirstDay) is var start && start > rate.At ? start : rate.At)
        .Where(at => at > after && at <= until).Distinct().Order();

    long? Convert(Money amount, decimal? rate) =>
        rate is { } value && Currency is { } reporting && amount.Minor is >= -MinorMax and <= MinorMax
            && amount.Minor * value / Money.UnitsPerWhole(amount.Currency) is var whole && Math.Abs(whole) * Money.UnitsPerWhole(reporting) <= MinorMax
            ? Money.Of(whole, reporting).Minor
            : null;
}
