using CrmSuite.Journal;
using Microsoft.Extensions.Hosting;
using Npgsql;

namespace CrmSuite.Analytics.Findings;

/// <summary>
/// Decides what was proposed, in order, on one replica. Events and the end of their proposals are one transaction, so a crash repeats nothing; two leaders at
/// once meet at the streams' versions.
/// </summary>
sealed class FindingTeller(NpgsqlDataSource database, IJournal journal, Leader leader) : BackgroundService
{
    const int BatchMax = 200;

    static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(200);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => leader.Run("analytics-findings", async ct =>
    {
        while (!ct.IsCancellationRequested)
        {
            if (!await TellOnce(ct))
            {
                await Task.Delay(LookEvery, ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }, stoppingToken);

    /// <summary>Decides the oldest proposals; returns whether it got anywhere.</summary>
    internal async Task<bool> TellOnce(CancellationToken ct)
    {
        var proposals = await Proposal.Oldest(database, BatchMax, ct);
        return proposals.Count > 0
            && await journal.DecideAll([.. proposals.Select(proposal => proposal.Decide())], _ => Proposal.Remove(proposals), ct) is { } outcomes
            && !outcomes.OfType<Outcome.Unavailable>().Any();
    }
}
