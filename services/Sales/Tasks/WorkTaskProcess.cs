using CrmSuite.Contracts;
using CrmSuite.Journal;
using CrmSuite.Views;

namespace CrmSuite.Sales.Tasks;

/// <summary>
/// Plans open calls anew whose customer is somewhere else than was thought. It looks at what is so, not at what happened: whoever moved whom, after a crash as before
/// it, and a call that is planned rightly is not found again.
/// </summary>
sealed class WorkTaskProcess(IServiceScopeFactory scopes, Leader leader, ILog log) : BackgroundService
{
    static readonly TimeSpan Poll = TimeSpan.FromSeconds(1);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => leader.Run("replan", Lead, stoppingToken);

    async Task Lead(CancellationToken ct)
    {
        for (Position? seen = null; !ct.IsCancellationRequested;)
        {
            // Nobody has moved where nothing was written: an idle department asks for one position, not for all its calls.
            if (await log.Head(ct) is var head && head != seen)
            {
                await Replan(ct);
                seen = head;
            }

            await Task.Delay(Poll, ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    async Task Replan(CancellationToken ct)
    {
        await using var scope = scopes.CreateAsyncScope();
        var journal = scope.ServiceProvider.GetRequiredService<IJournal>();
        await foreach (var (taskId, place) in new Places(journal, scope.ServiceProvider.GetRequiredService<Queries>()).Moved(ct))
        {
            var (task, version) = await journal.Load<WorkTask>(taskId, ct);
            await journal.Decide<WorkTask>(taskId, Cause.Rule("replan", Ids.Derive("replan", $"{taskId}", $"{version}", place), task.DueAt) with { At = null },
                known => known.Replan(place), ct);
        }
    }
}
