using CrmSuite.Analytics.Models;
using CrmSuite.Analytics.Store;
using CrmSuite.Journal;
using CrmSuite.ServiceDefaults;
using CrmSuite.Views;
using Npgsql;

namespace CrmSuite.Analytics.Runs;

/// <summary>Asks for new scores.</summary>
public sealed record MakeScores(string? AsOf = null, string? KnownAt = null) : ICommand
{
    /// <inheritdoc/>
    public Refusal? Invalid() => RunEndpoints.InvalidMoment(AsOf) ?? RunEndpoints.InvalidMoment(KnownAt);
}

/// <summary>Asks for a training of the churn model.</summary>
public sealed record TrainModel(string? AsOf = null, string? KnownAt = null, int HoldoutDays = 90, int HorizonDays = 90) : ICommand
{
    /// <summary>The longest window.</summary>
    public const int DaysMax = 1_100;

    /// <inheritdoc/>
    public Refusal? Invalid() =>
        HorizonDays is < 1 or > DaysMax || HoldoutDays is < 1 or > DaysMax || HorizonDays > HoldoutDays
            ? new("training.days", $"Holdout and horizon are 1 to {DaysMax} days, and the horizon lies inside the holdout.")
            : RunEndpoints.InvalidMoment(AsOf) ?? RunEndpoints.InvalidMoment(KnownAt);
}

static class RunEndpoints
{
    const int ListMax = 100;

    public static void MapRuns(this IEndpointRouteBuilder app)
    {
        var runs = app.MapGroup("").CheckCommands();

        runs.MapGet("/runs", (Queries queries, NpgsqlDataSource database, CancellationToken ct) =>
                queries.Answer<Run>("runs", async (_, _) => new(await Run.Newest(database, ListMax, ct), null), null, null))
            .RequirePermission("analytics:read");

        runs.MapGet("/runs/{id:guid}", async (Guid id, NpgsqlDataSource database, CancellationToken ct) =>
                await Run.Find(database, id, ct) is { } run ? Results.Ok(run) : Problems.Result(404, "run.unknown", "There is no such run."))
            .RequirePermission("analytics:read");

        runs.MapPost("/scores/runs", (MakeScores command, Cause cause, IJournal journal, TimeProvider time, NpgsqlDataSource database, CancellationToken ct) =>
                Ask(Run.Scores, cause, command.AsOf, command.KnownAt, new(), journal, time, database, ct))
            .RequirePermission("analytics:write");

        runs.MapPost("/models/churn/train", (
                TrainModel command, Cause cause, IJournal journal, TimeProvider time, NpgsqlDataSource database, CancellationToken ct) =>
            {
                RunRequest request = new(HoldoutDays: command.HoldoutDays, HorizonDays: command.HorizonDays);
                return Ask(Run.Training, cause, command.AsOf, command.KnownAt, request, journal, time, database, ct);
            })
            .RequirePermission("analytics:write");
    }

    internal static Refusal? InvalidMoment(string? text) =>
        text is null || Moment.TryParse(text, null, out _) ? null : new("moment.form", "A moment is a day (2011-12-09) or an instant with its offset (2011-12-09T12:50:00Z).");

    static async Task<IResult> Ask(
        string kind, Cause cause, string? asOf, string? knownAt, RunRequest request, IJournal journal, TimeProvider time, NpgsqlDataSource database,
        CancellationToken ct)
    {
        var zone = (await journal.Load<Books.Books>(Books.Books.TheId, ct)).State.Zone;
        DateTime? At(string? text) => text is not null && Moment.TryParse(text, null, out var moment) ? moment.In(zone) : null;
        if (At(asOf) > time.GetUtcNow().UtcDateTime)
        {
            // It would be the newest run until then, and what it finds would have happened in the future.
            return Problems.Result(422, "time.ahead", "Scores and models stand on what has happened: give a moment that has passed, or none for the newest order.");
        }

        return await Run.Ask(database, cause.CommandId, kind, request with { AsOf = At(asOf), KnownAt = At(knownAt) }, ct)
            ? Results.Accepted($"/api/analytics/runs/{cause.CommandId}", await Run.Find(database, cause.CommandId, ct))
            : Problems.Result(429, "runs.many", $"{Run.WaitingMax} runs are waiting already. Ask again later.");
    }
}
