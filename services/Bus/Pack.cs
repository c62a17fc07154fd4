using System.Security.Cryptography;
using CrmSuite.Journal;

namespace CrmSuite.Bus;

/// <summary>The end of a department's chain of packs, as somebody knows it.</summary>
/// <param name="No">The number of the last pack; 0 before the first.</param>
/// <param name="Hash">Its hash; 32 zero bytes before the first.</param>
public sealed record PackHead(long No, ReadOnlyMemory<byte> Hash)
{
    /// <summary>Before the first pack.</summary>
    public static readonly PackHead None = new(0, new byte[SHA256.HashSizeInBytes]);

    /// <summary>Whether two parties know the same chain up to the same pack.</summary>
    public bool Same(PackHead other) => No == other.No && Hash.Span.SequenceEqual(other.Hash.Span);
}

/// <summary>A numbered, sealed piece of a department's journal, chained to the one before. It never changes.</summary>
/// <param name="Department">Whose facts these are: from the broker-checked user or the feed that was asked, never from the body.</param>
/// <param name="No">1, 2, 3 … without gaps.</param>
/// <param name="Hash">SHA-256 over the previous pack's hash and the content hashes of the entries.</param>
/// <param name="Entries">The events in journal order.</param>
public sealed record Pack(string Department, long No, ReadOnlyMemory<byte> Hash, IReadOnlyList<Recorded> Entries)
{
    /// <summary>The most events in one pack.</summary>
    public const int EventsMax = 100;

    /// <summary>The most bytes of data and metadata in one pack, unless a single event is larger.</summary>
    public const int BytesMax = 256 * 1024;

    /// <summary>This pack as the end of the chain.</summary>
    public PackHead Head => new(No, Hash);

    /// <summary>Whether it holds as many events as it may, so that more are to be expected.</summary>
    public bool IsFull => Entries.Count == EventsMax;

    /// <summary>Whether this is the very next pack and its hash follows from the previous one and what it holds.</summary>
    public bool Follows(PackHead previous) => No == previous.No + 1 && Hash.Span.SequenceEqual(HashOf(previous.Hash, Entries));

    /// <summary>The next pack of a chain.</summary>
    public static Pack Next(string department, PackHead previous, IReadOnlyList<Recorded> entries) =>
        new(department, previous.No + 1, HashOf(previous.Hash, entries), entries);

    /// <summary>As many of the events as one pack may hold; always at least one.</summary>
    public static IReadOnlyList<Recorded> Fitting(IReadOnlyList<Recorded> entries)
    {
        var (count, bytes) = (0, 0);
        while (count < entries.Count && count < EventsMax)
        {
            bytes += entries[count].Data.Length + entries[count].MetaBytes.Length;
            if (bytes > BytesMax && count > 0)
            {
                break;
            }

            count++;
        }

        return count == entries.Count ? entries : [.. entries.Take(count)];
    }

    static byte[] HashOf(ReadOnlyMemory<byte> previous, IReadOnlyList<Recorded> entries)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(previous.Span);
        foreach (var entry in entries)
        {
            hash.AppendData(entry.ContentHash.Span);
        }

        return hash.GetHashAndReset();
    }
}
