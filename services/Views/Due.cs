using CrmSuite.Contracts;
using CrmSuite.Journal;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace CrmSuite.Views;

/// <summary>A noun's next item of a kind, with the state it was read from. Nobody but the due work reads it.</summary>
public sealed record DueRow<TState>(Guid Id, DateTime? At, TState State) where TState : class;

/// <summary>
/// The list of what falls due, a view like any other: its row carries the noun's state, so that the next item follows from row and event. It is made anew
/// by each build whose rules differ, for both the state and <see cref="IDue{TState}.At"/> may mean something else then.
/// </summary>
sealed class DueView<TState, TDue> : IView<DueRow<TState>> where TState : class, IFold<TState> where TDue : IDue<TState>
{
    public static string Name { get; } = $"due_{TState.Category.Split('.')[1]}_{TDue.Kind}".Replace('-', '_');

    public static int Version { get; } = BitConverter.ToInt32(CodeVersion.Of(typeof(TState), typeof(TDue), typeof(DueView<TState, TDue>)).ToByteArray()) & int.MaxValue;

    public static string About => $"When {TDue.Kind} of {TState.Category} falls due.";

    public static IReadOnlyList<string> Indexes => ["(at, id) where at is not null"];

    public static IEnumerable<Guid> Keys(Recorded entry) => entry.Category == TState.Category ? [entry.Id] : [];

    public static DueRow<TState> Fold(Guid key, DueRow<TState>? row, Recorded entry)
    {
        var state = TState.Evolve(row?.State ?? TState.Initial, entry.Event);
        return new(key, Next(state), state);
    }

    /// <summary>In whole microseconds, upwards: decided a tick early, the item would not be due yet, and its claim would keep it from being decided again.</summary>
    public static DateTime? Next(TState state) => Cells.SettleUp(TDue.At(state));
}

/// <summary>One kind of due work of a department.</summary>
sealed record DueKind(string Category, string Kind, string View, Func<IJournal, Guid, DateTime, CancellationToken, Task<Outcome>> Decide)
{
    public static DueKind Of<TState, TDue>() where TState : class, IFold<TState> where TDue : IDue<TState> =>
        new(TState.Category, TDue.Kind, DueView<TState, TDue>.Name, (journal, id, at, ct) => journal.Decide<TState>(
            id,
            Cause.Rule(TDue.Kind, CommandId(TState.Category, id, TDue.Kind, at), at),
            // The list may lag behind the noun: what is no longer due then is refused, for a refusal is not claimed and the item may come back.
            state => DueView<TState, TDue>.Next(state) == at ? TDue.Decide(state, at) : Decision.Refuse("due.moved", "It no longer falls due then."),
            ct));

    static Guid CommandId(string category, Guid id, string kind, DateTime at) => Ids.Derive("due", $"{category}-{id}", kind, at.ToString("O"));
}

/// <summary>An open item.</summary>
/// <param name="Category">The noun's category.</param>
/// <param name="Id">The noun.</param>
/// <param name="Kind">What falls due.</param>
/// <param name="At">When.</param>
public sealed record DueItem(string Category, Guid Id, string Kind, DateTime At);

/// <summary>
/// Decides what has fallen due, on one replica at a time, in the order of time, each item as of its own time however late it is. Two leaders, a crash or a
/// restart add nothing: the command's id follows from noun, kind and time.
/// </summary>
sealed class DueWork(
    Leader leader, ViewRunner runner, ViewSettings settings, NpgsqlDataSource database, IJournal journal, TimeProvider time, IEnumerable<DueKind> declared, ILogger<DueWork> logger)
    : BackgroundService
{
    const int BatchMax = 100;
    const int TriedMax = 100_000;
    const int TickMs = 250;

    readonly DueKind[] kinds = [.. declared];

    /// <summary>The name of the lock; tests lead twice at once.</summary>
    public string LeadsAs { get; init; } = "due";

    // What was decided or refused and is still on the list: it is not asked again until it changes or this replica starts anew.
    readonly HashSet<DueItem> tried = [];

    /// <summary>What is open up to a time, the earliest first.</summary>
    public async Task<IReadOnlyList<DueItem>> Open(DateTime until, DueItem? after, int max, CancellationToken ct)
    {
        var tables = kinds.Select(kind => (Kind: kind, Table: runner.Own(kind.View))).Where(pair => pair.Table is not null).ToList();
        if (tables.Count == 0)
        {
            return [];
        }

        var union = string.Join(" union all ", tables.Select(pair =>
            $"select '{pair.Kind.Category}' as category, id, '{pair.Kind.Kind}' as kind, at from {settings.Schema}.\"{pair.Table}\" where at <= $1 and at >= $2"));
        return await database.Sql($"""
            select * from ({union}) as open where (at, id, category, kind) > ($2, $3, $4, $5) order by at, id, category, kind limit $6
            """, until, after?.At ?? DateTime.UnixEpoch.AddYears(-1_000), after?.Id ?? Guid.Empty, after?.Category ?? "", after?.Kind ?? "", max).Read<DueItem>(ct);
    }

    /// <summary>Drives the time of due work: until it is moved again nothing later is decided. Ten minutes after the last move it runs freely, as it does after null.</summary>
    public async Task Drive(DateTime? until, CancellationToken ct) => await (until is null
        ? database.Sql("delete from views.due_clock")
        : database.Sql("""
            insert into views.due_clock (until) values ($1) on conflict ((true)) do update set until = excluded.until, moved_at = statement_timestamp()
            """, until)).Run(ct);

    /// <summary>Until when is decided: now, or less where somebody drives.</summary>
    public async Task<DateTime> Clock(CancellationToken ct)
    {
        var now = time.GetUtcNow().UtcDateTime;
        var driven = await database.Sql("select until from views.due_clock where moved_at > statement_timestamp() - interval '10 minutes'").Read<DateTime>(ct);
        return driven.Append(now).Min();
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        kinds.Length == 0 ? Task.CompletedTask : leader.Run(LeadsAs, Lead, stoppingToken);

    async Task Lead(CancellationToken ct)
    {
        tried.Clear();
        while (!ct.IsCancellationRequested)
        {
            if (!await Sweep(await Clock(ct), ct))
            {
                await Task.Delay(TickMs, ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    /// <summary>Decides what is open, one item for each noun: what follows from it may fall due before the noun's next one.</summary>
    /// <returns>Whether anything was added, so that there may be more.</returns>
    async Task<bool> Sweep(DateTime until, CancellationToken ct)
    {
        var newest = Position.Start;
        var touched = new HashSet<(string, Guid)>();
        for (var page = await Open(until, null, BatchMax, ct); page.Count > 0; page = await Open(until, page[^1], BatchMax, ct))
        {
            foreach (var item in page)
            {
                if (tried.Contains(item) || !touched.Add((item.Category, item.Id)))
                {
                    continue;
                }

                if (await Decide(item, ct) is { } position && position > newest)
                {
                    newest = position;
                }
            }
        }

        // The views must have seen what was added, or the same items are met again.
        return newest > Position.Start && await runner.Passed([.. kinds.Select(kind => kind.View)], newest, TimeSpan.FromSeconds(10), ct);
    }

    async Task<Position?> Decide(DueItem item, CancellationToken ct)
    {
        var kind = Array.Find(kinds, kind => kind.Category == item.Category && kind.Kind == item.Kind)!;
        var outcome = await kind.Decide(journal, item.Id, item.At, ct);
        if (outcome is Outcome.Conflict or Outcome.Unavailable)
        {
            return null; // Asked again at the next tick.
        }

        if (tried.Count >= TriedMax)
        {
            tried.Clear();
        }

        tried.Add(item);
        if (outcome is Outcome.Refused refused)
        {
            logger.LogWarning("{Kind} of {Category}-{Id} was refused: {Code}", item.Kind, item.Category, item.Id, refused.Refusal.Code);
        }

        return outcome is Outcome.Accepted { Added: > 0 } accepted ? accepted.Position : null;
    }
}
