using System.Collections;
using System.Runtime.CompilerServices;
using CrmSuite.Contracts;

namespace CrmSuite.Journal;

/// <summary>A noun: how its state follows from its events. Pure: no clock, no randomness, no I/O.</summary>
/// <typeparam name="TSelf">The state record itself.</typeparam>
public interface IFold<TSelf> where TSelf : class, IFold<TSelf>
{
    /// <summary>The stream category, <c>department.noun</c>.</summary>
    static abstract string Category { get; }

    /// <summary>What people call it.</summary>
    static virtual string Called => TSelf.Category[(TSelf.Category.IndexOf('.', StringComparison.Ordinal) + 1)..];

    /// <summary>The state before the first event.</summary>
    static abstract TSelf Initial { get; }

    /// <summary>The state after one more event. Accepts any event and never throws.</summary>
    static abstract TSelf Evolve(TSelf state, Event fact);
}

/// <summary>Why a command was not carried out: a stable code for programs and a sentence that says what to do.</summary>
/// <param name="Code"><c>noun.reason</c>, for example <c>order.not-placed</c>. <c>*.unknown</c> answers 404, <c>*.other-owner</c>, <c>*.own</c>, <c>*.not-yours</c> and <c>*.not-a-person</c> 403, everything else 409.</param>
/// <param name="Reason">A sentence for a person, without personal data.</param>
public sealed record Refusal(string Code, string Reason)
{
    /// <summary>What a program needs to go on: members of the problem beside its code, without personal data.</summary>
    public IReadOnlyDictionary<string, object?>? More { get; init; }
}

/// <summary>
/// The answer of a decider: one event, several, <c>[]</c> for "already so", or a refusal. An event and a collection expression convert to it.
/// </summary>
[CollectionBuilder(typeof(Decision), nameof(Create))]
public sealed class Decision : IEnumerable<Event>
{
    readonly Event[] events;

    Decision(Event[] events, Refusal? refusal) => (this.events, Refusal) = (events, refusal);

    /// <summary>The events to append, in order.</summary>
    public IReadOnlyList<Event> Events => events;

    /// <summary>Set when the command was refused; then there are no events.</summary>
    public Refusal? Refusal { get; }

    /// <summary>The target of collection expressions.</summary>
    public static Decision Create(ReadOnlySpan<Event> events) => new(events.ToArray(), null);

    /// <summary>The command cannot be carried out.</summary>
    public static Decision Refuse(string code, string reason) => new([], new(code, reason));

    /// <summary>The command cannot be carried out, and a member of the problem says what a program needs to go on.</summary>
    public static Decision Refuse(string code, string reason, string member, object value) =>
        new([], new(code, reason) { More = new Dictionary<string, object?> { [member] = value } });

    /// <summary>There is no such noun.</summary>
    public static Decision Unknown(string noun) => Refuse($"{noun}.unknown", $"There is no such {noun}.");

    /// <summary>There is no such noun, which people call by another word than its stream.</summary>
    public static Decision Unknown<TState>() where TState : class, IFold<TState> =>
        Refuse($"{TState.Category.Split('.')[1]}.unknown", $"There is no such {TState.Called}.");

    /// <summary>One event is a decision.</summary>
    public static implicit operator Decision(Event fact) => new([fact], null);

    /// <inheritdoc/>
    public IEnumerator<Event> GetEnumerator() => events.AsEnumerable().GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
