using CrmSuite.Contracts;
using CrmSuite.Contracts.Sales;
using CrmSuite.Import;
using CrmSuite.Journal;
using CrmSuite.Keyring;

namespace CrmSuite.Sales.Accounts;

/// <summary>A file of accounts, one row each.</summary>
sealed class AccountImport(References references) : IImport
{
    public string Kind => "accounts";

    public IReadOnlyList<ImportField> Fields { get; } =
    [
        new("source", "The system the accounts come from: a lower-case word.", IsRequired: true),
        new("number", "The account's number there; the same number again is the same account.", IsRequired: true),
        new("customer", "How the source names the customer; not an e-mail address or telephone number.", IsPersonal: true),
        new("customerId", "The customer's id, where the file has it."),
        new("kind", "organisation (default) or person."),
        new("name", "What it is called.", IsPersonal: true),
        new("ownerId", "Who looks after it: the subject of his sign-in.", IsRequired: true),
        new("ownerTeam", "His team."),
        new("parent", "The number of the account that it belongs to; that one stands before it in the file or was imported before."),
        new("industry", "What it does: a lower-case word."),
        new("sizeBand", "How big it is: a lower-case word."),
        new("country", "Where it is."),
        new("openedAt", "Since when it is looked after: ISO 8601; without an offset, in the mapping's time zone."),
    ];

    public ValueTask<Deciding> Read(Row row, CancellationToken ct)
    {
        var source = row.Required("source");
        var command = Row.Checked(new OpenAccount(row.Id("customerId"), row.Text("customer") is { } reference ? new(source, reference) : null,
            row.Word<AccountKind>("kind") ?? AccountKind.Organisation, row.Personal("name"), row.Required("ownerId"), row.Text("ownerTeam"),
            row.Text("parent") is { } parent ? OpenAccount.IdOf(source, parent) : null, row.Text("industry"), row.Text("sizeBand"), row.Text("country"), source,
            row.Required("number"), row.Basis));
        var (accountId, customerId) = (OpenAccount.IdOf(source, command.Number!), command.CustomerId ?? references.CustomerId(command.Customer!));
        return new(new Deciding<Account>(accountId, row.Cause($"account {source} {command.Number}", row.Instant("openedAt")),
            (account, _) => account.Open(command, accountId, customerId, new(command.OwnerId!, command.OwnerTeam, IsForAll: true), parent: null)));
    }
}
