using System.Text.Json;
using System.Threading.Channels;
using CrmSuite.Contracts;
using CrmSuite.Keyring;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace CrmSuite.Journal;

/// <summary>
/// States of streams, so that a decision need not fold what was folded before: a cache, never a source, for what came since is always loaded. What was folded last is
/// in memory. Of a long stream there is a row as well, read only by the build that wrote it: who has folded it offers it, and it is written beside the request.
/// </summary>
sealed class Snapshots(NpgsqlDataSource database, ILogger<Snapshots> logger) : BackgroundService
{
    /// <summary>Fewer events than these are folded faster than a snapshot is worth.</summary>
    public const int EventsMin = 100;

    const int WaitingMax = 64;

    /// <summary>How many streams are in memory.</summary>
    const int KeptMax = 2_048;

    readonly Channel<Offered> offers = Channel.CreateBounded<Offered>(new BoundedChannelOptions(WaitingMax) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true });

    readonly MemoryCache memory = new(new MemoryCacheOptions { SizeLimit = KeptMax });

    /// <summary>The build whose snapshots of this noun can be read; empty where none are kept, because the state holds personal fields.</summary>
    public static Guid CodeOf<TState>() where TState : class, IFold<TState> => Kept<TState>.Code;

    /// <summary>What is in memory of a stream; null where nothing is.</summary>
    public Snapshot<TState>? Find<TState>(Guid id) where TState : class, IFold<TState> => memory.Get<Snapshot<TState>>((typeof(TState), id));

    /// <summary>Takes a stream out of memory.</summary>
    public void Forget<TState>(Guid id) where TState : class, IFold<TState> => memory.Remove((typeof(TState), id));

    /// <summary>Told by whoever folded a stream. Returns at once; under load the oldest row that should be written is dropped.</summary>
    /// <param name="id">The stream's id.</param>
    /// <param name="state">What it folds to.</param>
    /// <param name="version">At which version.</param>
    /// <param name="occurredAt">When its last event happened.</param>
    /// <param name="row">The version at which there is a row; −1 for none. Only <see cref="EventsMin"/> events later another one is written.</param>
    public void Offer<TState>(Guid id, TState state, int version, DateTime occurredAt, int row = -1) where TState : class, IFold<TState>
    {
        if (Kept<TState>.Code == Guid.Empty)
        {
            return;
        }

        if (version - row >= EventsMin)
        {
            offers.Writer.TryWrite(new(TState.Category, id, Kept<TState>.Code, version, occurredAt, () => Written(state)));
            row = version;
        }

        memory.Set((typeof(TState), id), new Snapshot<TState>(state, version, occurredAt, row), new MemoryCacheEntryOptions { Size = 1 });
    }

    public override void Dispose()
    {
        memory.Dispose();
        base.Dispose();
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

    async Task Write(Offered offer, CancellationToken ct) => await database.Sql("""
        insert into views.snapshots as kept (category, id, code, version, occurred_at, state) values ($1, $2, $3, $4, $5, $6::json)
        on conflict (category, id) do update set code = excluded.code, version = excluded.version, occurred_at = excluded.occurred_at, state = excluded.state
        where kept.code <> excluded.code or kept.version < excluded.version
        """, offer.Category, offer.Id, offer.Code, offer.Version, offer.OccurredAt, offer.State()).Run(ct);

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
        public static readonly Guid Code = Sealing.IsPersonal(typeof(TState)) ? Guid.Empty : CodeVersion.Of(typeof(TState));
    }
}

/// <summary>The state of a stream at a version, when its last event happened, and at which version there is a row.</summary>
sealed record Snapshot<TState>(TState State, int Version, DateTime OccurredAt, int Row);

/// <summary>Which build's rules made something that is only a cache.</summary>
static class CodeVersion
{
    public static Guid Of(params Type[] types) =>
        Ids.Derive("code", [.. types.Append(typeof(Event)).Append(typeof(CodeVersion)).Select(type => type.Module.ModuleVersionId).Distinct().Order()]);
}
