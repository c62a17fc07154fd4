using CrmSuite.Contracts;
using CrmSuite.Import;
using CrmSuite.Journal;
using CrmSuite.Keyring;
using CrmSuite.ServiceDefaults;
using CrmSuite.Views;

namespace CrmSuite.Sales.Contacts;

static class ContactEndpoints
{
    public static IEndpointRouteBuilder MapContacts(this IEndpointRouteBuilder app)
    {
        var read = app.MapGroup("/contacts").RequirePermission("sales:read");
        var write = app.MapGroup("/contacts").RequirePermission("sales:write").CheckCommands();

        app.MapGroup("/contacts").MapImport("contacts", "sales:operate");

        write.MapPost("", async (AddContact command, Cause cause, References references, IJournal journal, [AsParameters] Registry registry,
            Queries queries, CancellationToken ct) =>
        {
            if (await registry.Refuse(command.CustomerId, ct) is { } unknown)
            {
                return unknown;
            }

            var id = command.CustomerId ?? (command.Customer is { } named ? references.CustomerId(named) : Ids.Derive("customer", cause.CommandId));
            var twins = await PiiLookup.Contacts(queries, command.Email, command.Phone, id, ct);
            return await journal.Decide<Contact>(id, cause with { Basis = command.Basis }, contact => contact.Add(command, id, twins), ct)
                .ToHttp(_ => $"contacts/{id}");
        });

        write.MapPost("/{id:guid}/corrections", (Guid id, CorrectContact command, Cause cause, IJournal journal, CancellationToken ct) =>
            journal.Decide<Contact>(id, cause with { Basis = command.Basis }, contact => contact.Correct(command), ct).ToHttp());

        read.MapGet("", (string? language, string? after, int? size, Queries queries, CancellationToken ct) => ContactList.Open(queries, language, after, size, ct));

        read.MapGet("/{id:guid}", (Guid id, DateTime? asOf, IJournal journal, CancellationToken ct) => journal.Show<Contact>(id, contact => contact, ct, asOf));

        read.MapGet("/{id:guid}/person", (Guid id, IJournal journal, CancellationToken ct) => journal.Show<Contact>(id, Person.Of, ct));

        read.MapGet("/{id:guid}/timeline", (Guid id, IJournal journal, CancellationToken ct) => journal.Timeline<Contact>(id, ct));

        return app;
    }

    /// <summary>The personal fields in clear text, for those who work with the person; what was erased is left out.</summary>
    sealed record Person(Guid CustomerId, string? Name, string? Email, string? Phone)
    {
        public static Person Of(Contact contact) => new(contact.CustomerId, Clear(contact.Name), Clear(contact.Email), Clear(contact.Phone));

        // A sealed field means that the keyring did not answer; an erased one is not there at all.
        static string? Clear(PersonalData? field) =>
            field is { Clear: null } ? throw new KeyringUnavailableException("The keyring does not answer.") : field?.Clear;
    }
}
