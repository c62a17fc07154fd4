using CrmSuite.Journal;
using CrmSuite.Sales.Quotes;
using CrmSuite.ServiceDefaults;
using CrmSuite.Views;

namespace CrmSuite.Sales.Corridors;

static class CorridorEndpoints
{
    public static IEndpointRouteBuilder MapCorridors(this IEndpointRouteBuilder app)
    {
        var read = app.MapGroup("/corridor").RequirePermission("sales:read");
        var operate = app.MapGroup("/corridor").RequirePermission("sales:operate").CheckCommands();

        operate.MapPost("/publish", (PublishCorridor command, Cause cause, IJournal journal, CancellationToken ct) =>
            journal.Decide<Corridor>(Corridor.TheId, cause, corridor => corridor.Publish(command), ct).ToHttp(_ => "corridor"));

        operate.MapPost("/preview", async (PublishCorridor command, IJournal journal, Queries queries, CancellationToken ct) => QuoteBreaks.OfCorridor(
            (await journal.Load<Corridor>(Corridor.TheId, ct)).State, command, await QuoteHistory.InPlay(queries, ct)));

        read.MapGet("", (DateTime? asOf, IJournal journal, CancellationToken ct) => journal.Show<Corridor>(Corridor.TheId, corridor => corridor, ct, asOf));

        read.MapGet("/versions", (string? after, int? size, Queries queries, CancellationToken ct) => CorridorList.Open(queries, after, size, ct));

        read.MapGet("/timeline", (IJournal journal, CancellationToken ct) => journal.Timeline<Corridor>(Corridor.TheId, ct));

        return app;
    }
}
