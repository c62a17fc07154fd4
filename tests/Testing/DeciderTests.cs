using System.Text;
using CrmSuite.Contracts;
using CrmSuite.Journal;
using Xunit;

namespace CrmSuite.Testing;

/// <summary>
/// Tests of one noun as sentences: given these facts, when this is decided, then these facts follow, or nothing, or a refusal. Every such test also proves, for free:
/// a decision is the same each time; deciding again on what it led to adds nothing; each event survives storage; and no state stumbles over any event of the language.
/// </summary>
public abstract class DeciderTests
{
    /// <summary>The facts so far.</summary>
    /// <typeparam name="TState">The noun; internal to its department, therefore not a parameter of the class.</typeparam>
    protected static Given<TState> Given<TState>(params Event[] facts) where TState : class, IFold<TState> => new(Testing.Given<TState>.Fold(TState.Initial, facts));
}

/// <summary>A noun after some facts.</summary>
public sealed class Given<TState> where TState : class, IFold<TState>
{
    internal Given(TState state)
    {
        State = state;
        Assert.Matches("^[a-z]+\\.[a-z]+$", TState.Category);
        foreach (var fact in Samples.Events)
        {
            Assert.NotNull(TState.Evolve(state, fact));
        }
    }

    /// <summary>The state they lead to.</summary>
    public TState State { get; }

    /// <summary>What is decided on it.</summary>
    public When<TState> When(Func<TState, Decision> decide) => new(State, decide);

    internal static TState Fold(TState state, IEnumerable<Event> facts) => facts.Aggregate(state, TState.Evolve);
}

/// <summary>A decision on a noun, to be judged.</summary>
public sealed class When<TState>(TState state, Func<TState, Decision> decide) where TState : class, IFold<TState>
{
    /// <summary>These events follow, and no others.</summary>
    public Given<TState> Then(params Event[] expected)
    {
        var decision = decide(state);
        Assert.Null(decision.Refusal);
        Assert.Equal(expected.Select(Text), decision.Events.Select(Text));
        Assert.Equal(decision.Events.Select(Text), decide(state).Events.Select(Text));

        var stored = decision.Events.Select(Stored).ToList();
        foreach (var (fact, read) in decision.Events.Zip(stored))
        {
            Assert.Equal(Text(fact), Text(read));
        }

        var after = new Given<TState>(Given<TState>.Fold(state, decision.Events));
        Assert.Empty(decide(after.State).Events);
        _ = new Given<TState>(Given<TState>.Fold(state, stored));
        return after;
    }

    /// <summary>It is already so.</summary>
    public void ThenNothing()
    {
        var decision = decide(state);
        Assert.Null(decision.Refusal);
        Assert.Empty(decision.Events);
    }

    /// <summary>It is refused, with this code and a sentence for a person.</summary>
    public void ThenRefused(string code)
    {
        var decision = decide(state);
        Assert.Equal(code, decision.Refusal?.Code);
        Assert.Matches("^[a-z]+\\.[a-z]+(-[a-z]+)*$", code);
        Assert.Matches("^[A-Z].*[.]$", decision.Refusal!.Reason);
        Assert.Empty(decision.Events);
    }

    static Event Stored(Event fact) => EventReading.Read(EventNames.Of(fact.GetType()), Bytes(fact));

    static string Text(Event fact) => $"{EventNames.Of(fact.GetType())} {Encoding.UTF8.GetString(Bytes(fact))}";

    static byte[] Bytes(Event fact) => EventReading.Write(Clearly.Sealed(fact));
}
