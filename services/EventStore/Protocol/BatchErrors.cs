using CrmSuite.EventStore.Client;
using CrmSuite.EventStore.Client.Proto;
using CrmSuite.Grpc;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Empty = CrmSuite.EventStore.Client.Proto.Empty;
using Status = CrmSuite.EventStore.Client.Proto.Status;
using Timeout = CrmSuite.EventStore.Client.Proto.Timeout;

namespace CrmSuite.EventStore.Protocol;

/// <summary>The errors of single writes in a batch: a status with one typed detail.</summary>
static class BatchErrors
{
    public static Status Of(WriteResult result) => result switch
    {
        WriteResult.WrongVersion wrong => Error(GrpcStatus.AlreadyExists, "WrongExpectedVersion", Detail(wrong)),
        WriteResult.StreamDeleted deleted =>
            Error(GrpcStatus.NotFound, "StreamDeleted", new StreamDeleted { StreamIdentifier = Wire.ToIdentifier(deleted.Stream) }),
        WriteResult.TooLarge large =>
            Error(GrpcStatus.InvalidArgument, "MaximumAppendSizeExceeded", new MaximumAppendSizeExceeded { MaxAppendSize = (uint)large.BytesMax }),
        _ => Error(GrpcStatus.Internal, "The store has given an answer that the protocol does not know.", new Empty()),
    };

    public static Status Of(Exception fault) => fault switch
    {
        TimeoutException => Error(GrpcStatus.DeadlineExceeded, "Timeout", new Timeout()),
        GrpcException { Status: GrpcStatus.PermissionDenied } => Error(GrpcStatus.PermissionDenied, "AccessDenied", new AccessDenied()),
        ArgumentException or FormatException or GrpcException { Status: GrpcStatus.InvalidArgument } =>
            Error(GrpcStatus.InvalidArgument, "BadRequest", new BadRequest { Message = fault.Message }),
        _ => Error(GrpcStatus.Unknown, "Unknown", new Unknown()),
    };

    static Status Error(GrpcStatus code, string message, IMessage detail) => new() { Code = (int)code, Message = message, Details = Any.Pack(detail) };

    static WrongExpectedVersion Detail(WriteResult.WrongVersion wrong)
    {
        var detail = new WrongExpectedVersion();
        if (wrong.Current >= 0)
        {
            detail.CurrentStreamRevision = (ulong)wrong.Current;
        }
        else
        {
            detail.CurrentNoStream = Wire.Nothing;
        }

        if (wrong.Expected.IsExact)
        {
            detail.ExpectedStreamPosition = (ulong)wrong.Expected.Value;
        }
        else if (wrong.Expected == Expected.NoStream)
        {
            detail.ExpectedNoStream = Wire.Nothing;
        }
        else if (wrong.Expected == Expected.StreamExists)
        {
            detail.ExpectedStreamExists = Wire.Nothing;
        }
        else
        {
            detail.ExpectedAny = Wire.Nothing;
        }

        return detail;
    }
}
