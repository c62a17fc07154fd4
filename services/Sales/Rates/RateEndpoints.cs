using CrmSuite.Journal;
using CrmSuite.ServiceDefaults;
using CrmSuite.Views;

namespace CrmSuite.Sales.Rates;

static class RateEndpoints
{
    public static IEndpointRouteBuilder MapRates(this IEndpointRouteBuilder app)
    {
        var read = app.MapGroup("/rates").RequirePermission("sales:read");
        var operate = app.MapGroup("/rates").RequirePermission("sales:operate").CheckCommands();

        operate.MapPost("", async (PublishRate command, Cause cause, IJournal journal, CancellationToken ct) =>
        {
            var currency = command.ReportingCurrency ?? (await journal.Load<Books.Books>(Books.Books.TheId, ct)).State.Currency;
            return currency is null || currency == command.Currency
                ? Problems.Result(StatusCodes.Status409Conflict, "rate.reporting-currency",
                    "Name the currency in which it is worth that much: the books name none, or the same.")
                : await journal.Decide<Rate>(Rate.IdOf(command.Currency, currency), cause, rate => rate.Publish(command, currency), ct)
                    .ToHttp(id => $"rates/{id}");
        });

        operate.MapPost("/{id:guid}/corrections",
            (Guid id, CorrectRate command, Cause cause, IJournal journal, CancellationToken ct) =>
            journal.Decide<Rate>(id, cause, rate => rate.Correct(command), ct).ToHttp());

        read.MapGet("", (string? currency, string? after, int? size, Queries queries, CancellationToken ct) => RateList.Open(queries, currency, after, size, ct));

        read.MapGet("/{id:guid}", (Guid id, DateTime? asOf, IJournal journal, CancellationToken ct) => journal.Show<Rate>(id, rate => rate, ct, asOf));

        read.MapGet("/{id:guid}/timeline", (Guid id, IJournal journal, CancellationToken ct) => journal.Timeline<Rate>(id, ct));

        return app;
    }
}
