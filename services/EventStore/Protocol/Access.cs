using System.Security.Claims;
using CrmSuite.EventStore.Client;

namespace CrmSuite.EventStore.Protocol;

/// <summary>What one may be allowed to do with a stream.</summary>
enum Right
{
    Read,
    Write,
    Delete,
    MetaRead,
    MetaWrite,
}

/// <summary>
/// Who may do what. Administrators may everything; a stream's own list (<c>$acl</c>) comes next; else the role decides: writers write and read the streams
/// whose names do not start with <c>$</c>, readers read these and all streams. Nobody else may anything.
/// </summary>
sealed class Access(IEventStore store, bool closed)
{
    public const string All = "$all";

    /// <summary>In an access list: everybody who has an account.</summary>
    const string Everybody = "$all";

    /// <summary>Throws unless the caller may.</summary>
    public async ValueTask Demand(ClaimsPrincipal caller, string stream, Right right, CancellationToken ct)
    {
        if (!closed || caller.IsInRole(Accounts.Admin))
        {
            return;
        }

        if (caller.Identity is not { IsAuthenticated: true, Name: { } name })
        {
            throw Refusals.Denied();
        }

        // A stream of metadata is open to whom its owner's list opens it.
        var (owner, asked) = StreamMetadata.OwnerOf(stream) is { } of ? (of, OfMetadata(right)) : (stream, right);
        var listed = Listed((await store.ReadMetadata(owner, ct)).Metadata.Acl, asked);
        var allowed = listed is null
            ? ByRole(caller, owner, asked)
            : listed.Any(entry => entry == Everybody || entry == name || caller.IsInRole(entry));
        if (!allowed)
        {
            throw Refusals.Denied();
        }
    }

    static Right OfMetadata(Right right) => right == Right.Read ? Right.MetaRead : Right.MetaWrite;

    static IReadOnlyList<string>? Listed(StreamAcl? acl, Right right) => right switch
    {
        Right.Read => acl?.Read,
        Right.Write => acl?.Write,
        Right.Delete => acl?.Delete,
        Right.MetaRead => acl?.MetaRead,
        _ => acl?.MetaWrite,
    };

    static bool ByRole(ClaimsPrincipal caller, string stream, Right right) => right switch
    {
        Right.Read when stream == All => caller.IsInRole(Accounts.Reader),
        _ when stream.StartsWith('$') => false,
        Right.Read => caller.IsInRole(Accounts.Reader) || caller.IsInRole(Accounts.Writer),
        Right.Write => caller.IsInRole(Accounts.Writer),
        _ => false,
    };
}

/// <summary>The caller of a batch: the same streams again and again, so a leave to write is remembered for a moment.</summary>
sealed class BatchCaller(Access access, ClaimsPrincipal caller)
{
    /// <summary>A changed access list is seen after this time at the latest.</summary>
    static readonly TimeSpan FreshFor = TimeSpan.FromSeconds(1);

    const int StreamsMax = 10_000;

    readonly Dictionary<string, long> _allowedUntil = new(StringComparer.Ordinal);

    /// <summary>Throws unless the caller may write the stream.</summary>
    public async ValueTask Demand(string stream, CancellationToken ct)
    {
        if (_allowedUntil.TryGetValue(stream, out var until) && Environment.TickCount64 < until)
        {
            return;
        }

        await access.Demand(caller, stream, Right.Write, ct);
        if (_allowedUntil.Count >= StreamsMax)
        {
            _allowedUntil.Clear();
        }

        _allowedUntil[stream] = Environment.TickCount64 + (long)FreshFor.TotalMilliseconds;
    }
}
