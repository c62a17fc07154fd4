using CrmSuite.Contracts.Sales;
using CrmSuite.Journal;

namespace CrmSuite.Sales.Agreements;

/// <summary>Whether a contract proves a win: signed by all, not ended, and of this deal or of no deal with the same account.</summary>
static class Evidence
{
    /// <summary>Why it proves nothing; null where it does, or is no contract.</summary>
    public static async Task<Refusal?> Problem(IJournal journal, Guid opportunityId, Guid accountId, WinEvidence evidence, CancellationToken ct)
    {
        if (evidence.Kind != EvidenceKind.Contract)
        {
            return null;
        }

        var (contract, version) = await Find(journal, evidence, ct);
        return Problem(contract, opportunityId, accountId) ?? (evidence.Version <= version ? null
            : new("opportunity.evidence-version", $"The contract has no version {evidence.Version} yet. Name the version of its stream, at most {version}."));
    }

    /// <inheritdoc cref="Problem(IJournal, Guid, Guid, WinEvidence, CancellationToken)"/>
    public static Refusal? Problem(Contract contract, Guid opportunityId, Guid accountId) => contract switch
    {
        { Status: ContractStatus.None } => new("opportunity.evidence-missing", $"There is no such contract. Name its stream, {Contract.Category}- and its id."),
        { IsInForce: false } => new("opportunity.evidence-unsigned", "The contract is not signed by all parties, or is over."),
        { Matter: { } matter } when (matter.OpportunityId ?? opportunityId, matter.AccountId) != (opportunityId, accountId) =>
            new("opportunity.evidence-other", "The contract is about another deal."),
        _ => null,
    };

    static async Task<(Contract Contract, int Version)> Find(IJournal journal, WinEvidence evidence, CancellationToken ct) =>
        evidence.Stream is { } stream && stream.StartsWith(Contract.Category + "-", StringComparison.Ordinal)
            && Guid.TryParse(stream[(Contract.Category.Length + 1)..], out var id)
            ? await journal.Load<Contract>(id, ct) : (Contract.Initial, -1);
}
