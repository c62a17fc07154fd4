using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace CrmSuite.Contracts;

/// <summary>Ids that follow from what they name, so that a repeated creation meets the version check instead of making a twin.</summary>
public static class Ids
{
    /// <summary>The namespace of all derived ids (RFC 9562, version 5).</summary>
    public static readonly Guid Namespace = new("6c1f8f0e-5a0b-5d6e-9c57-3f2b8a1d4e70");

    /// <summary>UUIDv5 over the kind and the parts, each in NFC, UTF-8 and prefixed with its length (32 bits, big-endian), so that no two lists of parts meet.</summary>
    /// <param name="kind">What is named, for example <c>order</c>.</param>
    /// <param name="parts">The natural key. Never personal data in the clear.</param>
    public static Guid Derive(string kind, params ReadOnlySpan<string> parts)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA1);
        hash.AppendData(Namespace.ToByteArray(bigEndian: true));
        Append(hash, kind);
        foreach (var part in parts)
        {
            Append(hash, part);
        }

        return Form(hash.GetHashAndReset(), version: 5);
    }

    /// <summary>The same for ids as parts, in their canonical lower-case text form.</summary>
    public static Guid Derive(string kind, params ReadOnlySpan<Guid> parts)
    {
        var texts = new string[parts.Length];
        for (var i = 0; i < parts.Length; i++)
        {
            texts[i] = parts[i].ToString();
        }

        return Derive(kind, texts);
    }

    /// <summary>The first 16 bytes of a hash as a UUID of the given version (RFC 9562 §5).</summary>
    public static Guid Form(ReadOnlySpan<byte> hash, int version)
    {
        Span<byte> bytes = stackalloc byte[16];
        hash[..16].CopyTo(bytes);
        bytes[6] = (byte)((bytes[6] & 0x0f) | (version << 4));
        bytes[8] = (byte)((bytes[8] & 0x3f) | 0x80);
        return new Guid(bytes, bigEndian: true);
    }

    static void Append(IncrementalHash hash, string part)
    {
        var bytes = Encoding.UTF8.GetBytes(part.Normalize(NormalizationForm.FormC));
        Span<byte> length = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(length, bytes.Length);
        hash.AppendData(length);
        hash.AppendData(bytes);
    }
}
