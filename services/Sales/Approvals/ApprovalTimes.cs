namespace CrmSuite.Sales.Approvals;

/// <summary>
/// What approvals by one version of a flow took, and which of its steps never changed anything (acceptance row R3). Percentiles are by nearest rank: the
/// smallest value that at least so many per cent do not exceed.
/// </summary>
/// <param name="Flow">The flow.</param>
/// <param name="FlowVersion">Its version.</param>
/// <param name="Rounds">How many rounds were begun.</param>
/// <param name="Approved">How many ended approved, whether or not the thing was changed later.</param>
/// <param name="Refused">How many ended with a no.</param>
/// <param name="Changed">How many ended because the thing was changed meanwhile.</param>
/// <param name="Reworked">How many were not the first round of their thing.</param>
/// <param name="LeadP50Seconds">From asking to the answer; null where nothing was answered.</param>
/// <param name="LeadP90Seconds">From asking to the answer.</param>
/// <param name="Steps">What each step took.</param>
sealed record ApprovalTimes(
    string Flow,
    int FlowVersion,
    int Rounds,
    int Approved,
    int Refused,
    int Changed,
    int Reworked,
    long? LeadP50Seconds,
    long? LeadP90Seconds,
    IReadOnlyList<ApprovalTimes.Step> Steps)
{
    /// <summary>How many decisions a step must have seen before it is called redundant.</summary>
    public const int DecisionsMin = 30;

    const int WholeBp = 10_000;

    /// <summary>What one step took.</summary>
    /// <param name="Name">The step.</param>
    /// <param name="Rank">Its rank.</param>
    /// <param name="Decisions">How many decisions were taken in it.</param>
    /// <param name="Refusals">How many of them were a no.</param>
    /// <param name="Changes">In how many rounds the thing was changed while the step was open.</param>
    /// <param name="Escalations">In how many rounds it was overdue.</param>
    /// <param name="WaitingSeconds">How long its decisions waited, summed.</param>
    /// <param name="WorkingSeconds">How long was worked on them, summed.</param>
    /// <param name="WaitingShareBp">Waiting of waiting and working, in basis points; null where nothing was decided.</param>
    /// <param name="WaitingP50Seconds">How long a decision waited.</param>
    /// <param name="WaitingP90Seconds">How long a decision waited.</param>
    /// <param name="IsRedundant">Whether it saw enough decisions, and none of them was a no or led to a change.</param>
    public sealed record Step(
        string Name,
        int Rank,
        int Decisions,
        int Refusals,
        int Changes,
        int Escalations,
        long WaitingSeconds,
        long WorkingSeconds,
        int? WaitingShareBp,
        long? WaitingP50Seconds,
        long? WaitingP90Seconds,
        bool IsRedundant);

    /// <summary>One report for each version of each flow.</summary>
    public static IReadOnlyList<ApprovalTimes> Of(IEnumerable<ApprovalList.Row> rounds) =>
        [.. rounds.GroupBy(round => (round.Flow, round.FlowVersion)).OrderBy(group => group.Key.Flow, StringComparer.Ordinal).ThenBy(group => group.Key.FlowVersion)
            .Select(group => Of(group.Key.Flow, group.Key.FlowVersion, [.. group]))];

    /// <summary>The smallest of these values that at least so many per cent of them do not exceed; null where there are none.</summary>
    public static long? Percentile(IEnumerable<long> values, int percent)
    {
        var sorted = values.Order().ToList();
        return sorted.Count == 0 ? null : sorted[Math.Max((((sorted.Count * percent) + 99) / 100) - 1, 0)];
    }

    static ApprovalTimes Of(string flow, int version, IReadOnlyList<ApprovalList.Row> rounds)
    {
        var leads = rounds.Where(IsAnswered).Select(round => round.LeadSeconds!.Value).ToList();
        return new(flow, version, rounds.Count, rounds.Count(round => IsAnswered(round) && !IsRefused(round)), rounds.Count(IsRefused), rounds.Count(IsCutShort),
            rounds.Count(round => round.Round > 1), Percentile(leads, 50), Percentile(leads, 90),
            [.. rounds.SelectMany(round => round.Steps.Select(step => (round, step))).GroupBy(pair => (pair.step.Rank, pair.step.Name))
                .OrderBy(group => group.Key.Rank).ThenBy(group => group.Key.Name, StringComparer.Ordinal).Select(group => Of(group.Key.Name, group.Key.Rank, [.. group]))]);
    }

    static Step Of(string name, int rank, IReadOnlyList<(ApprovalList.Row Round, StepTimes Step)> seen)
    {
        var decisions = seen.SelectMany(pair => pair.Step.Decisions()).ToList();
        var refusals = decisions.Count(decision => decision.Answer == Contracts.Sales.ApprovalAnswer.No);
        var changes = seen.Count(pair => IsCutShort(pair.Round) && pair.Step.IsOpen);
        var (waiting, working) = (decisions.Sum(decision => decision.WaitingSeconds), decisions.Sum(decision => decision.WorkingSeconds));
        return new(name, rank, decisions.Count, refusals, changes, seen.Count(pair => pair.Step.EscalatedAt is not null), waiting, working,
            waiting + working == 0 ? null : (int)((Int128)waiting * WholeBp / (waiting + working)),
            Percentile(decisions.Select(decision => decision.WaitingSeconds), 50), Percentile(decisions.Select(decision => decision.WaitingSeconds), 90),
            decisions.Count >= DecisionsMin && refusals == 0 && changes == 0);
    }

    static bool IsRefused(ApprovalList.Row round) => round.Status == ApprovalStatus.Refused;

    /// <summary>Ended by an answer: also where what was approved was changed afterwards.</summary>
    static bool IsAnswered(ApprovalList.Row round) => round.Status is ApprovalStatus.Approved or ApprovalStatus.Refused
        || (round.Status == ApprovalStatus.Invalidated && round.Steps.All(step => step.Answers.Count >= step.Needed));

    static bool IsCutShort(ApprovalList.Row round) => round.Status == ApprovalStatus.Invalidated && !IsAnswered(round);
}
