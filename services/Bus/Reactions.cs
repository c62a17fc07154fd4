using System.Collections.Concurrent;
using System.Text.Json;
using CrmSuite.Contracts;
using CrmSuite.Journal;
using CrmSuite.Keyring;
using Microsoft.Extensions.Logging;

namespace CrmSuite.Bus;

/// <summary>A declared reaction: which fact, on which noun, how.</summary>
/// <param name="Name">The class's name; with the event id it is the claim, so it must not change.</param>
/// <param name="EventType">The fact it answers.</param>
/// <param name="Category">The noun that decides, or the reaction where several do.</param>
/// <param name="Target">The noun's id, or null when the fact does not concern the department. Pure.</param>
/// <param name="Decide">Loads, decides, appends and claims.</param>
sealed record Reaction(
    string Name, Type EventType, string Category, Func<Event, Guid?> Target, Func<IJournal, Guid, Event, Recorded, Cause, CancellationToken, Task<Outcome>> Decide)
{
    /// <summary>The department whose facts are answered.</summary>
    public string Source { get; } = EventNames.Of(EventType).Split('.')[0];

    public static Reaction Of<TEvent, TState, TWhen>() where TEvent : Event where TState : class, IFold<TState> where TWhen : IWhen<TEvent, TState> =>
        new(typeof(TWhen).Name, typeof(TEvent), TState.Category,
            fact => Pure(() => TWhen.Target((TEvent)fact)),
            (journal, id, fact, entry, cause, ct) => journal.Decide<TState>(id, cause, state => Pure(() => TWhen.Decide(state, new((TEvent)fact, entry))), ct));

    public static Reaction Of<TEvent, TWhen>() where TEvent : Event where TWhen : IWhen<TEvent> =>
        new(typeof(TWhen).Name, typeof(TEvent), typeof(TWhen).Name,
            fact => Pure(() => TWhen.Target((TEvent)fact)),
            (journal, _, fact, entry, cause, ct) => journal.DecideTogether(reading => TWhen.Read(new((TEvent)fact, entry), cause, journal, reading), ct));

    /// <summary>What the rule itself throws is a bug or a fact it does not understand: trying again does not help.</summary>
    static T Pure<T>(Func<T> rule)
    {
        try
        {
            return rule();
        }
        catch (Exception bug)
        {
            throw new PoisonException(bug);
        }
    }
}

/// <summary>A fact that a reaction cannot answer, however often it is tried.</summary>
sealed class PoisonException(Exception inner) : Exception($"{inner.GetType().Name}: {inner.Message}", inner);

/// <summary>
/// Answers facts, heard or own: each once, because the command id follows from event and reaction and is claimed with what was decided. Facts of one source stream
/// and decisions on one noun keep their order, all else goes side by side, so that the appender shares commits.
/// </summary>
sealed class Reactions(Packs own, IEnumerable<Reaction> declared, IJournal journal, Sealing sealing, SetAside aside, ILogger<Reactions> logger)
{
    /// <summary>How many facts are answered at a time.</summary>
    const int ConcurrencyMax = 32;

    /// <summary>How often one fact is tried before it is set aside, when something it needs does not answer.</summary>
    const int AttemptsMax = 4;

    readonly ILookup<Type, Reaction> byType = declared.ToLookup(reaction => reaction.EventType);

    /// <summary>The other departments whose facts are answered.</summary>
    public IReadOnlyCollection<string> Sources { get; } = [.. declared.Select(reaction => reaction.Source).Where(source => source != own.Department).Distinct()];

    /// <summary>Whether own facts are answered.</summary>
    public bool Own { get; } = declared.Any(reaction => reaction.Source == own.Department);

    /// <summary>Answers all of it; what cannot be answered is set aside, and only its source stream waits. Throws when the own database does not answer.</summary>
    /// <returns>Whether any of it concerned a reaction.</returns>
    public async Task<bool> Answer(string source, IReadOnlyList<Recorded> entries, CancellationToken ct)
    {
        var concerned = entries.Where(entry => Concerns(entry.Name)).ToList();
        if (concerned.Count == 0)
        {
            return false;
        }

        var waiting = new ConcurrentDictionary<string, bool>((await aside.Waiting(concerned.Select(entry => entry.Stream), ct)).Select(stream => KeyValuePair.Create(stream, true)));
        using var slots = new SemaphoreSlim(ConcurrencyMax);
        var last = new Dictionary<string, Task>();
        var all = new List<Task>();
        foreach (var entry in concerned)
        {
            var keys = Targets(entry).Append($"from {entry.Stream}").ToList();
            var before = keys.Select(key => last.GetValueOrDefault(key, Task.CompletedTask)).ToList();
            var answered = Next(Task.WhenAll(before), source, entry, waiting, slots, ct);
            keys.ForEach(key => last[key] = answered);
            all.Add(answered);
        }

        await Task.WhenAll(all);
        return true;
    }

    /// <summary>Answers what waits of one source stream, oldest first; the reason when the oldest still cannot be answered.</summary>
    public async Task<string?> Redrive(string stream, CancellationToken ct)
    {
        while (await aside.Oldest(stream, ct) is { } oldest)
        {
            if (await Try(oldest.Entry, ct) is { } reason)
            {
                await aside.Fail(oldest.Id, reason, ct);
                return reason;
            }

            await aside.Remove(oldest.Id, ct);
        }

        return null;
    }

    /// <summary>Names without a reaction are passed over; an unknown name may have one in a newer build, so it waits.</summary>
    bool Concerns(string name) => EventNames.TypeOf(name) is not { } type || byType.Contains(type) || type.IsAssignableTo(typeof(IRetired));

    IEnumerable<string> Targets(Recorded entry)
    {
        try
        {
            return [.. byType[entry.Event.GetType()].Select(reaction => $"{reaction.Category}-{reaction.Target(entry.Event)}")];
        }
        catch (Exception poison) when (IsPoison(poison))
        {
            return []; // Set aside when its turn comes.
        }
    }

    async Task Next(Task before, string source, Recorded entry, ConcurrentDictionary<string, bool> waiting, SemaphoreSlim slots, CancellationToken ct)
    {
        await before;
        await slots.WaitAsync(ct);
        try
        {
            if ((waiting.ContainsKey(entry.Stream) ? "It waits behind an earlier event of its stream." : await Try(entry, ct)) is { } reason)
            {
                await aside.Add(source, entry, reason, ct);
                BusMeter.SetAside.Add(1, new KeyValuePair<string, object?>("department", source));
                if (waiting.TryAdd(entry.Stream, true))
                {
                    logger.LogError("{Name} {EventId} in {Stream} is set aside: {Reason}", entry.Name, entry.EventId, entry.Stream, reason);
                }
            }
        }
        finally
        {
            slots.Release();
        }
    }

    /// <summary>Answers one fact; the reason when it cannot be.</summary>
    async Task<string?> Try(Recorded entry, CancellationToken ct)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await React(entry, ct);
                return null;
            }
            catch (Exception failure) when (!ct.IsCancellationRequested)
            {
                if (attempt == AttemptsMax || IsPoison(failure))
                {
                    return failure.Message;
                }

                await Task.Delay(Backoff.After(attempt), ct);
            }
        }
    }

    async Task React(Recorded entry, CancellationToken ct)
    {
        var fact = Sealing.IsPersonal(entry.Event.GetType()) ? await sealing.Open(entry.Event, entry.EventId, ct) : entry.Event;
        foreach (var reaction in byType[fact.GetType()])
        {
            if (reaction.Target(fact) is not { } target)
            {
                continue;
            }

            var cause = Cause.Rule(reaction.Name, Ids.Derive("reaction", [entry.EventId.ToString(), reaction.Name]), entry.OccurredAt) with
            {
                CorrelationId = entry.Meta.Trail.CorrelationId,
                CausationId = entry.EventId,
                TraceParent = entry.Meta.Trail.TraceParent,
                Basis = entry.Meta.Basis,
                ViaLink = entry.Meta.ViaLink is { } link && fact is ICustomerFact concerned ? new(link, concerned.CustomerId) : null,
            };
            var outcome = await reaction.Decide(journal, target, fact, entry, cause, ct);
            BusMeter.Reactions.Add(1, new("reaction", reaction.Name), new KeyValuePair<string, object?>("outcome", outcome switch
            {
                Outcome.Accepted { Repeated: true } => "repeated",
                Outcome.Accepted { Added: 0 } => "nothing",
                Outcome.Accepted => "accepted",
                Outcome.Refused refused => refused.Refusal.Code,
                _ => throw new InvalidOperationException($"{reaction.Name} could not be decided now: {outcome}"),
            }));
        }
    }

    static bool IsPoison(Exception failure) => failure is PoisonException or UnknownEventException or JsonException or FormatException;
}
