using CrmSuite.Contracts.Sales;

namespace CrmSuite.Sales.Approvals;

/// <summary>One step of a round with its times; what it took follows from them and is stored nowhere (rulings.md 6).</summary>
/// <param name="Name">The step of the flow.</param>
/// <param name="Rank">Steps of one rank are open side by side.</param>
/// <param name="Needed">How many people have to say yes.</param>
/// <param name="Approvers">Who may decide.</param>
/// <param name="Claims">Who began to look at it, and when.</param>
/// <param name="Answers">Who decided, and when.</param>
/// <param name="OpenedAt">When it was opened.</param>
/// <param name="DueAt">Until when it was to be decided.</param>
/// <param name="EscalatedAt">When it was found overdue.</param>
sealed record StepTimes(
    string Name,
    int Rank,
    int Needed,
    IReadOnlyList<string> Approvers,
    IReadOnlyList<StepTimes.Claim> Claims,
    IReadOnlyList<StepTimes.Given> Answers,
    DateTime? OpenedAt = null,
    DateTime? DueAt = null,
    DateTime? EscalatedAt = null)
{
    /// <summary>Somebody began to look at it.</summary>
    public sealed record Claim(string By, DateTime At);

    /// <summary>Somebody decided.</summary>
    public sealed record Given(string By, DateTime At, ApprovalAnswer Answer);

    /// <summary>What one decision took: it waited from the opening until it was claimed, or decided; it was worked on from the claim until it was decided.</summary>
    public readonly record struct Decision(ApprovalAnswer Answer, long WaitingSeconds, long WorkingSeconds);

    /// <summary>Whether it is open and still waits for somebody.</summary>
    public bool IsOpen => OpenedAt is not null && Answers.Count < Needed && Answers.All(answer => answer.Answer == ApprovalAnswer.Yes);

    /// <summary>What its decisions took, in their order.</summary>
    public IEnumerable<Decision> Decisions() => Answers.Select(answer =>
    {
        var begun = Claims.FirstOrDefault(claim => claim.By == answer.By)?.At ?? answer.At;
        return new Decision(answer.Answer, Seconds(OpenedAt ?? begun, begun), Seconds(begun, answer.At));
    });

    /// <summary>Whole seconds between two instants.</summary>
    public static long Seconds(DateTime from, DateTime to) => (to - from).Ticks / TimeSpan.TicksPerSecond;
}
