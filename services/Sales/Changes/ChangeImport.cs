using CrmSuite.Import;
using CrmSuite.Journal;
using CrmSuite.Sales.Accounts;
using CrmSuite.Sales.Agreements;
using CrmSuite.Sales.Approvals;
using CrmSuite.Sales.Opportunities;
using CrmSuite.Sales.Quotes;
using CrmSuite.Sales.StageTables;
using CrmSuite.Sales.Tasks;

namespace CrmSuite.Sales.Changes;

/// <summary>
/// Changes to what is there, one row each: what a bulk change comes down to, and how a list that was saved as CSV comes back. A noun answers as it would its owner's
/// request; what it refuses stands among the refusals.
/// </summary>
sealed class ChangeImport(IJournal journal) : IImport
{
    /// <summary>What these rows are called.</summary>
    public const string Rows = "changes";

    public string Kind => Rows;

    public IReadOnlyList<ImportField> Fields { get; } =
    [
        new("noun", "account, opportunity, quote, contract, task or approval.", IsRequired: true),
        new("id", "Its id.", IsRequired: true),
        new("reason", "Why: a lower-case word.", IsRequired: true),
        new("ownerId", "Who has it from now on: the subject of his sign-in."),
        new("ownerTeam", "His team."),
        new("stage", "Where the deal goes."),
        new("closeDate", "When the deal should be decided, 2026-01-31."),
        new("from", "Who gives his places in the approval away."),
        new("approverId", "Who takes them over, and may approve."),
        new("batch", "Tells one file from another: the same row of another batch is another change."),
    ];

    public async ValueTask<Deciding> Read(Row row, CancellationToken ct)
    {
        var id = row.Id("id") ?? throw new RowRefusedException("field.missing", "The field 'id' is empty.");
        var (noun, reason, owner, team) = (row.Required("noun"), row.Required("reason"), row.Text("ownerId"), row.Text("ownerTeam"));
        // Who may upload changes or ask for them in bulk may change what anybody owns.
        var seller = new Seller("", null, IsForAll: true);
        var cause = row.Cause($"change {noun} {id}", null);
        return (noun, owner, row.Text("stage"), row.Date("closeDate")) switch
        {
            ("account", { } to, null, null) => One<Account, ChangeAccountOwner>(new(to, reason, team), (account, command) => account.ChangeOwner(command, seller)),
            ("task", { } to, null, null) => One<WorkTask, ReassignTask>(new(to, reason, team), (task, command) => task.Reassign(command, seller)),
            (Quote.Noun, { } to, null, null) => One<Quote, ChangeQuoteOwner>(new(to, reason, team), (quote, command) => quote.ChangeOwner(command, seller)),
            (Contract.Noun, { } to, null, null) =>
                One<Contract, ChangeContractOwner>(new(to, reason, team), (contract, command) => contract.ChangeOwner(command, seller)),
            ("opportunity", { } to, null, null) =>
                One<Opportunity, ChangeOpportunityOwner>(new(to, reason, team), (deal, command) => deal.ChangeOwner(command, seller)),
            ("opportunity", null, { } stage, null) => await Move(id, Row.Checked(new MoveStage(stage)), seller, cause, ct),
            ("opportunity", null, null, { } day) => One<Opportunity, MoveCloseDate>(new(day, reason), (deal, command) => deal.MoveCloseDate(command, seller)),
            ("approval", _, null, null) => await HandOver(id, row.Required("from"), row.Required("approverId"), reason, cause, ct),
            _ => throw new RowRefusedException("change.one", "Name one change that the noun knows: an owner, or a deal's stage or close date."),
        };

        Deciding One<TState, TCommand>(TCommand command, Func<TState, TCommand, Decision> decide) where TState : class, IFold<TState> where TCommand : ICommand
        {
            Row.Checked(command);
            return new Deciding<TState>(id, cause, (state, _) => decide(state, command));
        }
    }

    async Task<Deciding> HandOver(Guid id, string from, string to, string reason, Cause cause, CancellationToken ct)
    {
        Row.Checked(new HandOver(from, to, reason));
        var (owners, refs) = await Approving.Owners(journal, id, ct);
        return new Deciding<Approval>(id, cause with { PolicyRefs = refs }, (approval, _) => approval.HandOver(from, to, reason, owners));
    }

    async Task<Deciding> Move(Guid id, MoveStage command, Seller seller, Cause cause, CancellationToken ct)
    {
        var known = (await journal.Load<Opportunity>(id, ct)).State;
        var grounds = await Grounds.Load(journal, seller, known.StagesId, known.Amount.Currency ?? "", ct);
        return new Deciding<Opportunity>(id, cause with { PolicyRefs = grounds.Refs }, (deal, at) => deal.Move(command, grounds, at));
    }
}
