using CrmSuite.Contracts;
using CrmSuite.Contracts.Sales;
using CrmSuite.Journal;
using CrmSuite.Sales.Accounts;
using CrmSuite.Sales.Opportunities;
using CrmSuite.Sales.Quotes;

namespace CrmSuite.Sales.Agreements;

/// <summary>What a new contract rests on and lies in other streams (rulings.md 9): the account, and the deal or the quote where it follows one.</summary>
/// <param name="Seller">Who drafts it.</param>
/// <param name="Account">With whom.</param>
/// <param name="Deal">The deal that it closes.</param>
/// <param name="Quote">The accepted quote that it follows.</param>
/// <param name="Refs">The streams that were read, with their versions.</param>
sealed record ContractGrounds(Seller Seller, Account Account, Opportunity? Deal, Quote? Quote, IReadOnlyList<PolicyRef> Refs)
{
    public Guid CustomerId => Account.CustomerId;

    /// <summary>Who sells: the owner of the quote or the deal, else who drafts it.</summary>
    public string OwnerId => Deal?.OwnerId ?? Quote?.OwnerId ?? Seller.Id;

    public string? OwnerTeam => Deal is not null ? Deal.OwnerTeam : Quote is not null ? Quote.OwnerTeam : Seller.Team;

    /// <summary>What it is worth where the text does not say so: what was accepted, else what the deal may be worth.</summary>
    public Money? Value => Quote?.Versions.Find(version => version.Version == Quote.Sent)?.Terms.Net ?? Deal?.Amount;

    /// <summary>Why no contract can be drafted on these grounds; null where one can.</summary>
    public Refusal? Problem => this switch
    {
        { Quote.Status: QuoteStatus.None } => new("quote.unknown", "There is no such quote."),
        { Quote.Status: not QuoteStatus.Accepted } => new("contract.quote-not-accepted", "The quote is not accepted. Record its acceptance first."),
        { Deal.Status: OpportunityStatus.None } => new("opportunity.unknown", "There is no such opportunity."),
        { Account.Status: AccountStatus.None } => new("account.unknown", "There is no such account."),
        { Account.Status: AccountStatus.Closed } => new("account.closed", "The account is closed. Reopen it first."),
        _ => null,
    };

    public ContractMatter Matter(Money value) => new(Account.AccountId, value, Deal?.OpportunityId, Quote?.QuoteId, Quote?.Sent);

    /// <summary>Reads them.</summary>
    public static async Task<ContractGrounds> Load(IJournal journal, Seller seller, DraftContract command, CancellationToken ct)
    {
        var refs = new List<PolicyRef>();
        var quote = command.QuoteId is { } quoteId ? await Read<Quote>(quoteId) : null;
        var deal = (command.OpportunityId ?? quote?.OpportunityId) is { } dealId ? await Read<Opportunity>(dealId) : null;
        var account = await Read<Account>(command.AccountId ?? quote?.AccountId ?? deal?.AccountId ?? default);
        return new(seller, account, deal, quote, [.. refs.Where(policy => policy.Version >= 0)]);

        async Task<TState> Read<TState>(Guid id) where TState : class, IFold<TState>
        {
            var (state, version) = await journal.Load<TState>(id, ct);
            refs.Add(new($"{TState.Category}-{id}", version));
            return state;
        }
    }
}
