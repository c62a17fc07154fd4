using CrmSuite.Contracts;
using CrmSuite.Contracts.Acquisition;
using CrmSuite.Import;
using CrmSuite.Journal;
using CrmSuite.Keyring;
using CrmSuite.ServiceDefaults;
using CrmSuite.Views;

namespace CrmSuite.Acquisition.Customers;

static class CustomerEndpoints
{
    public static void MapCustomers(this IEndpointRouteBuilder app)
    {
        var read = app.MapGroup("/customers").RequirePermission("acquisition:read");
        var write = app.MapGroup("/customers").RequirePermission("acquisition:write").CheckCommands();

        app.MapGroup("/customers").MapImport("customers", "acquisition:operate");

        write.MapPost("", (RegisterCustomer command, Cause cause, References references, IJournal journal, CancellationToken ct) =>
        {
            var id = command.CustomerId ?? (command.Customer is { } named ? references.CustomerId(named) : Ids.Derive("customer", cause.CommandId));
            return journal.Decide<Customer>(id, cause with { Basis = command.Basis },
                (customer, at) => CustomerForm.Unborn(command.BirthDate, command.BirthYear, at) ?? customer.Register(command, id), ct)
                .ToHttp(_ => $"customers/{id}");
        });

        write.MapPost("/{id:guid}/corrections", (Guid id, CorrectCustomer command, Cause cause, IJournal journal, CancellationToken ct) =>
            journal.Decide<Customer>(id, cause with { Basis = command.Basis },
                (customer, at) => CustomerForm.Unborn(command.BirthDate, command.BirthYear, at) ?? customer.Correct(command), ct).ToHttp());

        write.MapPut("/{id:guid}/preferences", (Guid id, SetPreferences command, Cause cause, IJournal journal, CancellationToken ct) =>
            journal.Decide<Customer>(id, cause, customer => customer.Prefer(command), ct).ToHttp());

        write.MapPost("/{id:guid}/identifiers", (Guid id, AddIdentifier command, Cause cause, IJournal journal, CancellationToken ct) =>
            journal.Decide<Customer>(id, cause with { Basis = command.Basis }, customer => customer.Add(command, Ids.Derive("identifier", cause.CommandId)), ct).ToHttp());

        write.MapPost("/{id:guid}/identifiers/{identifierId:guid}/remove",
            (Guid id, Guid identifierId, RemoveIdentifier command, Cause cause, IJournal journal, CancellationToken ct) =>
                journal.Decide<Customer>(id, cause, customer => customer.Remove(command, identifierId), ct).ToHttp());

        write.MapPost("/{id:guid}/verifications", (Guid id, VerifyData command, Cause cause, IJournal journal, CancellationToken ct) =>
            journal.Decide<Customer>(id, cause, customer => customer.Verify(command), ct).ToHttp());

        // A body, not a query string: references are personal, and addresses end up in logs.
        read.MapPost("/find", (CustomerRef reference, References references, IJournal journal, CancellationToken ct) => reference.Problem() is { } problem
            ? Task.FromResult(Problems.Result(StatusCodes.Status400BadRequest, "customer.reference", problem))
            : journal.Show<Customer>(references.CustomerId(reference), customer => customer, ct));

        read.MapGet("", ([WordOf(typeof(CustomerStatus))] string? status, string? country, string? after, int? size, Queries queries, CancellationToken ct) =>
            CustomerList.Open(queries, status, country, after, size, ct));

        read.MapGet("/{id:guid}", (Guid id, DateTime? asOf, IJournal journal, CancellationToken ct) => journal.Show<Customer>(id, customer => customer, ct, asOf));

        read.MapGet("/{id:guid}/person", (Guid id, IJournal journal, CancellationToken ct) => journal.Show<Customer>(id, Person.Of, ct));

        read.MapGet("/{id:guid}/timeline", (Guid id, IJournal journal, CancellationToken ct) => journal.Timeline<Customer>(id, ct));
    }

    /// <summary>The personal fields in clear text, for those who work with the customer; what was erased is left out.</summary>
    sealed record Person(Guid CustomerId, string? Reference, string? Name, string? Email, string? Phone, string? BirthDate, IReadOnlyList<PersonIdentifier> Identifiers)
    {
        public static Person Of(Customer customer) => new(customer.CustomerId, Clear(customer.Reference), Clear(customer.Name), Clear(customer.Email), Clear(customer.Phone),
            Clear(customer.BirthDate), [.. customer.Identifiers.Select(known => new PersonIdentifier(known.IdentifierId, known.Kind, known.Source, Clear(known.Value)))]);

        // A sealed field means that the keyring did not answer; an erased one is not there at all.
        static string? Clear(PersonalData? field) =>
            field is { Clear: null } ? throw new KeyringUnavailableException("The keyring does not answer.") : field?.Clear;
    }

    sealed record PersonIdentifier(Guid IdentifierId, IdentifierKind Kind, string? Source, string? Value);
}
