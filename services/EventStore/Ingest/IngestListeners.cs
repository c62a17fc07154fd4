using System.Collections.Concurrent;
using CrmSuite.Bus;

namespace CrmSuite.EventStore.Ingest;

/// <summary>
/// Which departments are ingested no more, until an operator resumes them. It is known to the process that writes and to no other: how far it has got lies in the
/// store, and a process that begins to write looks at everything again.
/// </summary>
sealed class IngestListeners(Ingesting ingesting, Ingester ingester) : IListeners
{
    readonly ConcurrentDictionary<string, string> stopped = new();
    volatile TaskCompletionSource resumed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Ends when an operator resumes a department.</summary>
    public Task Resumed(CancellationToken ct) => resumed.Task.WaitAsync(ct);

    /// <summary>Where to go on, at the beginning of a term.</summary>
    public Task<IReadOnlyDictionary<string, PackHead>> Begin(CancellationToken ct)
    {
        stopped.Clear();
        resumed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        return ingester.Recover(ct);
    }

    /// <summary>Notes that a department is ingested no more, and why.</summary>
    public Task Stop(string department, string reason, CancellationToken ct)
    {
        stopped[department] = reason;
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<Listened>> All(CancellationToken ct)
    {
        var heads = ingester.Heads;
        IEnumerable<string> departments = ingesting.MayWrite() ? ingesting.Departments : []; // A standby hears nobody.
        return Task.FromResult<IReadOnlyList<Listened>>([.. departments.Order(StringComparer.Ordinal)
            .Select(department => new Listened(department, heads.GetValueOrDefault(department, PackHead.None).No, stopped.GetValueOrDefault(department)))]);
    }

    /// <inheritdoc/>
    public Task Resume(string department, CancellationToken ct)
    {
        resumed.TrySetResult();
        return Task.CompletedTask;
    }
}
