using CrmSuite.Contracts;
using CrmSuite.Contracts.Sales;
using CrmSuite.Import;
using CrmSuite.Journal;
using CrmSuite.Sales.Accounts;
using CrmSuite.Sales.Rates;
using CrmSuite.Sales.StageTables;

namespace CrmSuite.Sales.Opportunities;

/// <summary>A file of open opportunities, one row each; their accounts were imported before. Imports name no exchange rate: the amount is valued by the rate
/// of its day.</summary>
sealed class OpportunityImport(IJournal journal) : IImport
{
    public string Kind => "opportunities";

    public IReadOnlyList<ImportField> Fields { get; } =
    [
        new("source", "The system the opportunities come from: a lower-case word.", IsRequired: true),
        new("number", "The opportunity's number there; the same number again is the same opportunity.", IsRequired: true),
        new("account", "The account's number in the same system."),
        new("accountId", "The account's id, where the file has it."),
        new("amount", "What it may be worth, net of tax.", IsRequired: true),
        new("currency", "ISO 4217 code.", IsRequired: true),
        new("closeDate", "When it should be decided, 2026-01-31.", IsRequired: true),
        new("kind", "new (default), up-sell, cross-sell, renewal or win-back."),
        new("title", "What it is called.", IsPersonal: true),
        new("products", "Product codes, with bars between them."),
        new("stages", "The stage table; default standard."),
        new("stage", "Where it stands; default the first stage."),
        new("ownerId", "Who sells: the subject of his sign-in.", IsRequired: true),
        new("ownerTeam", "His team."),
        new("openedAt", "When it was opened: ISO 8601; without an offset, in the mapping's time zone."),
    ];

    public async ValueTask<Deciding> Read(Row row, CancellationToken ct)
    {
        var source = row.Required("source");
        var accountId = row.Id("accountId") ?? OpenAccount.IdOf(source, row.Required("account"));
        var command = Row.Checked(new OpenOpportunity(accountId, row.Amount("amount", "currency"),
            row.Date("closeDate") ?? throw new RowRefusedException("field.missing", "The field 'closeDate' is empty."),
            row.Word<OpportunityKind>("kind") ?? OpportunityKind.New, row.Personal("title"), row.List("products"), row.Text("stages") ?? StageTable.Usual,
                row.Text("stage"),
            row.Required("ownerId"), row.Text("ownerTeam"), Source: source, Number: row.Required("number"), Basis: row.Basis));
        var account = (await journal.Load<Account>(accountId, ct)).State;
        var grounds = await Grounds.Load(journal, new(command.OwnerId!, command.OwnerTeam, IsForAll: true), StageTable.IdOf(command.Stages),
            command.Amount.Currency, ct);
        var unrated = grounds with
        {
            Rate = Rate.Initial,
            Refs = [.. grounds.Refs.Where(policy => policy.Stream.StartsWith(StageTable.Category, StringComparison.Ordinal))],
        };
        var id = OpenOpportunity.IdOf(source, command.Number!);
        return new Deciding<Opportunity>(id, row.Cause($"opportunity {source} {command.Number}", row.Instant("openedAt")) with { PolicyRefs = unrated.Refs },
            (deal, at) => deal.Open(command, id, account, unrated, at, isImported: true));
    }
}
