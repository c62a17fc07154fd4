using CrmSuite.Bus;
using CrmSuite.Contracts;
using CrmSuite.Contracts.Sales;
using CrmSuite.Journal;
using CrmSuite.Keyring;
using CrmSuite.Sales.Accounts;
using CrmSuite.Sales.Opportunities;
using CrmSuite.Sales.Quotes;
using CrmSuite.Sales.StageTables;

namespace CrmSuite.Sales.Agreements;

/// <summary>
/// A quote of a deal was accepted, and the deal's stage table takes a contract as evidence of a win, but no quote: one contract is drafted from the quote. Its
/// clauses are written by the deal's owner.
/// </summary>
sealed class WhenQuoteOfDealAccepted : IWhen<QuoteAccepted>
{
    /// <summary>The contract that follows a quote.</summary>
    public static Guid ContractOf(Guid quoteId) => Ids.Derive("contract", quoteId);

    public static Guid? Target(QuoteAccepted fact) => fact.OpportunityId is null ? null : ContractOf(fact.QuoteId);

    public static async Task<IReadOnlyList<Deciding>> Read(Heard<QuoteAccepted> heard, Cause cause, IJournal journal, CancellationToken ct)
    {
        var (id, quote) = (ContractOf(heard.Event.QuoteId), (await journal.Load<Quote>(heard.Event.QuoteId, ct)).State);
        var command = new DraftContract(Text(quote.Versions.Find(version => version.Version == heard.Event.Version)!, cause, heard.Entry.OccurredAt),
            QuoteId: heard.Event.QuoteId);
        var grounds = await ContractGrounds.Load(journal, new(quote.OwnerId, quote.OwnerTeam, IsForAll: true), command, ct);
        var (isAsked, stages) = await Stages(grounds.Deal!, journal, ct);
        return
        [
            new Deciding<Contract>(id, cause with { PolicyRefs = [.. grounds.Refs, .. stages] },
                (contract, _) => isAsked && grounds.Problem is null ? contract.Draft(command, id, grounds) : []),
        ];
    }

    /// <summary>What the quote says of it. Name and address go along where the acceptance has a basis for them.</summary>
    static WrittenContract Text(QuoteVersion accepted, Cause cause, DateTime at) => new(accepted.Day(at), [], Language: accepted.Terms.Language,
        Zone: accepted.Terms.Zone, Recipient: cause.Basis is null ? null : accepted.Recipient switch
        {
            null => null,
            // A sealed field means that the keyring did not answer; an erased one is not there at all.
            { Clear: null } => throw new KeyringUnavailableException("The keyring does not answer."),
            { Clear: { } clear } => PersonalData.From(clear),
        });

    /// <summary>Whether the deal's stage table, in the version it is on, asks for a contract.</summary>
    static async Task<(bool IsAsked, IReadOnlyList<PolicyRef> Refs)> Stages(Opportunity deal, IJournal journal, CancellationToken ct) =>
        (await journal.Read<StageTable>(deal.StagesId, ct)).FirstOrDefault(entry => entry.Event is StagesPublished e && e.Version == deal.StagesVersion)
            is { Event: StagesPublished { Evidence: var evidence } } published
            ? (deal.Status == OpportunityStatus.Open && evidence.Contains(EvidenceKind.Contract) && !evidence.Contains(EvidenceKind.Quote),
                [new($"{StageTable.Category}-{deal.StagesId}", published.Version)])
            : (false, []);
}
