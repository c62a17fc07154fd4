using System.Net.Http.Json;
using CrmSuite.Contracts;
using CrmSuite.ServiceDefaults;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace CrmSuite.Bus;

/// <summary>The feed of another department: what the broker lost is pulled here.</summary>
/// <param name="client">A client for a department, with its address and this host's token.</param>
public sealed class PackFeed(Func<string, HttpClient> client)
{
    static readonly TimeSpan TimeOut = TimeSpan.FromSeconds(10);

    /// <summary>The last pack that the department has sealed.</summary>
    public async Task<PackHead> Head(string department, CancellationToken ct)
    {
        using var limit = Limit(ct);
        using var http = client(department);
        var head = await http.GetFromJsonAsync<Answer>("journal/head", Json.Stored, limit.Token) ?? throw new HttpRequestException($"{department} named no head.");
        return new(head.No, head.Hash);
    }

    /// <summary>Packs from a number on, as many as the department puts into one answer.</summary>
    /// <exception cref="FormatException">The answer is no batch of that department's facts.</exception>
    public async Task<IReadOnlyList<Pack>> Read(string department, long from, CancellationToken ct)
    {
        using var limit = Limit(ct);
        using var http = client(department);
        http.MaxResponseContentBufferSize = CloudEvents.BodyBytesMax;
        return CloudEvents.Read(await http.GetByteArrayAsync(new Uri($"journal/packs?from={from}&max={Packs.PageMax}", UriKind.Relative), limit.Token), department);
    }

    /// <summary>Maps the own feed; its bodies are the bytes that are published.</summary>
    internal static void Map(IEndpointRouteBuilder app)
    {
        app.MapGet("/journal/head", async (Packs packs, CancellationToken ct) =>
        {
            var head = await packs.Head(ct);
            return new Answer(head.No, head.Hash.ToArray());
        }).RequirePermission("journal:feed").WithSummary("The last sealed pack: its number and hash.");

        app.MapGet("/journal/packs", async (Packs packs, CancellationToken ct, long from = 1, int max = Packs.PageMax) =>
            from < 1 || max is < 1 or > Packs.PageMax
                ? Problems.Result(StatusCodes.Status400BadRequest, "request.invalid", $"from is at least 1, max is 1 to {Packs.PageMax}.")
                : Results.Bytes(CloudEvents.Write(await packs.Read(from, max, ct)), CloudEvents.ContentType))
            .RequirePermission("journal:feed").WithSummary("Sealed packs from a number on, as one CloudEvents batch.");
    }

    static CancellationTokenSource Limit(CancellationToken ct)
    {
        var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(TimeOut);
        return limit;
    }

    sealed record Answer(long No, byte[] Hash);
}
