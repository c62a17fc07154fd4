using CrmSuite.Contracts.Sales;
using CrmSuite.Sales.Opportunities;
using CrmSuite.Sales.Periods;
using CrmSuite.Sales.Quotas;
using CrmSuite.Sales.Rates;

namespace CrmSuite.Sales.Books;

/// <summary>What other books would do to what is planned and valued here, were they published now (rulings.md 23).</summary>
static class BooksBreaks
{
    /// <summary>
    /// <c>deal-unrated</c>: open deals in a currency without a rate into the new one, by currency. <c>quota-in-other-currency</c>: quotas of periods that
    /// are not over, by period. <c>period-moved</c>: periods with forecasts, not frozen yet, whose key would mean another time; they keep theirs.
    /// </summary>
    /// <param name="now">The books as they are: what they cannot value is not broken by others.</param>
    /// <param name="next">The books.</param>
    /// <param name="deals">The open deals.</param>
    /// <param name="periods">The periods that are not frozen.</param>
    /// <param name="quotas">The quotas.</param>
    /// <param name="rates">The rates into the new reporting currency.</param>
    /// <param name="at">Now.</param>
    public static IReadOnlyList<Break> Of(
        Books now, Books next, IEnumerable<OpportunityHistory.Row> deals, IEnumerable<PeriodList.Row> periods, IEnumerable<QuotaList.Row> quotas, RateTable rates,
        DateTime at)
    {
        (DateTime From, DateTime Until)? Time(string key) =>
            FiscalPeriod.Find(next, key) is { } period ? (next.Start(period.First), next.Start(period.Last.AddDays(1))) : null;

        return Break.Of(
        [
            .. deals.Where(deal => next.Currency != now.Currency && next.NeedsRate(new(deal.AmountMinor, deal.Currency))
                    && rates.InForce(deal.Currency, at) is null)
                .Select(deal => ("deal-unrated", deal.Currency, deal.OpportunityId)),
            .. quotas.Where(quota => quota.Currency != next.Currency && Time(quota.Period)?.Until > at)
                .Select(quota => ("quota-in-other-currency", quota.Period, quota.QuotaId)),
            .. periods.Where(period => Time(period.Key) != (period.StartsAt, period.EndsAt)).Select(period => ("period-moved", period.Key, period.PeriodId)),
        ]);
    }
}
