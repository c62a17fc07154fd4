using CrmSuite.Analytics.Models;
using CrmSuite.Analytics.Runs;
using CrmSuite.Analytics.Store;
using CrmSuite.Analytics.Tests.Store;
using CrmSuite.Contracts;
using CrmSuite.Contracts.Sales;

namespace CrmSuite.Analytics.Tests.Runs;

/// <summary>Trainings and score runs on the public data, from events to cards and rows.</summary>
public sealed class RunWorkerTests(OnlineRetail retail)
{
    [Fact]
    public async Task CDNOW_comes_to_the_published_fit_and_a_promoted_model_through_events()
    {
        await using var company = await Cdnow();
        var model = await Train(company, new(1998, 6, 30, 23, 59, 59, DateTimeKind.Utc), holdout: 273);
        Assert.True(model.Promoted, string.Join(" ", model.Card!.Gates.Where(gate => !gate.Passed)));
        Assert.Equal(("MBG/NBD", 2_357, 1_882, new DateOnly(1997, 9, 30)),
            (model.Card.Chosen, model.Card.Data.BacktestCustomers, model.Card.Data.HoldoutPurchaseDays, model.Card.Data.BacktestEnd));
        var bg = model.Card.Backtest.Single(fit => fit.Model == "BG/NBD");
        Assert.InRange(bg.LogLikelihood, -9582.4302m, -9582.4282m);
        Near(bg, 0.002m, ("r", 0.2426m), ("alpha", 4.4136m), ("a", 0.7929m), ("b", 2.4259m));
        Near(model.Card.Backtest.Single(fit => fit.Model == "MBG/NBD"), 0.005m, ("r", 0.5248m), ("alpha", 6.1831m), ("a", 0.8914m), ("b", 1.6140m));
        Assert.Contains(model.Card.Forecasts, forecast => forecast is { Naive: true, Forecast: "same count as before", Total: 2_457 });

        var run = Guid.NewGuid();
        await Run.Ask(company.Database, run, Run.Scores, new(new(1998, 6, 30, 23, 59, 59, DateTimeKind.Utc)), default);
        await Finish(company, run);
        var scores = await company.Query("select customer_id, p_no_purchase, p_alive, model, version, horizon_days from analytics.churn_scores order by customer_id");
        Assert.Equal(2_357, scores.Count);
        var fitted = Training.Open(model.Card.Served.Single(fit => fit.Model == "MBG/NBD"));
        var days = ReferenceData.Histories(ReferenceData.Cdnow().Select(row => (row.Customer, row.Day))).ToDictionary(history => history.CustomerId, history => history.Days);
        Assert.All(scores, row =>
        {
            var buyer = Buyer.Of([.. days[(Guid)row[0]!]], new(1998, 6, 30));
            Assert.Equal(fitted.NoPurchase(buyer, 90 / 7.0), (double)row[1]!, 1e-12);
            Assert.Equal(fitted.Alive(buyer), (double)row[2]!, 1e-12);
            Assert.Equal(("MBG/NBD", 1, 90), ((string)row[3]!, (int)row[4]!, (int)row[5]!));
        });

        await company.Relay();
        var card = Assert.Single(await company.Query("select served, promoted, version, command from analytics.model_card"));
        Assert.Equal(("MBG/NBD", true, 1), ((string)card[0]!, (bool)card[1]!, (int)card[2]!));
        Assert.StartsWith("POST /models/churn/train", (string)card[3]!, StringComparison.Ordinal);
        var version = (await company.Journal.Load<Model>(Model.IdOf(Model.Churn), default)).Version;
        await Train(company, new(1998, 6, 30, 23, 59, 59, DateTimeKind.Utc), holdout: 273);
        Assert.Equal(version, (await company.Journal.Load<Model>(Model.IdOf(Model.Churn), default)).Version);
    }

    [Fact]
    public async Task On_Online_Retail_the_naive_score_is_served_and_the_card_says_why()
    {
        var company = await retail.Company;
        var asOf = OnlineRetail.Utc(new(2011, 12, 9, 23, 59, 59));
        var model = await Train(company, asOf, holdout: 184);
        Assert.False(model.Promoted);
        Assert.Contains(model.Card!.Gates, gate => gate is { Gate: "fit", Passed: false } && gate.Detail.StartsWith("Dropout cannot be told from these data", StringComparison.Ordinal));
        Assert.Equal((2_787, 6_866), (model.Card.Data.BacktestCustomers, model.Card.Data.HoldoutPurchaseDays));

        var run = Guid.NewGuid();
        await Run.Ask(company.Database, run, Run.Scores, new(asOf), default);
        await Finish(company, run);
        var made = (await ScoreRun.Find(company.Database, run, default))!;
        Assert.Equal((BackTest.Recency, 4_338, "GBP", 0L), (made.Model, made.Customers, made.Currency, made.Unrated));
        var scores = await company.Query("select recency_days, p_no_purchase, p_alive from analytics.churn_scores");
        Assert.Equal(4_338, scores.Count);
        Assert.All(scores, row =>
        {
            Assert.Null(row[2]);
            Assert.Equal((double)model.Card.Naive.Last(bin => bin.FromDays <= (int)row[0]! || bin == model.Card.Naive[0]).NoPurchase, (double)row[1]!);
        });
        var rfm = await company.Query("select r, f, m, recency_days from analytics.rfm");
        Assert.Equal((348, 185), (rfm.Count(row => (int)row[0]! == 5 && (int)row[1]! == 5 && (int)row[2]! == 5), rfm.Count(row => (int)row[0]! == 1 && (int)row[1]! == 1 && (int)row[2]! == 1)));
        var boundaries = System.Text.Json.JsonSerializer.Deserialize<CrmSuite.Analytics.Rfm.RfmBoundaries>(made.Boundaries, Json.Stored)!;
        Assert.Equal((5, 5, 5), (boundaries.Recency.Count, boundaries.Frequency.Count, boundaries.Money.Count));
        Assert.Equal((0L, 373L, 28_020_602L), (boundaries.Recency[4].From, boundaries.Recency[0].To, boundaries.Money[4].To));
    }

    [Fact]
    public async Task A_training_on_too_few_customers_ends_with_its_reason()
    {
        await using var company = await Company.Open();
        var order = Guid.NewGuid();
        company.Add("sales.order", order, new OrderPlaced(order, Guid.NewGuid(), "shop", "1", new(100, "EUR"), []), new(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        await company.Settle();
        var run = Guid.NewGuid();
        Assert.True(await Run.Ask(company.Database, run, Run.Training, new(), default));
        await Finish(company, run, "failed");
        Assert.Contains("at least 100 are needed", (await Run.Find(company.Database, run, default))!.Reason, StringComparison.Ordinal);
    }

    static async Task<Company> Cdnow()
    {
        var rows = ReferenceData.Cdnow();
        var company = await Company.Open();
        var number = 0;
        foreach (var (customer, day, dollars) in rows)
        {
            var order = Ids.Derive("order", (++number).ToString());
            company.Add("sales.order", order, new OrderPlaced(order, ReferenceData.CustomerId(customer), "shop", $"{number}", Money.Of(dollars, "USD"), []),
                day.ToDateTime(new(12, 0), DateTimeKind.Utc));
        }

        await company.Settle();
        return company;
    }

    static async Task<Model> Train(Company company, DateTime asOf, int holdout)
    {
        var run = Guid.NewGuid();
        await Run.Ask(company.Database, run, Run.Training, new(asOf, HoldoutDays: holdout, HorizonDays: 90), default);
        await Finish(company, run);
        return (await company.Journal.Load<Model>(Model.IdOf(Model.Churn), default)).State;
    }

    static async Task Finish(Company company, Guid run, string status = "done")
    {
        while (await company.Runs.WorkOnce(default))
        {
        }

        var ended = (await Run.Find(company.Database, run, default))!;
        Assert.Equal((status, true), (ended.Status, ended.EndedAt is not null));
    }

    static void Near(Contracts.Analytics.ModelFit fit, decimal tolerance, params (string Name, decimal Value)[] expected) =>
        Assert.All(expected, one => Assert.InRange(fit.Parameters[one.Name], one.Value - tolerance, one.Value + tolerance));
}
