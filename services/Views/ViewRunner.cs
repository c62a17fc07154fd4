using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using CrmSuite.Journal;
using CrmSuite.Keyring;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace CrmSuite.Views;

/// <summary>What the runner needs to know beyond the views.</summary>
public sealed record ViewSettings
{
    /// <summary>The schema of the tables, <c>views</c> in a department.</summary>
    public string Schema { get; init; } = "views";

    /// <summary>Database roles that may select from the views, where they exist.</summary>
    public IReadOnlyList<string> Readers { get; init; } = [];

    /// <summary>How long one query of a request may take.</summary>
    public int QuerySeconds { get; init; } = 5;

    /// <summary>Rows that a rebuild folds in memory before it goes on by pages; 0 rebuilds by pages from the start.</summary>
    public int RowsInMemoryMax { get; init; } = 500_000;

    /// <summary>The largest page of the running views.</summary>
    public int PageMax { get; init; } = 1_000;

    /// <summary>The largest page of a rebuild.</summary>
    public int BuildPageMax { get; init; } = 10_000;
}

/// <summary>A view that a host has: its name, the version of its rule, and how a table of it is made (schema, generation).</summary>
sealed record ViewDeclaration(string Name, int Version, bool IsPersonal, Func<string, int, Sealing?, ViewTable> Open)
{
    public static ViewDeclaration Of<TRow, TView>() where TRow : class where TView : IView<TRow>
    {
        var isPersonal = typeof(TView).IsAssignableTo(typeof(IPersonalView<TRow>));
        return isPersonal == TView.Name.StartsWith(IPersonalView<TRow>.Prefix, StringComparison.Ordinal)
            ? new(TView.Name, TView.Version, isPersonal, (schema, generation, sealing) => new ViewTable<TRow, TView>(schema, generation, sealing))
            : throw new InvalidOperationException($"{TView.Name}: views with personal fields, and no others, are called {IPersonalView<TRow>.Prefix}….");
    }
}

/// <summary>
/// The one runner of all views of a host. Views at the same position share a page; each writes its rows and its checkpoint in one statement. Any number of
/// replicas may run beside each other: who is late writes nothing and looks again.
/// </summary>
sealed class ViewRunner(
    string connectionString, ViewSettings settings, IEnumerable<ViewDeclaration> declared, ILog log, ILogger<ViewRunner> logger, Erasure? erasure = null)
    : BackgroundService, IHealthCheck
{
    const int LookMs = 1_000;
    const int RetryMs = 5_000;

    /// <summary>
    /// After pages that were not full the runner lets as much time pass as they took, at least and at most so much: an event that comes alone is folded at once, a
    /// stream of them in pages that are worth their statements, and the busier the machine, the larger they are.
    /// </summary>
    const int GatherMs = 25, GatherMaxMs = 150;

    static readonly Meter Meter = new("CrmSuite.Views");
    static readonly Histogram<double> Lag = Meter.CreateHistogram<double>("crmsuite.view.lag", "s", "From an accepted event to its row.");

    readonly ViewStates states = new(settings.Schema);
    readonly ViewDeclaration[] views = [.. declared.DistinctBy(view => view.Name)];
    readonly ConcurrentDictionary<string, ViewTable> running = new();

    // Rows can be folded again, so their commits need not wait for the disk; nothing else goes over these connections. Rows are looked up by key: a plan made while
    // a table was empty would otherwise read all of it for every page, until somebody gathers statistics. And they are planned once: there are some hundred
    // statements, three for each view, and their plans cost as much as they do; without workers, which cost more than the rows they would look up.
    readonly NpgsqlDataSource database = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(connectionString)
    {
        ApplicationName = "views",
        Options = "-c synchronous_commit=off -c enable_seqscan=off -c plan_cache_mode=force_generic_plan -c jit=off -c max_parallel_workers_per_gather=0",
        MaxPoolSize = 3,
        MaxAutoPrepare = 400,
        ReadBufferSize = 64 * 1024,
        WriteBufferSize = 64 * 1024,
        AutoPrepareMinUsages = 2,
        IncludeErrorDetail = false,
    });

    volatile Dictionary<string, ViewState> served = [];
    volatile TaskCompletionSource pulse = new(TaskCreationOptions.RunContinuationsAsynchronously);
    Task build = Task.CompletedTask;
    volatile bool stale = true;
    long lookedAt;

    /// <summary>The names of the views, for queries that name them.</summary>
    public IEnumerable<string> Names => views.Select(view => view.Name);

    /// <summary>The state as operators see it.</summary>
    public async Task<List<ViewState>> States(CancellationToken ct) => await With(states.All, ct);

    public Task<bool> Resume(string name, CancellationToken ct) => With((connection, ct) => states.Resume(connection, name, ct), ct);

    /// <summary>Asks for a new table of the view, filled from the first event. The runner begins within a second.</summary>
    public Task<bool> Rebuild(string name, CancellationToken ct) =>
        With((connection, ct) => states.Build(connection, name, views.First(view => view.Name == name).Version, again: true, ct), ct);

    /// <summary>Drops the tables of the view that serve nobody.</summary>
    public Task<bool> Drop(string name, CancellationToken ct) => With(async (connection, ct) =>
    {
        await states.Clear(connection, name, "", ct);
        return true;
    }, ct);

    /// <summary>What the last rebuild of the view changed; null when it has not been rebuilt.</summary>
    public Task<ViewDiff?> Diff(string name, CancellationToken ct) => With((connection, ct) => ViewDiff.Find(connection, settings.Schema, name, ct), ct);

    /// <summary>Returns when the served table of each view has passed the position; false when the time is over.</summary>
    public async Task<bool> Passed(IReadOnlyCollection<string> names, Position position, TimeSpan patience, CancellationToken ct)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(patience);
        while (true)
        {
            var woken = pulse.Task;
            if (names.All(name => served.TryGetValue(name, out var state) && At(state) >= position))
            {
                return true;
            }

            await woken.WaitAsync(limit.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (limit.IsCancellationRequested)
            {
                ct.ThrowIfCancellationRequested();
                return false;
            }
        }
    }

    /// <summary>The table that this replica's version of the view reads and feeds; null until it is built.</summary>
    public string? Own(string name) => served.TryGetValue(name, out var state) && views.Any(view => view.Name == name && view.Version == state.Version) ? state.Table : null;

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken ct = default)
    {
        var stopped = (await States(ct)).Where(state => state.Status is ViewStatus.Failed or ViewStatus.Waiting).Select(state => $"{state.Table} {state.Status}").ToList();
        return stopped.Count == 0 ? HealthCheckResult.Healthy() : HealthCheckResult.Degraded(string.Join(", ", stopped));
    }

    public override void Dispose()
    {
        database.Dispose();
        base.Dispose();
    }

    /// <summary>The state in which a failure leaves a table, and the reason: type, code and place, never values.</summary>
    public static (string Status, string Reason) Explain(Exception failure) => failure switch
    {
        EntryException { InnerException: UnknownEventException } entry => (ViewStatus.Waiting, entry.Reason),
        EntryException entry => (ViewStatus.Failed, entry.Reason),
        PostgresException sql => (ViewStatus.Failed, $"SQLSTATE {sql.SqlState} on {sql.TableName ?? "the table"} {sql.ColumnName} {sql.ConstraintName}".TrimEnd()),
        _ => (ViewStatus.Failed, failure.GetType().Name),
    };

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await using var connection = await database.OpenConnectionAsync(stoppingToken);
                await Begin(connection, stoppingToken);
                await Follow(connection, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
            }
            catch (Exception failure)
            {
                logger.LogWarning("Views pause: {Type} {Code}", failure.GetType().Name, (failure as PostgresException)?.SqlState);
                await Task.Delay(LookMs, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }

        await build.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    async Task Begin(NpgsqlConnection connection, CancellationToken ct)
    {
        if (await connection.Sql("select count(*) from pg_namespace where nspname = $1", settings.Schema).Value<long>(ct) == 0)
        {
            await ViewStates.Execute(connection, $"create schema if not exists {settings.Schema}", ct);
        }

        foreach (var view in views)
        {
            await states.Build(connection, view.Name, view.Version, again: false, ct);
            await states.Retry(connection, view.Name, view.Version, ct);
        }

        stale = true;
    }

    async Task Follow(NpgsqlConnection connection, CancellationToken ct)
    {
        while (true)
        {
            if (stale || Environment.TickCount64 - lookedAt > LookMs)
            {
                await Look(connection, ct);
            }

            var began = Environment.TickCount64;
            var groups = running.Values.Where(view => view.RetryAt <= Environment.TickCount64).GroupBy(view => view.At).OrderBy(group => group.Key).ToList();
            var (moved, full) = (false, false);
            for (var i = 0; i < groups.Count; i++)
            {
                var page = await log.Read(groups[i].Key, settings.PageMax, ct);
                if (page.Count > 0)
                {
                    (moved, full) = (true, full || page.Count == settings.PageMax);
                    await Apply(connection, [.. groups[i]], page.Cut(i + 1 < groups.Count ? groups[i + 1].Key : null).First(), ct);
                    Pulse();
                }
            }

            if (!moved)
            {
                await log.Wait(groups.Count > 0 ? groups[^1].Key : Position.Start, ct);
            }
            else if (!full)
            {
                await Task.Delay((int)Math.Clamp(Environment.TickCount64 - began, GatherMs, GatherMaxMs), ct);
            }
        }
    }

    /// <summary>Looks at the bookkeeping: what other replicas and operators did, what is to be built, what is served.</summary>
    async Task Look(NpgsqlConnection connection, CancellationToken ct)
    {
        (stale, lookedAt) = (false, Environment.TickCount64);
        var all = await states.All(connection, ct);
        var wanted = new List<ViewTable>();
        foreach (var view in views)
        {
            foreach (var state in all.Where(state => state.Name == view.Name && state.Version == view.Version && state.Status is ViewStatus.Building))
            {
                wanted.Add(Open(view, state));
            }
        }

        var follow = all.Where(state => state.Status is ViewStatus.Running || (state.Status is ViewStatus.Waiting && state.Built)).ToList();
        foreach (var gone in running.Keys.Where(table => !follow.Exists(state => state.Table == table)).ToList())
        {
            running.TryRemove(gone, out _);
        }

        foreach (var state in follow)
        {
            if (views.FirstOrDefault(view => view.Name == state.Name && view.Version == state.Version) is { } view)
            {
                var table = running.TryGetValue(state.Table, out var known) ? known : running[state.Table] = Open(view, state);
                table.At = state.At;
                table.RetryAt = state.Status is ViewStatus.Running ? default : table.RetryAt;
            }
        }

        await Erase(connection, all, ct);
        served = all.Where(state => state.Serving).ToDictionary(state => state.Name);
        if (wanted.Count > 0 && build.IsCompleted)
        {
            build = Task.Run(() => Build(wanted, ct), CancellationToken.None);
        }

        // Where another version serves, its position is only known by looking.
        if (views.Any(view => served.TryGetValue(view.Name, out var state) && state.Version != view.Version))
        {
            stale = true;
        }

        Pulse();
    }

    ViewTable Open(ViewDeclaration view, ViewState state)
    {
        var prefix = $"{view.Name}_v{view.Version}_";
        return view.Open(settings.Schema, state.Table.StartsWith(prefix, StringComparison.Ordinal) ? int.Parse(state.Table[prefix.Length..]) : 1, erasure?.Sealing);
    }

    async Task Erase(NpgsqlConnection connection, List<ViewState> all, CancellationToken ct)
    {
        var personal = all.Where(state => views.Any(view => view.Name == state.Name && view.IsPersonal)).ToList();
        if (personal.Count > 0 && erasure is not null)
        {
            await erasure.Sweep(connection, settings.Schema, personal, ct);
        }
    }

    async Task Build(IReadOnlyList<ViewTable> wanted, CancellationToken ct)
    {
        try
        {
            // Apart: while the keyring does not answer, only what needs it waits.
            foreach (var part in wanted.GroupBy(table => table.IsPersonal).OrderBy(part => part.Key))
            {
                await new ViewBuild(states, log, database, settings, logger).Run([.. part], ct);
            }
        }
        catch (Exception failure) when (!ct.IsCancellationRequested)
        {
            logger.LogWarning("Building views pauses: {Type} {Code}", failure.GetType().Name, (failure as PostgresException)?.SqlState);
        }

        stale = true;
    }

    async Task Apply(NpgsqlConnection connection, List<ViewTable> views, IReadOnlyList<Recorded> page, CancellationToken ct)
    {
        var from = views[0].At;
        var untouched = new List<ViewTable>();
        foreach (var view in views)
        {
            try
            {
                if (!view.Touches(page))
                {
                    untouched.Add(view);
                }
                else if (await view.Apply(connection, page, ct))
                {
                    view.At = page[^1].Position;
                    Lag.Record((DateTime.UtcNow - page[^1].RecordedAt).TotalSeconds, new KeyValuePair<string, object?>("view", view.Name));
                }
                else
                {
                    stale = true; // Another replica is ahead.
                }
            }
            catch (EntryException failure) when (failure.Index > 0)
            {
                await Apply(connection, [view], page.Take(0, failure.Index), ct);
            }
            catch (KeyringUnavailableException)
            {
                view.RetryAt = Environment.TickCount64 + RetryMs; // Not the view's fault: it waits where it is, alone.
            }
            catch (Exception failure) when (failure is not OperationCanceledException and not NpgsqlException { IsTransient: true } && connection.State == System.Data.ConnectionState.Open)
            {
                await Stop(connection, view, failure, ct);
            }
        }

        if (untouched.Count > 0)
        {
            var moved = await states.Moved(connection, [.. untouched.Select(view => view.Table)], from, page[^1].Position, ct);
            foreach (var view in untouched)
            {
                view.At = moved.Contains(view.Table) ? page[^1].Position : view.At;
            }

            if (moved.Count < untouched.Count)
            {
                stale = true;
            }
        }
    }

    async Task Stop(NpgsqlConnection connection, ViewTable view, Exception failure, CancellationToken ct)
    {
        var (status, reason) = Explain(failure);
        stale = true;
        view.RetryAt = Environment.TickCount64 + RetryMs;
        if ((await states.All(connection, ct)).Exists(state => state.Table == view.Table)) // Else another replica has dropped it.
        {
            logger.LogError("{Table} {Status}: {Reason}", view.Table, status, reason);
            await states.Stop(connection, view, status, reason, ct);
        }
    }

    Position At(ViewState state) => running.TryGetValue(state.Table, out var table) && table.At > state.At ? table.At : state.At;

    void Pulse() => Interlocked.Exchange(ref pulse, new(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();

    async Task<T> With<T>(Func<NpgsqlConnection, CancellationToken, Task<T>> work, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        return await work(connection, ct);
    }
}
