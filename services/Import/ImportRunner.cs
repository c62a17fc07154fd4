using System.Data.Common;
using System.IO.Compression;
using CrmSuite.Contracts;
using CrmSuite.Journal;
using CrmSuite.Keyring;
using CsvHelper;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace CrmSuite.Import;

/// <summary>Carries out imports, one after the other, on one replica: page by page, the page's facts and the cursor in one transaction.</summary>
sealed class ImportRunner(ImportStore store, IEnumerable<IImport> imports, IJournal journal, Leader leader, Backlog backlog, MasterKey master, ILogger<ImportRunner> log) : BackgroundService
{
    /// <summary>How many rows share a transaction.</summary>
    const int PageMax = 500;

    /// <summary>The longest row, in bytes.</summary>
    const int RecordMax = 256 * 1024;

    static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(500);

    static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    readonly SemaphoreSlim wake = new(0, 1);

    /// <summary>Tells the runner that something was uploaded to this replica.</summary>
    public void Wake()
    {
        if (wake.CurrentCount == 0)
        {
            try
            {
                wake.Release();
            }
            catch (SemaphoreFullException)
            {
                // Somebody else woke it at the same moment.
            }
        }
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => leader.Run("import", Lead, stoppingToken);

    async Task Lead(CancellationToken ct)
    {
        while (!ct.IsCancellationRequested)
        {
            await store.Sweep(ct);
            if (await store.Next(ct) is { } import)
            {
                await Run(import, ct);
            }
            else
            {
                await wake.WaitAsync(Poll, ct);
            }
        }
    }

    async Task Run(ImportStore.Open import, CancellationToken ct)
    {
        try
        {
            var kind = imports.FirstOrDefault(candidate => candidate.Kind == import.Kind) ?? throw new InvalidDataException($"This build does not import {import.Kind}.");
            await Rows(import, kind, ct);
            await store.End(import.Id, "done", null, ct);
        }
        catch (InvalidDataException unreadable)
        {
            await Fail(import, unreadable.Message, ct);
        }
        catch (DbException unstorable) when (unstorable.SqlState is ['2', '2', ..])
        {
            await Fail(import, "A value in the file lies outside what can be stored. Is it a text file in UTF-8?", ct);
        }
    }

    // A reason is kept and logged: it never repeats what stands in the file.
    async Task Fail(ImportStore.Open import, string reason, CancellationToken ct)
    {
        log.LogInformation("Import {Id} failed: {Reason}", import.Id, reason);
        await store.End(import.Id, "failed", reason, ct);
    }

    async Task Rows(ImportStore.Open import, IImport kind, CancellationToken ct)
    {
        await using var body = new PartsStream(store, import.Id);
        await using var csv = CsvReader.Create(await Plain(body, ct), new CsvReaderOptions
        {
            Separator = import.Mapping.Delimiter[0],
            SkipEmptyLines = true,
            TrackLineNumbers = true,
            MaxRecordSize = RecordMax,
        });
        var columns = await Header(csv, import.Mapping, ct);
        var (read, from) = (0L, import.Read);
        var page = new List<(long Line, Deciding? Deciding, RefusedRow? Refused)>(PageMax);
        var reading = await kind.Page(ct);
        while (await Next(csv, ct))
        {
            if (++read <= from)
            {
                continue;
            }

            page.Add(await Read(reading, import, csv, columns, ct));
            if (page.Count == PageMax)
            {
                await Decide(import, from, page, body.Consumed, ct);
                from += page.Count;
                page.Clear();
                await Unhurried(import, ct);
                reading = await kind.Page(ct);
            }
        }

        await Decide(import, from, page, body.Consumed, ct);
    }

    static async Task<bool> Next(CsvReader csv, CancellationToken ct)
    {
        var isThere = false;
        await Read(csv, async () => isThere = await csv.ReadAsync(ct));
        return isThere;
    }

    /// <summary>Whatever the file is, it fails by itself and holds nobody up; only what cannot be read here and now is tried again.</summary>
    static async Task Read(CsvReader csv, Func<Task> read)
    {
        try
        {
            await read();
        }
        catch (InvalidDataException broken)
        {
            throw new InvalidDataException("The file cannot be unpacked: it breaks off or is damaged. Send it again.", broken);
        }
        catch (Exception broken) when (broken is not (OperationCanceledException or DbException))
        {
            throw new InvalidDataException(
                $"Line {csv.LineNumber}: the file cannot be read as CSV, or one row is longer than {RecordMax / 1024} KB. Is a quote missing?", broken);
        }
    }

    static async Task<Dictionary<string, int>> Header(CsvReader csv, Mapping mapping, CancellationToken ct)
    {
        await Read(csv, async () => await csv.ReadHeaderAsync(ct));
        var names = csv.Headers.Select(name => name.Trim()).ToList();
        if (names.Count == 0)
        {
            throw new InvalidDataException("The file is empty: it needs a first line with the names of its columns.");
        }

        var wanted = mapping.Fields.Values.Select(field => field.Column).OfType<string>();
        return wanted.FirstOrDefault(column => !names.Contains(column)) is { } missing
            ? throw new InvalidDataException($"The file has no column '{missing}' among its {names.Count}. Does its first line name the columns?")
            : names.Select((name, index) => (name, index)).DistinctBy(pair => pair.name).ToDictionary(pair => pair.name, pair => pair.index);
    }

    async Task<(long, Deciding?, RefusedRow?)> Read(IImport kind, ImportStore.Open import, CsvReader csv, Dictionary<string, int> columns, CancellationToken ct)
    {
        var line = csv.LineNumber;
        try
        {
            var row = new Row(import.Kind, import.Mapping, import.Actor, import.Correlation, master, column => columns[column] < csv.FieldCount ? csv.GetString(columns[column]) : null);
            return (line, await kind.Read(row, ct), null);
        }
        catch (RowRefusedException refused)
        {
            return (line, null, new(line, refused.Code, refused.Message));
        }
        catch (OverflowException)
        {
            return (line, null, new(line, "value.out-of-range", "A value lies outside what can be stored."));
        }
    }

    async Task Decide(ImportStore.Open import, long from, List<(long Line, Deciding? Deciding, RefusedRow? Refused)> page, long consumed, CancellationToken ct)
    {
        if (page.Count == 0)
        {
            return;
        }

        var rows = page.Where(row => row.Deciding is not null).ToList();
        while (true)
        {
            var outcomes = await journal.DecideAll(
                rows.ConvertAll(row => row.Deciding!),
                decided => ImportStore.Advance(import, from, from + page.Count, consumed, decided, Refusals(page, rows, decided)),
                ct);
            if (outcomes is not null && !outcomes.OfType<Outcome.Unavailable>().Any())
            {
                return;
            }

            if (outcomes?.OfType<Outcome.Unavailable>().FirstOrDefault() is { } unavailable)
            {
                await store.Waits(import.Id, unavailable.Reason, ct);
                await Task.Delay(Pause, ct);
            }
        }
    }

    static List<RefusedRow> Refusals(
        List<(long Line, Deciding? Deciding, RefusedRow? Refused)> page, List<(long Line, Deciding? Deciding, RefusedRow? Refused)> rows, IReadOnlyList<Outcome> outcomes) =>
    [
        .. page.Select(row => row.Refused).OfType<RefusedRow>(),
        .. rows.Zip(outcomes).Where(pair => pair.Second is Outcome.Refused).Select(pair => (pair.First, ((Outcome.Refused)pair.Second).Refusal))
            .Select(pair => new RefusedRow(pair.First.Line, pair.Refusal.Code, pair.Refusal.Reason, pair.First.Deciding!.Id, pair.Refusal.More)),
    ];

    /// <summary>The journal is the buffer, but the bus must keep up: an import waits while too much is not yet published.</summary>
    async Task Unhurried(ImportStore.Open import, CancellationToken ct)
    {
        var told = false;
        while (await backlog.Packs(ct) > Backlog.PacksMax)
        {
            if (!told)
            {
                await store.Waits(import.Id, "Waits for the bus: too many facts are not yet published.", ct);
                told = true;
            }

            await Task.Delay(Pause, ct);
        }
    }

    static async Task<Stream> Plain(PartsStream body, CancellationToken ct) =>
        await body.StartsWith([0x1f, 0x8b], ct) ? new GZipStream(body, CompressionMode.Decompress) : body;
}
