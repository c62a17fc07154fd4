using CrmSuite.EventStore.Client.Proto;
using CrmSuite.Grpc;

namespace CrmSuite.EventStore.Client;

/// <summary>What a batch's reply says of its write.</summary>
static class BatchReplies
{
    /// <summary>The result, or null if the reply is a failure.</summary>
    public static WriteResult? Read(BatchAppendResp reply, StreamWrite write) => reply.ResultCase switch
    {
        BatchAppendResp.ResultOneofCase.Success => Read(reply.Success),
        BatchAppendResp.ResultOneofCase.Error when reply.Error.Details is { } details =>
            details.TryUnpack<WrongExpectedVersion>(out var wrong) ? new WriteResult.WrongVersion(write.Expected, Current(wrong))
            : details.Is(StreamDeleted.Descriptor) ? new WriteResult.StreamDeleted(write.Stream)
            : details.TryUnpack<MaximumAppendSizeExceeded>(out var size) ? new WriteResult.TooLarge((int)size.MaxAppendSize)
            : details.TryUnpack<MaximumAppendEventSizeExceeded>(out var one) ? new WriteResult.TooLarge((int)one.MaxAppendEventSize)
            : null,
        _ => null,
    };

    /// <summary>A success, of a batch or a single append.</summary>
    public static WriteResult.Written Read(WriteSuccess success) => new(
        success.CurrentRevisionOptionCase == WriteSuccess.CurrentRevisionOptionOneofCase.CurrentRevision ? Wire.ToSigned(success.CurrentRevision) : -1,
        success.Position is { } position ? Wire.ToSigned(position.CommitPosition) : null);

    /// <summary>What to throw for a reply that is no result.</summary>
    public static Exception Failure(Status? error) => error switch
    {
        null => new GrpcException(GrpcStatus.Internal, "A batch's reply says nothing."),
        { Details: { } details } when details.TryUnpack<BadRequest>(out var bad) => new ArgumentException(bad.Message),
        { Details: { } details } when details.Is(AccessDenied.Descriptor) => new GrpcException(GrpcStatus.PermissionDenied, "Access Denied."),
        _ => new GrpcException((GrpcStatus)error.Code, error.Message),
    };

    static long Current(WrongExpectedVersion wrong) =>
        wrong.CurrentStreamRevisionOptionCase == WrongExpectedVersion.CurrentStreamRevisionOptionOneofCase.CurrentStreamRevision
            ? Wire.ToSigned(wrong.CurrentStreamRevision)
            : -1;
}
