using CrmSuite.Contracts;
using CrmSuite.Contracts.Sales;
using CrmSuite.Journal;
using CrmSuite.Sales.Accounts;
using CrmSuite.Sales.Quotes;
using CrmSuite.Sales.StageTables;
using CrmSuite.Sales.Tasks;
using CrmSuite.Views;

namespace CrmSuite.Sales.Opportunities;

/// <summary>How a request about a deal is decided: who asks, and on what grounds.</summary>
/// <param name="Seller">Who asks.</param>
/// <param name="Cause">Why.</param>
/// <param name="Journal">Where it is written.</param>
/// <param name="Queries">What lies in other streams.</param>
sealed record Desk(Seller Seller, Cause Cause, IJournal Journal, Queries Queries)
{
    /// <summary>A decision that rests on the deal alone.</summary>
    public Task<IResult> Decide(Guid id, Func<Opportunity, Seller, Decision> decide, CancellationToken ct, Basis? basis = null) =>
        Journal.Decide<Opportunity>(id, Cause with { Basis = basis }, deal => decide(deal, Seller), ct).ToHttp();

    /// <summary>A decision that rests on stage table, books and rates too.</summary>
    public async Task<IResult> Decide(Guid id, Func<Opportunity, Grounds, DateTime, Decision> decide, CancellationToken ct)
    {
        var known = (await Journal.Load<Opportunity>(id, ct)).State;
        var grounds = await Grounds.Load(Journal, Seller, known.StagesId, known.Amount.Currency ?? "", ct);
        grounds = grounds with { Proofs = await ProofsOf(id, grounds.Stages.Find(known.Stage)?.Exit ?? [], ct) };
        return await Journal.Decide<Opportunity>(id, On(grounds, null), (deal, at) => decide(deal, grounds, at), ct).ToHttp();
    }

    /// <summary>The quote that proves a win; null where something else does.</summary>
    public async Task<Quote?> QuoteOf(WinEvidence evidence, CancellationToken ct) =>
        evidence is { Kind: EvidenceKind.Quote, Stream: { } stream } && stream.StartsWith($"{Quote.Category}-", StringComparison.Ordinal)
            && Guid.TryParse(stream.AsSpan(Quote.Category.Length + 1), out var id) ? (await Journal.Load<Quote>(id, ct)).State : null;

    /// <summary>What other streams prove of what is asked for before the deal leaves its stage.</summary>
    async Task<Proofs> ProofsOf(Guid id, IReadOnlyList<ExitCriterion> exit, CancellationToken ct)
    {
        bool Asks(params CriterionKind[] kinds) => exit.Any(criterion => kinds.Contains(criterion.Kind));
        var done = Asks(CriterionKind.Task) ? await WorkTaskList.KindsDone(Queries, id, ct) : [];
        var (isSent, isAccepted) = Asks(CriterionKind.QuoteSent, CriterionKind.QuoteAccepted) ? await QuoteHistory.Proven(Queries, id, ct) : (false, false);
        return new(done, isSent, isAccepted);
    }

    /// <summary>The cause, with the grounds named in it.</summary>
    public Cause On(Grounds grounds, Basis? basis) => Cause with { Basis = basis, PolicyRefs = grounds.Refs };
}
