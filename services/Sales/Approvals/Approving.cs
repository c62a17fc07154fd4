using CrmSuite.Contracts;
using CrmSuite.Departments;
using CrmSuite.Journal;
using CrmSuite.Sales.Agreements;
using CrmSuite.Sales.Opportunities;
using CrmSuite.Sales.Quotes;

namespace CrmSuite.Sales.Approvals;

/// <summary>How a thing is put up for approval, and asked whether it is approved: the way of its own endpoints.</summary>
/// <param name="Cause">Who asks, and why.</param>
/// <param name="Journal">Where it is written.</param>
/// <param name="Staff">Whom the flow's rules mean.</param>
sealed record Approving(Cause Cause, IJournal Journal, Staff Staff)
{
    /// <summary>Asks for an approval by the newest version of a flow. The same again adds nothing; another content starts anew.</summary>
    public async Task<Outcome> Start(ApprovalRequest request, string flowName, CancellationToken ct)
    {
        var (flow, version) = await Journal.Load<ApprovalFlow>(ApprovalFlow.IdOf(flowName), ct);
        var people = flow.Version == 0 ? [] : (await Staff.Load(ct)).People;
        string[] excluded = [Cause.Actor.Id, request.AuthorId, request.OwnerId ?? request.AuthorId];
        var inForce = new FlowInForce(flow.FlowId, flowName, flow.Version, flow.With(people, excluded));
        PolicyRef[] refs = [new($"{ApprovalFlow.Category}-{flow.FlowId}", version)];
        var cause = Cause with { PolicyRefs = [.. refs.Where(policy => policy.Version >= 0)], Expected = null };
        return await Journal.Decide<Approval>(Approval.IdOf(request.Target.Noun, request.Target.Id), cause,
            (approval, at) => approval.Start(request, inForce, Cause.Actor, at), ct);
    }

    /// <summary>Whether the thing is approved with exactly this content, and by which version of the approval; an event that rests on it names that one.</summary>
    public static async Task<(bool IsApproved, PolicyRef Ref)> Find(IJournal journal, string noun, Guid id, string hash, CancellationToken ct)
    {
        var (approval, version) = await journal.Load<Approval>(Approval.IdOf(noun, id), ct);
        return (approval.IsApproved(hash), new($"{Approval.Category}-{Approval.IdOf(noun, id)}", version));
    }

    /// <summary>Who owns the thing and its deal by now, whoever did when the approval was asked for; and by which versions of them.</summary>
    public static async Task<(IReadOnlyCollection<string> Owners, IReadOnlyList<PolicyRef> Refs)> Owners(IJournal journal, Guid approvalId, CancellationToken ct)
    {
        var (owners, refs) = (new HashSet<string>(), new List<PolicyRef>());
        var target = (await journal.Load<Approval>(approvalId, ct)).State.Target;
        var deal = target?.Noun switch
        {
            Quote.Noun => (await Owned<Quote>(target.Id, quote => quote.OwnerId)).OpportunityId,
            Contract.Noun => (await Owned<Contract>(target.Id, contract => contract.OwnerId)).Matter?.OpportunityId,
            _ => null,
        };
        if (deal is { } id)
        {
            await Owned<Opportunity>(id, opportunity => opportunity.OwnerId);
        }

        return (owners, refs);

        async Task<TState> Owned<TState>(Guid ownedId, Func<TState, string> owner) where TState : class, IFold<TState>
        {
            var (state, version) = await journal.Load<TState>(ownedId, ct);
            owners.Add(owner(state));
            refs.Add(new($"{TState.Category}-{ownedId}", version));
            return state;
        }
    }
}
