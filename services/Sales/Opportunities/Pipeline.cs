using CrmSuite.Contracts;
using CrmSuite.Sales.Rates;

namespace CrmSuite.Sales.Opportunities;

/// <summary>One open deal, valued: in its own currency, at the rate of the event that set its amount, at the rate of the day that is asked about.</summary>
/// <param name="Deal">The deal as it was.</param>
/// <param name="EventMinor">At the event's rate; null where it is unrated.</param>
/// <param name="ReportMinor">At the reporting rate; null where it is unrated.</param>
/// <param name="FxMinor">What the rates have done between the two.</param>
/// <param name="WeightedMinor">The reporting amount by its probability.</param>
/// <param name="AgeDays">Whole days since it was opened.</param>
/// <param name="DaysInStage">Whole days since it came to its stage.</param>
sealed record PipelineLine(OpportunityHistory.Row Deal, long? EventMinor, long? ReportMinor, long? FxMinor, long? WeightedMinor, int AgeDays, int DaysInStage);

/// <summary>A total in one currency, in whole minor units; however large the amounts are, it does not overflow.</summary>
sealed record CurrencyTotal(string Currency, long Deals, decimal AmountMinor);

/// <summary>The open deals of an instant and their totals: the sums of the rounded lines, so that every column adds up (rulings.md 28).</summary>
sealed record Pipeline(IReadOnlyList<PipelineLine> Lines)
{
    const int Whole = 10_000;

    /// <summary>Totals of the original amounts, each currency apart.</summary>
    public IReadOnlyList<CurrencyTotal> Originals =>
        [.. Lines.GroupBy(line => line.Deal.Currency).OrderBy(group => group.Key, StringComparer.Ordinal)
            .Select(group => new CurrencyTotal(group.Key, group.Count(), group.Sum(line => (decimal)line.Deal.AmountMinor)))];

    /// <summary>The total at the events' rates.</summary>
    public long EventMinor => Lines.Sum(line => line.EventMinor ?? 0);

    /// <summary>The total at the reporting rate.</summary>
    public long ReportMinor => Lines.Sum(line => line.ReportMinor ?? 0);

    /// <summary>What the rates have done.</summary>
    public long FxMinor => Lines.Sum(line => line.FxMinor ?? 0);

    /// <summary>The total by probability.</summary>
    public long WeightedMinor => Lines.Sum(line => line.WeightedMinor ?? 0);

    /// <summary>How many deals have no value in the reporting currency yet.</summary>
    public int Unrated => Lines.Count(line => line.FxMinor is null);

    /// <param name="deals">The deals that were open.</param>
    /// <param name="rates">What amounts are worth.</param>
    /// <param name="at">The instant.</param>
    public static Pipeline Of(IEnumerable<OpportunityHistory.Row> deals, RateTable rates, DateTime at) => new([.. deals.Select(deal =>
    {
        var amount = new Money(deal.AmountMinor, deal.Currency);
        var (byEvent, byDay) = (rates.AtEventRate(amount, deal.RateId, deal.ValuedAt, at), rates.AtReportingRate(amount, at));
        return new PipelineLine(deal, byEvent, byDay, byDay - byEvent, byDay is { } minor ? Weigh(minor, deal.ProbabilityBp) : null, (at - deal.OpenedAt).Days,
            (at - deal.StageSince).Days);
    })]);

    /// <summary>A share of an amount, rounded half away from zero.</summary>
    static long Weigh(long minor, int probabilityBp) => (long)Math.Round((decimal)minor * probabilityBp / Whole, MidpointRounding.AwayFromZero);
}
