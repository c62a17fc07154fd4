using System.Text.Json;
using CrmSuite.Journal;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace CrmSuite.Benchmarks;

/// <summary>Hosts to compare with, as processes of their own: this program under another command.</summary>
static class Peers
{
    /// <summary>What a pool of plain commits does best with on two cores.</summary>
    const int PoolMax = 32;

    public static async Task<int> Serve(string[] what)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        await using var app = builder.Build();
        app.MapGet("/", () => "hello");
        if (what is ["commit", var database])
        {
            var source = NpgsqlDataSource.Create(Ground.Wide(database, PoolMax));
            app.MapPost("/orders", (HttpRequest request, CancellationToken ct) => Commit(request, source, ct));
        }

        await app.RunAsync();
        return 0;
    }

    /// <summary>Reads the order, appends its event by the library's one statement on a connection of its own, answers. No rights, no limits, no traces, no second look.</summary>
    static async Task<IResult> Commit(HttpRequest request, NpgsqlDataSource source, CancellationToken ct)
    {
        using var order = await JsonDocument.ParseAsync(request.Body, cancellationToken: ct);
        var id = CrmSuite.Contracts.Ids.Derive("order", "bench", order.RootElement.GetProperty("number").GetString()!);
        await using var connection = await source.OpenConnectionAsync(ct);
        var written = await Appender.Execute(connection, [Facts.Append(id, 0)], ct);
        return written.Count == 1 ? TypedResults.Created($"orders/{id}") : TypedResults.Conflict();
    }
}
