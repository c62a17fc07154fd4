using CrmSuite.Contracts;
using CrmSuite.Departments;
using CrmSuite.Import;
using CrmSuite.Journal;
using CrmSuite.Links;
using CrmSuite.Sales.Accounts;
using CrmSuite.Sales.Agreements;
using CrmSuite.Sales.Contacts;
using CrmSuite.Sales.Handovers;
using CrmSuite.Sales.Orders;
using CrmSuite.Sales.Products;
using CrmSuite.Sales.ReasonLists;
using CrmSuite.Sales.StageTables;
using CrmSuite.ServiceDefaults;
using CrmSuite.Views;

namespace CrmSuite.Sales.Opportunities;

static class OpportunityEndpoints
{
    /// <summary>After how many days without an event a deal is stale, where nothing else is asked for.</summary>
    const int StaleDays = 14;

    const int StaleDaysMax = 3_650;

    public static IEndpointRouteBuilder MapOpportunities(this IEndpointRouteBuilder app)
    {
        var read = app.MapGroup("/opportunities").RequirePermission("sales:read");
        var write = app.MapGroup("/opportunities").RequirePermission("sales:write").CheckCommands();

        app.MapGroup("/opportunities").MapImport("opportunities", "sales:operate");
        MapLife(write);
        MapDetails(write);
        MapReports(read);

        read.MapGet("", async ([AsParameters] OpportunityHistory.Filter filter, Guid? customerId, bool? group, DateTimeOffset? asOf, KnownCut cut, string? sort,
            string? after, int? size, Queries queries, CancellationToken ct) => await OpportunityHistory.Open(
                queries, filter, await Group.Meant(queries, customerId, group, ct), asOf?.UtcDateTime, cut.Known, sort, after, size, ct));

        read.MapGet("/{id:guid}", (Guid id, DateTime? asOf, IJournal journal, CancellationToken ct) => journal.Show<Opportunity>(id, deal => deal, ct, asOf));

        read.MapGet("/{id:guid}/timeline", (Guid id, IJournal journal, CancellationToken ct) => journal.Timeline<Opportunity>(id, ct));

        return app;
    }

    static void MapLife(RouteGroupBuilder write)
    {
        write.MapPost("", async (OpenOpportunity said, [AsParameters] Desk desk, Staff staff, HttpRequest asked, CancellationToken ct) =>
        {
            if (said.LeadId is { } lead && !await desk.Journal.HasHeardOf<Handover>("acquisition", lead, asked, ct))
            {
                return Problems.Result(StatusCodes.Status404NotFound, "lead.unknown",
                    "Sales has heard of no lead of this id. Name one that was handed over, or leave leadId out.");
            }

            var command = said with { OwnerTeam = await staff.TeamOf(said.OwnerId, said.OwnerTeam, ct) };
            var id = command is { Source: { } source, Number: { } number }
                ? OpenOpportunity.IdOf(source, number) : Ids.Derive("opportunity", desk.Cause.CommandId);
            var account = (await desk.Journal.Load<Account>(command.AccountId, ct)).State;
            var grounds = await Grounds.Load(desk.Journal, desk.Seller, StageTable.IdOf(command.Stages), command.Amount.Currency, ct);
            return await desk.Journal.Decide<Opportunity>(id, desk.On(grounds, command.Basis), (deal, at) => deal.Open(command, id, account, grounds, at), ct)
                .ToHttp(_ => $"opportunities/{id}");
        });

        write.MapPost("/{id:guid}/stage", (Guid id, MoveStage command, [AsParameters] Desk desk, CancellationToken ct) =>
            desk.Decide(id, (deal, grounds, at) => deal.Move(command, grounds, at), ct));

        write.MapPost("/{id:guid}/win", async (Guid id, WinOpportunity command, [AsParameters] Desk desk, CancellationToken ct) =>
        {
            var quote = await desk.QuoteOf(command.Evidence, ct);
            var accountId = (await desk.Journal.Load<Opportunity>(id, ct)).State.AccountId;
            var unproven = await Evidence.Problem(desk.Journal, id, accountId, command.Evidence, ct);
            return await desk.Decide(id, (deal, grounds, at) => deal.Win(command, grounds, at, quote, unproven), ct);
        });

        write.MapPost("/{id:guid}/lose", async (Guid id, LoseOpportunity command, [AsParameters] Desk desk, CancellationToken ct) =>
        {
            var reasons = (await desk.Journal.Load<ReasonList>(ReasonList.IdOf(ReasonList.Lost), ct)).State;
            return await desk.Decide(id, (deal, seller) => deal.Lose(command, seller, reasons), ct, command.Basis);
        });

        write.MapPost("/{id:guid}/withdraw", (Guid id, WithdrawOpportunity command, [AsParameters] Desk desk, CancellationToken ct) =>
            desk.Decide(id, (deal, seller) => deal.Withdraw(command, seller), ct));

        write.MapPost("/{id:guid}/reopen", async (Guid id, ReopenOpportunity said, [AsParameters] Desk desk, Staff staff, CancellationToken ct) =>
        {
            var command = said with { OwnerTeam = await staff.TeamOf(said.OwnerId, said.OwnerTeam, ct) };
            var won = (await desk.Journal.Load<Opportunity>(id, ct)).State.Wins;
            var order = (await desk.Journal.Load<Order>(WhenOpportunityWon.OrderOf(id, won), ct)).State;
            return await desk.Decide(id, (deal, grounds, at) => deal.Reopen(command, grounds, order, at), ct);
        });
    }

    static void MapDetails(RouteGroupBuilder write)
    {
        write.MapPost("/{id:guid}/amount", (Guid id, ChangeAmount command, [AsParameters] Desk desk, CancellationToken ct) =>
            desk.Decide(id, (deal, grounds, at) => deal.ChangeAmount(command, grounds, at), ct));

        write.MapPut("/{id:guid}/lines", async (Guid id, SetLines command, [AsParameters] Desk desk, CancellationToken ct) =>
            await ProductEndpoints.Refuse(desk.Journal, command.Lines.Select(line => line.Product), ct)
                ?? await desk.Decide(id, (deal, grounds, at) => deal.SetLines(command, grounds, at), ct));

        write.MapPost("/{id:guid}/fields", (Guid id, SetFields command, [AsParameters] Desk desk, CancellationToken ct) =>
            desk.Decide(id, (deal, grounds, _) => deal.SetFields(command, grounds), ct));

        write.MapPost("/{id:guid}/close-date", (Guid id, MoveCloseDate command, [AsParameters] Desk desk, CancellationToken ct) =>
            desk.Decide(id, (deal, seller) => deal.MoveCloseDate(command, seller), ct));

        write.MapPost("/{id:guid}/category", (Guid id, Categorise command, [AsParameters] Desk desk, CancellationToken ct) =>
            desk.Decide(id, (deal, seller) => deal.Categorise(command, seller), ct));

        write.MapPost("/{id:guid}/probability", (Guid id, OverrideProbability command, [AsParameters] Desk desk, CancellationToken ct) =>
            desk.Decide(id, (deal, seller) => deal.Override(command, seller), ct));

        write.MapPost("/{id:guid}/owner", async (Guid id, ChangeOpportunityOwner said, [AsParameters] Desk desk, Staff staff, CancellationToken ct) =>
        {
            var command = said with { OwnerTeam = await staff.TeamOf(said.OwnerId, said.OwnerTeam, ct) };
            return await desk.Decide(id, (deal, seller) => deal.ChangeOwner(command, seller), ct);
        });

        write.MapPost("/{id:guid}/contacts", async (Guid id, AddOpportunityContact command, [AsParameters] Desk desk, CancellationToken ct) =>
        {
            var contact = (await desk.Journal.Load<Contact>(command.ContactId, ct)).State;
            return await desk.Decide(id, (deal, seller) => deal.AddContact(command, contact, seller), ct);
        });

        write.MapDelete("/{id:guid}/contacts/{contactId:guid}", (Guid id, Guid contactId, [AsParameters] Desk desk, CancellationToken ct) =>
            desk.Decide(id, (deal, seller) => deal.RemoveContact(contactId, seller), ct));

        write.MapPost("/{id:guid}/need", (Guid id, RecordNeed command, [AsParameters] Desk desk, CancellationToken ct) =>
            desk.Decide(id, (deal, seller) => deal.RecordNeed(command, seller), ct, command.Basis));

        write.MapPost("/{id:guid}/rivals", (Guid id, NameRival command, [AsParameters] Desk desk, CancellationToken ct) =>
            desk.Decide(id, (deal, seller) => deal.NameRival(command, seller), ct));

        write.MapPost("/{id:guid}/criteria", (Guid id, TickCriterion command, [AsParameters] Desk desk, CancellationToken ct) =>
            desk.Decide(id, (deal, grounds, _) => deal.Tick(command, grounds), ct));
    }

    static void MapReports(RouteGroupBuilder read)
    {
        read.MapGet("/board", ([AsParameters] OpportunityHistory.Filter filter, DateTimeOffset? asOf, KnownCut cut, Queries queries, CancellationToken ct) =>
            OpportunityHistory.Board(queries, filter, asOf?.UtcDateTime, cut.Known, ct));

        read.MapGet("/slipped", async (DateTime? since, string? team, string? after, int? size, Seller seller, Staff staff,
            [AsParameters] OpportunityReports reports, CancellationToken ct) => await OpportunityWatch.Slipped(
                reports.Queries, await seller.Scope(staff, team, ct), await reports.ThisWeek(since, ct), after, size, ct));

        read.MapGet("/stale", async (int? days, string? team, string? after, int? size, Seller seller, Staff staff, [AsParameters] OpportunityReports reports,
            CancellationToken ct) => (days ?? StaleDays) is >= 0 and <= StaleDaysMax and var asked
                ? await OpportunityWatch.Stale(reports.Queries, await seller.Scope(staff, team, ct), reports.Before(asked), after, size, ct)
                : Problems.Result(StatusCodes.Status400BadRequest, "stale.days", $"Deals are stale after 0 to {StaleDaysMax} days."));

        read.MapGet("/pipeline", ([AsParameters] OpportunityReports reports, [AsParameters] OpportunityHistory.Scope scope, string? stage, DateTime? asOf,
            Guid? after, int? size, CancellationToken ct) =>
            reports.Pipeline(scope, stage, asOf, after, size, ct));

        read.MapGet("/bridge", ([AsParameters] OpportunityReports reports, [AsParameters] OpportunityHistory.Scope scope, DateTime from, DateTime? until,
            CancellationToken ct) =>
            reports.Bridge(scope, from, until, ct));

        read.MapGet("/bridge/{bar}",
            ([AsParameters] OpportunityReports reports, [AsParameters] OpportunityHistory.Scope scope, string bar, DateTime from, DateTime? until,
                int? after, int? size, CancellationToken ct) =>
                reports.Events(scope, bar, from, until, after, size, ct));

        read.MapGet("/calibration", ([AsParameters] OpportunityReports reports, DateTime? asOf, int? months, CancellationToken ct) =>
            reports.Calibration(asOf, months, ct));
    }
}
