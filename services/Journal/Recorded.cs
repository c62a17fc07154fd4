using CrmSuite.Contracts;

namespace CrmSuite.Journal;

/// <summary>A place in a log, in commit order: of a journal (transaction, position), or of the event store (0, commit position).</summary>
/// <param name="Transaction">xid8 of the transaction; 0 in the event store.</param>
/// <param name="Number">The identity position in a journal; the commit position in the event store.</param>
public readonly record struct Position(ulong Transaction, long Number) : IComparable<Position>
{
    /// <summary>Before the first event.</summary>
    public static readonly Position Start = new(0, -1);

    /// <inheritdoc/>
    public int CompareTo(Position other) => (Transaction, Number).CompareTo((other.Transaction, other.Number));

    /// <summary>Commit order.</summary>
    public static bool operator <(Position left, Position right) => left.CompareTo(right) < 0;

    /// <summary>Commit order.</summary>
    public static bool operator >(Position left, Position right) => left.CompareTo(right) > 0;

    /// <summary>Commit order.</summary>
    public static bool operator <=(Position left, Position right) => left.CompareTo(right) <= 0;

    /// <summary>Commit order.</summary>
    public static bool operator >=(Position left, Position right) => left.CompareTo(right) >= 0;

    /// <summary><c>transaction.number</c>.</summary>
    public override string ToString() => $"{Transaction}.{Number}";

    /// <summary>Reads <see cref="ToString"/>; false for anything else.</summary>
    public static bool TryParse(string? text, out Position position)
    {
        position = Start;
        if (text?.Split('.') is not [var transaction, var number] || !ulong.TryParse(transaction, out var t) || !long.TryParse(number, out var n))
        {
            return false;
        }

        position = new(t, n);
        return true;
    }
}

/// <summary>One event as it stands in a log: what happened, to whom, when, why, and where it lies. Times are UTC.</summary>
public sealed record Recorded
{
    /// <summary>Where it lies in the log it was read from.</summary>
    public required Position Position { get; init; }

    /// <summary>The stream category, <c>department.noun</c>.</summary>
    public required string Category { get; init; }

    /// <summary>The noun's id.</summary>
    public required Guid Id { get; init; }

    /// <summary>The version in its stream: 0, 1, 2 …</summary>
    public required int Version { get; init; }

    /// <summary>The event's id over the suite.</summary>
    public required Guid EventId { get; init; }

    /// <summary>The stored name, <c>sales.order-placed.1</c>.</summary>
    public required string Name { get; init; }

    /// <summary>The body as stored; never re-serialised by anybody.</summary>
    public required ReadOnlyMemory<byte> Data { get; init; }

    /// <summary>The metadata as stored.</summary>
    public required ReadOnlyMemory<byte> MetaBytes { get; init; }

    /// <summary>Business time.</summary>
    public required DateTime OccurredAt { get; init; }

    /// <summary>Database time of the journal that accepted it.</summary>
    public required DateTime RecordedAt { get; init; }

    /// <summary>SHA-256 over name, data and the stable metadata (<see cref="Contracts.ContentHash"/>).</summary>
    public required ReadOnlyMemory<byte> ContentHash { get; init; }

    /// <summary>The department's pack in which it came; null in the journal, which is cut into packs only afterwards.</summary>
    public long? PackNo { get; init; }

    /// <summary>The fact in today's words: parsed and upcast on first use.</summary>
    /// <exception cref="UnknownEventException">This build does not know the name; the reader waits, it never skips.</exception>
    public Event Event { get => field ??= EventReading.Read(Name, Data.Span); internal init; }

    /// <summary>Who, why, under which command.</summary>
    public Meta Meta => field ??= Meta.Parse(MetaBytes.Span);

    /// <summary>The department, the first word of the category.</summary>
    public string Department => Category[..Category.IndexOf('.', StringComparison.Ordinal)];

    /// <summary>The stream's name in the company's store, <c>sales.order-0198…</c>.</summary>
    public string Stream => $"{Category}-{Id}";
}
