using System.Collections.Immutable;
using CrmSuite.Contracts;
using CrmSuite.Contracts.Service;
using CrmSuite.Journal;
using static CrmSuite.Journal.Decision;

namespace CrmSuite.Service.Cases;

/// <summary>A customer turned to the company.</summary>
sealed record OpenCase(
    Guid CustomerId,
    string Channel,
    CaseKind Kind,
    Severity Severity = Severity.Normal,
    PersonalData? Text = null,
    string? Language = null,
    string? Product = null,
    Guid? OrderId = null,
    Guid? CaseId = null,
    Basis? Basis = null) : ICommand
{
    const int ProductMax = 64;

    public Refusal? Invalid() => this switch
    {
        _ when CustomerId == Guid.Empty => new("case.customer", "Name the customer."),
        _ when !Form.IsWord(Channel) => new("case.channel", "The channel is a word of lower-case letters, digits and hyphens."),
        { Language: not null } when !Form.IsLanguage(Language) => new("case.language", "The language is a BCP 47 tag, for example de-AT."),
        { Product: not null } when !Form.IsLine(Product, ProductMax) => new("case.product", $"The product is one line of at most {ProductMax} characters."),
        _ => Basis.Invalid(),
    };
}

/// <summary>This person is in charge now.</summary>
sealed record AssignCase(string AgentId, string? Reason = null) : ICommand
{
    const int AgentMax = 100;

    public Refusal? Invalid() => !Form.IsLine(AgentId, AgentMax) ? new("case.agent", "Name the agent by the subject of his sign-in.") : CaseForm.Reason(Reason);
}

/// <summary>The company answers.</summary>
sealed record ReplyToCustomer(PersonalData Text, Replier By = Replier.Human, Guid? ReplyId = null, Basis? Basis = null) : ICommand
{
    public Refusal? Invalid() => CaseForm.Text(Text) ?? Basis.Invalid();
}

/// <summary>The customer wrote or called again.</summary>
sealed record ReplyOfCustomer(PersonalData Text, Guid? ReplyId = null, Basis? Basis = null) : ICommand
{
    public Refusal? Invalid() => CaseForm.Text(Text) ?? Basis.Invalid();
}

/// <summary>The next step is somebody else's.</summary>
sealed record StartWait(WaitFor For);

/// <summary>The matter is solved.</summary>
sealed record ResolveCase(string Cause, string Solution) : ICommand
{
    public Refusal? Invalid() =>
        Form.IsWord(Cause) && Form.IsWord(Solution) ? null : new("case.solution", "Cause and solution are words of lower-case letters, digits and hyphens.");
}

/// <summary>It was not solved after all.</summary>
sealed record ReopenCase(string Reason) : ICommand
{
    public Refusal? Invalid() => CaseForm.Reason(Reason);
}

/// <summary>The case is at its end. Before it is resolved, staff must say why.</summary>
sealed record CloseCase(Closer By, string? Reason = null) : ICommand
{
    public Refusal? Invalid() => CaseForm.Reason(Reason);
}

enum CaseStatus { None, New, Assigned, InProgress, WaitingCustomer, WaitingThird, Resolved, Closed }

/// <summary>One matter of a customer, from his first word until it is closed, and again if it was not solved after all.</summary>
sealed record Case(Guid CaseId, CaseStatus Status, Guid CustomerId, CaseKind Kind, Severity Severity, string? AgentId, string? Cause, string? Solution, ImmutableHashSet<Guid> Replies)
    : IFold<Case>
{
    public static string Category => "service.case";

    public static Case Initial { get; } = new(default, CaseStatus.None, default, default, default, null, null, null, []);

    bool IsOpen => Status is CaseStatus.New or CaseStatus.Assigned or CaseStatus.InProgress || IsWaiting;

    bool IsWaiting => Status is CaseStatus.WaitingCustomer or CaseStatus.WaitingThird;

    public static Case Evolve(Case state, Event fact) => fact switch
    {
        CaseOpened e => Initial with { CaseId = e.CaseId, Status = CaseStatus.New, CustomerId = e.CustomerId, Kind = e.Kind, Severity = e.Severity },
        CaseAssigned e => state with { AgentId = e.AgentId, Status = state.Status == CaseStatus.New ? CaseStatus.Assigned : state.Status },
        CaseReassigned e => state with { AgentId = e.To },
        CaseAgentReplied e => state with
        {
            Status = state.Status is CaseStatus.New or CaseStatus.Assigned ? CaseStatus.InProgress : state.Status,
            Replies = state.Replies.Add(e.ReplyId),
        },
        CaseCustomerReplied e => state with { Replies = state.Replies.Add(e.ReplyId) },
        CaseWaitStarted e => state with { Status = e.For == WaitFor.Customer ? CaseStatus.WaitingCustomer : CaseStatus.WaitingThird },
        CaseWaitEnded => state with { Status = CaseStatus.InProgress },
        CaseResolved e => state with { Status = CaseStatus.Resolved, Cause = e.Cause, Solution = e.Solution },
        CaseReopened => state with { Status = state.AgentId is null ? CaseStatus.New : CaseStatus.Assigned },
        CaseClosed => state with { Status = CaseStatus.Closed },
        _ => state,
    };

    public Decision Open(OpenCase command, Guid caseId) => Status switch
    {
        CaseStatus.None => new CaseOpened(caseId, command.CustomerId, command.Channel, command.Kind, command.Severity, command.Text?.Of(command.CustomerId),
            command.Language, command.Product, command.OrderId),
        _ when (command.CustomerId, command.Kind, command.Severity) == (CustomerId, Kind, Severity) => [],
        _ => Refuse("case.other", "This case was opened before for another customer or matter."),
    };

    public Decision Assign(AssignCase command) => Status switch
    {
        CaseStatus.None => Unknown("case"),
        _ when command.AgentId == AgentId => [],
        _ when !IsOpen => NotOpen(),
        _ when AgentId is null => new CaseAssigned(CaseId, CustomerId, command.AgentId, command.Reason),
        _ => new CaseReassigned(CaseId, CustomerId, AgentId, command.AgentId, command.Reason),
    };

    public Decision Reply(ReplyToCustomer command, Guid replyId) => Status switch
    {
        CaseStatus.None => Unknown("case"),
        _ when Replies.Contains(replyId) => [],
        CaseStatus.Closed => NotOpen(),
        _ => new CaseAgentReplied(CaseId, CustomerId, replyId, command.By, command.Text.Of(CustomerId)),
    };

    /// <summary>A word of the customer ends the wait for him.</summary>
    public Decision Hear(ReplyOfCustomer command, Guid replyId) => Status switch
    {
        CaseStatus.None => Unknown("case"),
        _ when Replies.Contains(replyId) => [],
        CaseStatus.Closed => NotOpen(),
        CaseStatus.WaitingCustomer => [new CaseCustomerReplied(CaseId, CustomerId, replyId, command.Text.Of(CustomerId)), new CaseWaitEnded(CaseId, CustomerId)],
        _ => new CaseCustomerReplied(CaseId, CustomerId, replyId, command.Text.Of(CustomerId)),
    };

    public Decision Wait(StartWait command) => (Status, command.For) switch
    {
        (CaseStatus.None, _) => Unknown("case"),
        (CaseStatus.WaitingCustomer, WaitFor.Customer) or (CaseStatus.WaitingThird, WaitFor.Third) => [],
        _ when !IsOpen => NotOpen(),
        _ => new CaseWaitStarted(CaseId, CustomerId, command.For),
    };

    public Decision EndWait() => Status switch
    {
        CaseStatus.None => Unknown("case"),
        _ when IsWaiting => new CaseWaitEnded(CaseId, CustomerId),
        _ when IsOpen => [],
        _ => NotOpen(),
    };

    public Decision Resolve(ResolveCase command) => Status switch
    {
        CaseStatus.None => Unknown("case"),
        CaseStatus.Resolved or CaseStatus.Closed when (command.Cause, command.Solution) == (Cause, Solution) => [],
        _ when !IsOpen => NotOpen(),
        _ when IsWaiting => [new CaseWaitEnded(CaseId, CustomerId), new CaseResolved(CaseId, CustomerId, command.Cause, command.Solution)],
        _ => new CaseResolved(CaseId, CustomerId, command.Cause, command.Solution),
    };

    public Decision Reopen(ReopenCase command) => Status switch
    {
        CaseStatus.None => Unknown("case"),
        CaseStatus.Resolved or CaseStatus.Closed => new CaseReopened(CaseId, CustomerId, command.Reason),
        _ => [],
    };

    public Decision Close(CloseCase command) => Status switch
    {
        CaseStatus.None => Unknown("case"),
        CaseStatus.Closed => [],
        CaseStatus.Resolved => new CaseClosed(CaseId, CustomerId, command.By, command.Reason),
        _ when command.By == Closer.TimeOut => Refuse("case.not-resolved", "Only a resolved case closes by time-out."),
        _ when command.By == Closer.Staff && command.Reason is null => Refuse("case.no-reason", "Say why the case is closed before it is resolved."),
        _ when IsWaiting => [new CaseWaitEnded(CaseId, CustomerId), new CaseClosed(CaseId, CustomerId, command.By, command.Reason)],
        _ => new CaseClosed(CaseId, CustomerId, command.By, command.Reason),
    };

    Decision NotOpen() => Refuse("case.not-open", $"The case is {(Status == CaseStatus.Closed ? "closed" : "resolved")}. Reopen it first.");
}
