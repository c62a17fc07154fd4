using Dapper;
using Npgsql;

namespace CrmSuite.Analytics.Segments;

/// <summary>The table of stays, and who may ask what of it.</summary>
static class SegmentMembership
{
    const string Columns = "segment_id, version, customer_id, valid_from, valid_to, entered_by, entered_leaf, left_by, left_leaf";
    const int TimeOutSeconds = 60;

    /// <summary>Replaces the stays of these customers in these segments by what follows from the facts; what is equal is not touched.</summary>
    public static async Task Replace(NpgsqlConnection connection, Guid[] segments, IReadOnlyList<Guid> customers, IReadOnlyList<Stay> stays, CancellationToken ct)
    {
        var stored = (await connection.QueryAsync<Stay>(new CommandDefinition(
            $"select {Columns} from analytics.segment_membership where segment_id = any(@segments) and customer_id = any(@customers)",
            new { segments, customers }, commandTimeout: TimeOutSeconds, cancellationToken: ct))).ToHashSet();
        var wanted = stays.Select(Settled).ToHashSet();
        var gone = stored.Where(stay => !wanted.Contains(stay)).ToList();
        if (gone.Count > 0)
        {
            await connection.ExecuteAsync(new CommandDefinition(
                """
                delete from analytics.segment_membership as m using unnest(@ids, @people, @froms) as g (segment_id, customer_id, valid_from)
                where m.segment_id = g.segment_id and m.customer_id = g.customer_id and m.valid_from = g.valid_from
                """,
                new { ids = gone.Select(stay => stay.SegmentId).ToArray(), people = gone.Select(stay => stay.CustomerId).ToArray(), froms = gone.Select(stay => stay.ValidFrom).ToArray() },
                commandTimeout: TimeOutSeconds, cancellationToken: ct));
        }

        await connection.ExecuteAsync(new CommandDefinition(
            $"insert into analytics.segment_membership ({Columns}) values (@SegmentId, @Version, @CustomerId, @ValidFrom, @ValidTo, @EnteredBy, @EnteredLeaf, @LeftBy, @LeftLeaf)",
            wanted.Where(stay => !stored.Contains(stay)).ToList(), commandTimeout: TimeOutSeconds, cancellationToken: ct));
    }

    /// <summary>Who is in the segment at an instant, by pages.</summary>
    public static async Task<IReadOnlyList<Stay>> Members(NpgsqlDataSource database, Guid segment, DateTime asOf, Guid after, int limit, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        return [.. await connection.QueryAsync<Stay>(new CommandDefinition(
            $"""
            select {Columns} from analytics.segment_membership
            where segment_id = @segment and valid_from <= @asOf and (valid_to is null or valid_to > @asOf) and customer_id > @after order by customer_id limit @limit
            """, new { segment, asOf, after, limit }, commandTimeout: TimeOutSeconds, cancellationToken: ct))];
    }

    public static async Task<long> Count(NpgsqlDataSource database, Guid segment, DateTime asOf, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        return await connection.ExecuteScalarAsync<long>(new CommandDefinition(
            """
            select count(*) from analytics.segment_membership where segment_id = @segment and valid_from <= @asOf and (valid_to is null or valid_to > @asOf)
            """, new { segment, asOf }, commandTimeout: TimeOutSeconds, cancellationToken: ct));
    }

    /// <summary>All stays of one customer, in one segment or all.</summary>
    public static async Task<IReadOnlyList<Stay>> OfCustomer(NpgsqlDataSource database, Guid customer, Guid? segment, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        return [.. await connection.QueryAsync<Stay>(new CommandDefinition(
            $"""
            select {Columns} from analytics.segment_membership where customer_id = @customer and (@segment::uuid is null or segment_id = @segment) order by valid_from, segment_id
            """, new { customer, segment }, cancellationToken: ct))];
    }

    /// <summary>The stay as the database gives it back: in whole microseconds.</summary>
    static Stay Settled(Stay stay) => stay with { ValidFrom = Whole(stay.ValidFrom), ValidTo = stay.ValidTo is { } to ? Whole(to) : null };

    static DateTime Whole(DateTime time) => new(time.Ticks - (time.Ticks % TimeSpan.TicksPerMicrosecond), DateTimeKind.Utc);
}
