using System.Diagnostics;
using System.Text.Json;
using CrmSuite.Contracts;
using CrmSuite.Departments;
using CrmSuite.Journal;
using CrmSuite.ServiceDefaults;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace CrmSuite.Import;

/// <summary>How a department takes files in.</summary>
public static class ImportHosting
{
    /// <summary>A kind of file that the department takes in; map its routes with <see cref="MapImport"/>.</summary>
    public static Department Import<TImport>(this Department department) where TImport : class, IImport
    {
        department.Services.AddSingleton<IImport, TImport>();
        if (department.Services.Any(service => service.ServiceType == typeof(ImportStore)))
        {
            return department;
        }

        department.Services.AddSingleton<ImportStore>();
        department.Services.AddSingleton<ImportRunner>();
        department.Services.AddSingleton<IHostedService>(provider => provider.GetRequiredService<ImportRunner>());
        department.Services.AddSingleton<Backlog>();
        return department.Schema<ImportStore>();
    }

    /// <summary>Maps <c>/import</c> below a noun's group: upload, progress, refusals, fields, mappings.</summary>
    /// <param name="group">The noun's routes, for example <c>/orders</c>.</param>
    /// <param name="kind">The kind that is imported.</param>
    /// <param name="permission">What the caller needs, for example <c>sales:operate</c>.</param>
    public static RouteGroupBuilder MapImport(this RouteGroupBuilder group, string kind, string permission)
    {
        var import = group.MapGroup("/import").RequirePermission(permission);
        import.MapPost("/", (HttpContext context, ImportStore store, ImportRunner runner, IEnumerable<IImport> imports, string mapping, CancellationToken ct) =>
            ImportEndpoints.Upload(context, store, runner, imports.Single(candidate => candidate.Kind == kind), mapping, ct)).WithStreamedBody();
        import.MapGet("/", (ImportStore store, CancellationToken ct) => store.Newest(kind, ImportEndpoints.NewestMax, ct));
        import.MapGet("/{id:guid}", async (Guid id, ImportStore store, CancellationToken ct) =>
            await store.Find(kind, id, ct) is { } found ? Results.Ok(found) : ImportEndpoints.Unknown());
        import.MapGet("/{id:guid}/refusals", (Guid id, long? after, int? size, ImportStore store, CancellationToken ct) => ImportEndpoints.Refusals(kind, id, after, size, store, ct));
        import.MapPost("/{id:guid}/cancel", (Guid id, ImportStore store, CancellationToken ct) => ImportEndpoints.Cancel(kind, id, store, ct));
        import.MapGet("/fields", (IEnumerable<IImport> imports) => imports.Single(candidate => candidate.Kind == kind).Fields);
        import.MapGet("/mappings", (ImportStore store, CancellationToken ct) => store.Mappings(kind, ct));
        import.MapPut("/mappings/{name}", (string name, Mapping mapping, ImportStore store, IEnumerable<IImport> imports, CancellationToken ct) =>
            ImportEndpoints.Store(imports.Single(candidate => candidate.Kind == kind), name, mapping, store, ct));
        return group;
    }
}

/// <summary>The routes of imports.</summary>
static class ImportEndpoints
{
    public const int NewestMax = 50;

    const int PageMax = 200;

    static readonly string[] ContentTypes = ["text/csv", "application/gzip", "application/x-gzip"];

    public static async Task<IResult> Upload(HttpContext context, ImportStore store, ImportRunner runner, IImport import, string mapping, CancellationToken ct)
    {
        if (!ContentTypes.Contains(context.Request.ContentType?.Split(';')[0].Trim(), StringComparer.OrdinalIgnoreCase))
        {
            return Problems.Result(415, "content.unsupported", "Send the file itself as text/csv or application/gzip.");
        }

        var (found, problem) = await Find(store, import, mapping, ct);
        if (found is null)
        {
            return problem!;
        }

        var actor = context.User.Actor() with { Kind = "import" };
        var key = context.Request.Headers[Http.IdempotencyKey].ToString();
        var id = key.Length == 0 ? Guid.CreateVersion7() : Ids.Derive("import", actor.Id, import.Kind, key);
        return await Take(store, runner, import, id, found, actor, context.Request.Body, $"import/{id}", ct);
    }

    /// <summary>Stores a body to be imported, and answers where its progress stands; the same id again answers what the first one did.</summary>
    public static async Task<IResult> Take(
        ImportStore store, ImportRunner runner, IImport import, Guid id, Mapping found, Actor actor, Stream body, string location, CancellationToken ct)
    {
        var correlation = Activity.Current?.TraceId.ToHexString() is { } trace && Guid.TryParseExact(trace, "N", out var parsed) ? parsed : id;
        if (await store.Begin(id, import.Kind, found, actor, correlation, ct))
        {
            try
            {
                await store.Received(id, await Receive(body, store, id, ct), ct);
            }
            catch (Exception)
            {
                await store.End(id, "failed", "The upload broke off. Send the file again.", CancellationToken.None);
                throw;
            }

            runner.Wake();
        }

        return Results.Accepted(location, await store.Find(import.Kind, id, ct));
    }

    public static async Task<IResult> Refusals(string kind, Guid id, long? after, int? size, ImportStore store, CancellationToken ct)
    {
        if (await store.Find(kind, id, ct) is null)
        {
            return Unknown();
        }

        var max = Math.Clamp(size ?? PageMax, 1, PageMax);
        var rows = await store.Refusals(id, after ?? 0, max, ct);
        return Results.Ok(new { items = rows, next = rows.Count == max ? rows[^1].Line : (long?)null });
    }

    public static async Task<IResult> Cancel(string kind, Guid id, ImportStore store, CancellationToken ct)
    {
        if (await store.Find(kind, id, ct) is null)
        {
            return Unknown();
        }

        await store.End(id, "cancelled", "Cancelled. What was imported before stays.", ct);
        return Results.Ok(await store.Find(kind, id, ct));
    }

    public static async Task<IResult> Store(IImport import, string name, Mapping mapping, ImportStore store, CancellationToken ct)
    {
        if (!Form.IsWord(name))
        {
            return Problems.Result(400, "mapping.name", "A mapping's name is a lower-case word.");
        }

        if (mapping.Invalid(import) is { } invalid)
        {
            return Problems.Result(400, invalid.Code, invalid.Reason);
        }

        await store.Store(import.Kind, name, mapping, ct);
        return Results.Ok(mapping);
    }

    public static IResult Unknown() => Problems.Result(404, "import.unknown", "There is no such import.");

    static async Task<(Mapping?, IResult?)> Find(ImportStore store, IImport import, string mapping, CancellationToken ct)
    {
        Mapping? found;
        if (mapping.StartsWith('{'))
        {
            try
            {
                found = JsonSerializer.Deserialize<Mapping>(mapping, Json.Door);
            }
            catch (JsonException malformed)
            {
                return (null, Problems.Result(400, "mapping.malformed", Unreadable.Why(malformed, typeof(Mapping))));
            }
        }
        else
        {
            found = (await store.Mappings(import.Kind, ct)).GetValueOrDefault(mapping);
        }

        return found is null ? (null, Problems.Result(404, "mapping.unknown", "There is no mapping of this name. Give one as JSON, or store it first."))
            : found.Invalid(import) is { } invalid ? (null, Problems.Result(400, invalid.Code, invalid.Reason))
            : (found, null);
    }

    static async Task<long> Receive(Stream body, ImportStore store, Guid id, CancellationToken ct)
    {
        var buffer = new byte[ImportStore.PartSize];
        var total = 0L;
        for (var no = 0; ; no++)
        {
            var length = await body.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, ct);
            if (length > 0)
            {
                await store.Write(id, no, buffer.AsMemory(0, length), ct);
                total += length;
            }

            if (length < buffer.Length)
            {
                return total;
            }
        }
    }
}
