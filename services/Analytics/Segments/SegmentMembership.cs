using CrmSuite.Journal;
using Dapper;
using Npgsql;

namespace CrmSuite.Analytics.Segments;

/// <summary>A customer who comes into a segment, or leaves it, at an instant.</summary>
sealed record Move(Guid SegmentId, int Version, Guid CustomerId, bool IsEntry, DateTime At, Guid? Cause, string Leaf)
{
    public static Move In(Stay stay) => new(stay.SegmentId, stay.Version, stay.CustomerId, true, stay.ValidFrom, stay.EnteredBy, stay.EnteredLeaf);

    public static Move Out(Stay stay) => new(stay.SegmentId, stay.Version, stay.CustomerId, false, stay.ValidTo!.Value, stay.LeftBy, stay.LeftLeaf!);
}

/// <summary>What the last filling of the table changed, and whether that was a change of the rule and so is not told as findings.</summary>
/// <param name="Version">The version of the rule.</param>
/// <param name="Customers">Customers evaluated.</param>
/// <param name="Came">Whom it put in.</param>
/// <param name="Went">Whom it put out.</param>
/// <param name="Silent">Whether the rule changed, not the customers.</param>
/// <param name="FilledAt">When it was over; null while it goes on.</param>
public sealed record Filling(int Version, int Customers, int Came, int Went, bool Silent, DateTime? FilledAt);

/// <summary>The table of stays, and who may ask what of it.</summary>
static class SegmentMembership
{
    public const string Name = "segment_membership";

    const string Columns = "segment_id, version, customer_id, valid_from, valid_to, entered_by, entered_leaf, left_by, left_leaf";
    const int TimeOutSeconds = 60;

    /// <summary>Moves of one sweep, but for those at the last one's instant.</summary>
    const int MovesMax = 1_000;

    /// <summary>Replaces the stays of these customers in these segments by what follows from the facts; what is equal is not touched.</summary>
    /// <returns>Who is in at the instant and was not before, and the other way round.</returns>
    public static async Task<IReadOnlyList<Move>> Replace(
        NpgsqlConnection connection, Guid[] segments, IReadOnlyList<Guid> customers, IReadOnlyList<Stay> stays, DateTime at, CancellationToken ct)
    {
        var stored = (await connection.QueryAsync<Stay>(new CommandDefinition(
            $"select {Columns} from analytics.{Name} where segment_id = any(@segments) and customer_id = any(@customers)",
            new { segments, customers }, commandTimeout: TimeOutSeconds, cancellationToken: ct))).ToHashSet();
        var wanted = stays.Select(Settled).ToHashSet();
        var gone = stored.Where(stay => !wanted.Contains(stay)).ToList();
        if (gone.Count > 0)
        {
            await connection.ExecuteAsync(new CommandDefinition(
                $"""
                delete from analytics.{Name} as m using unnest(@ids, @people, @froms) as g (segment_id, customer_id, valid_from)
                where m.segment_id = g.segment_id and m.customer_id = g.customer_id and m.valid_from = g.valid_from
                """,
                new { ids = gone.Select(stay => stay.SegmentId).ToArray(), people = gone.Select(stay => stay.CustomerId).ToArray(), froms = gone.Select(stay => stay.ValidFrom).ToArray() },
                commandTimeout: TimeOutSeconds, cancellationToken: ct));
        }

        var added = wanted.Where(stay => !stored.Contains(stay)).ToList();
        await connection.ExecuteAsync(new CommandDefinition(
            $"""
            insert into analytics.{Name} ({Columns})
            values (@SegmentId, @Version, @CustomerId, @ValidFrom, @ValidTo, @EnteredBy, @EnteredLeaf, @LeftBy, @LeftLeaf)
            """, added, commandTimeout: TimeOutSeconds, cancellationToken: ct));
        var (before, after) = (stored.ToLookup(Pair), wanted.ToLookup(Pair));
        return [.. gone.Concat(added).Select(Pair).Distinct().Select(pair => Change(before[pair], after[pair], at)).OfType<Move>().OrderBy(move => move.At)];
    }

    /// <summary>What other stays mean for being in at an instant; null when it stays as it was.</summary>
    public static Move? Change(IEnumerable<Stay> before, IEnumerable<Stay> after, DateTime at) => (Covering(before, at), Covering(after, at)) switch
    {
        (null, { } now) => Move.In(now),
        ({ } was, null) => after.Where(stay => stay.Version == was.Version && stay.ValidTo <= at).MaxBy(stay => stay.ValidTo) is { } ended
            ? Move.Out(ended)
            : Move.In(was) with { IsEntry = false, Cause = null }, // A later fact says that he never was: the entry is taken back.
        _ => null,
    };

    /// <summary>Who comes and goes by the passing of time, in its order: more than <see cref="MovesMax"/> only at one instant.</summary>
    /// <param name="connection">A connection.</param>
    /// <param name="segments">Which segments.</param>
    /// <param name="from">Behind this instant.</param>
    /// <param name="to">Up to this one.</param>
    /// <returns>The moves, and the instant up to which these are all.</returns>
    public static async Task<(IReadOnlyList<Move> Moves, DateTime UpTo)> Moves(
        NpgsqlConnection connection, Guid[] segments, DateTime from, DateTime to, CancellationToken ct)
    {
        var moves = (await connection.QueryAsync<Move>(new CommandDefinition(
            $"""
            select segment_id, version, customer_id, is_entry, at, cause, leaf from (
                select segment_id, version, customer_id, true as is_entry, valid_from as at, entered_by as cause, entered_leaf as leaf
                from analytics.{Name} where valid_from > @from and valid_from <= @to and segment_id = any(@segments)
                union all
                select segment_id, version, customer_id, false, valid_to, left_by, left_leaf
                from analytics.{Name} where valid_to > @from and valid_to <= @to and segment_id = any(@segments)) as moves
            order by at fetch first {MovesMax} rows with ties
            """, new { segments, from, to }, commandTimeout: TimeOutSeconds, cancellationToken: ct))).ToList();
        return (moves, moves.Count < MovesMax ? to : moves[^1].At);
    }

    /// <summary>Whether the memberships stand on all facts up to a position of the store.</summary>
    public static async Task<bool> Passed(NpgsqlDataSource database, Position position, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        return await connection.ExecuteScalarAsync<bool>(new CommandDefinition(
            "select position >= @Number from analytics.segment_checkpoint", new { position.Number }, cancellationToken: ct));
    }

    /// <summary>Who is in the segment at an instant: a select for pages.</summary>
    public static FormattableString Members(Guid segment, DateTime asOf) =>
        $"select * from analytics.{Name:name} where segment_id = {segment} and valid_from <= {asOf} and (valid_to is null or valid_to > {asOf})";

    public static async Task<long> Count(NpgsqlDataSource database, Guid segment, DateTime asOf, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        return await connection.ExecuteScalarAsync<long>(new CommandDefinition(
            $"select count(*) from analytics.{Name} where segment_id = @segment and valid_from <= @asOf and (valid_to is null or valid_to > @asOf)",
            new { segment, asOf }, commandTimeout: TimeOutSeconds, cancellationToken: ct));
    }

    /// <summary>How the table was filled for a segment; null before that began.</summary>
    public static async Task<Filling?> Filled(NpgsqlDataSource database, Guid segment, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        return await connection.QuerySingleOrDefaultAsync<Filling>(new CommandDefinition(
            "select version, customers, came, went, silent, filled_at from analytics.segment_state where segment_id = @segment",
            new { segment }, cancellationToken: ct));
    }

    /// <summary>All stays of one customer, in one segment or all.</summary>
    public static async Task<IReadOnlyList<Stay>> OfCustomer(NpgsqlDataSource database, Guid customer, Guid? segment, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        return [.. await connection.QueryAsync<Stay>(new CommandDefinition(
            $"""
            select {Columns} from analytics.{Name} where customer_id = @customer and (@segment::uuid is null or segment_id = @segment)
            order by valid_from, segment_id
            """, new { customer, segment }, cancellationToken: ct))];
    }

    static Stay? Covering(IEnumerable<Stay> stays, DateTime at) => stays.FirstOrDefault(stay => stay.Covers(at));

    static (Guid, Guid) Pair(Stay stay) => (stay.SegmentId, stay.CustomerId);

    /// <summary>The stay as the database gives it back: in whole microseconds.</summary>
    static Stay Settled(Stay stay) => stay with { ValidFrom = Whole(stay.ValidFrom), ValidTo = stay.ValidTo is { } to ? Whole(to) : null };

    static DateTime Whole(DateTime time) => new(time.Ticks - (time.Ticks % TimeSpan.TicksPerMicrosecond), DateTimeKind.Utc);
}
