using CrmSuite.Contracts;
using CrmSuite.Contracts.Acquisition;
using CrmSuite.Import;
using CrmSuite.Journal;
using CrmSuite.Keyring;

namespace CrmSuite.Acquisition.Customers;

/// <summary>A file of customers, one row each, named by what their source calls them.</summary>
sealed class CustomerImport(References references) : IImport
{
    public string Kind => "customers";

    public IReadOnlyList<ImportField> Fields { get; } =
    [
        new("source", "The system the customers come from: a lower-case word.", IsRequired: true),
        new("reference", "How it names the customer; not an e-mail address or telephone number.", IsRequired: true, IsPersonal: true),
        new("kind", "person (default) or organisation."),
        new("name", "Name.", IsPersonal: true),
        new("email", "E-mail address.", IsPersonal: true),
        new("phone", "Telephone number.", IsPersonal: true),
        new("birthDate", "Birth date, 2001-12-31.", IsPersonal: true),
        new("birthYear", "The year alone."),
        new("gender", "female, male or diverse."),
        new("country", "Country."),
        new("city", "City."),
        new("language", "BCP 47 tag, de-AT."),
        new("timeZone", "IANA zone, Europe/Riga."),
        new("interests", "Words of the business, with bars between them."),
    ];

    public ValueTask<Deciding> Read(Row row, CancellationToken ct)
    {
        var command = Row.Checked(new RegisterCustomer(row.Word<CustomerKind>("kind") ?? CustomerKind.Person, Customer: new(row.Required("source"), row.Required("reference")),
            Name: row.Personal("name"), Email: row.Personal("email"), Phone: row.Personal("phone"), BirthDate: row.Personal("birthDate"), BirthYear: row.Whole("birthYear"),
            Gender: row.Word<Gender>("gender"), Country: row.Text("country"), City: row.Text("city"), Language: row.Text("language"), TimeZone: row.Text("timeZone"),
            Interests: row.List("interests") is { Count: > 0 } interests ? interests : null, Basis: row.Basis));
        var customerId = references.CustomerId(command.Customer!);
        return new(new Deciding<Customer>(customerId, row.Cause($"customer {customerId}", null),
            (customer, at) => CustomerForm.Unborn(command.BirthDate, command.BirthYear, at) ?? customer.Register(command, customerId)));
    }
}
