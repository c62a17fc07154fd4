using System.Text;

namespace CrmSuite.Grpc;

/// <summary>The statuses of gRPC, by their numbers on the wire.</summary>
public enum GrpcStatus
{
    /// <summary>It went well.</summary>
    Ok = 0,

    /// <summary>The caller gave up.</summary>
    Cancelled = 1,

    /// <summary>A fault nobody mapped.</summary>
    Unknown = 2,

    /// <summary>The request makes no sense in itself.</summary>
    InvalidArgument = 3,

    /// <summary>It took longer than the caller allows.</summary>
    DeadlineExceeded = 4,

    /// <summary>What is asked for is not there.</summary>
    NotFound = 5,

    /// <summary>What is to be made is there already.</summary>
    AlreadyExists = 6,

    /// <summary>The caller may not.</summary>
    PermissionDenied = 7,

    /// <summary>A limit is reached.</summary>
    ResourceExhausted = 8,

    /// <summary>The state of things forbids it.</summary>
    FailedPrecondition = 9,

    /// <summary>Another was faster, or the write timed out.</summary>
    Aborted = 10,

    /// <summary>Beyond the end.</summary>
    OutOfRange = 11,

    /// <summary>There is no such method.</summary>
    Unimplemented = 12,

    /// <summary>A broken rule of the protocol.</summary>
    Internal = 13,

    /// <summary>The server cannot be reached or is going away; worth another try.</summary>
    Unavailable = 14,

    /// <summary>Data is lost.</summary>
    DataLoss = 15,

    /// <summary>The caller is not known.</summary>
    Unauthenticated = 16,
}

/// <summary>A call that ended with another status than OK: thrown by a handler to answer so, thrown to a caller that was answered so.</summary>
public sealed class GrpcException(
    GrpcStatus status, string message, IReadOnlyDictionary<string, string>? trailers = null, Exception? inner = null) : Exception(message, inner)
{
    static readonly Dictionary<string, string> NoTrailers = [];

    /// <summary>The status.</summary>
    public GrpcStatus Status { get; } = status;

    /// <summary>What else the answer says, by lower-case names.</summary>
    public IReadOnlyDictionary<string, string> Trailers { get; } = trailers ?? NoTrailers;

    /// <summary>The value of a trailer, or null.</summary>
    public string? Trailer(string name) => Trailers.GetValueOrDefault(name);
}

/// <summary>Percent-encoding of <c>grpc-message</c>: UTF-8, everything outside printable ASCII and the per cent sign itself escaped.</summary>
static class PercentEncoding
{
    public static string Encode(string text)
    {
        var encoded = new StringBuilder(text.Length);
        foreach (var b in Encoding.UTF8.GetBytes(text))
        {
            _ = b is >= 0x20 and <= 0x7E and not (byte)'%' ? encoded.Append((char)b) : encoded.Append('%').Append(b.ToString("X2"));
        }

        return encoded.ToString();
    }

    /// <summary>A broken escape stays as it is: a message is for reading and never fails a call.</summary>
    public static string Decode(string text) => text.Contains('%', StringComparison.Ordinal) ? Uri.UnescapeDataString(text) : text;
}
