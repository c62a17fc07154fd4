using Google.Protobuf;

namespace CrmSuite.Grpc;

/// <summary>A method of a service: its path and how its messages are read. Caller and server share it.</summary>
public sealed record GrpcMethod<TRequest, TResponse>(string Service, string Name, MessageParser<TRequest> Requests, MessageParser<TResponse> Responses)
    where TRequest : class, IMessage<TRequest>
    where TResponse : class, IMessage<TResponse>
{
    /// <summary>The HTTP path of the method.</summary>
    public string Path => $"/{Service}/{Name}";
}

/// <summary>What both sides hold to.</summary>
public static class GrpcLimits
{
    /// <summary>The largest message: what the clients of the event store protocol accept.</summary>
    public const int MessageBytesMax = 17 * 1024 * 1024;

    /// <summary>Messages that are ready together are flushed together, at the latest after so many bytes.</summary>
    public const int FlushBytesMax = 64 * 1024;

    /// <summary>Calls at the same time on one connection.</summary>
    public const int StreamsPerConnectionMax = 4_096;

    /// <summary>The longest deadline that is honoured; a caller may ask for 99,999,999 hours.</summary>
    public static readonly TimeSpan DeadlineMax = TimeSpan.FromDays(7);

    /// <summary>A ping goes out on a connection silent for so long.</summary>
    public static readonly TimeSpan KeepAliveDelay = TimeSpan.FromSeconds(10);

    /// <summary>A ping that stays without an answer for so long ends the connection.</summary>
    public static readonly TimeSpan KeepAliveTimeout = TimeSpan.FromSeconds(10);
}
