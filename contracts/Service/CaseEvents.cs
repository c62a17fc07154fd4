namespace CrmSuite.Contracts.Service;

/// <summary>What the customer wants.</summary>
public enum CaseKind
{
    /// <summary>He asks for something.</summary>
    Request,

    /// <summary>He is not content.</summary>
    Complaint,

    /// <summary>Something does not work.</summary>
    Fault,

    /// <summary>He proposes something.</summary>
    Idea,
}

/// <summary>How bad it is for the customer.</summary>
public enum Severity
{
    /// <summary>It can wait.</summary>
    Low,

    /// <summary>The usual.</summary>
    Normal,

    /// <summary>It hurts.</summary>
    High,

    /// <summary>Nothing goes on without it.</summary>
    Critical,
}

/// <summary>Who answered.</summary>
public enum Replier
{
    /// <summary>A person.</summary>
    Human,

    /// <summary>A program; it never stops the first-response clock.</summary>
    Bot,
}

/// <summary>Whom a case waits for.</summary>
public enum WaitFor
{
    /// <summary>The customer has to answer.</summary>
    Customer,

    /// <summary>Somebody else has to deliver.</summary>
    Third,
}

/// <summary>Who closed a case.</summary>
public enum Closer
{
    /// <summary>The customer said it is done.</summary>
    Customer,

    /// <summary>Nobody objected in time.</summary>
    TimeOut,

    /// <summary>Staff, with a reason.</summary>
    Staff,
}

/// <summary>A customer turned to the company. Response and resolution times are computed from this moment, never stored.</summary>
/// <param name="CaseId">The case.</param>
/// <param name="CustomerId">Who turned to us.</param>
/// <param name="Channel">E-mail, phone, chat …</param>
/// <param name="Kind">What he wants.</param>
/// <param name="Severity">How bad it is.</param>
/// <param name="Text">In his words.</param>
/// <param name="Language">BCP 47 tag of his words.</param>
/// <param name="Product">The product's code, if it is about one.</param>
/// <param name="OrderId">The order, if it is about one.</param>
[EventName("service.case-opened.1")]
public sealed record CaseOpened(
    Guid CaseId,
    Guid CustomerId,
    string Channel,
    CaseKind Kind,
    Severity Severity,
    PersonalData? Text = null,
    string? Language = null,
    string? Product = null,
    Guid? OrderId = null) : Event, ICustomerFact;

/// <summary>Somebody is in charge for the first time.</summary>
/// <param name="CaseId">The case.</param>
/// <param name="CustomerId">Whose case it is.</param>
/// <param name="AgentId">The subject of the person in charge.</param>
/// <param name="Reason">Why this person, if it was said.</param>
[EventName("service.case-assigned.1")]
public sealed record CaseAssigned(Guid CaseId, Guid CustomerId, string AgentId, string? Reason = null) : Event, ICustomerFact;

/// <summary>The case went from one person to another.</summary>
/// <param name="CaseId">The case.</param>
/// <param name="CustomerId">Whose case it is.</param>
/// <param name="From">Who had it.</param>
/// <param name="To">Who has it.</param>
/// <param name="Reason">Why, if it was said.</param>
[EventName("service.case-reassigned.1")]
public sealed record CaseReassigned(Guid CaseId, Guid CustomerId, string From, string To, string? Reason = null) : Event, ICustomerFact;

/// <summary>The company answered. The first answer of a person ends the first-response time.</summary>
/// <param name="CaseId">The case.</param>
/// <param name="CustomerId">Whose case it is.</param>
/// <param name="ReplyId">This reply; it counts once.</param>
/// <param name="By">A person or a program.</param>
/// <param name="Text">The words; null once the customer is erased.</param>
[EventName("service.case-agent-replied.1")]
public sealed record CaseAgentReplied(Guid CaseId, Guid CustomerId, Guid ReplyId, Replier By, PersonalData? Text) : Event, ICustomerFact;

/// <summary>The customer wrote or called again.</summary>
/// <param name="CaseId">The case.</param>
/// <param name="CustomerId">Whose case it is.</param>
/// <param name="ReplyId">This reply; it counts once.</param>
/// <param name="Text">His words; null once he is erased.</param>
[EventName("service.case-customer-replied.1")]
public sealed record CaseCustomerReplied(Guid CaseId, Guid CustomerId, Guid ReplyId, PersonalData? Text) : Event, ICustomerFact;

/// <summary>The next step is not ours.</summary>
/// <param name="CaseId">The case.</param>
/// <param name="CustomerId">Whose case it is.</param>
/// <param name="For">Whom it waits for.</param>
[EventName("service.case-wait-started.1")]
public sealed record CaseWaitStarted(Guid CaseId, Guid CustomerId, WaitFor For) : Event, ICustomerFact;

/// <summary>The next step is ours again.</summary>
/// <param name="CaseId">The case.</param>
/// <param name="CustomerId">Whose case it is.</param>
[EventName("service.case-wait-ended.1")]
public sealed record CaseWaitEnded(Guid CaseId, Guid CustomerId) : Event, ICustomerFact;

/// <summary>The matter is solved, with cause and solution.</summary>
/// <param name="CaseId">The case.</param>
/// <param name="CustomerId">Whose case it is.</param>
/// <param name="Cause">What it was, as a code of the business.</param>
/// <param name="Solution">What was done, as a code of the business.</param>
[EventName("service.case-resolved.1")]
public sealed record CaseResolved(Guid CaseId, Guid CustomerId, string Cause, string Solution) : Event, ICustomerFact;

/// <summary>It was not solved after all. The first clocks stay; a new one begins.</summary>
/// <param name="CaseId">The case.</param>
/// <param name="CustomerId">Whose case it is.</param>
/// <param name="Reason">Why, as a code of the business.</param>
[EventName("service.case-reopened.1")]
public sealed record CaseReopened(Guid CaseId, Guid CustomerId, string Reason) : Event, ICustomerFact;

/// <summary>The case is at its end.</summary>
/// <param name="CaseId">The case.</param>
/// <param name="CustomerId">Whose case it is.</param>
/// <param name="By">Who closed it.</param>
/// <param name="Reason">Why; staff must say it, as a code of the business.</param>
[EventName("service.case-closed.1")]
public sealed record CaseClosed(Guid CaseId, Guid CustomerId, Closer By, string? Reason = null) : Event, ICustomerFact;
