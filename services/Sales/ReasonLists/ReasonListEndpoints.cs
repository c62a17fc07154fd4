using CrmSuite.Journal;
using CrmSuite.Sales.Opportunities;
using CrmSuite.ServiceDefaults;
using CrmSuite.Views;

namespace CrmSuite.Sales.ReasonLists;

static class ReasonListEndpoints
{
    /// <summary>What a preview looks at: reasons that nobody has given for a year are missed by nobody.</summary>
    static readonly TimeSpan Given = TimeSpan.FromDays(365);

    static readonly Guid Lost = ReasonList.IdOf(ReasonList.Lost);

    public static IEndpointRouteBuilder MapReasonLists(this IEndpointRouteBuilder app)
    {
        var read = app.MapGroup("/reasons/lost").RequirePermission("sales:read");
        var operate = app.MapGroup("/reasons/lost").RequirePermission("sales:operate").CheckCommands();

        operate.MapPost("/publish", (PublishReasons command, Cause cause, IJournal journal, CancellationToken ct) =>
            journal.Decide<ReasonList>(Lost, cause, list => list.Publish(ReasonList.Lost, command), ct).ToHttp(_ => "reasons/lost"));

        operate.MapPost("/preview", async (PublishReasons command, Queries queries, TimeProvider time, CancellationToken ct) =>
            Breaks.OfReasons(command, await OpportunityHistory.Lost(queries, time.GetUtcNow().UtcDateTime - Given, ct)));

        read.MapGet("", (DateTime? asOf, IJournal journal, CancellationToken ct) => journal.Show<ReasonList>(Lost, list => list, ct, asOf));

        read.MapGet("/timeline", (IJournal journal, CancellationToken ct) => journal.Timeline<ReasonList>(Lost, ct));

        return app;
    }
}
