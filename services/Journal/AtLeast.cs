namespace CrmSuite.Journal;

/// <summary>
/// What a command answers in the header <c>At-Least</c> and a query sends back: what its views must have passed. Clients hand it on as it is, also to another
/// department: the stream has the same name there, the position means nothing.
/// </summary>
/// <param name="Position">Where it lies in the journal of the department that was asked.</param>
/// <param name="Stream">The stream that the command was about, <c>sales.order-0198…</c>; null where there is none.</param>
/// <param name="Version">The stream's version after the command.</param>
public readonly record struct AtLeast(Position Position, string? Stream = null, int Version = -1)
{
    const int LengthMax = 200;

    /// <summary>Whether the stream is one of this department.</summary>
    public bool IsOf(string department) => Stream?.StartsWith(department + ".", StringComparison.Ordinal) == true;

    /// <summary><c>transaction.number/stream/version</c>, or the position alone.</summary>
    public override string ToString() => Stream is null ? Position.ToString() : $"{Position}/{Stream}/{Version}";

    /// <summary>Reads <see cref="ToString"/>; false for anything else.</summary>
    public static bool TryParse(string text, out AtLeast asked)
    {
        asked = default;
        if (text.Length > LengthMax || text.Split('/') is not { Length: 1 or 3 } parts || !Position.TryParse(parts[0], out var position))
        {
            return false;
        }

        var version = -1;
        if (parts.Length == 3 && (parts[1].Length == 0 || !int.TryParse(parts[2], out version) || version < 0))
        {
            return false;
        }

        asked = new(position, parts.Length == 3 ? parts[1] : null, version);
        return true;
    }
}
