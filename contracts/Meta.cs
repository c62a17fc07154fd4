using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace CrmSuite.Contracts;

/// <summary>Who acted, with the team and region of that moment, so that reports survive staff changes.</summary>
/// <param name="Kind">staff, service, rule, customer or import.</param>
/// <param name="Id">The subject of the token, or the name of the rule; never personal data.</param>
/// <param name="Team">The actor's team at the time.</param>
/// <param name="Region">The actor's region at the time.</param>
/// <param name="OnBehalfOf">The person a machine acted for; approvals look at the human, never at this.</param>
public sealed record Actor(string Kind, string Id, string? Team = null, string? Region = null, string? OnBehalfOf = null);

/// <summary>A rule, table, rate or other fact that a decision used, as of its version (rulings.md 9).</summary>
public sealed record PolicyRef(string Stream, int Version);

/// <summary>What stands beside an event: why it happened. The stable part is covered by the content hash; the trail is not.</summary>
/// <param name="Actor">Who acted.</param>
/// <param name="CommandId">The command that led to it; its idempotency key over the suite.</param>
/// <param name="CausationId">The event that it answers, for a reaction.</param>
/// <param name="PolicyRefs">What the decision looked up.</param>
/// <param name="Basis">The legal basis of the personal fields inside.</param>
/// <param name="Trail">Correlation and trace.</param>
public sealed record Meta(Actor Actor, Guid CommandId, Guid? CausationId, IReadOnlyList<PolicyRef>? PolicyRefs, Basis? Basis, Trail Trail)
{
    /// <summary>The link whose joint card the fact was made from; it carries the survivor's id (rulings.md 8).</summary>
    public Guid? ViaLink { get; init; }

    static ReadOnlySpan<byte> TrailMember => ",\"trail\":"u8;

    /// <summary>The stored bytes: one JSON object whose last member is <c>trail</c>.</summary>
    public byte[] ToBytes()
    {
        var stable = JsonSerializer.SerializeToUtf8Bytes(new Stable(Actor, CommandId, CausationId, PolicyRefs, Basis, ViaLink), Json.Stored);
        var buffer = new ArrayBufferWriter<byte>(stable.Length + 128);
        buffer.Write(stable.AsSpan(0, stable.Length - 1));
        buffer.Write(TrailMember);
        buffer.Write(JsonSerializer.SerializeToUtf8Bytes(Trail, Json.Stored));
        buffer.Write("}"u8);
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Reads the stored bytes.</summary>
    public static Meta Parse(ReadOnlySpan<byte> bytes) => JsonSerializer.Deserialize<Meta>(bytes, Json.Stored) ?? throw new JsonException("Empty metadata.");

    /// <summary>The part of the stored bytes that the content hash covers: all before the trail.</summary>
    public static ReadOnlySpan<byte> StablePart(ReadOnlySpan<byte> bytes)
    {
        var trail = bytes.LastIndexOf(TrailMember);
        return trail < 0 ? bytes : bytes[..trail];
    }

    sealed record Stable(Actor Actor, Guid CommandId, Guid? CausationId, IReadOnlyList<PolicyRef>? PolicyRefs, Basis? Basis, Guid? ViaLink);
}

/// <summary>The unstable end of the metadata: what changes between two tellings of the same fact.</summary>
public sealed record Trail(Guid CorrelationId, string? TraceParent = null);

/// <summary>The hash that makes a stored fact tamper-evident and a repeat recognisable.</summary>
public static class ContentHash
{
    /// <summary>SHA-256 over name, data and the stable part of the metadata, each length-prefixed, as the bytes are stored.</summary>
    public static byte[] Of(string name, ReadOnlySpan<byte> data, ReadOnlySpan<byte> meta)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Append(hash, Encoding.UTF8.GetBytes(name));
        Append(hash, data);
        Append(hash, Meta.StablePart(meta));
        return hash.GetHashAndReset();
    }

    static void Append(IncrementalHash hash, ReadOnlySpan<byte> part)
    {
        Span<byte> length = stackalloc byte[4];
        System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(length, part.Length);
        hash.AppendData(length);
        hash.AppendData(part);
    }
}

/// <summary>How JSON is written in storage and read at the door.</summary>
public static class Json
{
    /// <summary>Stored events: camel case, nulls left out, enums as text, unknown members ignored (consumers deploy before producers).</summary>
    public static readonly JsonSerializerOptions Stored = Create(strict: false);

    /// <summary>Requests: an unknown or duplicate property is refused, personal fields are clear text on the way in and <c>***</c> on the way out.</summary>
    public static readonly JsonSerializerOptions Door = Create(strict: true);

    /// <summary>Puts the rules of <see cref="Door"/> on the options of a host.</summary>
    public static void ConfigureDoor(JsonSerializerOptions options)
    {
        options.PropertyNamingPolicy = JsonNamingPolicy.CamelCase;
        options.DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull;
        options.UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow;
        options.AllowDuplicateProperties = false;
        options.PropertyNameCaseInsensitive = false;
        options.NumberHandling = JsonNumberHandling.Strict;
        options.RespectNullableAnnotations = true;
        options.RespectRequiredConstructorParameters = true;
        options.MaxDepth = 32;
        options.TypeInfoResolver = (options.TypeInfoResolver ?? new DefaultJsonTypeInfoResolver()).WithAddedModifier(Unreadable.Refuse);
        options.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.KebabCaseLower, allowIntegerValues: false));
        options.Converters.Add(new ClearPersonalDataConverter());
        options.Converters.Add(new StorableTextConverter());
        options.Converters.Add(new StorableElementConverter());
    }

    static JsonSerializerOptions Create(bool strict)
    {
        var options = new JsonSerializerOptions();
        if (strict)
        {
            ConfigureDoor(options);
        }
        else
        {
            options.PropertyNamingPolicy = JsonNamingPolicy.CamelCase;
            options.DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull;
            options.Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping;
            options.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.KebabCaseLower, allowIntegerValues: false));
        }

        return options;
    }
}
