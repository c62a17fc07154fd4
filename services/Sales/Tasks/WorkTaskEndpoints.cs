using CrmSuite.Contracts;
using CrmSuite.Departments;
using CrmSuite.Journal;
using CrmSuite.Keyring;
using CrmSuite.Links;
using CrmSuite.Sales.Accounts;
using CrmSuite.Sales.Customers;
using CrmSuite.ServiceDefaults;
using CrmSuite.Views;

namespace CrmSuite.Sales.Tasks;

static class WorkTaskEndpoints
{
    public static IEndpointRouteBuilder MapTasks(this IEndpointRouteBuilder app)
    {
        var read = app.MapGroup("/tasks").RequirePermission("sales:read");
        var write = app.MapGroup("/tasks").RequirePermission("sales:write").CheckCommands();

        write.MapPost("", async (OpenTask said, Seller seller, Cause cause, Staff staff, [AsParameters] Places places, HttpRequest asked,
            CancellationToken ct) =>
        {
            if (await new Registry(places.Journal, asked).Refuse(said.CustomerId, ct) is { } unknown)
            {
                return unknown;
            }

            var command = said with { AssigneeTeam = await staff.TeamOf(said.AssigneeId, said.AssigneeTeam, ct) };
            var (id, subject) = (Ids.Derive("task", cause.CommandId), await places.Subject(command.About, command.CustomerId, ct));
            return await places.Journal.Decide<WorkTask>(id, cause with { Basis = command.Basis }, task => task.Open(command, id, seller, subject), ct)
                .ToHttp(_ => $"tasks/{id}");
        });

        write.MapPost("/log", async (LogTask command, Seller seller, Cause cause, [AsParameters] Places places, HttpRequest asked,
            CancellationToken ct) =>
        {
            if (await new Registry(places.Journal, asked).Refuse(command.CustomerId, ct) is { } unknown)
            {
                return unknown;
            }

            var (id, subject) = (Ids.Derive("task", cause.CommandId), await places.Subject(command.About, command.CustomerId, ct));
            return await places.Journal
                .Decide<WorkTask>(id, cause with { Basis = command.Basis }, (task, at) => task.Log(command, id, seller, subject, at), ct)
                .ToHttp(_ => $"tasks/{id}");
        });

        write.MapPost("/{id:guid}/due", async (Guid id, RescheduleTask command, Seller seller, Cause cause, [AsParameters] Places places, CancellationToken ct) =>
        {
            var known = (await places.Journal.Load<WorkTask>(id, ct)).State;
            var subject = await places.Subject(known.About, known.CustomerId, ct);
            return await places.Journal.Decide<WorkTask>(id, cause, task => task.Reschedule(command, seller, subject), ct).ToHttp();
        });

        write.MapPost("/{id:guid}/assignee", async (Guid id, ReassignTask said, Seller seller, Cause cause, Staff staff, IJournal journal,
            CancellationToken ct) =>
        {
            var command = said with { AssigneeTeam = await staff.TeamOf(said.AssigneeId, said.AssigneeTeam, ct) };
            return await journal.Decide<WorkTask>(id, cause, task => task.Reassign(command, seller), ct).ToHttp();
        });

        write.MapPost("/{id:guid}/done", (Guid id, FinishTask command, Seller seller, Cause cause, IJournal journal, CancellationToken ct) =>
            journal.Decide<WorkTask>(id, cause with { Basis = command.Basis }, task => task.Finish(command, seller), ct).ToHttp());

        write.MapPost("/{id:guid}/drop", (Guid id, DropTask command, Seller seller, Cause cause, IJournal journal, CancellationToken ct) =>
            journal.Decide<WorkTask>(id, cause, task => task.Drop(command, seller), ct).ToHttp());

        app.MapGet("/my-work", async (Seller seller, string? ownerId, DateTime? until, TimeProvider time, IJournal journal, Queries queries, CancellationToken ct) =>
            await MyWork.Of(queries, (await journal.Load<Books.Books>(Sales.Books.Books.TheId, ct)).State, ownerId ?? seller.Id,
                until?.ToUniversalTime() ?? time.GetUtcNow().UtcDateTime, ct)).RequirePermission("sales:read");

        read.MapGet("", async ([AsParameters] WorkTaskList.Filter filter, bool? group, string? after, int? size, Queries queries, CancellationToken ct) =>
            await WorkTaskList.Open(queries, filter, await Group.Meant(queries, filter.CustomerId, group, ct), after, size, ct));

        read.MapGet("/{id:guid}", (Guid id, DateTime? asOf, IJournal journal, CancellationToken ct) => journal.Show<WorkTask>(id, task => task, ct, asOf));

        read.MapGet("/{id:guid}/text", (Guid id, IJournal journal, CancellationToken ct) => journal.Show<WorkTask>(id, Told.Of, ct));

        read.MapGet("/{id:guid}/timeline", (Guid id, IJournal journal, CancellationToken ct) => journal.Timeline<WorkTask>(id, ct));

        return app;
    }

    /// <summary>The texts of a task in the clear, for those who work with the customer; what was erased is left out.</summary>
    sealed record Told(Guid TaskId, string? Text, string? Said)
    {
        public static Told Of(WorkTask task) => new(task.TaskId, Clear(task.Text), Clear(task.Said));

        // A sealed field means that the keyring did not answer; an erased one is not there at all.
        static string? Clear(PersonalData? field) =>
            field is { Clear: null } ? throw new KeyringUnavailableException("The keyring does not answer.") : field?.Clear;
    }
}
