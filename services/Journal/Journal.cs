using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using CrmSuite.Contracts;
using CrmSuite.Keyring;

namespace CrmSuite.Journal;

/// <summary>The decide loop over one department's journal.</summary>
sealed class Journal(Loader loader, Appender appender, JournalLog log, Sealing sealing, Snapshots snapshots) : IJournal
{
    /// <summary>How often a command is decided when others keep changing the noun.</summary>
    const int AttemptsMax = 5;

    /// <summary>The same for nouns that must agree, one of which many callers may want: each of them passes the others one by one.</summary>
    const int TogetherMax = 12;

    /// <summary>The largest event body, in bytes.</summary>
    const int DataMax = 64 * 1024;

    /// <summary>The most events one decision may add.</summary>
    const int EventsMax = 1_000;

    /// <summary>How the codes end that say: this person may not, another one may.</summary>
    static readonly string[] NotAllowed = [".other-owner", ".own", ".not-yours", ".not-a-person"];

    /// <summary>What is answered while personal fields can be neither sealed nor opened.</summary>
    internal static readonly Outcome.Unavailable WithoutKeyring =
        new("keyring.unavailable", "The keyring does not answer: personal fields can be neither stored nor read now. Try again shortly.");

    /// <summary>How far ahead of the database's clock a given business time may lie.</summary>
    static readonly TimeSpan AheadMax = TimeSpan.FromMinutes(5);

    public Task<Outcome> Decide<TState>(Guid id, Cause cause, Func<TState, Decision> decide, CancellationToken ct) where TState : class, IFold<TState> =>
        Decide<TState>(id, cause, (state, _) => decide(state), ct);

    public async Task<Outcome> Decide<TState>(Guid id, Cause cause, Func<TState, DateTime, Decision> decide, CancellationToken ct) where TState : class, IFold<TState>
    {
        try
        {
            return await Loop(new Deciding<TState>(id, cause, decide), ct);
        }
        catch (BusyException busy)
        {
            return new Outcome.Unavailable("service.busy", busy.Message);
        }
    }

    async Task<Outcome> Loop<TState>(Deciding<TState> command, CancellationToken ct) where TState : class, IFold<TState>
    {
        var (id, cause) = (command.Id, command.Cause);
        if (cause is { Begins: true, Expected: null } && loader.Now is { } now && await Begin(command, now, ct) is { } begun)
        {
            return begun;
        }

        for (var attempt = 1; ; attempt++)
        {
            var (state, loaded) = await Fold<TState>(id, cause.CommandId, ct);
            var prepared = await Prepare(command, state, loaded, ct);
            if (prepared.Append is null)
            {
                return prepared.Outcome;
            }

            var appended = await appender.Run(prepared.Append);
            if (appended.Position is { } position)
            {
                return prepared.Outcome is Outcome.Accepted accepted ? accepted with { Position = position } : prepared.Outcome;
            }

            if (appended.Claimed)
            {
                continue; // The same command came twice at once: the next look finds its claim.
            }

            if (cause.Expected is not null)
            {
                return new Outcome.Stale(loaded.Version);
            }

            if (attempt == AttemptsMax)
            {
                return new Outcome.Conflict(loaded.Version);
            }

            await Task.Delay(Random.Shared.Next(1, 5 << attempt), ct);
        }
    }

    /// <summary>Decides on nothing. Null where that is no answer: nothing would be added, or something is there already.</summary>
    async Task<Outcome?> Begin<TState>(Deciding<TState> command, DateTime now, CancellationToken ct) where TState : class, IFold<TState>
    {
        var prepared = await Prepare(command, TState.Initial, new(null, [], -1, null, now, null), ct);
        return prepared is ({ Events.Count: > 0 } append, Outcome.Accepted accepted) && (await appender.Run(append)).Position is { } position
            ? accepted with { Position = position }
            : null;
    }

    public async Task<IReadOnlyList<Outcome>?> DecideAll(IReadOnlyList<Deciding> commands, Func<IReadOnlyList<Outcome>, Npgsql.NpgsqlBatchCommand?> beside, CancellationToken ct)
    {
        var (outcomes, appends) = await DecideEach(commands, ct);
        return outcomes.OfType<Outcome.Unavailable>().Any() || await appender.RunAll(appends, beside(outcomes), ct) ? outcomes : null;
    }

    public async Task<Outcome> DecideTogether(Func<CancellationToken, Task<IReadOnlyList<Deciding>>> read, CancellationToken ct)
    {
        (int Index, int? Expected)? stale = null;
        for (var attempt = 1; ; attempt++)
        {
            var commands = await read(ct);
            var (outcomes, appends) = await DecideEach(commands, ct);
            if (outcomes[0] is Outcome.Accepted { Repeated: true } before)
            {
                return before;
            }

            var failed = Array.FindIndex(outcomes, outcome => outcome is not Outcome.Accepted);
            if (failed < 0 && await Written(appends, ct))
            {
                return ((Outcome.Accepted)outcomes[0]) with { Position = log.Newest };
            }

            // A version that is read again and is stale again was named by the caller.
            if (failed >= 0 && (outcomes[failed] is not Outcome.Stale || stale == (failed, commands[failed].Cause.Expected)))
            {
                await Written([.. appends.Where(append => append.Events.Count == 0 && append.Claims.Any(claim => claim.Code is not null))], ct);
                return outcomes[failed];
            }

            if (attempt == TogetherMax)
            {
                return new Outcome.Conflict(outcomes[0] is Outcome.Accepted known ? known.Version - known.Added : -1);
            }

            stale = failed < 0 ? null : (failed, commands[failed].Cause.Expected);
            await Task.Delay(Random.Shared.Next(1, 5 << Math.Min(attempt, AttemptsMax)), ct);
        }
    }

    /// <summary>Whether it was written: not when a stream was at another version, or when the same command came twice at once.</summary>
    async Task<bool> Written(IReadOnlyList<Append> appends, CancellationToken ct)
    {
        try
        {
            return appends.Count == 0 || await appender.RunAll(appends, null, ct);
        }
        catch (Npgsql.PostgresException twice) when (twice.SqlState == Npgsql.PostgresErrorCodes.UniqueViolation)
        {
            return false;
        }
    }

    /// <summary>What each command leads to; commands on one noun one after the other, the rest side by side.</summary>
    async Task<(Outcome[] Outcomes, IReadOnlyList<Append> Appends)> DecideEach(IReadOnlyList<Deciding> commands, CancellationToken ct)
    {
        var outcomes = new Outcome[commands.Count];
        var streams = commands.Select((command, index) => (command, index)).GroupBy(pair => (pair.command.Id, pair.command.Category));
        var appends = await Task.WhenAll(streams.Select(stream => stream.First().command.On(this, [.. stream], outcomes, ct)));
        return (outcomes, [.. appends.OfType<Append>().OrderBy(append => append.Id).ThenBy(append => append.Noun, StringComparer.Ordinal)]);
    }

    /// <summary>Decides commands on one noun one after the other, each on what the one before it left, and merges what they lead to.</summary>
    internal async Task<Append?> DecideStream<TState>(IReadOnlyList<(Deciding<TState> Command, int Index)> stream, Outcome[] outcomes, CancellationToken ct)
        where TState : class, IFold<TState>
    {
        Append? merged = null;
        foreach (var (command, index) in stream)
        {
            if (merged?.Claims.Any(claim => claim.CommandId == command.Cause.CommandId) == true)
            {
                outcomes[index] = new Outcome.Accepted(command.Id, merged.Last, log.Newest, 0, Repeated: true) { Category = TState.Category };
                continue;
            }

            var (state, loaded) = await Fold<TState>(command.Id, command.Cause.CommandId, ct);
            foreach (var pending in merged?.Events ?? [])
            {
                state = TState.Evolve(state, await Read(pending.Name, pending.Data, pending.EventId, ct));
            }

            var ahead = merged is null ? loaded : loaded with { Version = merged.Last, Last = merged.Events.Count > 0 ? merged.Events[^1].OccurredAt : loaded.Last };
            var prepared = await Prepare(command, state, ahead, ct);
            outcomes[index] = prepared.Outcome;
            if (prepared.Append is { } append)
            {
                merged = merged is null ? append : merged with { Events = [.. merged.Events, .. append.Events], Claims = [.. merged.Claims, .. append.Claims] };
            }
        }

        return merged;
    }

    public async Task<(TState State, int Version)> Load<TState>(Guid id, CancellationToken ct, DateTime? asOf = null) where TState : class, IFold<TState>
    {
        if (asOf is null)
        {
            var (newest, loaded) = await Fold<TState>(id, Guid.Empty, ct);
            return (newest, loaded.Version);
        }

        var events = (await Read<TState>(id, ct)).TakeWhile(entry => entry.OccurredAt <= asOf).ToList();
        return (events.Aggregate(TState.Initial, (state, entry) => TState.Evolve(state, entry.Event)), events.Count - 1);
    }

    public Task<IReadOnlyList<Recorded>> Read<TState>(Guid id, CancellationToken ct) where TState : class, IFold<TState> => log.Stream(Noun<TState>(), id, ct);

    async Task<(TState State, Loaded Loaded)> Fold<TState>(Guid id, Guid commandId, CancellationToken ct) where TState : class, IFold<TState>
    {
        var kept = snapshots.Find<TState>(id);
        var loaded = await loader.Run(TState.Category, id, commandId, kept is null ? Snapshots.CodeOf<TState>() : Guid.Empty, kept?.Version ?? -1);
        loaded = loaded with { Last = loaded.Last ?? kept?.OccurredAt };
        var state = kept?.State ?? (loaded.Snapshot is { } snapshot ? JsonSerializer.Deserialize<TState>(snapshot, Json.Stored)! : TState.Initial);
        var (isPersonal, isClosed) = (false, false);
        foreach (var (eventId, name, data) in loaded.Events)
        {
            var fact = await Read(name, data, eventId, ct);
            isPersonal |= Sealing.IsPersonal(fact.GetType());
            isClosed |= Sealing.IsClosed(fact);
            state = TState.Evolve(state, fact);
        }

        // What was opened may stand in the state in the clear, which nothing keeps.
        if (isPersonal)
        {
            snapshots.Forget<TState>(id);
        }
        else if (loaded.Events.Count > 0)
        {
            snapshots.Offer(id, state, loaded.Version, loaded.Last!.Value, kept?.Row ?? (loaded.Snapshot is null ? -1 : loaded.Version - loaded.Events.Count));
        }

        return (state, loaded with { IsClosed = isClosed });
    }

    /// <summary>
    /// The fact as a decision sees it, from the bytes that are or will be stored. Opens what can be opened: without the keyring the state keeps sealed fields, which no
    /// command without personal fields looks at; one with them is not decided on it.
    /// </summary>
    async ValueTask<Event> Read(string name, byte[] data, Guid eventId, CancellationToken ct)
    {
        var fact = EventReading.Read(name, data);
        try
        {
            return Sealing.IsPersonal(fact.GetType()) ? await sealing.Open(fact, eventId, ct) : fact;
        }
        catch (KeyringUnavailableException)
        {
            return fact;
        }
    }

    async Task<(Append? Append, Outcome Outcome)> Prepare<TState>(Deciding<TState> command, TState state, Loaded loaded, CancellationToken ct) where TState : class, IFold<TState>
    {
        var (id, cause, noun) = (command.Id, command.Cause, Noun<TState>());
        if (loaded.Claim is { } claim)
        {
            return (null, claim switch
            {
                { Fingerprint: { } seen } when cause.Fingerprint is { } now && !seen.AsSpan().SequenceEqual(now) => new Outcome.Reused(),
                { Code: { } code } => new Outcome.Refused(new(code, "It was refused before."), StatusOf(code)),
                _ => new Outcome.Accepted(claim.Id, claim.Version, log.Newest, claim.Added, Repeated: true) { Category = TState.Category },
            });
        }

        if (cause.Expected is { } expected && expected != loaded.Version)
        {
            return (null, new Outcome.Stale(loaded.Version));
        }

        if (Time(cause, loaded) is not { } at)
        {
            return (null, cause.At > loaded.Now
                ? new Outcome.Refused(new("time.ahead", "The given time lies in the future."), 422)
                : new Outcome.Refused(new("time.earlier", "The given time lies before what is already recorded here."), 409));
        }

        if (loaded.IsClosed && cause.Basis is not null)
        {
            return (null, WithoutKeyring);
        }

        var decision = command.Decide(state, at);
        var claims = cause.IsClaimed ? (Claim[])[new(cause.CommandId, cause.Fingerprint, decision.Refusal?.Code)] : [];
        if (decision.Refusal is { } refusal)
        {
            var refused = new Outcome.Refused(refusal, StatusOf(refusal.Code));
            return (cause.ClaimsRefusals ? new(noun, id, loaded.Version, [], claims) : null, refused);
        }

        if (decision.Events.Count > EventsMax)
        {
            return (null, new Outcome.Refused(new("command.too-large", $"One command may lead to at most {EventsMax} events."), 422));
        }

        if (cause.Basis is null && decision.Events.Any(fact => Sealing.Persons(fact).Any()))
        {
            return (null, new Outcome.Refused(Commands.NoBasis, 422));
        }

        var pending = new Pending[decision.Events.Count];
        try
        {
            for (var index = 0; index < pending.Length; index++)
            {
                pending[index] = await Write(decision.Events[index], EventId(at, cause.CommandId, noun, id, index), cause, at, ct);
            }
        }
        catch (KeyringUnavailableException)
        {
            return (null, WithoutKeyring);
        }

        if (Array.Exists(pending, item => item.Data.Length > DataMax))
        {
            return (null, new Outcome.Refused(new("event.too-large", $"One event holds at most {DataMax / 1024} KB."), 422));
        }

        var accepted = new Outcome.Accepted(id, loaded.Version + pending.Length, log.Newest, pending.Length, Repeated: false) { Category = TState.Category };
        return (pending.Length + claims.Length == 0 ? null : new(noun, id, loaded.Version, pending, claims), accepted);
    }

    static DateTime? Time(Cause cause, Loaded loaded)
    {
        var last = loaded.Last ?? DateTime.MinValue;
        return cause.At switch
        {
            null => loaded.Now > last ? loaded.Now : last,
            { } at when at > loaded.Now + AheadMax => null,
            { } at when at >= last => Cells.Settle(at),
            _ => cause.AtLeastLast ? last : null,
        };
    }

    async Task<Pending> Write(Event fact, Guid eventId, Cause cause, DateTime at, CancellationToken ct)
    {
        var stored = await sealing.Seal(fact, eventId, ct);
        var name = EventNames.Of(fact.GetType());
        var data = EventReading.Write(stored);
        var basis = Sealing.Persons(fact).Any() ? cause.Basis : null;
        var meta = new Meta(cause.Actor, cause.CommandId, cause.CausationId, cause.PolicyRefs, basis, new(cause.CorrelationId, cause.TraceParent))
        {
            ViaLink = cause.ViaLink?.On(fact),
        }.ToBytes();
        return new(eventId, name, data, meta, at, ContentHash.Of(name, data, meta));
    }

    /// <summary>UUIDv7 in form: the time of the command, then a hash of command, stream and index, so that a retry names its events alike.</summary>
    internal static Guid EventId(DateTime at, Guid commandId, string noun, Guid id, int index)
    {
        Span<byte> input = stackalloc byte[36 + noun.Length * 3];
        commandId.TryWriteBytes(input, bigEndian: true, out _);
        id.TryWriteBytes(input[16..], bigEndian: true, out _);
        BinaryPrimitives.WriteInt32BigEndian(input[32..], index);
        var length = 36 + Encoding.UTF8.GetBytes(noun, input[36..]);
        Span<byte> bytes = stackalloc byte[32];
        SHA256.HashData(input[..length], bytes);
        var milliseconds = Math.Max(0, new DateTimeOffset(at).ToUnixTimeMilliseconds());
        Span<byte> time = stackalloc byte[8];
        BinaryPrimitives.WriteInt64BigEndian(time, milliseconds);
        time[2..].CopyTo(bytes);
        return Ids.Form(bytes, version: 7);
    }

    static int StatusOf(string code) => code.EndsWith(".unknown", StringComparison.Ordinal) ? 404
        : Array.Exists(NotAllowed, ending => code.EndsWith(ending, StringComparison.Ordinal)) ? 403
        : 409;

    static string Noun<TState>() where TState : class, IFold<TState> => TState.Category[(TState.Category.IndexOf('.', StringComparison.Ordinal) + 1)..];
}
