using CrmSuite.Journal;
using CrmSuite.ServiceDefaults;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Npgsql;

namespace CrmSuite.Bus;

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

    const string Columns = "id, department, stream, event_id, name, reason, attempts, next_at, set_aside_at";

    /// <summary>Which of these source streams have something here: their later events wait behind it.</summary>
    public async Task<IReadOnlyCollection<string>> Waiting(IEnumerable<string> streams, CancellationToken ct) =>
        await database.Sql("select distinct stream from journal.set_aside where stream = any($1)", (object)streams.Distinct().ToArray()).Read<string>(ct);

    public Task Add(string department, Recorded entry, string reason, CancellationToken ct) => database.Sql("""
        insert into journal.set_aside (department, stream, event_id, name, body, reason) values ($1, $2, $3, $4, $5, $6) on conflict (event_id) do nothing
        """, department, entry.Stream, entry.EventId, entry.Name, CloudEvents.Write(new Pack(department, 0, default, [entry])), reason).Run(ct);

    public Task AddUnreadable(string? department, byte[] body, string reason, CancellationToken ct) =>
        database.Sql("insert into journal.set_aside (department, body, reason) values ($1, $2, $3)", department ?? "", body.Length > BodyMax ? body[..BodyMax] : body, reason).Run(ct);

    public Task Remove(long id, CancellationToken ct) => database.Sql("delete from journal.set_aside where id = $1", id).Run(ct);

    /// <summary>Tried again and still not answered: the next try comes later each time, at most after an hour.</summary>
    public Task Fail(long id, string reason, CancellationToken ct) => database.Sql("""
        update journal.set_aside set reason = $2, attempts = attempts + 1,
            next_at = clock_timestamp() + least(interval '1 hour', interval '15 seconds' * power(2, least(attempts, 10)))
        where id = $1
        """, id, reason).Run(ct);

    /// <summary>The streams whose oldest fact is due for another try; all of them when asked for.</summary>
    public async Task<IReadOnlyList<string>> Due(bool all, CancellationToken ct) => await database.Sql($"""
        select stream from (select distinct on (stream) stream, next_at from journal.set_aside where stream is not null order by stream, id) oldest
        where $1 or next_at <= clock_timestamp() limit {PageMax}
        """, all).Read<string>(ct);

    /// <summary>The oldest fact of a source stream.</summary>
    public async Task<(long Id, Recorded Entry)?> Oldest(string stream, CancellationToken ct)
    {
        var oldest = await database.Sql("select id, department, body from journal.set_aside where stream = $1 order by id limit 1", stream)
            .Read(reader => (Id: reader.GetInt64(0), Packs: CloudEvents.Read(reader.GetFieldValue<byte[]>(2), reader.GetString(1))), ct);
        return oldest is [var found] ? (found.Id, found.Packs[0].Entries[0]) : null;
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

    async Task<Row?> Find(long id, CancellationToken ct) =>
        (await database.Sql($"select {Columns} from journal.set_aside where id = $1", id).Read<Row>(ct)).SingleOrDefault();

    async Task<IReadOnlyList<Row>> Page(long after, CancellationToken ct) =>
        await database.Sql($"select {Columns} from journal.set_aside where id > $1 order by id limit {PageMax}", after).Read<Row>(ct);
}
