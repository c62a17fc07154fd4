using CrmSuite.Journal;
using CrmSuite.Keyring;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace CrmSuite.Views;

/// <summary>
/// Fills new tables of views from the first event, beside the serving ones: folded in memory and poured in as long as the rows fit, by pages after that. When
/// a table has caught up with the one that serves, what differs is kept, and queries move over.
/// </summary>
sealed class ViewBuild(ViewStates states, ILog log, NpgsqlDataSource database, ViewSettings settings, ILogger logger)
{
    /// <summary>How often two moving tables are brought to one position for an exact comparison.</summary>
    const int DiffAttemptsMax = 20;

    /// <summary>Up to here the key's index is made before the rows, above that after them.</summary>
    const int SmallMax = 20_000;

    /// <summary>How often the name is asked for while long queries hold it.</summary>
    const int ServeAttemptsMax = 20;

    readonly HashSet<string> compared = [];

    /// <summary>Builds what no other replica is building. A table that fails stops with its reason, the others go on.</summary>
    public async Task Run(IReadOnlyList<ViewTable> wanted, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        var tables = new List<ViewTable>();
        foreach (var table in wanted)
        {
            if (await connection.Sql("select pg_try_advisory_lock(hashtextextended($1, 1))", table.Qualified).Value<bool>(ct) && await states.Restart(connection, table, ct))
            {
                await states.Clear(connection, table.Name, table.Table, ct);
                await ViewStates.Execute(connection, $"drop table if exists {table.Qualified}; {table.Create}", ct);
                await ViewStates.Describe(connection, table, "table", table.Qualified, ct);
                tables.Add(table);
            }
        }

        await Fill(connection, tables, ct);
        foreach (var table in tables)
        {
            await Guarded(connection, table, () => Finish(connection, table, ct), ct);
        }

        await ViewStates.Execute(connection, "select pg_advisory_unlock_all()", ct);
    }

    async Task Fill(NpgsqlConnection connection, List<ViewTable> tables, CancellationToken ct)
    {
        var serving = (await states.All(connection, ct)).Where(state => state.Serving && tables.Exists(table => table.Name == state.Name)).ToList();
        var halt = serving.Where(state => state.Status is ViewStatus.Running).Select(state => state.At).DefaultIfEmpty(Position.Start).Min(); // Where an old table stands still, the two are compared.
        var at = Position.Start;
        var inMemory = settings.RowsInMemoryMax > 0;
        if (!inMemory)
        {
            await Each(connection, tables, table => KeyIndex(connection, table, "", ct), ct);
        }

        var next = log.Read(at, settings.BuildPageMax, ct);
        while (true)
        {
            var page = await next;
            next = page.Count == 0 ? next : log.Read(page[^1].Position, settings.BuildPageMax, ct);
            foreach (var part in page.Cut(at < halt ? halt : null))
            {
                at = part[^1].Position;
                await Each(connection, tables, table => inMemory ? Gather(table, part, ct) : Apply(connection, table, part, ct), ct);
                if (inMemory && (at == halt || tables.Sum(table => table.Gathered) > settings.RowsInMemoryMax))
                {
                    inMemory = false;
                    await Each(connection, tables, table => Pour(connection, table, at, serving.Find(state => state.Name == table.Name), ct), ct);
                }
            }

            if (page.Count == 0)
            {
                break;
            }
        }

        if (inMemory)
        {
            await Each(connection, tables, table => Pour(connection, table, at, null, ct), ct);
        }
    }

    static async Task Gather(ViewTable table, IReadOnlyList<Recorded> part, CancellationToken ct) => table.Gather(await table.Opened(part, ct));

    async Task Pour(NpgsqlConnection connection, ViewTable table, Position at, ViewState? old, CancellationToken ct)
    {
        var isSmall = table.Gathered <= SmallMax;
        if (isSmall)
        {
            await KeyIndex(connection, table, "", ct);
        }

        await table.Pour(connection, ct);
        if (!isSmall)
        {
            await KeyIndex(connection, table, "concurrently", ct);
        }

        if (!(await states.Moved(connection, [table.Table], table.At, at, ct)).Contains(table.Table))
        {
            throw new InvalidOperationException("Another replica has taken the table over.");
        }

        table.At = at;
        if (old?.At == at && await ViewDiff.Take(connection, table.Schema, old, table, exactly: true, ct))
        {
            compared.Add(table.Table);
        }
    }

    static Task KeyIndex(NpgsqlConnection connection, ViewTable table, string concurrently, CancellationToken ct) =>
        ViewStates.Execute(connection, $"create unique index {concurrently} on {table.Qualified} {table.Indexes[0]}", ct);

    static async Task Apply(NpgsqlConnection connection, ViewTable table, IReadOnlyList<Recorded> part, CancellationToken ct)
    {
        if (!await table.Apply(connection, part, ct))
        {
            throw new InvalidOperationException("Another replica has taken the table over.");
        }

        table.At = part[^1].Position;
    }

    async Task Finish(NpgsqlConnection connection, ViewTable table, CancellationToken ct)
    {
        foreach (var index in table.Indexes.Skip(1))
        {
            // Concurrently: no transaction that writes stays open while the index grows, the fence would stand still.
            await ViewStates.Execute(connection, $"create index concurrently on {table.Qualified} {index}", ct);
        }

        for (var attempt = 1; attempt <= DiffAttemptsMax && !compared.Contains(table.Table); attempt++)
        {
            if ((await states.All(connection, ct)).Find(state => state.Name == table.Name && state.Serving) is not { } old)
            {
                break;
            }

            await CatchUp(connection, table, old.At, ct);
            if (await ViewDiff.Take(connection, table.Schema, old, table, exactly: attempt < DiffAttemptsMax, ct))
            {
                compared.Add(table.Table);
            }
            else if (table.At > old.At)
            {
                await log.Wait(table.At, ct); // The old table is on its way, or stands still: then the last attempt compares what is there.
            }
        }

        await CatchUp(connection, table, null, ct);
        var replace = true;
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await states.Serve(connection, table, settings.Readers, replace, ct);
                logger.LogInformation("{View} is served from {Table}", table.Name, table.Table);
                return;
            }
            catch (PostgresException failure) when (failure.SqlState == PostgresErrorCodes.LockNotAvailable && attempt < ServeAttemptsMax)
            {
                logger.LogInformation("{View} is still being read, asked again", table.Name);
            }
            catch (PostgresException failure) when (failure.SqlState == PostgresErrorCodes.InvalidTableDefinition && replace)
            {
                replace = false; // Its columns are others now: dropped and made again.
            }
        }
    }

    /// <summary>Folds page by page up to a position, or to the end of the log.</summary>
    async Task CatchUp(NpgsqlConnection connection, ViewTable table, Position? upTo, CancellationToken ct)
    {
        while (upTo is null || table.At < upTo)
        {
            var page = await log.Read(table.At, settings.BuildPageMax, ct);
            if (page.Count == 0)
            {
                return;
            }

            await Apply(connection, table, page.Cut(upTo).First(), ct);
            if (upTo is null && page.Count < settings.PageMax)
            {
                return; // Near enough: the runner goes on from here.
            }
        }
    }

    async Task Each(NpgsqlConnection connection, List<ViewTable> tables, Func<ViewTable, Task> step, CancellationToken ct)
    {
        foreach (var table in tables.ToArray())
        {
            if (!await Guarded(connection, table, () => step(table), ct))
            {
                tables.Remove(table);
            }
        }
    }

    async Task<bool> Guarded(NpgsqlConnection connection, ViewTable table, Func<Task> step, CancellationToken ct)
    {
        try
        {
            await step();
            return true;
        }
        catch (Exception failure) when (failure is not OperationCanceledException and not KeyringUnavailableException and not NpgsqlException { IsTransient: true })
        {
            var (status, reason) = ViewRunner.Explain(failure);
            logger.LogError("Building {Table} stopped: {Reason}", table.Table, reason);
            await states.Stop(connection, table, status, reason, ct);
            return false;
        }
    }
}

/// <summary>Pages and where they are cut.</summary>
static class Pages
{
    /// <summary>The page up to and including a position, and the rest; one part where the position lies outside.</summary>
    public static IEnumerable<IReadOnlyList<Recorded>> Cut(this IReadOnlyList<Recorded> page, Position? at)
    {
        var first = at is null ? page.Count : page.TakeWhile(entry => entry.Position <= at).Count();
        return new[] { page.Take(0, first), page.Take(first, page.Count - first) }.Where(part => part.Count > 0);
    }

    /// <summary>A part of a page.</summary>
    public static IReadOnlyList<Recorded> Take(this IReadOnlyList<Recorded> page, int from, int count) =>
        count == page.Count ? page : [.. page.Skip(from).Take(count)];
}
