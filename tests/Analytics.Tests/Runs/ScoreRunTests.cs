using CrmSuite.Analytics.Models;
using CrmSuite.Analytics.Runs;
using CrmSuite.Analytics.Tests.Store;
using CrmSuite.Contracts.Analytics;
using CrmSuite.Contracts.Sales;
using CrmSuite.Journal;
using CrmSuite.Testing;

namespace CrmSuite.Analytics.Tests.Runs;

/// <summary>Whose churn risk a run raises: who came to the threshold since the run before, once for each silence.</summary>
public sealed class ScoreRunTests : IAsyncLifetime
{
    static readonly DateTime Day = new(2021, 3, 1, 12, 0, 0, DateTimeKind.Utc);
    static readonly Guid Early = Guid.NewGuid();
    static readonly Guid Late = Guid.NewGuid();

    Company company = null!;

    public async ValueTask InitializeAsync()
    {
        company = await Company.Open();
        // A card whose naive score says: 0.2 until 60 days of silence, 0.9 from then on.
        var card = (ModelTrained)EventReading.Read("analytics.model-trained.1", Samples.Bytes("analytics.model-trained.1"));
        card = card with
        {
            ModelId = Model.IdOf(Model.Churn),
            Naive = [new(0, 10, 0.2m), new(60, 10, 0.9m)],
            Gates = [new("rank", false, "The naive rank is as good.")],
        };
        await company.Journal.Decide<Model>(card.ModelId, Company.Cause(), model => model.Train(card), default);
        Order(Early, Day);
        Order(Late, Day.AddDays(50));
        await company.Settle();
    }

    public async ValueTask DisposeAsync() => await company.DisposeAsync();

    [Fact]
    public async Task Nothing_is_raised_while_no_threshold_is_published()
    {
        await Score(Day.AddDays(50));
        await Score(Day.AddDays(150));
        Assert.Empty(await company.Tell());
        Assert.Equal([null, 0, 0], await Counts());
    }

    [Fact]
    public async Task Who_comes_to_the_threshold_is_raised_once_for_each_silence()
    {
        await Publish(0.8m);
        await Score(Day.AddDays(50));
        Assert.Empty(await company.Tell());

        var run = await Score(Day.AddDays(70));
        Assert.Equal([(new ChurnRiskRaised(Early, 0.9m, 0.8m, BackTest.Recency, 1, 90, DateOnly.FromDateTime(Day)), Day.AddDays(70))], await company.Tell());
        Assert.Equal([0.8m, 1, 1], await Counts());
        await Score(Day.AddDays(70), run);
        await Score(Day.AddDays(65));
        await Score(Day.AddDays(80));
        Assert.Single(await company.Tell());
        Assert.Equal([0.8m, 1, 0], await Counts());

        Order(Early, Day.AddDays(90));
        await company.Settle();
        await Score(Day.AddDays(95));
        Assert.Single(await company.Tell());
        await Score(Day.AddDays(160));
        Assert.Equal(
            new[] { (Early, DateOnly.FromDateTime(Day.AddDays(90))), (Late, DateOnly.FromDateTime(Day.AddDays(50))) }.Order(),
            (await company.Tell()).Skip(1).Select(told => (ChurnRiskRaised)told.Finding).Select(raised => (raised.CustomerId, raised.LastPurchaseOn)).Order());
    }

    [Fact]
    public async Task A_new_threshold_raises_nobody_whom_time_has_not_brought_to_it()
    {
        await Publish(0.95m);
        await Score(Day.AddDays(50));
        await Score(Day.AddDays(100));
        await Publish(0.8m);
        await Score(Day.AddDays(101));
        Assert.Empty(await company.Tell());
        Assert.Equal([0.8m, 1, 0], await Counts());
        await Score(Day.AddDays(120));
        Assert.Equal(Late, Assert.IsType<ChurnRiskRaised>(Assert.Single(await company.Tell()).Finding).CustomerId);
    }

    [Fact]
    public async Task What_was_known_at_an_instant_is_kept_with_the_run_and_tells_nothing()
    {
        await Publish(0.8m);
        await Score(Day.AddDays(50));
        await Score(Day.AddDays(70), knownAt: Day.AddDays(60));
        Assert.Empty(await company.Tell());
        var cut = (string)(await company.Query("select cut::text from analytics.score_runs where known_at is not null")).Single()[0]!;
        Assert.Contains("\"sales\": 2", cut, StringComparison.Ordinal);
    }

    void Order(Guid customer, DateTime at)
    {
        var order = Guid.NewGuid();
        company.Add("sales.order", order, new OrderPlaced(order, customer, "shop", $"{order}", new(100, "EUR"), []), at);
    }

    Task<Outcome> Publish(decimal threshold) =>
        company.Journal.Decide<Model>(Model.IdOf(Model.Churn), Company.Cause(), model => model.Publish(Model.Churn, new(threshold)), default);

    async Task<Guid> Score(DateTime asOf, Guid? run = null, DateTime? knownAt = null)
    {
        var id = run ?? Guid.NewGuid();
        var (model, _) = await company.Journal.Load<Model>(Model.IdOf(Model.Churn), default);
        Assert.Equal(2, await ScoreRun.Make(company.Database, id, asOf, knownAt, Books.Books.Initial, model, default));
        return id;
    }

    async Task<object?[]> Counts() => (await company.Query("select threshold, at_risk, raised from analytics.score_runs order by as_of desc limit 1")).Single();
}
