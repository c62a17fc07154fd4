using CrmSuite.Departments;
using CrmSuite.Journal;
using CrmSuite.Sales.Books;
using CrmSuite.ServiceDefaults;
using CrmSuite.Views;

namespace CrmSuite.Sales.Quotas;

static class QuotaEndpoints
{
    public static IEndpointRouteBuilder MapQuotas(this IEndpointRouteBuilder app)
    {
        var read = app.MapGroup("/quotas").RequirePermission("sales:read");
        var operate = app.MapGroup("/quotas").RequirePermission("sales:operate").CheckCommands();

        operate.MapPost("/{period}", async (string period, AgreeQuota command, Cause cause, Staff staff, IJournal journal, CancellationToken ct) =>
        {
            var books = (await journal.Load<Books.Books>(Books.Books.TheId, ct)).State;
            if (FiscalPeriod.Find(books, period) is null)
            {
                return FiscalPeriod.NoSuchPeriod(books);
            }

            var (id, team) = (AgreeQuota.IdOf(period, command.OwnerId, command.Team), await staff.TeamOf(command.OwnerId, command.Team, ct));
            return await journal.Decide<Quota>(id, cause, quota => quota.Agree(command, period, team, books.Currency!), ct).ToHttp(_ => $"quotas/{id}");
        });

        read.MapGet("", (string? period, string? team, string? after, int? size, Queries queries, CancellationToken ct) =>
            QuotaList.Open(queries, period, team, after, size, ct));

        read.MapGet("/{id:guid}", (Guid id, DateTime? asOf, IJournal journal, CancellationToken ct) => journal.Show<Quota>(id, quota => quota, ct, asOf));

        read.MapGet("/{id:guid}/timeline", (Guid id, IJournal journal, CancellationToken ct) => journal.Timeline<Quota>(id, ct));

        return app;
    }
}
