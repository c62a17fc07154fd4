using System.Collections.Immutable;
using CrmSuite.Contracts;
using CrmSuite.Contracts.Sales;
using CrmSuite.Journal;
using CrmSuite.Sales.Accounts;
using static CrmSuite.Journal.Decision;

namespace CrmSuite.Sales.Approvals;

enum ApprovalStatus { None, Waiting, Approved, Refused, Invalidated, Withdrawn }

/// <summary>A step under way.</summary>
/// <param name="Name">The step of the flow.</param>
/// <param name="Rank">Steps of one rank are open side by side.</param>
/// <param name="Needed">How many different people have to say yes.</param>
/// <param name="DueHours">Within how many hours after it was opened.</param>
/// <param name="EscalateTo">Who may decide as well once it is overdue.</param>
/// <param name="Approvers">Who may decide now.</param>
/// <param name="Claimed">Who has begun to look at it.</param>
/// <param name="Agreed">Who has said yes.</param>
/// <param name="DueAt">Until when; null before it is opened.</param>
/// <param name="IsEscalated">Whether it was found overdue.</param>
sealed record StepUnderWay(
    string Name,
    int Rank,
    int Needed,
    int DueHours,
    ImmutableList<string> EscalateTo,
    ImmutableList<string> Approvers,
    ImmutableList<string> Claimed,
    ImmutableList<string> Agreed,
    DateTime? DueAt = null,
    bool IsEscalated = false)
{
    public bool IsDone => Agreed.Count >= Needed;

    public bool IsOpen => DueAt is not null && !IsDone;
}

/// <summary>
/// Whether a thing is approved: one stream for each thing, a round for each time that it is asked for. A person is who signed in; he decides once in a round, over
/// all steps and delegations, and never on what he asked for, wrote or owns: neither when it was asked for nor when he decides.
/// </summary>
sealed record Approval(
    Guid ApprovalId,
    ApprovalStatus Status,
    Guid CustomerId,
    int Round,
    ApprovalTarget? Target,
    ImmutableList<StepUnderWay> Steps,
    ImmutableList<string> Decided,
    string RequestedBy,
    string AuthorId,
    string? OwnerId) : IFold<Approval>
{
    public static string Category => "sales.approval";

    public static Approval Initial { get; } = new(default, ApprovalStatus.None, default, 0, null, [], [], "", "", null);

    /// <summary>The approval of a thing: <c>quote</c> or <c>contract</c>, and its id.</summary>
    public static Guid IdOf(string noun, Guid id) => Ids.Derive("approval", noun, id.ToString());

    /// <summary>By which flow.</summary>
    public string Flow { get; init; } = "";

    /// <summary>Whether the thing is approved with exactly this content.</summary>
    public bool IsApproved(string hash) => Status == ApprovalStatus.Approved && Target!.Hash == hash;

    public static Approval Evolve(Approval state, Event fact) => fact switch
    {
        ApprovalStarted e => new(e.ApprovalId, ApprovalStatus.Waiting, e.CustomerId, e.Round, e.Target,
            [.. e.Steps.Select(step => new StepUnderWay(step.Name, step.Rank, step.Needed, step.DueHours, [.. step.EscalateTo], [.. step.Approvers], [], []))],
            [], e.RequestedBy, e.AuthorId, e.OwnerId)
        { Flow = e.Flow },
        ApprovalStepOpened e => state.With(e.Step, step => step with { DueAt = e.DueAt }),
        ApprovalStepClaimed e => state.With(e.Step, step => step with { Claimed = step.Claimed.Add(e.By) }),
        ApprovalStepDecided e => state.With(e.Step, step => step with { Agreed = e.Answer == ApprovalAnswer.Yes ? step.Agreed.Add(e.By) : step.Agreed })
            with
        { Decided = state.Decided.Add(e.By) },
        ApprovalDelegated e => state.With(e.Step, step => step with { Approvers = Joined(step.Approvers.Remove(e.From), e.To), Claimed = step.Claimed.Remove(e.From) }),
        ApprovalStepEscalated e => state.With(e.Step, step => step with { Approvers = Joined(step.Approvers, [.. e.To]), IsEscalated = true }),
        ApprovalCompleted e => state with { Status = e.Result == ApprovalResult.Approved ? ApprovalStatus.Approved : ApprovalStatus.Refused },
        ApprovalInvalidated => state with { Status = ApprovalStatus.Invalidated },
        ApprovalWithdrawn => state with { Status = ApprovalStatus.Withdrawn },
        _ => state,
    };

    /// <param name="request">What is to be approved.</param>
    /// <param name="flow">By which flow, with the people that its rules mean.</param>
    /// <param name="by">Who asks.</param>
    /// <param name="at">When.</param>
    public Decision Start(ApprovalRequest request, FlowInForce flow, Actor by, DateTime at)
    {
        var started = new ApprovalStarted(IdOf(request.Target.Noun, request.Target.Id), request.CustomerId, Round + 1, request.Target, flow.FlowId,
            flow.Name, flow.Version, flow.Steps, by.Id, request.AuthorId, request.OwnerId, request.AccountId, request.OpportunityId, request.Amount);
        var next = Evolve(this, started);
        return Status switch
        {
            _ when flow.Steps.Count == 0 =>
                Refuse("flow.unknown", $"There is no approval flow '{flow.Name}'. Name one that is published: they are listed under approval-flows."),
            ApprovalStatus.Waiting or ApprovalStatus.Approved when Target == request.Target => Flow == flow.Name ? []
                : Refuse("approval.other-flow", $"Exactly this is put up for approval by the flow '{Flow}' already. Withdraw that first."),
            _ when !Quorum.IsEnough(next.Seats()) => TooFew(),
            ApprovalStatus.Waiting or ApprovalStatus.Approved => [Invalidated(request.Target.Hash), started, .. next.Opened(at)],
            _ => [started, .. next.Opened(at)],
        };
    }

    /// <param name="command">What was asked for.</param>
    /// <param name="by">Who begins to look at it.</param>
    /// <param name="owners">Who owns the thing and its deal now.</param>
    public Decision Claim(ClaimStep command, Actor by, params IReadOnlyCollection<string> owners) => NotFor(command.Step, command.Hash, by, owners)
        ?? (Find(command.Step)!.Claimed.Contains(by.Id) ? [] : new ApprovalStepClaimed(ApprovalId, CustomerId, Round, Target!, command.Step, by.Id));

    /// <summary>One no ends it. The last yes of a step opens the next rank; the last yes of the last rank approves.</summary>
    /// <param name="command">What was asked for.</param>
    /// <param name="by">Who decides.</param>
    /// <param name="at">When.</param>
    /// <param name="owners">Who owns the thing and its deal now.</param>
    public Decision Decide(DecideStep command, Actor by, DateTime at, params IReadOnlyCollection<string> owners)
    {
        if (NotFor(command.Step, command.Hash, by, owners) is { } refused)
        {
            return refused;
        }

        var decided = new ApprovalStepDecided(ApprovalId, CustomerId, Round, Target!, command.Step, command.Answer, by.Id, command.Comment?.Of(CustomerId));
        var after = Evolve(this, decided);
        return command.Answer switch
        {
            ApprovalAnswer.No => [decided, after.Completed(ApprovalResult.Refused)],
            _ when !Quorum.IsEnough(after.Seats()) => Refuse("approval.needed-elsewhere",
                "Another step cannot be decided without you, and you decide once. Leave this one to somebody else, or delegate the other one."),
            _ when after.Steps.TrueForAll(step => step.IsDone) => [decided, after.Completed(ApprovalResult.Approved)],
            _ when after.Steps.Exists(step => step.IsOpen) => decided,
            _ => [decided, .. after.Opened(at)],
        };
    }

    /// <param name="command">What was asked for.</param>
    /// <param name="by">Who gives his place away.</param>
    /// <param name="mayApprove">Whether the other one is on the staff and may approve at all.</param>
    /// <param name="owners">Who owns the thing and its deal now.</param>
    public Decision Delegate(DelegateStep command, Actor by, bool mayApprove, params IReadOnlyCollection<string> owners)
    {
        if (NotFor(command.Step, command.Hash, by, owners) is { } refused)
        {
            return refused;
        }

        return command.To == by.Id ? [] : Given([command.Step], by.Id, command.To, command.Reason, mayApprove, owners);
    }

    /// <summary>Who left gives away all his places, also in steps whose turn has not come; what he decided stands.</summary>
    /// <param name="from">Who left.</param>
    /// <param name="to">Who takes over, and may approve.</param>
    /// <param name="reason">Why.</param>
    /// <param name="owners">Who owns the thing and its deal now.</param>
    public Decision HandOver(string from, string to, string reason, IReadOnlyCollection<string> owners)
    {
        string[] places = [.. Steps.Where(step => !step.IsDone && step.Approvers.Contains(from) && !Decided.Contains(from)).Select(step => step.Name)];
        return Status switch
        {
            ApprovalStatus.None => Unknown("approval"),
            not ApprovalStatus.Waiting => [],
            _ when places is [] || to == from => [],
            _ => Given(places, from, to, reason, mayApprove: true, owners),
        };
    }

    /// <summary>What is asked for by somebody, managers and operations may withdraw as well.</summary>
    public Decision Withdraw(WithdrawApproval command, Seller by) => Status switch
    {
        ApprovalStatus.None => Unknown("approval"),
        ApprovalStatus.Withdrawn => [],
        not ApprovalStatus.Waiting => NotWaiting(),
        _ when !by.May(RequestedBy) => Refuse("approval.other-owner", "Somebody else asked for it. Ask him or a manager."),
        _ => new ApprovalWithdrawn(ApprovalId, CustomerId, Round, Target!, by.Id, command.Reason),
    };

    /// <summary>The thing has another content now: what waits or was approved does not hold for it.</summary>
    public Decision Invalidate(string newHash) => Status is ApprovalStatus.Waiting or ApprovalStatus.Approved && Target!.Hash != newHash
        ? Invalidated(newHash) : [];

    /// <summary>What is overdue may be decided by more people from now on; once for each step.</summary>
    public Decision Escalate(DateTime at) =>
        [.. Steps.Where(step => step is { IsOpen: true, IsEscalated: false } && step.DueAt <= at && Status == ApprovalStatus.Waiting).Select(step =>
            new ApprovalStepEscalated(ApprovalId, CustomerId, Round, Target!, step.Name, step.DueAt!.Value,
                [.. step.EscalateTo.Where(person => !step.Approvers.Contains(person) && !Decided.Contains(person) && !IsExcluded(person))]))];

    /// <summary>When the next open step is overdue.</summary>
    public DateTime? NextDue() =>
        Status == ApprovalStatus.Waiting ? Steps.Where(step => step is { IsOpen: true, IsEscalated: false }).Min(step => step.DueAt) : null;

    /// <summary>Why this person may not act on this step now; null when he may.</summary>
    Decision? NotFor(string name, string hash, Actor by, IReadOnlyCollection<string> owners) => Find(name) switch
    {
        _ when Status == ApprovalStatus.None => Unknown("approval"),
        _ when by.Kind != "staff" => Refuse("approval.not-a-person", "Only a person approves, signed in as himself."),
        _ when IsExcluded(by.Id) || owners.Contains(by.Id) => Refuse("approval.own", "You asked for it, wrote it or own the deal. Somebody else has to decide."),
        _ when Decided.Contains(by.Id) => Refuse("approval.second-decision", "You have decided in this approval before. Somebody else has to decide here."),
        _ when Status != ApprovalStatus.Waiting => NotWaiting(),
        _ when hash != Target!.Hash => Refuse("approval.other-content", "It has another content now. Read it again and decide on what is there."),
        null => Refuse("approval.no-such-step", $"The approval has no step '{name}'. Its steps are: {string.Join(", ", Steps.Select(step => step.Name))}."),
        { IsOpen: false } => Refuse("approval.step-not-open", "The step is decided, or its turn has not come."),
        var step => step.Approvers.Contains(by.Id) ? null : Refuse("approval.not-yours", "The step waits for others. Ask one of them, or to have it delegated."),
    };

    Decision Given(string[] places, string from, string to, string reason, bool mayApprove, IReadOnlyCollection<string> owners)
    {
        ApprovalDelegated[] given = [.. places.Select(step => new ApprovalDelegated(ApprovalId, CustomerId, Round, Target!, step, from, to, reason))];
        return to switch
        {
            _ when IsExcluded(to) || owners.Contains(to) =>
                Refuse("approval.delegate-excluded", "He asked for it, wrote it or owns the deal. Name somebody else."),
            _ when Decided.Contains(to) => Refuse("approval.delegate-decided", "He has decided in this approval before. Name somebody else."),
            _ when !mayApprove => Refuse("approval.delegate-may-not", "He is not on the staff or may not approve. Name somebody who may."),
            _ when !Quorum.IsEnough(given.Aggregate(this, Evolve).Seats()) => TooFew(),
            _ => [.. given],
        };
    }

    StepUnderWay? Find(string name) => Steps.Find(step => step.Name == name);

    bool IsExcluded(string person) => person == RequestedBy || person == AuthorId || person == OwnerId;

    /// <summary>The places that are left in steps that are not done, and who may take them.</summary>
    IReadOnlyList<Quorum.Seats> Seats() => [.. Steps.Where(step => !step.IsDone).Select(step =>
        new Quorum.Seats(step.Needed - step.Agreed.Count, [.. step.Approvers.Where(person => !Decided.Contains(person) && !IsExcluded(person))]))];

    /// <summary>The steps of the first rank that is not done yet.</summary>
    IEnumerable<Event> Opened(DateTime at) => Steps.Where(step => !step.IsDone && step.Rank == Steps.Where(open => !open.IsDone).Min(open => open.Rank)).Select(step =>
        new ApprovalStepOpened(ApprovalId, CustomerId, Round, Target!, step.Name, step.Approvers, step.Needed, at.AddHours(step.DueHours)));

    ApprovalCompleted Completed(ApprovalResult result) => new(ApprovalId, CustomerId, Round, Target!, result, Decided);

    ApprovalInvalidated Invalidated(string newHash) => new(ApprovalId, CustomerId, Round, Target!, newHash);

    Approval With(string name, Func<StepUnderWay, StepUnderWay> change) =>
        Steps.FindIndex(step => step.Name == name) is >= 0 and var index ? this with { Steps = Steps.SetItem(index, change(Steps[index])) } : this;

    static ImmutableList<string> Joined(ImmutableList<string> people, params string[] more) => people.AddRange(more.Except(people));

    static Decision NotWaiting() => Refuse("approval.not-waiting", "The approval is over, or was never asked for. Ask for a new one.");

    static Decision TooFew() => Refuse("approval.too-few-people",
        "Too few different people remain who may decide all steps. Name others in the flow or the delegation; who asks, wrote it or owns the deal does not count.");
}
