using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace CrmSuite.Keyring;

/// <summary>The data key of one person, or the tombstone of an erased one.</summary>
public sealed class PersonKey
{
    /// <summary>AES-256.</summary>
    public const int Size = 32;

    const int NonceSize = 12;
    const int TagSize = 16;

    readonly byte[]? key;

    internal PersonKey(byte[] key) => this.key = key;

    PersonKey()
    {
    }

    /// <summary>The person is erased: nothing can be sealed or read, and that is a normal answer.</summary>
    public static readonly PersonKey Erased = new();

    /// <summary>Whether this is the tombstone.</summary>
    public bool IsErased => key is null;

    /// <summary>
    /// Seals a field with AES-256-GCM; event id and field are authenticated with it. The nonce follows from key, event, field and text by HMAC, so a retry of the
    /// same command gives the same bytes, and no nonce ever serves two texts.
    /// </summary>
    /// <returns>Nonce, cipher text and tag as base64; null for an erased person.</returns>
    public string? Seal(string clear, Guid eventId, string field)
    {
        if (key is null)
        {
            return null;
        }

        var text = Encoding.UTF8.GetBytes(clear);
        var context = Context(eventId, field);
        var output = new byte[NonceSize + text.Length + TagSize];
        var nonce = output.AsSpan(0, NonceSize);
        HMACSHA256.HashData(HMACSHA256.HashData(key, "nonce"u8), (byte[])[.. context, .. text]).AsSpan(0, NonceSize).CopyTo(nonce);
        using var aes = new AesGcm(key, TagSize);
        aes.Encrypt(nonce, text, output.AsSpan(NonceSize, text.Length), output.AsSpan(NonceSize + text.Length), context);
        return Convert.ToBase64String(output);
    }

    /// <summary>The clear text; null for an erased person.</summary>
    /// <exception cref="CryptographicException">The bytes were not sealed under this key for this event and field.</exception>
    public string? Unseal(string sealedText, Guid eventId, string field)
    {
        if (key is null)
        {
            return null;
        }

        var input = Convert.FromBase64String(sealedText);
        if (input.Length < NonceSize + TagSize)
        {
            throw new CryptographicException("A sealed field is too short.");
        }

        var text = new byte[input.Length - NonceSize - TagSize];
        using var aes = new AesGcm(key, TagSize);
        aes.Decrypt(input.AsSpan(0, NonceSize), input.AsSpan(NonceSize, text.Length), input.AsSpan(NonceSize + text.Length), text, Context(eventId, field));
        return Encoding.UTF8.GetString(text);
    }

    static byte[] Context(Guid eventId, string field)
    {
        var name = Encoding.UTF8.GetBytes(field);
        var context = new byte[16 + 4 + name.Length];
        eventId.TryWriteBytes(context, bigEndian: true, out _);
        BinaryPrimitives.WriteInt32BigEndian(context.AsSpan(16), name.Length);
        name.CopyTo(context, 20);
        return context;
    }
}

/// <summary>The key outside the keyring database: it wraps the keys of persons, and from it follow the secrets that must not change (HKDF, RFC 5869).</summary>
public sealed class MasterKey
{
    const int NonceSize = 12;
    const int TagSize = 16;

    readonly byte[] wrapping;
    readonly byte[] references;

    /// <summary>From 32 bytes as base64: the setting <c>Keyring:Master</c>, out of a secret store.</summary>
    /// <exception cref="ArgumentException">Not 32 bytes of base64.</exception>
    public MasterKey(string base64)
    {
        var bytes = new byte[PersonKey.Size + 1];
        if (!Convert.TryFromBase64String(base64, bytes, out var length) || length != PersonKey.Size)
        {
            throw new ArgumentException("Keyring:Master must be 32 bytes as base64.", nameof(base64));
        }

        wrapping = HKDF.DeriveKey(HashAlgorithmName.SHA256, bytes.AsSpan(0, length).ToArray(), 32, info: "crmsuite wrap"u8.ToArray());
        references = HKDF.DeriveKey(HashAlgorithmName.SHA256, bytes.AsSpan(0, length).ToArray(), 32, info: "crmsuite references"u8.ToArray());
    }

    /// <summary>The keyed hash behind customer ids and match keys: it tells nothing without the master key.</summary>
    public byte[] Keyed(ReadOnlySpan<byte> text) => HMACSHA256.HashData(references, text);

    internal byte[] Wrap(Guid person, byte[] key)
    {
        var output = new byte[NonceSize + key.Length + TagSize];
        RandomNumberGenerator.Fill(output.AsSpan(0, NonceSize));
        using var aes = new AesGcm(wrapping, TagSize);
        aes.Encrypt(output.AsSpan(0, NonceSize), key, output.AsSpan(NonceSize, key.Length), output.AsSpan(NonceSize + key.Length), person.ToByteArray(bigEndian: true));
        return output;
    }

    internal byte[] Unwrap(Guid person, byte[] wrapped)
    {
        var key = new byte[wrapped.Length - NonceSize - TagSize];
        using var aes = new AesGcm(wrapping, TagSize);
        aes.Decrypt(wrapped.AsSpan(0, NonceSize), wrapped.AsSpan(NonceSize, key.Length), wrapped.AsSpan(NonceSize + key.Length), key, person.ToByteArray(bigEndian: true));
        return key;
    }
}
