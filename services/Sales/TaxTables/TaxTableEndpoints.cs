using CrmSuite.Journal;
using CrmSuite.Sales.Quotes;
using CrmSuite.ServiceDefaults;
using CrmSuite.Views;

namespace CrmSuite.Sales.TaxTables;

static class TaxTableEndpoints
{
    public static IEndpointRouteBuilder MapTaxTables(this IEndpointRouteBuilder app)
    {
        var read = app.MapGroup("/taxes").RequirePermission("sales:read");
        var operate = app.MapGroup("/taxes").RequirePermission("sales:operate").CheckCommands();

        operate.MapPost("/{country}/publish", (string country, PublishTaxes command, Cause cause, IJournal journal, CancellationToken ct) =>
            TaxTable.IsCountry(country)
                ? journal.Decide<TaxTable>(TaxTable.IdOf(country), cause, taxes => taxes.Publish(country, command), ct).ToHttp(_ => $"taxes/{country}")
                : Task.FromResult(NoCountry()));

        operate.MapPost("/{country}/preview", async (string country, PublishTaxes command, IJournal journal, Queries queries, CancellationToken ct) =>
            TaxTable.IsCountry(country)
                ? TypedResults.Ok(QuoteBreaks.OfTaxes(
                    (await journal.Load<TaxTable>(TaxTable.IdOf(country), ct)).State, country, command, await QuoteHistory.InPlay(queries, ct)))
                : NoCountry());

        read.MapGet("", (string? country, string? after, int? size, Queries queries, CancellationToken ct) =>
            TaxTableList.Open(queries, country, after, size, ct));

        read.MapGet("/{country}", (string country, DateTime? asOf, IJournal journal, CancellationToken ct) =>
            journal.Show<TaxTable>(TaxTable.IdOf(country), taxes => taxes, ct, asOf));

        read.MapGet("/{country}/timeline", (string country, IJournal journal, CancellationToken ct) =>
            journal.Timeline<TaxTable>(TaxTable.IdOf(country), ct));

        return app;
    }

    static IResult NoCountry() => Problems.Result(StatusCodes.Status400BadRequest, "taxes.country", "A country is an ISO 3166 code, for example LV.");
}
