using System.Text.Json;
using System.Text.Json.Serialization;
using CrmSuite.Contracts;
using Dapper;
using Npgsql;

namespace CrmSuite.Analytics.Runs;

/// <summary>What was asked of a run; unset = the newest facts and the usual lengths.</summary>
/// <param name="AsOf">Business time of the result.</param>
/// <param name="KnownAt">Facts recorded later do not count.</param>
/// <param name="HoldoutDays">Of a training: length of the back-test's window.</param>
/// <param name="HorizonDays">Of a training: no purchase within so many days is what is served.</param>
public sealed record RunRequest(DateTime? AsOf = null, DateTime? KnownAt = null, int? HoldoutDays = null, int? HorizonDays = null);

/// <summary>Long work that was asked for, and how far it is.</summary>
public sealed record Run(
    Guid RunId,
    string Kind,
    [property: JsonIgnore] string Request,
    string Status,
    long RowsDone,
    long? RowsTotal,
    string? Reason,
    DateTime AskedAt,
    DateTime? EndedAt)
{
    internal const string Scores = "scores";
    internal const string Training = "training";

    /// <summary>The most runs that may wait.</summary>
    internal const int WaitingMax = 100;

    /// <summary>How many ended runs are remembered.</summary>
    internal const int KeptMax = 1_000;

    const string Columns = "run_id, kind, request::text as request, status, rows_done, rows_total, reason, asked_at, ended_at";

    /// <summary>What was asked.</summary>
    public RunRequest Asked => JsonSerializer.Deserialize<RunRequest>(Request, Json.Stored)!;

    /// <summary>Puts a run into the queue; the same id again changes nothing. False when too many are waiting.</summary>
    internal static async Task<bool> Ask(NpgsqlDataSource database, Guid id, string kind, RunRequest request, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        var asked = await connection.ExecuteAsync(new CommandDefinition(
            """
            insert into analytics.runs (run_id, kind, request)
            select @id, @kind, @request::jsonb where (select count(*) from analytics.runs where status in ('waiting', 'running')) < @WaitingMax
            on conflict (run_id) do nothing
            """, new { id, kind, request = JsonSerializer.Serialize(request, Json.Stored), WaitingMax }, cancellationToken: ct));
        return asked == 1 || await Find(database, id, ct) is not null;
    }

    internal static async Task<Run?> Find(NpgsqlDataSource database, Guid id, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        return await connection.QuerySingleOrDefaultAsync<Run>(new CommandDefinition($"select {Columns} from analytics.runs where run_id = @id", new { id }, cancellationToken: ct));
    }

    internal static async Task<IReadOnlyList<Run>> Newest(NpgsqlDataSource database, int limit, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        return [.. await connection.QueryAsync<Run>(new CommandDefinition($"select {Columns} from analytics.runs order by asked_at desc limit @limit", new { limit }, cancellationToken: ct))];
    }

    /// <summary>The next one to work on: what had begun before a restart comes first.</summary>
    internal static async Task<Run?> Next(NpgsqlDataSource database, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        return await connection.QuerySingleOrDefaultAsync<Run>(new CommandDefinition(
            $"""
            update analytics.runs set status = 'running', rows_done = 0
            where run_id = (select run_id from analytics.runs where status in ('waiting', 'running') order by status, asked_at limit 1) returning {Columns}
            """, cancellationToken: ct));
    }

    internal static async Task Progress(NpgsqlDataSource database, Guid id, long done, long total, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        await connection.ExecuteAsync(new CommandDefinition(
            "update analytics.runs set rows_done = @done, rows_total = @total where run_id = @id", new { id, done, total }, cancellationToken: ct));
    }

    internal static async Task End(NpgsqlDataSource database, Guid id, string? reason, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        await connection.ExecuteAsync(new CommandDefinition(
            "update analytics.runs set status = case when @reason::text is null then 'done' else 'failed' end, reason = @reason, ended_at = now() where run_id = @id; "
            + "delete from analytics.runs where run_id in (select run_id from analytics.runs where ended_at is not null order by ended_at desc offset @KeptMax)",
            new { id, reason, KeptMax }, cancellationToken: ct));
    }
}
