using System.Text.Json;

namespace CrmSuite.Contracts;

/// <summary>
/// What stands beside a department's fact in the event store, as the event's custom metadata. The event itself has the fact's id, its stored name as type, its
/// stream, its version as revision, and its data byte for byte; README.md has the table journal column ↔ CloudEvents attribute ↔ store field.
/// </summary>
/// <param name="Meta">The journal's metadata, its bytes as a text.</param>
/// <param name="OccurredAt">Business time.</param>
/// <param name="RecordedAt">Database time of the journal that accepted it.</param>
/// <param name="ContentHash">SHA-256 over name, data and the stable part of <paramref name="Meta"/>; see <see cref="Contracts.ContentHash"/>.</param>
/// <param name="PackNo">The department's pack in which it came, from 1.</param>
/// <param name="PackIndex">Its place in that pack, from 0.</param>
/// <param name="PackHash">SHA-256 over the previous pack's hash and the content hashes of this pack's facts.</param>
/// <param name="EventId">The fact's id, once more.</param>
public sealed record StoreMetadata(
    string Meta, DateTime OccurredAt, DateTime RecordedAt, byte[] ContentHash, long PackNo, int PackIndex, byte[] PackHash, Guid EventId)
{
    /// <summary>The stored bytes.</summary>
    public byte[] ToBytes() => JsonSerializer.SerializeToUtf8Bytes(this, Json.Stored);

    /// <summary>Reads the stored bytes; null if they are not those of a department's fact.</summary>
    public static StoreMetadata? Parse(ReadOnlySpan<byte> bytes)
    {
        try
        {
            return JsonSerializer.Deserialize<StoreMetadata>(bytes, Json.Stored) is { Meta: not null, ContentHash: not null, PackHash: not null, PackNo: > 0 } whole ? whole : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
