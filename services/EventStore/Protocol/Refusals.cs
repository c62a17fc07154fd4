using CrmSuite.EventStore.Client;
using CrmSuite.Grpc;

namespace CrmSuite.EventStore.Protocol;

/// <summary>The errors of the protocol: status, words, and the trailers that clients read.</summary>
static class Refusals
{
    public static GrpcException Denied() =>
        new(GrpcStatus.PermissionDenied, "Access Denied.", new Dictionary<string, string> { [Wire.ExceptionTrailer] = "access-denied" });

    public static GrpcException Invalid(string why) => new(GrpcStatus.InvalidArgument, why);

    public static GrpcException StreamDeleted(string stream) => new(
        GrpcStatus.FailedPrecondition,
        $"Event stream '{stream}' is deleted.",
        new Dictionary<string, string> { [Wire.ExceptionTrailer] = "stream-deleted", ["stream-name"] = stream });

    public static GrpcException WrongVersion(string stream, WriteResult.WrongVersion wrong) => new(
        GrpcStatus.FailedPrecondition,
        $"Append failed due to WrongExpectedVersion. Stream: {stream}, Expected version: {wrong.Expected.Value}, Actual version: {wrong.Current}",
        new Dictionary<string, string>
        {
            [Wire.ExceptionTrailer] = "wrong-expected-version",
            ["stream-name"] = stream,
            ["expected-version"] = $"{wrong.Expected.Value}",
            ["actual-version"] = $"{wrong.Current}",
        });

    public static GrpcException TooLarge(int bytesMax) => new(
        GrpcStatus.InvalidArgument,
        $"Maximum Append Size of {bytesMax} Exceeded.",
        new Dictionary<string, string> { [Wire.ExceptionTrailer] = "maximum-append-size-exceeded", ["maximum-append-size"] = $"{bytesMax}" });

    public static GrpcException MissingMetadata(string property) => new(
        GrpcStatus.InvalidArgument,
        $"Required Metadata Property '{property}' is missing",
        new Dictionary<string, string>
        {
            [Wire.ExceptionTrailer] = "missing-required-metadata-property",
            ["required-metadata-properties"] = "type,content-type",
        });

    /// <summary>A wrong use of the store is the caller's; a store on its way down is away; anything else is a fault of ours.</summary>
    public static GrpcException? Translate(Exception fault) => fault switch
    {
        ArgumentException wrong => new(GrpcStatus.InvalidArgument, wrong.Message, inner: wrong),
        FormatException wrong => new(GrpcStatus.InvalidArgument, wrong.Message, inner: wrong),
        TimeoutException late => new(GrpcStatus.Aborted, "Operation timed out: Unknown", inner: late),
        _ => null,
    };
}
