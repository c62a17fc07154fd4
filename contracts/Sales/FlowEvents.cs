namespace CrmSuite.Contracts.Sales;

/// <summary>By what a flow names who may decide.</summary>
public enum ApproverKind
{
    /// <summary>Everybody in a role, for example <c>sales-manager</c>.</summary>
    Role,

    /// <summary>The members of a team.</summary>
    Team,

    /// <summary>One person: the subject of his sign-in.</summary>
    Person,
}

/// <summary>Who may decide.</summary>
/// <param name="Kind">By what he is named.</param>
/// <param name="Id">The role, the team or the person.</param>
public sealed record ApproverRule(ApproverKind Kind, string Id);

/// <summary>One step of an approval flow.</summary>
/// <param name="Name">A word of the business, unique in its flow.</param>
/// <param name="Rank">Steps of one rank are open side by side; the next rank opens when all of them are decided.</param>
/// <param name="Approvers">Who may decide.</param>
/// <param name="Needed">How many different people have to say yes.</param>
/// <param name="DueHours">Within how many hours after the step was opened.</param>
/// <param name="EscalateTo">Who may decide as well once it is overdue.</param>
public sealed record FlowStep(
    string Name, int Rank, IReadOnlyList<ApproverRule> Approvers, int Needed = 1, int DueHours = 48, IReadOnlyList<ApproverRule>? EscalateTo = null);

/// <summary>A flow of approvals is in force from now on, in its first version or another one. What is under way goes on by the version it was started with.</summary>
/// <param name="FlowId">The flow.</param>
/// <param name="Name">Its name.</param>
/// <param name="Version">1, 2, 3 …</param>
/// <param name="Steps">The steps, by rank.</param>
[EventName("sales.flow-published.1")]
public sealed record FlowPublished(Guid FlowId, string Name, int Version, IReadOnlyList<FlowStep> Steps) : Event;
