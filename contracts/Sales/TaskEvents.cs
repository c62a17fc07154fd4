namespace CrmSuite.Contracts.Sales;

/// <summary>What is to be done.</summary>
public enum TaskKind
{
    /// <summary>Speak on the telephone; never in the customer's quiet hours.</summary>
    Call,

    /// <summary>Write.</summary>
    EMail,

    /// <summary>Go there.</summary>
    Visit,

    /// <summary>Anything else.</summary>
    ToDo,
}

/// <summary>What a task or a note is about: a noun of any department.</summary>
/// <param name="Noun">The noun, one word: <c>account</c>, <c>contact</c>, <c>opportunity</c>, <c>lead</c>, <c>quote</c> …</param>
/// <param name="Id">Its id.</param>
public sealed record About(string Noun, Guid Id);

/// <summary>A fact about a task, which may concern no customer at all.</summary>
public interface ITaskFact : ICustomerFact
{
    /// <summary>Whom it concerns; null where it is nobody.</summary>
    new Guid? CustomerId { get; }

    Guid ICustomerFact.CustomerId => CustomerId ?? Guid.Empty;
}

/// <summary>Somebody has something to do.</summary>
/// <param name="TaskId">The task.</param>
/// <param name="Kind">What is to be done.</param>
/// <param name="About">With regard to what.</param>
/// <param name="CustomerId">The person, or the account's customer, where there is one; free text is sealed under his key.</param>
/// <param name="AssigneeId">Who does it: the subject of his sign-in.</param>
/// <param name="AssigneeTeam">His team at the time.</param>
/// <param name="DueAt">Until when.</param>
/// <param name="Zone">Where the customer is: an IANA zone, or his country as it was said where only that is known; null where nobody looked.</param>
/// <param name="RemindAt">When the assignee wants to be reminded.</param>
/// <param name="Text">What exactly.</param>
[EventName("sales.task-opened.1")]
public sealed record TaskOpened(
    Guid TaskId,
    TaskKind Kind,
    About About,
    Guid? CustomerId,
    string AssigneeId,
    string? AssigneeTeam,
    DateTime DueAt,
    string? Zone,
    DateTime? RemindAt = null,
    PersonalData? Text = null) : Event, ITaskFact;

/// <summary>It falls due at another time, or the customer is somewhere else.</summary>
/// <param name="TaskId">The task.</param>
/// <param name="About">With regard to what.</param>
/// <param name="CustomerId">Whom it concerns.</param>
/// <param name="From">Until when it was to be done.</param>
/// <param name="To">Until when now.</param>
/// <param name="Zone">Where the customer is.</param>
/// <param name="RemindAt">When the assignee wants to be reminded.</param>
/// <param name="Reason">Why, as a code of the business.</param>
[EventName("sales.task-rescheduled.1")]
public sealed record TaskRescheduled(
    Guid TaskId, About About, Guid? CustomerId, DateTime From, DateTime To, string? Zone, DateTime? RemindAt, string Reason) : Event, ITaskFact;

/// <summary>Somebody else does it.</summary>
/// <param name="TaskId">The task.</param>
/// <param name="About">With regard to what.</param>
/// <param name="CustomerId">Whom it concerns.</param>
/// <param name="From">Who was to do it.</param>
/// <param name="FromTeam">His team at the time.</param>
/// <param name="To">Who does it now.</param>
/// <param name="ToTeam">His team at the time.</param>
/// <param name="Reason">Why, as a code of the business.</param>
[EventName("sales.task-reassigned.1")]
public sealed record TaskReassigned(
    Guid TaskId, About About, Guid? CustomerId, string From, string? FromTeam, string To, string? ToTeam, string Reason) : Event, ITaskFact;

/// <summary>The assignee is reminded, once for each time that was asked for.</summary>
/// <param name="TaskId">The task.</param>
/// <param name="About">With regard to what.</param>
/// <param name="CustomerId">Whom it concerns.</param>
/// <param name="AssigneeId">Who is reminded.</param>
/// <param name="DueAt">Until when it is to be done.</param>
[EventName("sales.task-reminded.1")]
public sealed record TaskReminded(Guid TaskId, About About, Guid? CustomerId, string AssigneeId, DateTime DueAt) : Event, ITaskFact;

/// <summary>It is done.</summary>
/// <param name="TaskId">The task.</param>
/// <param name="Kind">What was done.</param>
/// <param name="About">With regard to what.</param>
/// <param name="CustomerId">Whom it concerns.</param>
/// <param name="AssigneeId">Whose task it was.</param>
/// <param name="Outcome">What came of it, as a code of the business.</param>
/// <param name="Text">What was said.</param>
[EventName("sales.task-done.1")]
public sealed record TaskDone(
    Guid TaskId, TaskKind Kind, About About, Guid? CustomerId, string AssigneeId, string Outcome, PersonalData? Text = null) : Event, ITaskFact;

/// <summary>Nobody does it.</summary>
/// <param name="TaskId">The task.</param>
/// <param name="About">With regard to what.</param>
/// <param name="CustomerId">Whom it concerns.</param>
/// <param name="Reason">Why, as a code of the business.</param>
[EventName("sales.task-dropped.1")]
public sealed record TaskDropped(Guid TaskId, About About, Guid? CustomerId, string Reason) : Event, ITaskFact;
