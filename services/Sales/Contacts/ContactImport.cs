using CrmSuite.Import;
using CrmSuite.Journal;
using CrmSuite.Keyring;
using CrmSuite.Sales.Lookups;
using CrmSuite.Views;

namespace CrmSuite.Sales.Contacts;

/// <summary>
/// A file of persons, one row each. A row with the address or number of somebody who is known, or of a row before it, is refused with the candidates, as by
/// <c>POST /contacts</c>, unless it says why it is another one.
/// </summary>
sealed class ContactImport(References references, JournalLog log, IServiceScopeFactory scopes) : IImport
{
    readonly Dictionary<string, Guid> alike = [];
    Queries? queries;

    public string Kind => "contacts";

    public IReadOnlyList<ImportField> Fields { get; } =
    [
        new("source", "The system the persons come from: a lower-case word.", IsRequired: true),
        new("reference", "How it names the person; not an e-mail address or telephone number.", IsRequired: true, IsPersonal: true),
        new("name", "Name.", IsPersonal: true),
        new("email", "E-mail address.", IsPersonal: true),
        new("phone", "Telephone number.", IsPersonal: true),
        new("language", "BCP 47 tag, de-AT."),
        new("timeZone", "IANA zone, Europe/Riga."),
        new("force", "Why the person is added although another one has the same address or number: a lower-case word."),
    ];

    /// <summary>Knows what the pages before it wrote.</summary>
    public async ValueTask<IImport> Page(CancellationToken ct)
    {
        using var scope = scopes.CreateScope();
        var asked = scope.ServiceProvider.GetRequiredService<Queries>();
        asked.UpTo = await log.Last(ct);
        return new ContactImport(references, log, scopes) { queries = asked };
    }

    public async ValueTask<Deciding> Read(Row row, CancellationToken ct)
    {
        var command = Row.Checked(new AddContact(Customer: new(row.Required("source"), row.Required("reference")), Name: row.Personal("name"),
            Email: row.Personal("email"),
            Phone: row.Personal("phone"), Language: row.Text("language"), TimeZone: row.Text("timeZone"), Basis: row.Basis, Force: row.Text("force")));
        var customerId = references.CustomerId(command.Customer!);
        var twins = await Twins(command, customerId, ct);
        return new Deciding<Contact>(customerId, row.Cause($"contact {customerId}", null), (contact, _) => contact.Add(command, customerId, twins));
    }

    async Task<IReadOnlyList<Guid>> Twins(AddContact command, Guid id, CancellationToken ct)
    {
        string[] keys = [.. new[] { Folded.Email(command.Email?.Clear), Folded.Phone(command.Phone?.Clear, null) }.OfType<string>()];
        if (command.Force is null && keys.Length > 0)
        {
            var there = await PiiLookup.Contacts(queries!, command.Email, command.Phone, id, ct);
            IReadOnlyList<Guid> twins = there.Count > 0 ? there
                : [.. keys.Select(key => alike.GetValueOrDefault(key, id)).Where(other => other != id).Distinct()];
            if (twins.Count > 0)
            {
                return twins;
            }
        }

        foreach (var key in keys)
        {
            alike[key] = id;
        }

        return [];
    }
}
