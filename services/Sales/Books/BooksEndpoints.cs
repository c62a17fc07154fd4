using CrmSuite.Journal;
using CrmSuite.ServiceDefaults;

namespace CrmSuite.Sales.Books;

static class BooksEndpoints
{
    public static IEndpointRouteBuilder MapBooks(this IEndpointRouteBuilder app)
    {
        var read = app.MapGroup("/books").RequirePermission("sales:read");

        read.MapGet("", (DateTime? asOf, IJournal journal, CancellationToken ct) => journal.Show<Books>(Books.TheId, books => books.InForce!, ct, asOf));

        read.MapGet("/timeline", (IJournal journal, CancellationToken ct) => journal.Timeline<Books>(Books.TheId, ct));

        return app;
    }
}
