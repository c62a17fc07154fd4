using System.Text.Json;
using System.Threading.Channels;
using CrmSuite.Contracts;
using CrmSuite.Keyring;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using NpgsqlTypes;

namespace CrmSuite.Journal;

/// <summary>The state of a stream at a version, and the business time of the event that led to it.</summary>
sealed record Snapshot<TState>(TState State, int Version, DateTime OccurredAt);

/// <summary>
/// States of long streams, so that a decision need not fold a thousand events: a cache, never a source. A snapshot is read only by the build that wrote it;
/// who has folded a long stream offers it, and it is written beside the request.
/// </summary>
sealed class Snapshots(NpgsqlDataSource database, ILogger<Snapshots> logger) : BackgroundService
{
    /// <summary>Fewer events than these are folded faster than a snapshot is worth.</summary>
    public const int EventsMin = 1_000;

    const int WaitingMax = 64;

    readonly Channel<Offered> offers = Channel.CreateBounded<Offered>(new BoundedChannelOptions(WaitingMax) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true });

    /// <summary>Whether states of this noun are kept: a state that holds personal fields in the clear never is.</summary>
    public static bool Keeps<TState>() where TState : class, IFold<TState> => Kept<TState>.Yes;

    /// <summary>The newest snapshot of a stream that this build wrote, or null.</summary>
    public async Task<Snapshot<TState>?> Find<TState>(Guid id, CancellationToken ct) where TState : class, IFold<TState>
    {
        if (!Keeps<TState>())
        {
            return null;
        }

        await using var command = database.CreateCommand("select state::text, version, occurred_at from views.snapshots where category = $1 and id = $2 and code = $3");
        command.Parameters.Add(new() { Value = TState.Category });
        command.Parameters.Add(new() { Value = id });
        command.Parameters.Add(new() { Value = Kept<TState>.Code });
        await using var reader = await command.ExecuteReaderAsync(ct);
        return await reader.ReadAsync(ct)
            ? new(JsonSerializer.Deserialize<TState>(reader.GetString(0), Json.Stored)!, reader.GetInt32(1), reader.GetDateTime(2))
            : null;
    }

    /// <summary>Told by whoever folded at least <see cref="EventsMin"/> events since the last snapshot. Returns at once; under load the oldest offer is dropped.</summary>
    public void Offer<TState>(Guid id, TState state, int version, DateTime occurredAt) where TState : class, IFold<TState>
    {
        if (Keeps<TState>())
        {
            offers.Writer.TryWrite(new(TState.Category, id, Kept<TState>.Code, version, occurredAt, () => Written(state)));
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await foreach (var offer in offers.Reader.ReadAllAsync(stoppingToken))
        {
            try
            {
                await Write(offer, stoppingToken);
            }
            catch (Exception failure) when (!stoppingToken.IsCancellationRequested)
            {
                logger.LogWarning("No snapshot of {Category}-{Id}: {Reason}", offer.Category, offer.Id, failure.GetType().Name);
            }
        }
    }

    async Task Write(Offered offer, CancellationToken ct)
    {
        await using var command = database.CreateCommand("""
            insert into views.snapshots as kept (category, id, code, version, occurred_at, state) values ($1, $2, $3, $4, $5, $6)
            on conflict (category, id) do update set code = excluded.code, version = excluded.version, occurred_at = excluded.occurred_at, state = excluded.state
            where kept.code <> excluded.code or kept.version < excluded.version
            """);
        foreach (var value in (object[])[offer.Category, offer.Id, offer.Code, offer.Version, offer.OccurredAt])
        {
            command.Parameters.Add(new() { Value = value });
        }

        command.Parameters.Add(new() { Value = offer.State(), NpgsqlDbType = NpgsqlDbType.Json });
        await command.ExecuteNonQueryAsync(ct);
    }

    /// <summary>The state as JSON, provided that it comes back the same.</summary>
    static string Written<TState>(TState state)
    {
        var json = JsonSerializer.Serialize(state, Json.Stored);
        return JsonSerializer.Serialize(JsonSerializer.Deserialize<TState>(json, Json.Stored), Json.Stored) == json
            ? json
            : throw new InvalidOperationException($"{typeof(TState)} does not come back from JSON as it was.");
    }

    sealed record Offered(string Category, Guid Id, Guid Code, int Version, DateTime OccurredAt, Func<string> State);

    static class Kept<TState> where TState : class, IFold<TState>
    {
        public static readonly Guid Code = CodeVersion.Of(typeof(TState));
        public static readonly bool Yes = !Sealing.IsPersonal(typeof(TState));
    }
}
