using CrmSuite.Import;
using CrmSuite.Journal;
using CrmSuite.Keyring;

namespace CrmSuite.Sales.Contacts;

/// <summary>A file of persons, one row each.</summary>
sealed class ContactImport(References references) : IImport
{
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
    ];

    public ValueTask<Deciding> Read(Row row, CancellationToken ct)
    {
        var command = Row.Checked(new AddContact(Customer: new(row.Required("source"), row.Required("reference")), Name: row.Personal("name"),
            Email: row.Personal("email"),
            Phone: row.Personal("phone"), Language: row.Text("language"), TimeZone: row.Text("timeZone"), Basis: row.Basis));
        var customerId = references.CustomerId(command.Customer!);
        return new(new Deciding<Contact>(customerId, row.Cause($"contact {customerId}", null), (contact, _) => contact.Add(command, customerId)));
    }
}
