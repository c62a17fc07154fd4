using CrmSuite.Journal;
using CrmSuite.ServiceDefaults;

namespace CrmSuite.Analytics.Books;

static class BooksEndpoints
{
    public static void MapBooks(this IEndpointRouteBuilder app)
    {
        var books = app.MapGroup("/books").CheckCommands();

        books.MapGet("", async (IJournal journal, CancellationToken ct) => (await journal.Load<Books>(Books.TheId, ct)).State.InForce is { } inForce
                ? Results.Ok(inForce)
                : Problems.Result(404, "books.unknown", "No books are published: days and months begin in UTC."))
            .RequirePermission("analytics:read");

        books.MapPost("/publish", (PublishBooks command, Cause cause, IJournal journal, CancellationToken ct) =>
                journal.Decide<Books>(Books.TheId, cause, state => state.Publish(command), ct).ToHttp())
            .RequirePermission("analytics:write");
    }
}
