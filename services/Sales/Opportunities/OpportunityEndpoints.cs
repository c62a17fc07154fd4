using CrmSuite.Contracts;
using CrmSuite.Departments;
using CrmSuite.Import;
using CrmSuite.Journal;
using CrmSuite.Sales.Accounts;
using CrmSuite.Sales.Agreements;
using CrmSuite.Sales.Contacts;
using CrmSuite.Sales.Orders;
using CrmSuite.Sales.StageTables;
using CrmSuite.ServiceDefaults;
using CrmSuite.Views;

namespace CrmSuite.Sales.Opportunities;

static class OpportunityEndpoints
{
    public static IEndpointRouteBuilder MapOpportunities(this IEndpointRouteBuilder app)
    {
        var read = app.MapGroup("/opportunities").RequirePermission("sales:read");
        var write = app.MapGroup("/opportunities").RequirePermission("sales:write").CheckCommands();

        app.MapGroup("/opportunities").MapImport("opportunities", "sales:operate");
        MapLife(write);
        MapDetails(write);
        MapReports(read);

        read.MapGet("", ([AsParameters] OpportunityHistory.Filter filter, string? sort, string? after, int? size, Queries queries, CancellationToken ct) =>
            OpportunityHistory.Open(queries, filter, sort, after, size, ct));

        read.MapGet("/{id:guid}", (Guid id, DateTime? asOf, IJournal journal, CancellationToken ct) => journal.Show<Opportunity>(id, deal => deal, ct, asOf));

        read.MapGet("/{id:guid}/timeline", (Guid id, IJournal journal, CancellationToken ct) => journal.Timeline<Opportunity>(id, ct));

        return app;
    }

    static void MapLife(RouteGroupBuilder write)
    {
        write.MapPost("", async (OpenOpportunity said, [AsParameters] Desk desk, Staff staff, CancellationToken ct) =>
        {
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

        write.MapPost("/{id:guid}/lose", (Guid id, LoseOpportunity command, [AsParameters] Desk desk, CancellationToken ct) =>
            desk.Decide(id, (deal, seller) => deal.Lose(command, seller), ct, command.Basis));

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
        read.MapGet("/board", ([AsParameters] OpportunityHistory.Filter filter, Queries queries, CancellationToken ct) =>
            OpportunityHistory.Board(queries, filter, ct));

        read.MapGet("/pipeline", ([AsParameters] OpportunityReports reports, [AsParameters] OpportunityHistory.Filter filter, DateTime? asOf, Guid? after,
            int? size, CancellationToken ct) =>
            reports.Pipeline(filter, asOf, after, size, ct));

        read.MapGet("/bridge", ([AsParameters] OpportunityReports reports, [AsParameters] OpportunityHistory.Filter filter, DateTime from, DateTime? until,
            CancellationToken ct) =>
            reports.Bridge(filter, from, until, ct));

        read.MapGet("/bridge/{bar}",
            ([AsParameters] OpportunityReports reports, [AsParameters] OpportunityHistory.Filter filter, string bar, DateTime from, DateTime? until,
                int? after, int? size, CancellationToken ct) =>
                reports.Events(filter, bar, from, until, after, size, ct));

        read.MapGet("/calibration", ([AsParameters] OpportunityReports reports, DateTime? asOf, int? months, CancellationToken ct) =>
            reports.Calibration(asOf, months, ct));
    }
}
