using CrmSuite.Acquisition.Accounts;
using CrmSuite.Acquisition.Customers;
using CrmSuite.Acquisition.MatchRules;
using CrmSuite.Contracts;
using CrmSuite.Departments;
using CrmSuite.Import;
using CrmSuite.Journal;
using CrmSuite.Keyring;
using CrmSuite.Links;
using CrmSuite.ServiceDefaults;
using CrmSuite.Views;

namespace CrmSuite.Acquisition.Leads;

static class LeadEndpoints
{
    public static IEndpointRouteBuilder MapLeads(this IEndpointRouteBuilder app)
    {
        var read = app.MapGroup("/leads").RequirePermission("leads:read");
        var write = app.MapGroup("/leads").RequirePermission("acquisition:write").CheckCommands();
        var work = app.MapGroup("/leads").RequirePermission("leads:work").CheckCommands();

        app.MapGroup("/leads").MapImport("leads", "acquisition:operate");
        MapMarketing(write);
        MapSelling(work);

        read.MapGet("", async ([AsParameters] LeadBoard.Filter filter, bool? group, string? sort, string? after, int? size, Queries queries,
            CancellationToken ct) =>
            await LeadBoard.Open(queries, filter, await Group.Meant(queries, filter.CustomerId, group, ct), sort, after, size, ct));

        read.MapGet("/board", async ([AsParameters] LeadBoard.Filter filter, bool? group, Queries queries, CancellationToken ct) =>
            await LeadBoard.Board(queries, filter, await Group.Meant(queries, filter.CustomerId, group, ct), ct));

        read.MapGet("/{id:guid}", (Guid id, DateTime? asOf, IJournal journal, CancellationToken ct) => journal.Show<Lead>(id, lead => lead, ct, asOf));

        read.MapGet("/{id:guid}/person", (Guid id, IJournal journal, CancellationToken ct) => journal.Show<Lead>(id, Person.Of, ct));

        read.MapGet("/{id:guid}/timeline", (Guid id, IJournal journal, CancellationToken ct) => journal.Timeline<Lead>(id, ct));

        return app;
    }

    static void MapMarketing(RouteGroupBuilder write)
    {
        write.MapPost("", ([AsParameters] LeadDesk desk, CaptureLead command, References references, PiiMatchKeys keys, Queries queries,
            CancellationToken ct) =>
            Capture(desk, command, references, keys, queries, ct));

        // What a website sends of a form that somebody filled in, with the notice that stood beside it.
        write.MapPost("/forms/{form}", ([AsParameters] LeadDesk desk, FilledForm filled, References references, PiiMatchKeys keys, Queries queries,
            CancellationToken ct) =>
            Capture(desk, filled.Command, references, keys, queries, ct)).Accepts<IFormCollection>("application/x-www-form-urlencoded");

        write.MapPost("/{id:guid}/fields", ([AsParameters] LeadDesk desk, Guid id, SetLeadFields command, CancellationToken ct) =>
            desk.Score(id, (lead, scores) => lead.SetFields(command, desk.Worker, scores), ct).ToHttp());

        write.MapPost("/{id:guid}/score", ([AsParameters] LeadDesk desk, Guid id, CancellationToken ct) =>
            desk.Score(id, (lead, scores) => lead.ScoreAgain(desk.Worker, scores), ct).ToHttp());

        write.MapPost("/{id:guid}/qualify", ([AsParameters] LeadDesk desk, Guid id, QualifyLead command, CancellationToken ct) =>
            desk.Qualify(id, command, ct));

        write.MapPost("/{id:guid}/recycle", ([AsParameters] LeadDesk desk, Guid id, RecycleLead command, CancellationToken ct) =>
            desk.Decide(id, (lead, at) => lead.Recycle(command, at), ct));
    }

    static void MapSelling(RouteGroupBuilder work)
    {
        work.MapPost("/{id:guid}/contacts", ([AsParameters] LeadDesk desk, Guid id, ContactLead command, CancellationToken ct) =>
        {
            var contactId = command.TaskId ?? Ids.Derive("lead-contact", desk.Cause.CommandId);
            return desk.Score(id, (lead, scores) => lead.Contact(command, contactId, desk.Worker, scores), ct).ToHttp();
        });

        work.MapPost("/{id:guid}/nurture", ([AsParameters] LeadDesk desk, Guid id, NurtureLead command, CancellationToken ct) =>
            desk.End(id, (lead, at) => lead.Nurture(command, desk.Worker, at), ct));

        work.MapPost("/{id:guid}/assign", ([AsParameters] LeadDesk desk, Guid id, AssignLead command, CancellationToken ct) =>
            desk.Assign(id, command, ct).ToHttp());

        work.MapPost("/{id:guid}/accept", ([AsParameters] LeadDesk desk, Guid id, CancellationToken ct) =>
            desk.Decide(id, (lead, _) => lead.Accept(desk.Worker), ct));

        work.MapPost("/{id:guid}/reject", ([AsParameters] LeadDesk desk, Guid id, RejectLead command, CancellationToken ct) =>
            desk.End(id, (lead, at) => lead.Reject(command, desk.Worker, at), ct));

        work.MapPost("/{id:guid}/qualify-sales", ([AsParameters] LeadDesk desk, Guid id, QualifyForSales command, CancellationToken ct) =>
            desk.Decide(id, (lead, _) => lead.QualifyForSales(command, desk.Worker), ct, command.Basis));

        work.MapPost("/{id:guid}/convert", async ([AsParameters] LeadDesk desk, Guid id, ConvertLead command, HttpRequest asked,
            CancellationToken ct) =>
            await Nobody(desk.Journal, command.AccountCustomerId, ct) ?? await NoAccount(desk.Journal, command.AccountId, asked, ct)
                ?? await desk.End(id, (lead, _) => lead.Convert(command, desk.Worker), ct, command.Basis));

        work.MapPost("/{id:guid}/disqualify", ([AsParameters] LeadDesk desk, Guid id, DisqualifyLead command, CancellationToken ct) =>
            desk.End(id, (lead, _) => lead.Disqualify(command, desk.Worker), ct));
    }

    /// <summary>A lead that looks like another open one is taken only for a reason.</summary>
    static async Task<IResult> Capture(LeadDesk desk, CaptureLead command, References references, PiiMatchKeys keys, Queries queries, CancellationToken ct)
    {
        if (await Nobody(desk.Journal, command.CustomerId, ct) is { } nobody)
        {
            return nobody;
        }

        var id = command.Number is { } number ? CaptureLead.IdOf(command.Source, number) : Ids.Derive("lead", desk.Cause.CommandId);
        var customerId = PersonOf(command, references, id);
        var alike = command.Force is null ? await LeadBoard.Alike(queries, keys, id, customerId, keys.Of(command), ct) : [];
        return await desk.Score(id, (lead, scores) => lead.Capture(command, id, customerId, alike, scores), ct, command.Basis).ToHttp(_ => $"leads/{id}");
    }

    /// <summary>The refusal of an id that the registry does not have; null where it has it, or none is named.</summary>
    static async Task<IResult?> Nobody(IJournal journal, Guid? customerId, CancellationToken ct) =>
        customerId is { } named && (await journal.Load<Customer>(named, ct)).Version < 0
            ? Problems.Result(StatusCodes.Status404NotFound, "customer.unknown", "There is no such customer. Register him first.") : null;

    /// <summary>The refusal of an account of which Sales has not told; null where it has, or none is named.</summary>
    static async Task<IResult?> NoAccount(IJournal journal, Guid? accountId, HttpRequest asked, CancellationToken ct) =>
        accountId is { } named && !await journal.HasHeardOf<Account>("sales", named, asked, ct)
            ? Problems.Result(StatusCodes.Status404NotFound, "account.unknown",
                "Sales has no such account. Name one that is listed there, or none: then a new one is opened. "
                + "One that was opened a moment ago is waited for where the request hands on the At-Least of that answer.")
            : null;

    /// <summary>The person of a lead: by his id, by what the source calls him, or new with it.</summary>
    public static Guid PersonOf(CaptureLead command, References references, Guid id) =>
        command.CustomerId ?? (command.Customer is { } named ? references.CustomerId(named) : Ids.Derive("customer", id));

    /// <summary>The personal fields in clear text, for those who work the lead; what was erased is left out.</summary>
    sealed record Person(Guid LeadId, Guid CustomerId, string? Name, string? Email, string? Phone, string? Company, string? Message, string? Need)
    {
        public static Person Of(Lead lead) => new(lead.LeadId, lead.CustomerId, Clear(lead.Name), Clear(lead.Email), Clear(lead.Phone), Clear(lead.Company),
            Clear(lead.Message), Clear(lead.Need));

        // A sealed field means that the keyring did not answer; an erased one is not there at all.
        static string? Clear(PersonalData? field) =>
            field is { Clear: null } ? throw new KeyringUnavailableException("The keyring does not answer.") : field?.Clear;
    }
}
