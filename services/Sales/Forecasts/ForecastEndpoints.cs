using CrmSuite.Journal;
using CrmSuite.Sales.Periods;
using CrmSuite.ServiceDefaults;
using CrmSuite.Views;

namespace CrmSuite.Sales.Forecasts;

static class ForecastEndpoints
{
    public static IEndpointRouteBuilder MapForecasts(this IEndpointRouteBuilder app)
    {
        var read = app.MapGroup("/forecasts").RequirePermission("sales:read");
        var write = app.MapGroup("/forecasts").RequirePermission("sales:write").CheckCommands();
        var manage = app.MapGroup("/forecasts").RequirePermission("sales:approve").CheckCommands();
        var operate = app.MapGroup("/forecasts").RequirePermission("sales:operate").CheckCommands();

        write.MapPost("/{period}/submit", (string period, SubmitForecast command, Cause cause, [AsParameters] ForecastReports reports, CancellationToken ct) =>
            reports.Of(period, async asked =>
            {
                var owner = command.OwnerId ?? reports.Seller.Id;
                var team = owner == reports.Seller.Id ? reports.Seller.Team : await reports.Staff.TeamOf(owner, null, ct);
                var told = await reports.Look(asked, owner, cause.At ?? reports.Time.GetUtcNow().UtcDateTime, ct);
                return await reports.Journal.Decide<Forecast>(Forecast.IdOf(period, owner), cause,
                    (forecast, at) => forecast.Submit(command, told, owner, team, reports.Seller, at), ct).ToHttp(_ => $"forecasts/{period}/{owner}");
            }, ct));

        manage.MapPost("/{period}/adjust", (string period, AdjustForecast command, Cause cause, [AsParameters] ForecastReports reports, CancellationToken ct) =>
            reports.Of(period, async asked =>
            {
                var (child, version) = await reports.Journal.Load<Forecast>(Forecast.IdOf(period, command.ChildOwner), ct);
                var told = await reports.Look(asked, command.ChildOwner, cause.At ?? reports.Time.GetUtcNow().UtcDateTime, ct);
                var rests = cause with { PolicyRefs = [new($"{Forecast.Category}-{Forecast.IdOf(period, command.ChildOwner)}", version)] };
                return await reports.Journal.Decide<Forecast>(Forecast.IdOf(period, reports.Seller.Id), rests,
                    (forecast, at) => forecast.Adjust(command, told, child, reports.Seller, at), ct).ToHttp();
            }, ct));

        operate.MapPost("/{period}/freeze", (string period, Cause cause, [AsParameters] ForecastReports reports, CancellationToken ct) =>
            reports.Of(period, _ => reports.Journal.Decide<Period>(Period.IdOf(period), cause, asked => asked.Freeze(), ct).ToHttp(), ct));

        operate.MapPost("/{period}/compare", (string period, Cause cause, [AsParameters] ForecastReports reports, CancellationToken ct) =>
            reports.Compare(period, cause, ct));

        read.MapGet("", (string? after, int? size, Queries queries, CancellationToken ct) => PeriodList.Open(queries, after, size, ct));

        read.MapGet("/{period}", (string period, string? team, [AsParameters] ForecastReports reports, CancellationToken ct) => reports.RollUp(period, team,
            ct));

        read.MapGet("/{period}/coverage", (string period, string? team, [AsParameters] ForecastReports reports, CancellationToken ct) =>
            reports.Coverage(period, team, ct));

        read.MapGet("/{period}/{ownerId}", (string period, string ownerId, DateTime? asOf, IJournal journal, CancellationToken ct) =>
            journal.Show<Forecast>(Forecast.IdOf(period, ownerId), forecast => forecast, ct, asOf));

        read.MapGet("/{period}/{ownerId}/timeline", (string period, string ownerId, IJournal journal, CancellationToken ct) =>
            journal.Timeline<Forecast>(Forecast.IdOf(period, ownerId), ct));

        return app;
    }
}
