using CrmSuite.Contracts;
using CrmSuite.Contracts.Sales;
using CrmSuite.Import;
using CrmSuite.Journal;
using CrmSuite.Keyring;
using CrmSuite.Sales.Customers;
using CrmSuite.Sales.Lookups;
using CrmSuite.Views;

namespace CrmSuite.Sales.Accounts;

/// <summary>
/// A file of accounts, one row each. A row that looks like an account, or like a row before it, is refused with the candidates, as by <c>POST /accounts</c>,
/// unless it says why it is another one.
/// </summary>
sealed class AccountImport(References references, IJournal journal, JournalLog log, IServiceScopeFactory scopes) : IImport
{
    readonly HashSet<Guid> before = [];
    readonly Dictionary<string, Guid> alike = [];
    Queries? queries;

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
        new("force", "Why it is opened although another one looks the same: a lower-case word."),
        new("openedAt", "Since when it is looked after: ISO 8601; without an offset, in the mapping's time zone."),
    ];

    /// <summary>Knows what the pages before it wrote.</summary>
    public async ValueTask<IImport> Page(CancellationToken ct)
    {
        using var scope = scopes.CreateScope();
        var asked = scope.ServiceProvider.GetRequiredService<Queries>();
        asked.UpTo = await log.Last(ct);
        return new AccountImport(references, journal, log, scopes) { queries = asked };
    }

    public async ValueTask<Deciding> Read(Row row, CancellationToken ct)
    {
        var source = row.Required("source");
        var command = Row.Checked(new OpenAccount(row.Id("customerId"), row.Text("customer") is { } reference ? new(source, reference) : null,
            row.Word<AccountKind>("kind") ?? AccountKind.Organisation, row.Personal("name"), row.Required("ownerId"), row.Text("ownerTeam"),
            row.Text("parent") is { } above ? OpenAccount.IdOf(source, above) : null, row.Text("industry"), row.Text("sizeBand"), row.Text("country"), source,
            row.Required("number"), row.Basis, row.Text("force")));
        await Registry.CheckRow(journal, command.CustomerId, ct);
        var (accountId, customerId) = (OpenAccount.IdOf(source, command.Number!), command.CustomerId ?? references.CustomerId(command.Customer!));
        var parent = command.ParentId is { } parentId && !before.Contains(parentId) ? (await journal.Load<Account>(parentId, ct)).State : null;
        var isOrphan = parent?.Status == AccountStatus.None;
        var twins = isOrphan ? [] : await Twins(command, accountId, customerId, ct);
        if (!isOrphan && twins.Count == 0)
        {
            before.Add(accountId);
        }

        return new Deciding<Account>(accountId, row.Cause($"account {source} {command.Number}", row.Instant("openedAt")),
            (account, _) => account.Open(command, accountId, customerId, new(command.OwnerId!, command.OwnerTeam, IsForAll: true), parent, twins));
    }

    async Task<IReadOnlyList<Guid>> Twins(OpenAccount command, Guid id, Guid customerId, CancellationToken ct)
    {
        var isOrganisation = command.Kind == AccountKind.Organisation;
        if ((isOrganisation ? PiiLookup.Key(command.Name, command.Country) : $"{customerId}") is not { } key)
        {
            return [];
        }

        if (command.Force is null)
        {
            var there = isOrganisation ? await PiiLookup.Accounts(queries!, command.Name, command.Country, id, ct)
                : await AccountList.Twins(queries!, customerId, id, ct);
            if (there.Count > 0)
            {
                return there;
            }

            if (alike.GetValueOrDefault(key, id) is var other && other != id)
            {
                return [other];
            }
        }

        alike[key] = id;
        return [];
    }
}
