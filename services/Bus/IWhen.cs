using CrmSuite.Contracts;
using CrmSuite.Journal;

namespace CrmSuite.Bus;

/// <summary>A fact that a reaction answers, from another department or the own one.</summary>
/// <param name="Event">What happened.</param>
/// <param name="Entry">Where, when and why.</param>
public sealed record Heard<TEvent>(TEvent Event, Recorded Entry) where TEvent : Event;

/// <summary>
/// A reaction: one fact heard leads to one decision on one noun of the own department, once per event. Pure; the machinery loads, appends and claims.
/// A refusal is claimed with its code and counted, not retried.
/// </summary>
/// <typeparam name="TEvent">The fact that is answered.</typeparam>
/// <typeparam name="TState">The noun that decides.</typeparam>
public interface IWhen<TEvent, TState> where TEvent : Event where TState : class, IFold<TState>
{
    /// <summary>The id of the noun that decides, or null when the fact does not concern this department.</summary>
    static abstract Guid? Target(TEvent fact);

    /// <summary>The decision on the noun's current state.</summary>
    static abstract Decision Decide(TState state, Heard<TEvent> heard);
}

/// <summary>
/// A reaction whose decisions rest on what other nouns say, or on several nouns that must agree: it reads, as an endpoint does, and says what is decided; all of it
/// is appended in one transaction, once per event.
/// </summary>
/// <typeparam name="TEvent">The fact that is answered.</typeparam>
public interface IWhen<TEvent> where TEvent : Event
{
    /// <summary>What keeps the order of answers: facts with the same id are answered one after the other. Null when the fact does not concern this department.</summary>
    static abstract Guid? Target(TEvent fact);

    /// <summary>The decisions, the first with the cause as it is.</summary>
    static abstract Task<IReadOnlyList<Deciding>> Read(Heard<TEvent> heard, Cause cause, IJournal journal, CancellationToken ct);
}
