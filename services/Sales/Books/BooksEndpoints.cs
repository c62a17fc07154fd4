using CrmSuite.Journal;
using CrmSuite.Sales.Opportunities;
using CrmSuite.Sales.Periods;
using CrmSuite.Sales.Quotas;
using CrmSuite.Sales.Rates;
using CrmSuite.ServiceDefaults;
using CrmSuite.Views;

namespace CrmSuite.Sales.Books;

static class BooksEndpoints
{
    public static IEndpointRouteBuilder MapBooks(this IEndpointRouteBuilder app)
    {
        var read = app.MapGroup("/books").RequirePermission("sales:read");
        var operate = app.MapGroup("/books").RequirePermission("sales:operate").CheckCommands();

        // Analytics publishes them; what they would break is known here.
        operate.MapPost("/preview", async (PreviewBooks command, IJournal journal, Queries queries, TimeProvider time, CancellationToken ct) =>
        {
            var (next, at) = (Books.Initial with { InForce = command.Books() }, time.GetUtcNow().UtcDateTime);
            return BooksBreaks.Of((await journal.Load<Books>(Books.TheId, ct)).State, next,
                await OpportunityHistory.InPlay(queries, null, ct), await PeriodList.Unfrozen(queries, ct),
                await QuotaList.All(queries, ct), await RateList.Table(queries, next, null, ct), at);
        });

        read.MapGet("", (DateTime? asOf, IJournal journal, CancellationToken ct) => journal.Show<Books>(Books.TheId, books => books.InForce!, ct, asOf));

        read.MapGet("/timeline", (IJournal journal, CancellationToken ct) => journal.Timeline<Books>(Books.TheId, ct));

        return app;
    }
}
