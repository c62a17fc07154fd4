using CrmSuite.ServiceDefaults;
using Dapper;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Npgsql;

namespace CrmSuite.Journal;

/// <summary>What was heard and could not be answered: kept in order by source stream, seen and driven again. Bodies that cannot be read lie here too.</summary>
sealed class SetAside(NpgsqlDataSource database)
{
    /// <summary>The most rows that are shown or driven again at once.</summary>
    public const int PageMax = 200;

    /// <summary>The longest unreadable body that is kept, in bytes.</summary>
    const int BodyMax = 1024 * 1024;

    /// <summary>One row.</summary>
    /// <param name="Id">Names it for a retry.</param>
    /// <param name="Department">Whose fact it is.</param>
    /// <param name="Stream">The source stream that waits; null for a body that cannot be read.</param>
    /// <param name="EventId">The fact.</param>
    /// <param name="Name">Its stored name.</param>
    /// <param name="Reason">Why it is here.</param>
    /// <param name="Attempts">How often it was tried.</param>
    /// <param name="NextAt">When it is tried again by itself.</param>
    /// <param name="SetAsideAt">Since when it is here.</param>
    public sealed record Row(long Id, string Department, string? Stream, Guid? EventId, string? Name, string Reason, int Attempts, DateTime NextAt, DateTime SetAsideAt);

    const string Columns = "id, department, stream, event_id as EventId, name, reason, attempts, next_at as NextAt, set_aside_at as SetAsideAt";

    /// <summary>Which of these source streams have something here: their later events wait behind it.</summary>
    public async Task<IReadOnlyCollection<string>> Waiting(IEnumerable<string> streams, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        return [.. await connection.QueryAsync<string>(
            new CommandDefinition("select distinct stream from journal.set_aside where stream = any(@streams)", new { streams = streams.Distinct().ToArray() }, cancellationToken: ct))];
    }

    public Task Add(string department, Recorded entry, string reason, CancellationToken ct) =>
        Execute("""
            insert into journal.set_aside (department, stream, event_id, name, body, reason) values (@department, @Stream, @EventId, @Name, @body, @reason)
            on conflict (event_id) do nothing
            """, new { department, entry.Stream, entry.EventId, entry.Name, body = CloudEvents.Write(new Pack(department, 0, default, [entry])), reason }, ct);

    public Task AddUnreadable(string? department, byte[] body, string reason, CancellationToken ct) =>
        Execute("insert into journal.set_aside (department, body, reason) values (@department, @body, @reason)",
            new { department = department ?? "", body = body.Length > BodyMax ? body[..BodyMax] : body, reason }, ct);

    public Task Remove(long id, CancellationToken ct) => Execute("delete from journal.set_aside where id = @id", new { id }, ct);

    /// <summary>Tried again and still not answered: the next try comes later each time, at most after an hour.</summary>
    public Task Fail(long id, string reason, CancellationToken ct) =>
        Execute("""
            update journal.set_aside set reason = @reason, attempts = attempts + 1,
                next_at = clock_timestamp() + least(interval '1 hour', interval '15 seconds' * power(2, least(attempts, 10)))
            where id = @id
            """, new { id, reason }, ct);

    /// <summary>The streams whose oldest fact is due for another try; all of them when asked for.</summary>
    public async Task<IReadOnlyList<string>> Due(bool all, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        return [.. await connection.QueryAsync<string>(new CommandDefinition($"""
            select stream from (select distinct on (stream) stream, next_at from journal.set_aside where stream is not null order by stream, id) oldest
            where @all or next_at <= clock_timestamp() limit {PageMax}
            """, new { all }, cancellationToken: ct))];
    }

    /// <summary>The oldest fact of a source stream.</summary>
    public async Task<(long Id, string Department, Recorded Entry)?> Oldest(string stream, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        var row = await connection.QuerySingleOrDefaultAsync<(long Id, string Department, byte[] Body)?>(new CommandDefinition(
            "select id, department, body from journal.set_aside where stream = @stream order by id limit 1", new { stream }, cancellationToken: ct));
        return row is { } found ? (found.Id, found.Department, CloudEvents.Read(found.Body, found.Department)[0].Entries[0]) : null;
    }

    /// <summary>Maps the list and the retry.</summary>
    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapGet("/journal/set-aside", (SetAside aside, CancellationToken ct, long after = 0) => aside.Page(after, ct))
            .RequirePermission("suite:operate").WithSummary("What was heard and could not be answered, oldest first; at most 200 after an id.");

        app.MapPost("/journal/set-aside/{id:long}/retry", async (long id, SetAside aside, Reactions reactions, CancellationToken ct) =>
            await aside.Find(id, ct) switch
            {
                null => Problems.Result(StatusCodes.Status404NotFound, "set-aside.unknown", "Nothing of this id is set aside."),
                // The feed has brought its facts: there is nothing to answer, only to clear away.
                { Stream: null } => await Cleared(aside, id, ct),
                { Stream: { } stream } => await reactions.Redrive(stream, ct) is { } reason
                    ? Problems.Result(StatusCodes.Status409Conflict, "set-aside.still", reason)
                    : Results.NoContent(),
            })
            .RequirePermission("suite:operate").WithSummary("Answers the stream's waiting facts now, oldest first; clears away a body that could not be read.");
    }

    static async Task<IResult> Cleared(SetAside aside, long id, CancellationToken ct)
    {
        await aside.Remove(id, ct);
        return Results.NoContent();
    }

    async Task<Row?> Find(long id, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        return await connection.QuerySingleOrDefaultAsync<Row>(new CommandDefinition($"select {Columns} from journal.set_aside where id = @id", new { id }, cancellationToken: ct));
    }

    async Task<IReadOnlyList<Row>> Page(long after, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        return [.. await connection.QueryAsync<Row>(
            new CommandDefinition($"select {Columns} from journal.set_aside where id > @after order by id limit {PageMax}", new { after }, cancellationToken: ct))];
    }

    async Task Execute(string sql, object parameters, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        await connection.ExecuteAsync(new CommandDefinition(sql, parameters, cancellationToken: ct));
    }
}
