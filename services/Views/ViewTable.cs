using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using CrmSuite.Journal;
using CrmSuite.Keyring;
using Npgsql;
using NpgsqlTypes;

namespace CrmSuite.Views;

/// <summary>One version of one view's table, and how far it has folded the log. The runner drives it; the rows are the business of <see cref="ViewTable{TRow,TView}"/>.</summary>
abstract class ViewTable(string schema, string name, int version, int generation)
{
    public string Schema => schema;
    public string Name => name;
    public int Version => version;
    public string Table { get; } = generation == 1 ? $"{name}_v{version}" : $"{name}_v{version}_{generation}";
    public string Qualified => $"{schema}.\"{Table}\"";

    /// <summary>How far this table is, as far as this process knows; another replica may be ahead. Requests read it while the runner moves it.</summary>
    public Position At
    {
        get => at.Value;
        set => at = new(value);
    }

    volatile StrongBox<Position> at = new(Position.Start);

    /// <summary>When this replica tries a table again that waits for a newer build, in milliseconds of the machine's clock.</summary>
    public long RetryAt { get; set; }

    /// <summary>Rows folded in memory by <see cref="Gather"/> and not yet written.</summary>
    public abstract int Gathered { get; }

    public abstract string About { get; }

    /// <summary>Name and comment of every column; the first is the key.</summary>
    public abstract IReadOnlyList<(string Name, string? Comment)> Described { get; }

    /// <summary>The statement that makes the empty table, without keys and indexes.</summary>
    public abstract string Create { get; }

    /// <summary>Key and indexes, each behind <c>create [unique] index [concurrently] on {table}</c>; the first is the key.</summary>
    public abstract IReadOnlyList<string> Indexes { get; }

    /// <summary>Whether any entry of the page concerns this table; if none does, only the checkpoint moves.</summary>
    public abstract bool Touches(IReadOnlyList<Recorded> page);

    /// <summary>Whether the rows hold personal fields in the clear.</summary>
    public virtual bool IsPersonal => false;

    /// <summary>The page with what this table folds opened, where it holds personal fields.</summary>
    public virtual Task<IReadOnlyList<Recorded>> Opened(IReadOnlyList<Recorded> page, CancellationToken ct) => Task.FromResult(page);

    /// <summary>Folds a page onto the stored rows and writes them and the checkpoint in one statement.</summary>
    /// <returns>False when another runner has moved the checkpoint meanwhile; then nothing was written.</returns>
    public abstract Task<bool> Apply(NpgsqlConnection connection, IReadOnlyList<Recorded> page, CancellationToken ct);

    /// <summary>Folds a page onto the rows in memory, for a rebuild.</summary>
    public abstract void Gather(IReadOnlyList<Recorded> page);

    /// <summary>Writes what was gathered into the empty table, in transactions of bounded size, and forgets it.</summary>
    public abstract Task Pour(NpgsqlConnection connection, CancellationToken ct);
}

/// <summary>What a view's table is doing.</summary>
static class ViewStatus
{
    /// <summary>Filled beside the serving one.</summary>
    public const string Building = "building";

    /// <summary>Follows the log.</summary>
    public const string Running = "running";

    /// <summary>Has met an event that this build does not know.</summary>
    public const string Waiting = "waiting";

    /// <summary>Stands still until an operator resumes or rebuilds it.</summary>
    public const string Failed = "failed";
}

/// <summary>The entry at which a fold stopped.</summary>
sealed class EntryException(int index, Recorded entry, Exception inner) : Exception(inner.Message, inner)
{
    public int Index => index;

    /// <summary>What and where, without values: they might be personal.</summary>
    public string Reason { get; } = $"{inner.GetType().Name} at {entry.Name} of {entry.Stream} version {entry.Version}, position {entry.Position}";
}

/// <summary>A row in memory with what is stored beside it.</summary>
sealed class Stored<TRow>(Guid key) where TRow : class
{
    public Guid Key => key;
    public TRow? Row { get; set; }
    public bool InTable { get; init; }
    public bool Changed { get; set; }
    public DateTime ValidFrom { get; init; }
    public DateTime? ValidTo { get; init; }
    public decimal KnownFrom { get; init; }
    public decimal? KnownTo { get; set; }
}

/// <summary>Folds entries into rows of one view and writes them. A history view keeps a row for each version of each key, the open one among them.</summary>
sealed class ViewTable<TRow, TView>(string schema, int generation, Sealing? sealing = null) : ViewTable(schema, TView.Name, TView.Version, generation)
    where TRow : class where TView : IView<TRow>
{
    /// <summary>The most rows of one COPY: no transaction on a journal's server may last over a second, the fence would stand still.</summary>
    const int ChunkMax = 20_000;

    /// <summary>Above so many entries they are parsed on all cores before they are folded, one after the other, on one.</summary>
    const int ParseAloneMax = 2_000;

    public static readonly bool IsHistory = typeof(TView).IsAssignableTo(typeof(IHistoryView<TRow>));

    static readonly IReadOnlyList<RowColumn> RowColumns = Rows<TRow>.Columns;
    static readonly IReadOnlyList<Column<Stored<TRow>>> Columns = [.. RowColumns.Select((column, i) => Column<Stored<TRow>>.Of<TRow>(column, i == 0)), .. Times()];
    static readonly string Names = string.Join(", ", Columns.Select(column => column.Quoted));
    static readonly string Key = IsHistory ? $"{Columns[0].Quoted}, \"valid_from\", \"known_from\"" : Columns[0].Quoted;

    Dictionary<Guid, Stored<TRow>> rows = [];
    readonly List<Stored<TRow>> closed = [];
    (IReadOnlyList<Recorded>? Page, List<(int Index, Guid Key)> Touched) last = (null, []);

    public override int Gathered => rows.Count + closed.Count;

    public override string About => TView.About;

    public override IReadOnlyList<(string Name, string? Comment)> Described => [.. Columns.Select(column => (column.Name, column.Comment))];

    public override IReadOnlyList<string> Indexes => [$"({Key})", .. TView.Indexes];

    public override string Create => $"create table {Qualified} ({string.Join(", ", Columns.Select(column => column.Definition))}) with (fillfactor = 80)";

    string Load => $"select {Names} from {Qualified} where {Columns[0].Quoted} = any($1){(IsHistory ? " and valid_to is null and known_to is null" : "")}";

    string Save { get; } = SaveInto($"{schema}.\"{(generation == 1 ? $"{TView.Name}_v{TView.Version}" : $"{TView.Name}_v{TView.Version}_{generation}")}\"");

    public override bool IsPersonal { get; } = typeof(TView).IsAssignableTo(typeof(IPersonalView<TRow>));

    public override bool Touches(IReadOnlyList<Recorded> page) => Touched(page).Count > 0;

    public override async Task<IReadOnlyList<Recorded>> Opened(IReadOnlyList<Recorded> page, CancellationToken ct)
    {
        if (!IsPersonal)
        {
            return page;
        }

        var closed = Touched(page).Select(pair => pair.Index).Distinct().Where(index => IsReadable(page[index])).ToList();
        var facts = await sealing!.Open(closed.ConvertAll(index => (page[index].Event, page[index].EventId)), ct);
        var opened = page.ToArray();
        foreach (var (index, fact) in closed.Zip(facts))
        {
            opened[index] = page[index] with { Event = fact };
        }

        return opened;
    }

    // What cannot be read is told by the fold, which says where it lies.
    static bool IsReadable(Recorded entry) => Contracts.EventNames.TypeOf(entry.Name) is { } type && Sealing.IsPersonal(type);

    public override async Task<bool> Apply(NpgsqlConnection connection, IReadOnlyList<Recorded> page, CancellationToken ct)
    {
        page = await Opened(page, ct);
        var touched = Touched(page);
        var current = await LoadRows(connection, touched, ct);
        var changed = new List<Stored<TRow>>();
        Fold(page, touched, current, changed);
        var gone = changed.Where(stored => stored.Row is null && stored.InTable).Select(stored => stored.Key).ToArray();
        changed.RemoveAll(stored => stored.Row is null);
        changed.Sort(static (left, right) => left.Key.CompareTo(right.Key));
        return await connection.Sql(Save, page[^1].Position, Schema, (string[])[Table], At, gone).With([.. Columns.Select(column => column.Values(changed))]).Value<long>(ct) == 1;
    }

    public override void Gather(IReadOnlyList<Recorded> page) => Fold(page, Touched(page), rows, null);

    public override async Task Pour(NpgsqlConnection connection, CancellationToken ct)
    {
        foreach (var chunk in rows.Values.Where(stored => stored.Row is not null).Concat(closed).Chunk(ChunkMax))
        {
            await using var copy = await connection.BeginBinaryImportAsync($"copy {Qualified} ({Names}) from stdin (format binary)", ct);
            foreach (var stored in chunk)
            {
                copy.StartRow();
                foreach (var column in Columns)
                {
                    column.Copy(copy, stored);
                }
            }

            await copy.CompleteAsync(ct);
        }

        rows = [];
        closed.Clear();
    }

    List<(int Index, Guid Key)> Touched(IReadOnlyList<Recorded> page)
    {
        if (ReferenceEquals(page, last.Page))
        {
            return last.Touched;
        }

        var touched = new List<(int, Guid)>(page.Count);
        for (var i = 0; i < page.Count; i++)
        {
            try
            {
                var first = touched.Count;
                foreach (var key in TView.Keys(page[i]))
                {
                    if (touched.FindIndex(first, pair => pair.Item2 == key) < 0)
                    {
                        touched.Add((i, key));
                    }
                }
            }
            catch (Exception failure)
            {
                throw new EntryException(i, page[i], failure);
            }
        }

        last = (page, touched);
        return touched;
    }

    async Task<Dictionary<Guid, Stored<TRow>>> LoadRows(NpgsqlConnection connection, List<(int Index, Guid Key)> touched, CancellationToken ct)
    {
        var ordinals = Enumerable.Range(0, RowColumns.Count).ToArray();
        var keys = touched.Select(pair => pair.Key).Distinct().ToArray();
        var stored = await connection.Sql(Load, keys).Read(reader => new Stored<TRow>(reader.GetGuid(0))
        {
            Row = Rows<TRow>.Read(reader, ordinals),
            InTable = true,
            ValidFrom = IsHistory ? reader.GetDateTime(RowColumns.Count) : default,
            KnownFrom = IsHistory ? reader.GetDecimal(RowColumns.Count + 2) : default,
        }, ct);
        return stored.ToDictionary(row => row.Key);
    }

    void Fold(IReadOnlyList<Recorded> page, List<(int Index, Guid Key)> touched, Dictionary<Guid, Stored<TRow>> current, List<Stored<TRow>>? changed)
    {
        Parse(page, touched);
        foreach (var (index, key) in touched)
        {
            var entry = page[index];
            try
            {
                var found = current.GetValueOrDefault(key);
                var next = TView.Fold(key, found?.Row, entry);
                if (!ReferenceEquals(next, found?.Row))
                {
                    next = next is null ? null : Rows<TRow>.Settle(next);
                    current[key] = IsHistory ? Turn(key, found, next, entry, changed) : Set(key, found, next, changed);
                }
            }
            catch (Exception failure)
            {
                throw new EntryException(index, entry, failure);
            }
        }
    }

    static void Parse(IReadOnlyList<Recorded> page, List<(int Index, Guid Key)> touched)
    {
        if (touched.Count > ParseAloneMax)
        {
            Parallel.ForEach(Partitioner.Create(0, touched.Count), range =>
            {
                for (var i = range.Item1; i < range.Item2; i++)
                {
                    try
                    {
                        _ = page[touched[i].Index].Event;
                    }
                    catch (Exception)
                    {
                        // The fold comes to it in its turn and says where it lies.
                    }
                }
            });
        }
    }

    static Stored<TRow> Set(Guid key, Stored<TRow>? found, TRow? next, List<Stored<TRow>>? changed)
    {
        found ??= new(key);
        found.Row = next;
        if (changed is not null && !found.Changed)
        {
            found.Changed = true;
            changed.Add(found);
        }

        return found;
    }

    /// <summary>
    /// From the entry's position on, the open version is known to have ended at the entry's business time, and the next one to begin there. What was known
    /// before stays as it was, closed on the axis of knowledge.
    /// </summary>
    Stored<TRow> Turn(Guid key, Stored<TRow>? open, TRow? next, Recorded entry, List<Stored<TRow>>? changed)
    {
        var known = Queries.Known(entry.Position);
        var past = changed ?? closed;
        if (open?.Row is not null)
        {
            open.KnownTo = known;
            if (changed is null || open.InTable)
            {
                past.Add(open);
            }

            if (open.ValidFrom < entry.OccurredAt)
            {
                past.Add(new(key) { Row = open.Row, ValidFrom = open.ValidFrom, ValidTo = entry.OccurredAt, KnownFrom = known });
            }
        }

        var opened = new Stored<TRow>(key) { Row = next, ValidFrom = entry.OccurredAt, KnownFrom = known };
        changed?.Add(opened);
        return opened;
    }

    static IEnumerable<Column<Stored<TRow>>> Times() => !IsHistory ? [] :
    [
        new Column<Stored<TRow>, DateTime>("valid_from", "timestamptz not null", NpgsqlDbType.TimestampTz, "Business time from which the row held.", stored => stored.ValidFrom),
        new Column<Stored<TRow>, DateTime?>("valid_to", "timestamptz", NpgsqlDbType.TimestampTz, "Business time from which it no longer held; empty while it holds.", stored => stored.ValidTo),
        new Column<Stored<TRow>, decimal>("known_from", "numeric not null", NpgsqlDbType.Numeric, "Position of the log (transaction × 10^15 + number) from which this was known.", stored => stored.KnownFrom),
        new Column<Stored<TRow>, decimal?>("known_to", "numeric", NpgsqlDbType.Numeric, "Position from which it was known otherwise; empty while it stands.", stored => stored.KnownTo),
    ];

    // Rows and checkpoint in one statement: a checkpoint that another runner has moved leaves everything as it is.
    static string SaveInto(string table)
    {
        var values = string.Join(", ", Columns.Select((_, i) => $"${i + ViewStates.MoveParameters + 2}"));
        var sets = string.Join(", ", Columns.Where(column => !Key.Split(", ").Contains(column.Quoted)).Select(column => $"{column.Quoted} = excluded.{column.Quoted}"));
        return $"""
            with moved as ({ViewStates.Move}),
            gone as (delete from {table} where {Columns[0].Quoted} = any(${ViewStates.MoveParameters + 1}) and exists (select from moved)),
            kept as (insert into {table} ({Names}) select * from unnest({values}) as given where exists (select from moved)
                on conflict ({Key}) do {(sets.Length > 0 ? $"update set {sets}" : "nothing")})
            select count(*) from moved
            """;
    }
}
