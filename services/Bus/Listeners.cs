using CrmSuite.ServiceDefaults;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace CrmSuite.Bus;

/// <summary>A department as this host hears it.</summary>
/// <param name="Department">Whose facts.</param>
/// <param name="No">The last pack that has been handled; 0 before the first.</param>
/// <param name="Stopped">Why it is heard no more; null while it is heard.</param>
public sealed record Listened(string Department, long No, string? Stopped);

/// <summary>The departments that a host hears, for its operators; any replica answers.</summary>
public interface IListeners
{
    /// <summary>All of them, in the order of their names.</summary>
    Task<IReadOnlyList<Listened>> All(CancellationToken ct);

    /// <summary>
    /// Has whoever listens begin again, within seconds, from what is noted as heard by then. A department that still does not fit is stopped again.
    /// </summary>
    Task Resume(string department, CancellationToken ct);
}

/// <summary>What operators see of the departments that a host hears, and what they may do.</summary>
public static class Listeners
{
    /// <summary>Maps the list and the resumption.</summary>
    public static void MapListeners(this IEndpointRouteBuilder app)
    {
        app.MapGet("/listeners", (IListeners listeners, CancellationToken ct) => listeners.All(ct))
            .RequirePermission("suite:operate").WithSummary("The departments that are heard: how far, and why one is heard no more.");

        app.MapPost("/listeners/{department}/resume", async (string department, IListeners listeners, CancellationToken ct) =>
        {
            switch ((await listeners.All(ct)).SingleOrDefault(listened => listened.Department == department))
            {
                case null:
                    return Problems.Result(StatusCodes.Status404NotFound, "listener.unknown", "This department is not heard here.");
                case { Stopped: null }:
                    return Problems.Result(StatusCodes.Status409Conflict, "listener.running", "It is being heard.");
                default:
                    await listeners.Resume(department, ct);
                    return Results.Accepted();
            }
        })
        .RequirePermission("suite:operate").WithSummary("Hears a stopped department again, once what stopped it is mended; if it still does not fit, it is stopped again.");
    }
}
