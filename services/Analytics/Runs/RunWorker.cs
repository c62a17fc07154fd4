using CrmSuite.Analytics.Models;
using CrmSuite.Analytics.Store;
using CrmSuite.Contracts;
using CrmSuite.Journal;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace CrmSuite.Analytics.Runs;

/// <summary>
/// Does the long work that was asked for, one run at a time, on one replica. When facts have come and settled it asks for new scores by itself, and for a
/// training when there is no card yet or it has grown old. The clock decides when, never what.
/// </summary>
sealed class RunWorker(NpgsqlDataSource database, IJournal journal, Leader leader, TimeProvider time, ILogger<RunWorker> log) : BackgroundService
{
    static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(500);

    /// <summary>Facts have settled when none has come for so long.</summary>
    static readonly TimeSpan SettledAfter = TimeSpan.FromSeconds(3);

    /// <summary>While facts never settle, scores are made this often.</summary>
    static readonly TimeSpan ScoresEvery = TimeSpan.FromMinutes(15);

    /// <summary>A card older than this, in business time, is made anew.</summary>
    static readonly TimeSpan CardAgeMax = TimeSpan.FromDays(30);

    const int HoldoutDays = 90;
    const int HorizonDays = 90;

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => leader.Run("analytics-runs", Work, stoppingToken);

    /// <summary>Does what is asked for; returns whether there was anything.</summary>
    internal async Task<bool> WorkOnce(CancellationToken ct)
    {
        if (await Run.Next(database, ct) is not { } run)
        {
            return false;
        }

        try
        {
            await Do(run, ct);
            await Run.End(database, run.RunId, null, ct);
        }
        catch (TooFewCustomersException few)
        {
            await Run.End(database, run.RunId, few.Message, ct);
        }
        catch (Exception failure) when (!ct.IsCancellationRequested && failure is not NpgsqlException { IsTransient: true })
        {
            log.LogError(failure, "Run {Run} ({Kind}) failed", run.RunId, run.Kind);
            await Run.End(database, run.RunId, failure.GetType().Name, ct);
        }

        return true;
    }

    async Task Work(CancellationToken ct)
    {
        var (seen, seenAt, scoredAt) = (-1L, time.GetTimestamp(), time.GetTimestamp());
        while (!ct.IsCancellationRequested)
        {
            if (await Facts.Position(database, ct) is not { } position)
            {
                await Task.Delay(LookEvery, ct);
                continue;
            }

            if (await WorkOnce(ct))
            {
                continue;
            }

            if (position != seen)
            {
                (seen, seenAt) = (position, time.GetTimestamp());
            }

            if (time.GetElapsedTime(seenAt) > SettledAfter || time.GetElapsedTime(scoredAt) > ScoresEvery)
            {
                scoredAt = time.GetTimestamp();
                await AskForScores(position, ct);
            }

            await Task.Delay(LookEvery, ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    async Task AskForScores(long position, CancellationToken ct)
    {
        if (await Facts.NewestOrder(database, ct) is not { } newest)
        {
            return;
        }

        // Own facts move the position too, findings among them: scores are old when a customer's facts are, the card or the books.
        var (model, _) = await journal.Load<Model>(Model.IdOf(Model.Churn), ct);
        var books = (await journal.Load<Books.Books>(Books.Books.TheId, ct)).State;
        if (await ScoreRun.Find(database, null, ct) is { } last && last.Position >= await Facts.NewestFact(database, ct)
            && last.Version == (model.Card?.Version ?? 0)
            && last.Zone == books.Zone.Id && (books.InForce is null || books.InForce.ReportingCurrency == last.Currency))
        {
            return;
        }

        if (model.Card is null || newest - model.Card.Data.AsOf > CardAgeMax)
        {
            await Run.Ask(database, Ids.Derive("run", Run.Training, position.ToString(System.Globalization.CultureInfo.InvariantCulture)), Run.Training, new(newest), ct);
        }

        await Run.Ask(database, Ids.Derive("run", Run.Scores, position.ToString(System.Globalization.CultureInfo.InvariantCulture)), Run.Scores, new(newest), ct);
    }

    async Task Do(Run run, CancellationToken ct)
    {
        var asked = run.Asked;
        if ((asked.AsOf ?? await Facts.NewestOrder(database, ct)) is not { } asOf)
        {
            throw new TooFewCustomersException(0);
        }

        var books = (await journal.Load<Books.Books>(Books.Books.TheId, ct)).State;
        if (run.Kind == Run.Scores)
        {
            var (model, _) = await journal.Load<Model>(Model.IdOf(Model.Churn), ct);
            var scored = await ScoreRun.Make(database, run.RunId, asOf, asked.KnownAt, books, model, ct);
            await Run.Progress(database, run.RunId, scored, scored, ct);
            return;
        }

        var position = await Facts.Position(database, ct) ?? -1;
        var purchases = await Facts.Purchases(database, asOf, asked.KnownAt ?? Moment.Ever, books.Zone.Id, Purchasers.All, ct);
        await Run.Progress(database, run.RunId, 0, purchases.Count, ct);
        var plan = new TrainingPlan(Moment.DayOf(asOf, books.Zone), asked.HoldoutDays ?? HoldoutDays, asked.HorizonDays ?? HorizonDays);
        var card = await Task.Run(() => Training.Card(purchases, plan, asOf, position, books.Zone.Id), ct);
        await journal.Decide<Model>(card.ModelId, Cause.Rule("training", run.RunId, time.GetUtcNow().UtcDateTime), model => model.Train(card), ct);
        await Run.Progress(database, run.RunId, purchases.Count, purchases.Count, ct);
    }
}
