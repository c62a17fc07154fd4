using Npgsql;

namespace CrmSuite.Journal;

/// <summary>One decision of a batch: on which noun, why, and what. Always a <see cref="Deciding{TState}"/>.</summary>
/// <param name="Id">The noun's id.</param>
/// <param name="Cause">Who, why, under which command id.</param>
public abstract record Deciding(Guid Id, Cause Cause)
{
    internal abstract string Category { get; }

    internal abstract Task<Append?> On(Journal journal, IReadOnlyList<(Deciding Command, int Index)> stream, Outcome[] outcomes, CancellationToken ct);
}

/// <inheritdoc/>
/// <param name="Id">The noun's id.</param>
/// <param name="Cause">Who, why, under which command id.</param>
/// <param name="Decide">The pure decision on the current state, at the business time of the command.</param>
public sealed record Deciding<TState>(Guid Id, Cause Cause, Func<TState, DateTime, Decision> Decide) : Deciding(Id, Cause) where TState : class, IFold<TState>
{
    internal override string Category => TState.Category;

    internal override Task<Append?> On(Journal journal, IReadOnlyList<(Deciding Command, int Index)> stream, Outcome[] outcomes, CancellationToken ct) =>
        journal.DecideStream([.. stream.Select(pair => ((Deciding<TState>)pair.Command, pair.Index))], outcomes, ct);
}

/// <summary>The way into a department's journal: decide on one noun and append what was decided.</summary>
public interface IJournal
{
    /// <summary>Loads the noun, decides, appends at the exact next version together with the claim of the command. On conflict it loads and decides again, at most five times.</summary>
    /// <param name="id">The noun's id; its stream is <c>{Category}-{id}</c>.</param>
    /// <param name="cause">Who, why, under which command id.</param>
    /// <param name="decide">The pure decision on the current state.</param>
    /// <param name="ct">Cancels the wait, never a commit that is under way.</param>
    Task<Outcome> Decide<TState>(Guid id, Cause cause, Func<TState, Decision> decide, CancellationToken ct) where TState : class, IFold<TState>;

    /// <summary>The same for a decision that needs the business time of the command.</summary>
    Task<Outcome> Decide<TState>(Guid id, Cause cause, Func<TState, DateTime, Decision> decide, CancellationToken ct) where TState : class, IFold<TState>;

    /// <summary>
    /// Decides many commands and appends all they lead to in one transaction, with a statement of the caller's in it: the way of imports. Commands on one noun are
    /// decided one after the other, in order. Null when another writer came in between, or with an <see cref="Outcome.Unavailable"/> among the outcomes: nothing was
    /// written, call again.
    /// </summary>
    /// <param name="commands">At most 500.</param>
    /// <param name="beside">A statement for the same transaction, made from the outcomes (in the order of the commands), for example the import's cursor.</param>
    Task<IReadOnlyList<Outcome>?> DecideAll(IReadOnlyList<Deciding> commands, Func<IReadOnlyList<Outcome>, NpgsqlBatchCommand?> beside, CancellationToken ct);

    /// <summary>
    /// Decides on nouns that must agree (rulings.md 9) and appends all they lead to in one transaction, or nothing where one of them is refused. What was read for
    /// the decisions is named in <see cref="Cause.Expected"/>: when another writer came in between, it is read again.
    /// </summary>
    /// <param name="read">Reads what the decisions need and says them: at most 500, the one that answers first; it alone claims the command.</param>
    Task<Outcome> DecideTogether(Func<CancellationToken, Task<IReadOnlyList<Deciding>>> read, CancellationToken ct);

    /// <summary>The noun as it stands, or as of an instant of business time; version −1 when it does not exist.</summary>
    Task<(TState State, int Version)> Load<TState>(Guid id, CancellationToken ct, DateTime? asOf = null) where TState : class, IFold<TState>;

    /// <summary>The noun's events in order, for a timeline.</summary>
    Task<IReadOnlyList<Recorded>> Read<TState>(Guid id, CancellationToken ct) where TState : class, IFold<TState>;
}
