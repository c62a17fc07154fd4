using CrmSuite.Contracts;
using CrmSuite.Departments;
using CrmSuite.Journal;
using CrmSuite.Keyring;
using CrmSuite.Links;
using CrmSuite.Sales.Accounts;
using CrmSuite.Sales.Customers;
using CrmSuite.Sales.Tasks;
using CrmSuite.ServiceDefaults;
using CrmSuite.Views;

namespace CrmSuite.Sales.Notes;

static class NoteEndpoints
{
    public static IEndpointRouteBuilder MapNotes(this IEndpointRouteBuilder app)
    {
        var read = app.MapGroup("/notes").RequirePermission("sales:read");
        var write = app.MapGroup("/notes").RequirePermission("sales:write").CheckCommands();

        write.MapPost("", async (WriteNote command, Seller seller, Cause cause, Staff staff, [AsParameters] Places places, HttpRequest asked,
            CancellationToken ct) =>
        {
            if (await new Registry(places.Journal, asked).Refuse(command.CustomerId, ct) is { } unknown)
            {
                return unknown;
            }

            await staff.Named(command.Mentions ?? [], null, ct);
            var (id, subject) = (Ids.Derive("note", cause.CommandId), await places.Subject(command.About, command.CustomerId, ct));
            return await places.Journal.Decide<Note>(id, cause with { Basis = command.Basis }, note => note.Write(command, id, seller, subject), ct)
                .ToHttp(_ => $"notes/{id}");
        });

        write.MapPost("/{id:guid}/corrections",
            async (Guid id, CorrectNote command, Seller seller, Cause cause, Staff staff, IJournal journal, CancellationToken ct) =>
            {
                await staff.Named(command.Mentions ?? [], null, ct);
                return await journal.Decide<Note>(id, cause with { Basis = command.Basis }, note => note.Correct(command, seller), ct).ToHttp();
            });

        write.MapPost("/{id:guid}/remove", (Guid id, RemoveNote command, Seller seller, Cause cause, IJournal journal, CancellationToken ct) =>
            journal.Decide<Note>(id, cause, note => note.Remove(command, seller), ct).ToHttp());

        read.MapGet("", async (Guid? aboutId, Guid? customerId, bool? group, string? authorId, string? mentions, string? after, int? size, Queries queries,
            CancellationToken ct) =>
            await NoteList.Open(queries, aboutId, await Group.Meant(queries, customerId, group, ct), authorId, mentions, after, size, ct));

        read.MapGet("/{id:guid}", (Guid id, DateTime? asOf, IJournal journal, CancellationToken ct) => journal.Show<Note>(id, note => note, ct, asOf));

        read.MapGet("/{id:guid}/text", (Guid id, IJournal journal, CancellationToken ct) => journal.Show<Note>(id, Told.Of, ct));

        read.MapGet("/{id:guid}/timeline", (Guid id, IJournal journal, CancellationToken ct) => journal.Timeline<Note>(id, ct));

        return app;
    }

    /// <summary>The text in the clear, for those who work with the customer; left out where it was erased or removed.</summary>
    sealed record Told(Guid NoteId, string? Text)
    {
        // A sealed field means that the keyring did not answer; an erased one is not there at all.
        public static Told Of(Note note) => note.Text is { Clear: null }
            ? throw new KeyringUnavailableException("The keyring does not answer.")
            : new(note.NoteId, note.Text?.Clear);
    }
}
