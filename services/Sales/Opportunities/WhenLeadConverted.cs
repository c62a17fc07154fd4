using CrmSuite.Bus;
using CrmSuite.Contracts;
using CrmSuite.Contracts.Acquisition;
using CrmSuite.Contracts.Sales;
using CrmSuite.Journal;
using CrmSuite.Sales.Accounts;
using CrmSuite.Sales.Affiliations;
using CrmSuite.Sales.Contacts;
using CrmSuite.Sales.StageTables;
using CrmSuite.Sales.Tasks;

namespace CrmSuite.Sales.Opportunities;

/// <summary>
/// A lead was converted, and Acquisition has looked whether it may be: Sales takes it as it is. Account, person and deal are made together or not at all; an
/// account
/// that was closed meanwhile is left closed, for a new one of the same customer.
/// </summary>
sealed class WhenLeadConverted : IWhen<LeadConverted>
{
    const string Role = "contact";

    public static Guid? Target(LeadConverted fact) => fact.LeadId;

    public static async Task<IReadOnlyList<Deciding>> Read(Heard<LeadConverted> heard, Cause cause, IJournal journal, CancellationToken ct)
    {
        var lead = heard.Event;
        var (named, version) = await journal.Load<Account>(lead.AccountId, ct);
        var isClosed = named.Status == AccountStatus.Closed;
        var accountId = isClosed ? Ids.Derive("account", lead.LeadId) : lead.AccountId;
        var customerId = version < 0 ? lead.AccountCustomerId ?? lead.CustomerId : named.CustomerId;
        var account = named with { AccountId = accountId, CustomerId = customerId, Status = AccountStatus.Open };
        var contact = (await journal.Load<Contact>(lead.ContactCustomerId, ct)).State with { CustomerId = lead.ContactCustomerId };
        var seller = new Seller(lead.OwnerId, lead.OwnerTeam, IsForAll: true);
        var name = version < 0 ? lead.AccountName : cause.Basis is null ? null : named.Name;
        var open = new OpenAccount(customerId, Kind: version < 0 ? lead.AccountKind : named.Kind, Name: Fresh(name), OwnerId: lead.OwnerId,
            OwnerTeam: lead.OwnerTeam,
            Industry: lead.Industry, SizeBand: lead.SizeBand, Country: lead.Country);
        var works = new StartAffiliation(accountId, lead.ContactCustomerId, Role);
        return
        [
            new Deciding<Account>(accountId, isClosed ? cause : cause with { Expected = version },
                (state, _) => state.Status == AccountStatus.None ? state.Open(open, accountId, customerId, seller, parent: null) : []),
            new Deciding<Contact>(lead.ContactCustomerId, Beside(cause), (state, _) => state.IsKnown ? [] : state.Add(Person(lead), lead.ContactCustomerId)),
            // Who is the account himself does not work for it.
            .. customerId == lead.ContactCustomerId ? [] : (Deciding[])[new Deciding<Affiliation>(works.AffiliationId, Beside(cause),
                (state, _) => state.Status == AffiliationStatus.Current ? [] : state.Start(works, account, contact))],
            .. isClosed ? [Look(lead, account, cause, heard.Entry.OccurredAt)] : Array.Empty<Deciding>(),
            .. await Deal(lead, account, seller, cause, journal, ct),
        ];
    }

    /// <summary>Somebody looks why the customer has two accounts now.</summary>
    static Deciding<WorkTask> Look(LeadConverted lead, Account account, Cause cause, DateTime at)
    {
        var id = Ids.Derive("task", lead.LeadId);
        return new(id, Beside(cause), (state, _) => state.Leave(id, TaskKind.ToDo, new("account", account.AccountId), account.CustomerId, lead.OwnerId,
            lead.OwnerTeam, at));
    }

    static async Task<IReadOnlyList<Deciding>> Deal(LeadConverted lead, Account account, Seller seller, Cause cause, IJournal journal, CancellationToken ct)
    {
        if (lead.Opportunity is not { } deal)
        {
            return [];
        }

        var books = (await journal.Load<Books.Books>(Sales.Books.Books.TheId, ct)).State;
        var amount = deal.Amount ?? new Money(0, books.Currency
            ?? throw new InvalidOperationException("The books are not known yet: in which currency is nothing?"));
        var grounds = await Grounds.Load(journal, seller, StageTable.IdOf(StageTable.Usual), amount.Currency, ct);
        if (grounds.Stages.Version == 0)
        {
            throw new InvalidOperationException($"No stage table '{StageTable.Usual}' is published yet: at which stage is the deal?");
        }

        var command = new OpenOpportunity(account.AccountId, amount, deal.CloseDate, deal.Kind, Fresh(lead.Title), deal.Products, OwnerId: lead.OwnerId,
            OwnerTeam: lead.OwnerTeam, LeadId: lead.LeadId);
        return
        [
            new Deciding<Opportunity>(deal.OpportunityId, Beside(cause) with { PolicyRefs = grounds.Refs }, (state, at) =>
                state.Status != OpportunityStatus.None
                ? [] : state.Open(command, deal.OpportunityId, account, grounds, at, isImported: true)),
        ];
    }

    static AddContact Person(LeadConverted lead) => new(lead.ContactCustomerId, Name: Fresh(lead.Name), Email: Fresh(lead.Email), Phone: Fresh(lead.Phone),
        Language: lead.Language);

    /// <summary>A field as it was heard, to be sealed anew: sealed bytes belong to the event they came with.</summary>
    static PersonalData? Fresh(PersonalData? heard) => heard?.Clear is { } clear ? PersonalData.From(clear) : null;

    /// <summary>The account claims the command.</summary>
    static Cause Beside(Cause cause) => cause with { IsClaimed = false };
}
