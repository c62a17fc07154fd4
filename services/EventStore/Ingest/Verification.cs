using CrmSuite.Bus;
using CrmSuite.Contracts;
using CrmSuite.EventStore.Client;

namespace CrmSuite.EventStore.Ingest;

/// <summary>What a verification found.</summary>
/// <param name="Facts">How many facts of departments were recomputed.</param>
/// <param name="Packs">How many packs they make.</param>
/// <param name="Heads">How many signed heads were compared with them.</param>
/// <param name="FirstBad">What is wrong first, with the event's name and place; null if all is as it was.</param>
sealed record Findings(long Facts, long Packs, long Heads, string? FirstBad);

/// <summary>
/// Recomputes the whole history as it lies in the store: each fact's content hash, each department's chain of packs, and that every signed head is a link of
/// that chain. Any change, loss or insertion breaks one of them; what is not a department's fact is not looked at.
/// </summary>
static class Verification
{
    public static async Task<Findings> Run(IEventStore store, SignedHeads signed, CancellationToken ct)
    {
        var (heads, marks) = (0L, new Dictionary<(string Department, long No), byte[]>());
        await foreach (var document in signed.All(ct))
        {
            if (document is null)
            {
                return new(0, 0, heads, $"Signed head {heads + 1} was not signed with this key.");
            }

            heads++;
            foreach (var (department, pack) in document.Packs)
            {
                marks[(department, pack.No)] = pack.Hash;
            }
        }

        var history = new History(marks);
        await foreach (var message in store.ReadAll(Bound.Start, long.MaxValue, Direction.Forwards, EventFilter.NotSystem, ct: ct))
        {
            if (message is ReadMessage.Entry { Event: { } e } && history.Add(e) is { } wrong)
            {
                var where = $"Event {e.Id} ({e.Type}), revision {e.Revision} of {e.Stream}, position {e.Position}";
                return new(history.Facts, history.Packs, heads, $"{where}: {wrong}.");
            }
        }

        return new(history.Facts, history.Packs, heads, history.Missing());
    }

    /// <summary>The history so far.</summary>
    sealed class History(Dictionary<(string Department, long No), byte[]> marks)
    {
        readonly Dictionary<string, PackChain> chains = [];
        readonly Dictionary<string, long> revisions = [];

        public long Facts { get; private set; }

        public long Packs => chains.Values.Sum(chain => chain.Head.No);

        /// <summary>What is wrong with the event, or null.</summary>
        public string? Add(StoredEvent e)
        {
            var department = FactOf.Department(e);
            if (department is null)
            {
                return null;
            }

            Facts++;
            if (StoreMetadata.Parse(e.Metadata.Span) is not { } fact)
            {
                return "what stands beside it cannot be read";
            }

            if (e.Revision != (revisions.TryGetValue(e.Stream, out var last) ? last + 1 : 0))
            {
                return "it does not follow its stream's last revision";
            }

            revisions[e.Stream] = e.Revision;
            if (!FactOf.HasHash(e, fact))
            {
                return "its content does not have its hash";
            }

            if (fact.EventId != e.Id)
            {
                return "its id is not the one beside it";
            }

            var chain = chains.TryGetValue(department, out var known) ? known : chains[department] = new(PackHead.None);
            return chain.Add(fact) ?? (chain.IsWhole ? Compare(department, chain.Head) : null);
        }

        /// <summary>What was begun or signed and is not there.</summary>
        public string? Missing()
        {
            foreach (var (department, chain) in chains.Where(c => !c.Value.IsWhole))
            {
                return $"Pack {chain.Head.No + 1} of {department}, the last one, is not whole or does not have its hash.";
            }

            foreach (var (department, no) in marks.Keys.Where(mark => mark.No > (chains.GetValueOrDefault(mark.Department)?.Head.No ?? 0)))
            {
                return $"Pack {no} of {department} was signed and is not there: the end of the history is cut off.";
            }

            return null;
        }

        string? Compare(string department, PackHead head) =>
            marks.TryGetValue((department, head.No), out var hash) && !head.Same(new(head.No, hash))
                ? $"pack {head.No}, which it ends, is not the one that was signed"
                : null;
    }
}

/// <summary>What of a stored event is a department's fact.</summary>
static class FactOf
{
    /// <summary>The department, if its name begins both the stream and the type; null for what others have written.</summary>
    public static string? Department(StoredEvent e)
    {
        var dot = e.Stream.IndexOf('.', StringComparison.Ordinal);
        return dot > 0 && e.Type.StartsWith(e.Stream[..(dot + 1)], StringComparison.Ordinal) ? e.Stream[..dot] : null;
    }

    /// <summary>Whether name, data and metadata still come to the hash that stands beside them.</summary>
    public static bool HasHash(StoredEvent e, StoreMetadata fact) =>
        ContentHash.Of(e.Type, e.Data.Span, System.Text.Encoding.UTF8.GetBytes(fact.Meta)).AsSpan().SequenceEqual(fact.ContentHash);
}
