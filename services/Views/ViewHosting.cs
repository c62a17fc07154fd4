using System.Text.Json;
using CrmSuite.Journal;
using CrmSuite.Keyring;
using CrmSuite.ServiceDefaults;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace CrmSuite.Views;

/// <summary>How a host gets views: a department over its journal, Analytics over the event store.</summary>
public static class ViewHosting
{
    /// <summary>Registers a view.</summary>
    public static IServiceCollection AddView<TRow, TView>(this IServiceCollection services) where TRow : class where TView : IView<TRow> =>
        services.AddSingleton(ViewDeclaration.Of<TRow, TView>());

    /// <summary>
    /// Registers the runner of all views and <see cref="Queries"/> for queries. The host brings <see cref="ILog"/> and an <see cref="NpgsqlDataSource"/> whose search
    /// path names the schema of <paramref name="settings"/>.
    /// </summary>
    public static IServiceCollection AddViews(this IServiceCollection services, string connectionString, ViewSettings? settings = null)
    {
        services.AddHttpContextAccessor();
        services.AddSingleton(settings ?? new ViewSettings());
        services.AddSingleton(provider => new ViewRunner(connectionString, provider.GetRequiredService<ViewSettings>(), provider.GetServices<ViewDeclaration>(),
            provider.GetRequiredService<ILog>(), provider.GetRequiredService<ILogger<ViewRunner>>(), provider.GetService<Sealing>() is { } sealing
                ? new(provider.GetRequiredService<Keyring.Keyring>(), sealing, provider.GetRequiredService<ILogger<Erasure>>()) : null));
        services.AddHostedService(provider => provider.GetRequiredService<ViewRunner>());
        services.AddHealthChecks().Add(new("views", provider => provider.GetRequiredService<ViewRunner>(), null, null));
        services.AddScoped(provider => new Queries(provider.GetRequiredService<ViewRunner>(), provider.GetRequiredService<ILog>(), provider.GetRequiredService<NpgsqlDataSource>(),
            provider.GetRequiredService<ViewSettings>(), provider.GetRequiredService<IHttpContextAccessor>()));
        services.AddExceptionHandler<ViewProblems>();
        return services;
    }

    /// <summary>Registers work that falls due, with the view that lists it.</summary>
    public static IServiceCollection AddDue<TState, TDue>(this IServiceCollection services) where TState : class, IFold<TState> where TDue : IDue<TState> =>
        services.AddSingleton(DueKind.Of<TState, TDue>()).AddView<DueRow<TState>, DueView<TState, TDue>>();

    /// <summary>Registers the loop that decides what falls due. The host brings <see cref="IJournal"/> and <see cref="Leader"/>.</summary>
    public static IServiceCollection AddDueWork(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<DueWork>();
        services.AddHostedService(provider => provider.GetRequiredService<DueWork>());
        return services;
    }

    /// <summary>Maps what operators see of the views and what they may do: resume, rebuild, compare, drop.</summary>
    public static void MapViews(this IEndpointRouteBuilder app)
    {
        var views = app.MapGroup("/views").RequirePermission("suite:operate").WithTags("Views");
        views.MapGet("/", async (ViewRunner runner, ILog log, CancellationToken ct) => new ViewList(await log.Head(ct), await runner.States(ct)));
        views.MapPost("/{name}/resume", (string name, ViewRunner runner, CancellationToken ct) => Known(name, runner, async () =>
            await runner.Resume(name, ct) ? Results.NoContent() : Problems.Result(409, "view.running", "It does not stand still.")));
        views.MapPost("/{name}/rebuild", (string name, ViewRunner runner, CancellationToken ct) => Known(name, runner, async () =>
            await runner.Rebuild(name, ct) ? Results.Accepted() : Problems.Result(409, "view.building", "It is being rebuilt already.")));
        views.MapGet("/{name}/diff", (string name, ViewRunner runner, CancellationToken ct) => Known(name, runner, async () =>
            await runner.Diff(name, ct) is { } diff ? Results.Ok(diff) : Problems.Result(404, "diff.unknown", "It has not been rebuilt.")));
        views.MapDelete("/{name}/old", (string name, ViewRunner runner, CancellationToken ct) => Known(name, runner, async () =>
        {
            await runner.Drop(name, ct);
            return Results.NoContent();
        }));
    }

    /// <summary>Maps the list of what falls due, and how far it is decided where somebody drives the business time.</summary>
    public static void MapDue(this IEndpointRouteBuilder app)
    {
        var operate = app.MapGroup("/due").RequirePermission("suite:operate").WithTags("Views");
        operate.MapGet("", async (DueWork due, TimeProvider time, DateTime? until, CancellationToken ct) =>
            new Page<DueItem>(await due.Open((until ?? time.GetUtcNow().UtcDateTime).ToUniversalTime(), null, Queries.SizeMax, ct), null));
        operate.MapPut("/clock", async (DueClock clock, DueWork due, CancellationToken ct) =>
        {
            await due.Drive(clock.Until.ToUniversalTime(), ct);
            return Results.NoContent();
        });
        operate.MapDelete("/clock", async (DueWork due, CancellationToken ct) =>
        {
            await due.Drive(null, ct);
            return Results.NoContent();
        });
    }

    static Task<IResult> Known(string name, ViewRunner runner, Func<Task<IResult>> answer) =>
        runner.Names.Contains(name) ? answer() : Task.FromResult(Problems.Result(404, "view.unknown", "There is no such view."));

    /// <summary>How far due work may go.</summary>
    /// <param name="Until">Nothing that falls due later is decided until the clock is moved, or ten minutes have passed.</param>
    public sealed record DueClock(DateTime Until);

    /// <summary>The views of a host.</summary>
    /// <param name="Head">The newest settled position of the log.</param>
    /// <param name="Items">The tables, old versions included.</param>
    public sealed record ViewList(Position Head, IReadOnlyList<ViewState> Items);
}
