namespace CrmSuite.Contracts.Sales;

/// <summary>What an approver says.</summary>
public enum ApprovalAnswer
{
    /// <summary>He agrees.</summary>
    Yes,

    /// <summary>He does not; that ends the approval.</summary>
    No,
}

/// <summary>How an approval ended.</summary>
public enum ApprovalResult
{
    /// <summary>All who were asked for agreed.</summary>
    Approved,

    /// <summary>Somebody did not.</summary>
    Refused,
}

/// <summary>What is to be approved: one version of one thing, by its content.</summary>
/// <param name="Noun">What it is: <c>quote</c> or <c>contract</c>.</param>
/// <param name="Id">Its id.</param>
/// <param name="Version">Its version.</param>
/// <param name="Hash">SHA-256 of that version's content, in lower-case hexadecimal digits.</param>
public sealed record ApprovalTarget(string Noun, Guid Id, int Version, string Hash);

/// <summary>One step of an approval, with the people that the flow's rules meant when it was started.</summary>
/// <param name="Name">The step of the flow.</param>
/// <param name="Rank">Steps of one rank are open side by side.</param>
/// <param name="Approvers">Who may decide; none of them is the requester, the author or the owner.</param>
/// <param name="Needed">How many different people have to say yes.</param>
/// <param name="DueHours">Within how many hours after the step was opened.</param>
/// <param name="EscalateTo">Who may decide as well once it is overdue.</param>
public sealed record ApprovalStep(string Name, int Rank, IReadOnlyList<string> Approvers, int Needed, int DueHours, IReadOnlyList<string> EscalateTo);

/// <summary>A fact about one round of an approval.</summary>
public interface IApprovalFact : ICustomerFact
{
    /// <summary>The approval; derived from the thing's noun and id.</summary>
    Guid ApprovalId { get; }

    /// <summary>Which time it was asked for: 1, 2, 3 …</summary>
    int Round { get; }
}

/// <summary>Somebody asks for an approval. A thing has one stream of approvals; each time it is asked for anew is a round.</summary>
/// <param name="ApprovalId">The approval; derived from the thing's noun and id.</param>
/// <param name="CustomerId">The customer whose matter it is.</param>
/// <param name="Round">1, 2, 3 …</param>
/// <param name="Target">What is to be approved.</param>
/// <param name="FlowId">By which flow.</param>
/// <param name="Flow">Its name.</param>
/// <param name="FlowVersion">Its version.</param>
/// <param name="Steps">The steps, with the people that the flow's rules meant at this moment.</param>
/// <param name="RequestedBy">Who asks; he may not decide.</param>
/// <param name="AuthorId">Who wrote this version; he may not decide.</param>
/// <param name="OwnerId">Whose deal it is; he may not decide.</param>
/// <param name="AccountId">The account.</param>
/// <param name="OpportunityId">The deal.</param>
/// <param name="Amount">What it is about.</param>
[EventName("sales.approval-started.1")]
public sealed record ApprovalStarted(
    Guid ApprovalId,
    Guid CustomerId,
    int Round,
    ApprovalTarget Target,
    Guid FlowId,
    string Flow,
    int FlowVersion,
    IReadOnlyList<ApprovalStep> Steps,
    string RequestedBy,
    string AuthorId,
    string? OwnerId = null,
    Guid? AccountId = null,
    Guid? OpportunityId = null,
    Money? Amount = null) : Event, IApprovalFact;

/// <summary>A step waits for its people.</summary>
/// <param name="ApprovalId">The approval.</param>
/// <param name="CustomerId">The customer whose matter it is.</param>
/// <param name="Round">The round.</param>
/// <param name="Target">What is to be approved.</param>
/// <param name="Step">The step.</param>
/// <param name="Approvers">Who may decide.</param>
/// <param name="Needed">How many of them have to say yes.</param>
/// <param name="DueAt">Until when.</param>
[EventName("sales.approval-step-opened.1")]
public sealed record ApprovalStepOpened(
    Guid ApprovalId, Guid CustomerId, int Round, ApprovalTarget Target, string Step, IReadOnlyList<string> Approvers, int Needed, DateTime DueAt) : Event,
    IApprovalFact;

/// <summary>An approver has begun to look at it: he no longer lets it wait, he works on it.</summary>
/// <param name="ApprovalId">The approval.</param>
/// <param name="CustomerId">The customer whose matter it is.</param>
/// <param name="Round">The round.</param>
/// <param name="Target">What is to be approved.</param>
/// <param name="Step">The step.</param>
/// <param name="By">Who.</param>
[EventName("sales.approval-step-claimed.1")]
public sealed record ApprovalStepClaimed(Guid ApprovalId, Guid CustomerId, int Round, ApprovalTarget Target, string Step, string By) : Event, IApprovalFact;

/// <summary>An approver said yes or no.</summary>
/// <param name="ApprovalId">The approval.</param>
/// <param name="CustomerId">The customer whose matter it is.</param>
/// <param name="Round">The round.</param>
/// <param name="Target">What he decided on.</param>
/// <param name="Step">The step.</param>
/// <param name="Answer">What he said.</param>
/// <param name="By">Who: always a person, never whom a machine acts for.</param>
/// <param name="Comment">What he has to say about it.</param>
[EventName("sales.approval-step-decided.1")]
public sealed record ApprovalStepDecided(
    Guid ApprovalId, Guid CustomerId, int Round, ApprovalTarget Target, string Step, ApprovalAnswer Answer, string By, PersonalData? Comment = null) : Event,
    IApprovalFact;

/// <summary>An approver gave his place in a step to somebody else.</summary>
/// <param name="ApprovalId">The approval.</param>
/// <param name="CustomerId">The customer whose matter it is.</param>
/// <param name="Round">The round.</param>
/// <param name="Target">What is to be approved.</param>
/// <param name="Step">The step.</param>
/// <param name="From">Who may decide in it no longer.</param>
/// <param name="To">Who may now.</param>
/// <param name="Reason">Why, as a code of the business.</param>
[EventName("sales.approval-delegated.1")]
public sealed record ApprovalDelegated(Guid ApprovalId, Guid CustomerId, int Round, ApprovalTarget Target, string Step, string From, string To, string Reason)
    : Event, IApprovalFact;

/// <summary>A step is overdue.</summary>
/// <param name="ApprovalId">The approval.</param>
/// <param name="CustomerId">The customer whose matter it is.</param>
/// <param name="Round">The round.</param>
/// <param name="Target">What is to be approved.</param>
/// <param name="Step">The step.</param>
/// <param name="DueAt">When it was due.</param>
/// <param name="To">Who may decide in it as well from now on.</param>
[EventName("sales.approval-step-escalated.1")]
public sealed record ApprovalStepEscalated(
    Guid ApprovalId, Guid CustomerId, int Round, ApprovalTarget Target, string Step, DateTime DueAt, IReadOnlyList<string> To) : Event, IApprovalFact;

/// <summary>The approval came to its end: approved by all who were asked for, or refused by one.</summary>
/// <param name="ApprovalId">The approval.</param>
/// <param name="CustomerId">The customer whose matter it is.</param>
/// <param name="Round">The round.</param>
/// <param name="Target">What was approved or refused.</param>
/// <param name="Result">How it ended.</param>
/// <param name="By">Who decided, in the order of the decisions; nobody stands here twice.</param>
[EventName("sales.approval-completed.1")]
public sealed record ApprovalCompleted(
    Guid ApprovalId, Guid CustomerId, int Round, ApprovalTarget Target, ApprovalResult Result, IReadOnlyList<string> By) : Event, IApprovalFact;

/// <summary>What is to be approved, or was, is another thing now: what was decided does not hold for it.</summary>
/// <param name="ApprovalId">The approval.</param>
/// <param name="CustomerId">The customer whose matter it is.</param>
/// <param name="Round">The round.</param>
/// <param name="Target">What it was.</param>
/// <param name="NewHash">What its content is now.</param>
[EventName("sales.approval-invalidated.1")]
public sealed record ApprovalInvalidated(Guid ApprovalId, Guid CustomerId, int Round, ApprovalTarget Target, string NewHash) : Event, IApprovalFact;

/// <summary>It is no longer asked for.</summary>
/// <param name="ApprovalId">The approval.</param>
/// <param name="CustomerId">The customer whose matter it is.</param>
/// <param name="Round">The round.</param>
/// <param name="Target">What was to be approved.</param>
/// <param name="By">Who withdrew it.</param>
/// <param name="Reason">Why, as a code of the business.</param>
[EventName("sales.approval-withdrawn.1")]
public sealed record ApprovalWithdrawn(Guid ApprovalId, Guid CustomerId, int Round, ApprovalTarget Target, string By, string Reason) : Event, IApprovalFact;
