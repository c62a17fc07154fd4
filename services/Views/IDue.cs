using CrmSuite.Journal;

namespace CrmSuite.Views;

/// <summary>Work that falls due by the passing of time: a row in the table <c>due</c> for each open item, and a decision when its time has come.</summary>
/// <typeparam name="TState">The noun that decides.</typeparam>
public interface IDue<TState> where TState : class, IFold<TState>
{
    /// <summary>What falls due, one word, for example <c>expiry</c>.</summary>
    static abstract string Kind { get; }

    /// <summary>When the noun's next item of this kind falls due; null when nothing is open. Read from the state after every event.</summary>
    static abstract DateTime? At(TState state);

    /// <summary>The decision at that time. It decides with <paramref name="at"/> as business time, however late the loop is.</summary>
    static abstract Decision Decide(TState state, DateTime at);
}
