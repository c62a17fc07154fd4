namespace CrmSuite.Journal;

/// <summary>What became of a command.</summary>
public abstract record Outcome
{
    Outcome()
    {
    }

    /// <summary>Done: the events are in the journal, or it was already so (<paramref name="Added"/> = 0).</summary>
    /// <param name="Id">The noun's id.</param>
    /// <param name="Version">The stream's version after the command; −1 when the stream does not exist.</param>
    /// <param name="Position">Where the reader must have got to, to see it: the header <c>At-Least</c>.</param>
    /// <param name="Added">How many events were added by the command.</param>
    /// <param name="Repeated">Whether the same command had been accepted before.</param>
    public sealed record Accepted(Guid Id, int Version, Position Position, int Added, bool Repeated) : Outcome
    {
        /// <summary>The noun's category.</summary>
        public required string Category { get; init; }
    }

    /// <summary>The decider said no: 409, or 404 for <c>*.unknown</c>, 403 where somebody else may (see <see cref="Refusal"/>). Also 409 <c>time.earlier</c> and 422 <c>time.ahead</c>, <c>basis.missing</c>.</summary>
    public sealed record Refused(Refusal Refusal, int Status) : Outcome;

    /// <summary>Others kept changing the noun; after five decisions the caller is asked to try again: 409 <c>conflict</c>.</summary>
    public sealed record Conflict(int Version) : Outcome;

    /// <summary>The noun is no longer at the version the caller named in <c>If-Match</c>: 412 <c>version.stale</c>.</summary>
    public sealed record Stale(int Version) : Outcome;

    /// <summary>The same idempotency key came with another body: 422 <c>idempotency.reused</c>.</summary>
    public sealed record Reused : Outcome;

    /// <summary>Something this command needs does not answer: 503, nothing was written.</summary>
    public sealed record Unavailable(string Code, string Reason) : Outcome;
}
