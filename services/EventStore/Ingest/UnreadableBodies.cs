using System.Security.Cryptography;
using CrmSuite.Bus;
using CrmSuite.ServiceDefaults;

namespace CrmSuite.EventStore.Ingest;

/// <summary>
/// Bodies that ingest could not read: told of, and shown as degraded, until an operator has seen them. The bodies themselves are not kept, for no fact lies in them
/// alone: its pack is missing then, and is pulled from the feed of its department.
/// </summary>
sealed class UnreadableBodies(BusHealth health, TimeProvider time)
{
    /// <summary>How many are told of, the newest.</summary>
    public const int Max = 200;

    const string Part = "ingest unreadable";

    readonly Lock gate = new();
    readonly SortedDictionary<long, Row> rows = [];
    long last;

    /// <summary>One of them.</summary>
    /// <param name="Id">Names it to clear it away.</param>
    /// <param name="Department">Who sent it, if the broker said so.</param>
    /// <param name="Reason">Why it cannot be read.</param>
    /// <param name="Bytes">Its length.</param>
    /// <param name="Sha256">Its hash, to find it among what a sender has kept.</param>
    /// <param name="SetAsideAt">When it came.</param>
    public sealed record Row(long Id, string? Department, string Reason, int Bytes, string Sha256, DateTime SetAsideAt);

    public Task Add(string? department, byte[] body, string reason, CancellationToken ct)
    {
        lock (gate)
        {
            rows.Add(++last, new(last, department, reason, body.Length, Convert.ToHexStringLower(SHA256.HashData(body)), time.GetUtcNow().UtcDateTime));
            rows.Remove(last - Max);
            Tell();
        }

        return Task.CompletedTask;
    }

    /// <summary>Maps the list and the clearing, as departments have them.</summary>
    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapGet("/ingest/set-aside", (UnreadableBodies bodies) => bodies.All())
            .RequirePermission("suite:operate").WithSummary("Bodies that could not be read, oldest first; their facts come from the feeds.");

        app.MapPost("/ingest/set-aside/{id:long}/retry", (long id, UnreadableBodies bodies) => bodies.Clear(id)
            ? Results.NoContent()
            : Problems.Result(StatusCodes.Status404NotFound, "set-aside.unknown", "Nothing of this id is set aside."))
            .RequirePermission("suite:operate").WithSummary("Clears one away: the feed has brought its facts, there is nothing to answer.");
    }

    Row[] All()
    {
        lock (gate)
        {
            return [.. rows.Values];
        }
    }

    bool Clear(long id)
    {
        lock (gate)
        {
            var cleared = rows.Remove(id);
            Tell();
            return cleared;
        }
    }

    void Tell()
    {
        if (rows.Count == 0)
        {
            health.Well(Part);
        }
        else
        {
            health.Ill(Part, $"{rows.Count} bodies could not be read, see /ingest/set-aside. Their facts come from the feeds.");
        }
    }
}
