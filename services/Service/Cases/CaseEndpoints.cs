using CrmSuite.Contracts;
using CrmSuite.Journal;
using CrmSuite.Links;
using CrmSuite.ServiceDefaults;
using CrmSuite.Views;

namespace CrmSuite.Service.Cases;

static class CaseEndpoints
{
    public static void MapCases(this IEndpointRouteBuilder app)
    {
        var read = app.MapGroup("/cases").RequirePermission("service:read");
        var write = app.MapGroup("/cases").RequirePermission("service:write").CheckCommands();

        write.MapPost("", (OpenCase command, Cause cause, IJournal journal, CancellationToken ct) =>
        {
            var id = command.CaseId ?? Ids.Derive("case", cause.CommandId);
            return journal.Decide<Case>(id, cause with { Basis = command.Basis }, found => found.Open(command, id), ct).ToHttp(_ => $"cases/{id}");
        });

        write.MapPost("/{id:guid}/assign", (Guid id, AssignCase command, Cause cause, IJournal journal, CancellationToken ct) =>
            journal.Decide<Case>(id, cause, found => found.Assign(command), ct).ToHttp());

        write.MapPost("/{id:guid}/replies", (Guid id, ReplyToCustomer command, Cause cause, IJournal journal, CancellationToken ct) =>
            journal.Decide<Case>(id, cause with { Basis = command.Basis }, found => found.Reply(command, command.ReplyId ?? Ids.Derive("reply", cause.CommandId)), ct).ToHttp());

        write.MapPost("/{id:guid}/customer-replies", (Guid id, ReplyOfCustomer command, Cause cause, IJournal journal, CancellationToken ct) =>
            journal.Decide<Case>(id, cause with { Basis = command.Basis }, found => found.Hear(command, command.ReplyId ?? Ids.Derive("reply", cause.CommandId)), ct).ToHttp());

        write.MapPost("/{id:guid}/wait", (Guid id, StartWait command, Cause cause, IJournal journal, CancellationToken ct) =>
            journal.Decide<Case>(id, cause, found => found.Wait(command), ct).ToHttp());

        write.MapPost("/{id:guid}/end-wait", (Guid id, Cause cause, IJournal journal, CancellationToken ct) =>
            journal.Decide<Case>(id, cause, found => found.EndWait(), ct).ToHttp());

        write.MapPost("/{id:guid}/resolve", (Guid id, ResolveCase command, Cause cause, IJournal journal, CancellationToken ct) =>
            journal.Decide<Case>(id, cause, found => found.Resolve(command), ct).ToHttp());

        write.MapPost("/{id:guid}/reopen", (Guid id, ReopenCase command, Cause cause, IJournal journal, CancellationToken ct) =>
            journal.Decide<Case>(id, cause, found => found.Reopen(command), ct).ToHttp());

        write.MapPost("/{id:guid}/close", (Guid id, CloseCase command, Cause cause, IJournal journal, CancellationToken ct) =>
            journal.Decide<Case>(id, cause, found => found.Close(command), ct).ToHttp());

        read.MapGet("", async (Guid? customerId, bool? group, [WordOf(typeof(CaseStatus))] string? status, string? agentId, string? after, int? size, Queries queries, CancellationToken ct) =>
            await CaseBoard.Open(queries, await Group.Meant(queries, customerId, group, ct), status, agentId, after, size, ct));

        read.MapGet("/{id:guid}", (Guid id, DateTime? asOf, IJournal journal, CancellationToken ct) => journal.Show<Case>(id, found => found, ct, asOf));

        read.MapGet("/{id:guid}/timeline", (Guid id, IJournal journal, CancellationToken ct) => journal.Timeline<Case>(id, ct));
    }
}
