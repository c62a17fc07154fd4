using CrmSuite.Contracts;
using CrmSuite.Contracts.Sales;
using CrmSuite.Sales.Opportunities;
using CrmSuite.Sales.Rates;
using CrmSuite.Testing;
using static CrmSuite.Sales.Tests.Opportunities.Deals;

namespace CrmSuite.Sales.Tests.Opportunities;

public sealed class PipelineTests
{
    static readonly string[] Currencies = ["EUR", "USD", "GBP", "JPY", "KWD", "CHF"];

    [Fact]
    public void R22_every_column_of_a_pipeline_in_six_currencies_adds_up_to_the_minor_unit()
    {
        var random = new Random(22);
        var rates = new RateTable(Kept, [.. Currencies.Skip(1).SelectMany(currency => Enumerable.Range(0, 20).Select(day =>
            new PublishedRate(RateOf(currency, day), currency, new DateOnly(2026, 3, 1).AddDays(day), random.Next(1, 40_000) / 10_000m,
                Now.AddDays(day - 1))))]);
        var deals = Enumerable.Range(0, 600).Select(n =>
        {
            var (currency, day) = (Currencies[n % Currencies.Length], random.Next(0, 15));
            return Row(n, new(random.NextInt64(0, 10_000_000), currency), currency == "EUR" ? null : RateOf(currency, day), Now.AddDays(day),
                random.Next(0, 10_001));
        }).ToList();
        var at = Now.AddDays(19);

        var pipeline = Pipeline.Of(deals, rates, at);

        Assert.Equal((600, 0), (pipeline.Lines.Count, pipeline.Unrated));
        Assert.Equal(Currencies.Order(StringComparer.Ordinal), pipeline.Originals.Select(total => total.Currency));
        Assert.All(pipeline.Originals, total =>
            Assert.Equal(deals.Where(deal => deal.Currency == total.Currency).Sum(deal => deal.AmountMinor), total.AmountMinor));
        Assert.All(pipeline.Lines, line => Assert.Equal(line.ReportMinor - line.EventMinor, line.FxMinor));
        Assert.Equal(pipeline.Lines.Sum(line => line.EventMinor), pipeline.EventMinor);
        Assert.Equal(pipeline.Lines.Sum(line => line.ReportMinor), pipeline.ReportMinor);
        Assert.Equal(pipeline.ReportMinor - pipeline.EventMinor, pipeline.FxMinor);
        Assert.NotEqual(0, pipeline.FxMinor);
        Assert.Equal(deals.Sum(deal => rates.AtReportingRate(new(deal.AmountMinor, deal.Currency), at)), pipeline.ReportMinor);
    }

    [Theory]
    [InlineData(101, 5_000, 51)]
    [InlineData(100, 5_000, 50)]
    [InlineData(100, 0, 0)]
    [InlineData(100, 10_000, 100)]
    [InlineData(3, 1_500, 0)]
    public void The_weighted_amount_is_rounded_half_away_from_zero(long minor, int probabilityBp, long weighted) =>
        Assert.Equal(weighted, Pipeline.Of([Row(1, new(minor, "EUR"), null, Now, probabilityBp)], new(Kept, []), Now).WeightedMinor);

    [Fact]
    public void A_deal_without_a_rate_is_counted_as_unrated_and_its_original_amount_still_shows()
    {
        var pipeline = Pipeline.Of([Row(1, Dollar(100), null, Now, 5_000)], new(Kept, []), Now);
        Assert.Equal((1, 0, 0, new CurrencyTotal("USD", 1, 100)),
            (pipeline.Unrated, pipeline.ReportMinor, pipeline.WeightedMinor, Assert.Single(pipeline.Originals)));
    }

    [Fact]
    public void An_amount_that_is_too_large_to_be_converted_is_unrated_and_breaks_no_total()
    {
        var rates = new RateTable(Kept, [new(RateOf("USD", 0), "USD", new(2026, 3, 1), 999_999_999_999m, Now.AddDays(-1))]);
        var pipeline = Pipeline.Of(
            [Row(1, Dollar(long.MaxValue), null, Now, 5_000), Row(2, Dollar(long.MaxValue), null, Now, 5_000), Row(3, new(7, "EUR"), null, Now, 10_000)],
            rates, Now);
        Assert.Equal((2, 7, 7), (pipeline.Unrated, pipeline.ReportMinor, pipeline.WeightedMinor));
        Assert.Equal([new("EUR", 1, 7), new("USD", 2, 2m * long.MaxValue)], pipeline.Originals);
    }

    [Fact]
    public void Age_and_time_in_the_stage_are_counted_in_whole_days()
    {
        var line = Assert.Single(Pipeline.Of([Row(1, Dollar(1), null, Now, 1) with { StageSince = Now.AddDays(2) }], new(Kept, []), Now.AddDays(4.9)).Lines);
        Assert.Equal((4, 2), (line.AgeDays, line.DaysInStage));
    }

    static Guid RateOf(string currency, int day) => Ids.Derive("rate", currency, $"{day}");

    static OpportunityHistory.Row Row(int number, Money amount, Guid? rateId, DateTime at, int probabilityBp) => Entries.Fold<Opportunity,
        OpportunityHistory.Row, OpportunityHistory>(
        Ids.Derive("deal", $"{number}"), (at, Opened with { Amount = amount, RateId = rateId, ProbabilityBp = probabilityBp }))!;
}
