using CrmSuite.Analytics.Runs;
using CrmSuite.Analytics.Store;
using CrmSuite.Journal;
using Dapper;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using NodaTime;
using Npgsql;

namespace CrmSuite.Analytics.Segments;

/// <summary>
/// Keeps the memberships: whoever has a new fact is evaluated again, from all his facts, for every segment; a new version of a rule, other books or (where a
/// rule looks at RFM) a new run of scores evaluate everybody. Rows and checkpoint move in one transaction.
/// </summary>
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
    internal async Task<bool> WorkOnce(CancellationToken ct)
    {
        if (await Facts.Position(database, ct) is not { } upTo)
        {
            return false;
        }

        await using var connection = await database.OpenConnectionAsync(ct);
        var segments = await Definitions(connection, ct);
        var zone = (await journal.Load<Books.Books>(Books.Books.TheId, ct)).State.Zone;
        foreach (var segment in segments)
        {
            if (await Fill(connection, segment, zone, ct))
            {
                return true;
            }
        }

        return await Follow(connection, segments, upTo, zone, ct);
    }

    static async Task<List<SegmentDefinitions.Row>> Definitions(NpgsqlConnection connection, CancellationToken ct)
    {
        var rows = await connection.QueryAsync<(Guid SegmentId, string Name, int Version, string Rule, string Versions, DateTime? RetiredAt)>(new CommandDefinition(
            $"select segment_id, name, version, rule, versions::text, retired_at from analytics.{SegmentDefinitions.Name} order by segment_id", cancellationToken: ct));
        return [.. rows.Select(row => new SegmentDefinitions.Row(row.SegmentId, row.Name, row.Version, row.Rule,
            System.Text.Json.JsonSerializer.Deserialize<List<SegmentDefinitions.Published>>(row.Versions, Contracts.Json.Stored)!, row.RetiredAt))];
    }

    /// <summary>Evaluates the next page of customers for a segment whose rule the table does not hold yet.</summary>
    async Task<bool> Fill(NpgsqlConnection connection, SegmentDefinitions.Row segment, DateTimeZone zone, CancellationToken ct)
    {
        var look = await Look(connection, segment, zone, ct);
        var state = await connection.QuerySingleOrDefaultAsync<State>(new CommandDefinition(
            "select look, after, customers, filled_at from analytics.segment_state where segment_id = @SegmentId", new { segment.SegmentId }, cancellationToken: ct));
        if (state is not null && state.Look == look && state.FilledAt is not null)
        {
            return false;
        }

        var (after, done) = state is null || state.Look != look ? (Guid.Empty, 0) : (state.After, state.Customers);
        var customers = await HistoryReader.Customers(connection, after, ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        await Evaluate(connection, [segment], customers, zone, ct);
        await connection.ExecuteAsync(new CommandDefinition(
            """
            insert into analytics.segment_state (segment_id, version, look, after, customers, filled_at)
            values (@SegmentId, @Version, @look, @last, @count, case when @full then null else now() end)
            on conflict (segment_id) do update set version = excluded.version, look = excluded.look, after = excluded.after, customers = excluded.customers,
                filled_at = excluded.filled_at
            """,
            new
            {
                segment.SegmentId,
                segment.Version,
                look,
                last = customers.Count > 0 ? customers[^1] : after,
                count = done + customers.Count,
                full = customers.Count == HistoryReader.PageMax,
            },
            transaction, cancellationToken: ct));
        await transaction.CommitAsync(ct);
        if (customers.Count < HistoryReader.PageMax)
        {
            log.LogInformation("Segment {Segment} holds version {Version} for {Customers} customers", segment.Name, segment.Version, done + customers.Count);
        }

        return true;
    }

    /// <summary>Evaluates the next page of customers with new facts.</summary>
    static async Task<bool> Follow(NpgsqlConnection connection, List<SegmentDefinitions.Row> segments, long upTo, DateTimeZone zone, CancellationToken ct)
    {
        var from = await connection.ExecuteScalarAsync<long>(new CommandDefinition("select position from analytics.segment_checkpoint", cancellationToken: ct));
        if (upTo <= from)
        {
            return false;
        }

        var touched = (await connection.QueryAsync<(Guid Customer, long Position)>(new CommandDefinition(
            $"select customer_id, position from analytics.{Customers.Customer360.Name} where position > @from order by position limit @PageMax",
            new { from, HistoryReader.PageMax }, cancellationToken: ct))).ToList();
        var to = touched.Count == HistoryReader.PageMax ? Math.Min(upTo, touched[^1].Position) : upTo;
        await using var transaction = await connection.BeginTransactionAsync(ct);
        await Evaluate(connection, segments, [.. touched.Select(row => row.Customer)], zone, ct);
        var moved = await connection.ExecuteAsync(new CommandDefinition(
            "update analytics.segment_checkpoint set position = @to where position = @from", new { from, to }, transaction, cancellationToken: ct));
        if (moved == 1)
        {
            await transaction.CommitAsync(ct);
        }

        return true;
    }

    static async Task Evaluate(
        NpgsqlConnection connection, List<SegmentDefinitions.Row> segments, IReadOnlyList<Guid> customers, DateTimeZone zone, CancellationToken ct)
    {
        if (customers.Count == 0 || segments.Count == 0)
        {
            return;
        }

        var versions = segments.Select(SegmentDefinitions.InForce).ToList();
        var histories = await HistoryReader.Read(connection, customers, Moment.Ever, ct);
        var stays = histories.SelectMany(history => versions.SelectMany(inForce => Membership.Of(inForce, history, zone))).ToList();
        await SegmentMembership.Replace(connection, [.. segments.Select(segment => segment.SegmentId)], customers, stays, ct);
    }

    /// <summary>What the table's rows for a segment depend on besides the facts: rules, zone and, where a rule looks at them, the scores.</summary>
    static async Task<string> Look(NpgsqlConnection connection, SegmentDefinitions.Row segment, DateTimeZone zone, CancellationToken ct)
    {
        var looksAtScores = segment.Versions.Any(version => version.Text.Contains("rfm-", StringComparison.Ordinal));
        var run = looksAtScores
            ? await connection.ExecuteScalarAsync<Guid?>(new CommandDefinition("select run_id from analytics.score_runs order by made_at desc limit 1", cancellationToken: ct))
            : null;
        return $"{segment.Version} {segment.RetiredAt:O} {zone.Id} {run}";
    }

    sealed record State(string Look, Guid After, int Customers, DateTime? FilledAt);
}
