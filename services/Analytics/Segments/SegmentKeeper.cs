using CrmSuite.Analytics.Findings;
using CrmSuite.Analytics.Runs;
using CrmSuite.Analytics.Store;
using CrmSuite.Contracts.Analytics;
using CrmSuite.Journal;
using Dapper;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using NodaTime;
using Npgsql;

namespace CrmSuite.Analytics.Segments;

/// <summary>
/// Keeps the memberships: whoever has a new fact is evaluated again, from all his facts, for every segment; a new version of a rule, other books or (where a
/// rule looks at RFM) a new run of scores evaluate everybody. Rows, checkpoint and what is to be told move in one transaction.
/// </summary>
/// <remarks>
/// What is told is who is in at <c>told_to</c>, and each move since: by new facts about the time before, and by time as it passes over what the rows foretell.
/// The clock decides when something is told, never what. A change of the rule is told by nobody's entry or exit; it is counted in <c>segment_state</c>.
/// </remarks>
sealed class SegmentKeeper(NpgsqlDataSource database, IJournal journal, Leader leader, ILogger<SegmentKeeper> log) : BackgroundService
{
    static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(100);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => leader.Run("analytics-segments", async ct =>
    {
        while (!ct.IsCancellationRequested)
        {
            if (!await WorkOnce(ct))
            {
                await Task.Delay(LookEvery, ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }, stoppingToken);

    /// <summary>One page of work; returns whether there was any.</summary>
    /// <param name="ct">Cancels it.</param>
    /// <param name="now">Up to when time has passed; null for the database's clock, by which the journal takes findings too.</param>
    internal async Task<bool> WorkOnce(CancellationToken ct, DateTime? now = null)
    {
        if (await Facts.Position(database, ct) is not { } upTo)
        {
            return false;
        }

        await using var connection = await database.OpenConnectionAsync(ct);
        var segments = await SegmentDefinitions.Read(connection, null, Cut.Everything, ct);
        var zone = (await journal.Load<Books.Books>(Books.Books.TheId, ct)).State.Zone;
        var states = (await connection.QueryAsync<State>(new CommandDefinition(
            "select segment_id, look, scores, silent, after, customers, came, went, filled_at from analytics.segment_state", cancellationToken: ct)))
            .ToDictionary(state => state.SegmentId);
        // What was begun is ended first: time does not pass for a table that holds two rules.
        foreach (var segment in segments.OrderByDescending(segment => states.GetValueOrDefault(segment.SegmentId) is { FilledAt: null }))
        {
            if (await Fill(connection, segments, segment, states.GetValueOrDefault(segment.SegmentId), zone, ct))
            {
                return true;
            }
        }

        // Facts come first, or a window would end that a fact on its way keeps open; but while they never end time passes all the same, page by page.
        var (position, told, clock) = await Checkpoint(connection, ct);
        var isBehind = position < upTo && await Follow(connection, segments, position, upTo, told, zone, ct);
        return isBehind || await Tell(connection, segments, told, now ?? clock, ct) || position < upTo;
    }

    /// <summary>Evaluates the next page of customers for a segment whose rule, zone or scores the table does not hold yet.</summary>
    async Task<bool> Fill(
        NpgsqlConnection connection, IReadOnlyList<SegmentDefinitions.Row> segments, SegmentDefinitions.Row segment, State? state, DateTimeZone zone,
        CancellationToken ct)
    {
        var look = $"{segment.Version} {segment.RetiredAt:O} {zone.Id}";
        var scores = await Scores(connection, segment, ct);
        var isSame = state?.Look == look && state.Scores == scores;
        if (isSame && state!.FilledAt is not null)
        {
            return false;
        }

        // Until the change of the rule, what the old one foretold is told; from then on the new one's.
        var (_, told, _) = await Checkpoint(connection, ct);
        var changedAt = segment.RetiredAt ?? segment.Versions[^1].PublishedAt;
        if (told < changedAt)
        {
            return await Tell(connection, segments, told, changedAt, ct, always: true);
        }

        // Scores are facts like others; all else that makes a filling is a change of the rule. One that was not over yet goes on in silence.
        var isSilent = state is null || state.Look != look || (state.FilledAt is null && state.Silent);
        var (after, done, came, went) = isSame ? (state!.After, state.Customers, state.Came, state.Went) : (Guid.Empty, 0, 0, 0);
        var customers = await HistoryReader.Customers(connection, after, ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        var moves = await Evaluate(connection, [segment], customers, told, zone, ct);
        if (!isSilent)
        {
            await Proposal.Add(connection, [.. moves.Select(move => Found(move, segment.Name))], ct);
        }

        var isFull = customers.Count == HistoryReader.PageMax;
        await connection.ExecuteAsync(new CommandDefinition(
            """
            insert into analytics.segment_state (segment_id, version, look, scores, silent, after, customers, came, went, filled_at)
            values (@SegmentId, @Version, @look, @scores, @isSilent, @last, @count, @came, @went, case when @isFull then null else now() end)
            on conflict (segment_id) do update set version = excluded.version, look = excluded.look, scores = excluded.scores, silent = excluded.silent,
                after = excluded.after, customers = excluded.customers, came = excluded.came, went = excluded.went, filled_at = excluded.filled_at
            """,
            new
            {
                segment.SegmentId,
                segment.Version,
                look,
                scores,
                isSilent,
                last = customers.Count > 0 ? customers[^1] : after,
                count = done + customers.Count,
                came = came + moves.Count(move => move.IsEntry),
                went = went + moves.Count(move => !move.IsEntry),
                isFull,
            },
            transaction, cancellationToken: ct));
        await transaction.CommitAsync(ct);
        if (!isFull)
        {
            log.LogInformation("Segment {Segment} holds version {Version} for {Customers} customers", segment.Name, segment.Version, done + customers.Count);
        }

        return true;
    }

    /// <summary>Evaluates the next page of customers with new facts.</summary>
    /// <returns>Whether there are more.</returns>
    static async Task<bool> Follow(
        NpgsqlConnection connection, IReadOnlyList<SegmentDefinitions.Row> segments, long from, long upTo, DateTime told, DateTimeZone zone,
        CancellationToken ct)
    {
        var touched = (await connection.QueryAsync<(Guid Customer, long Position)>(new CommandDefinition(
            $"select customer_id, position from analytics.{Customers.Customer360.Name} where position > @from order by position limit @PageMax",
            new { from, HistoryReader.PageMax }, cancellationToken: ct))).ToList();
        var isFull = touched.Count == HistoryReader.PageMax;
        var to = isFull ? Math.Min(upTo, touched[^1].Position) : upTo;
        await using var transaction = await connection.BeginTransactionAsync(ct);
        var moves = await Evaluate(connection, segments, [.. touched.Select(row => row.Customer)], told, zone, ct);
        await Propose(connection, segments, moves, ct);
        var moved = await connection.ExecuteAsync(new CommandDefinition(
            "update analytics.segment_checkpoint set position = @to where position = @from and told_to = @told",
            new { from, to, told }, transaction, cancellationToken: ct));
        if (moved == 1)
        {
            await transaction.CommitAsync(ct);
        }

        return isFull || moved == 0;
    }

    /// <summary>Lets time pass: proposes who comes and goes by it.</summary>
    /// <returns>Whether there is, or may be, something to do.</returns>
    static async Task<bool> Tell(
        NpgsqlConnection connection, IReadOnlyList<SegmentDefinitions.Row> segments, DateTime told, DateTime to, CancellationToken ct, bool always = false)
    {
        var (moves, upTo) = to <= told ? ([], told)
            : await SegmentMembership.Moves(connection, [.. segments.Select(segment => segment.SegmentId)], told, to, ct);
        if (moves.Count == 0 && !always)
        {
            return false;
        }

        await using var transaction = await connection.BeginTransactionAsync(ct);
        await Propose(connection, segments, moves, ct);
        var moved = await connection.ExecuteAsync(new CommandDefinition(
            "update analytics.segment_checkpoint set told_to = @upTo where told_to = @told", new { upTo, told }, transaction, cancellationToken: ct));
        if (moved == 1)
        {
            await transaction.CommitAsync(ct);
        }

        return true;
    }

    static async Task<IReadOnlyList<Move>> Evaluate(
        NpgsqlConnection connection, IReadOnlyList<SegmentDefinitions.Row> segments, IReadOnlyList<Guid> customers, DateTime at, DateTimeZone zone,
        CancellationToken ct)
    {
        if (customers.Count == 0 || segments.Count == 0)
        {
            return [];
        }

        var versions = segments.Select(SegmentDefinitions.InForce).ToList();
        var histories = await HistoryReader.Read(connection, customers, Cut.Everything, ct);
        var stays = histories.SelectMany(history => versions.SelectMany(inForce => Stays.Of(inForce, history, zone))).ToList();
        return await SegmentMembership.Replace(connection, [.. segments.Select(segment => segment.SegmentId)], customers, stays, at, ct);
    }

    static Task Propose(NpgsqlConnection connection, IReadOnlyList<SegmentDefinitions.Row> segments, IReadOnlyList<Move> moves, CancellationToken ct)
    {
        var names = segments.ToDictionary(segment => segment.SegmentId, segment => segment.Name);
        return Proposal.Add(connection, [.. moves.Select(move => Found(move, names[move.SegmentId]))], ct);
    }

    static Proposal Found(Move move, string segment) => new(
        move.IsEntry
            ? new SegmentEntered(move.SegmentId, segment, move.Version, move.CustomerId, move.At, move.Cause, move.Leaf)
            : new SegmentLeft(move.SegmentId, segment, move.Version, move.CustomerId, move.At, move.Cause, move.Leaf),
        move.At, move.Cause);

    /// <summary>The run of scores that a rule looks at, if it looks at any.</summary>
    static async Task<Guid?> Scores(NpgsqlConnection connection, SegmentDefinitions.Row segment, CancellationToken ct) =>
        segment.Versions.Any(version => version.Text.Contains("rfm-", StringComparison.Ordinal))
            ? await connection.ExecuteScalarAsync<Guid?>(new CommandDefinition("select run_id from analytics.score_runs order by made_at desc limit 1", cancellationToken: ct))
            : null;

    static Task<(long Position, DateTime Told, DateTime Now)> Checkpoint(NpgsqlConnection connection, CancellationToken ct) =>
        connection.QuerySingleAsync<(long, DateTime, DateTime)>(new CommandDefinition(
            "select position, told_to, now() from analytics.segment_checkpoint", cancellationToken: ct));

    sealed record State(Guid SegmentId, string Look, Guid? Scores, bool Silent, Guid After, int Customers, int Came, int Went, DateTime? FilledAt);
}
