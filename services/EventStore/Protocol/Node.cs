using CrmSuite.EventStore.Client;
using CrmSuite.EventStore.Client.Proto;
using CrmSuite.Grpc;

namespace CrmSuite.EventStore.Protocol;

/// <summary>What the server says of itself: a cluster of one, always leading.</summary>
static class Node
{
    /// <summary>The version of EventStoreDB whose behaviour clients find here.</summary>
    const string VersionSpoken = "23.10.8";

    static readonly Guid Instance = Guid.NewGuid();

    /// <summary>The methods served, in lower case as clients compare them.</summary>
    public static SupportedMethods Methods { get; } = new()
    {
        EventStoreServerVersion = VersionSpoken,
        Methods =
        {
            Method(Wire.Read, "position", "events"), Method(Wire.Append), Method(Wire.BatchAppend, "deadline_duration"), Method(Wire.Delete),
            Method(Wire.Tombstone), Method(Wire.SupportedMethods), Method(Wire.Gossip),
        },
    };

    /// <summary>The one member, at the address under which the caller has found it.</summary>
    public static ClusterInfo Gossip(ServerCall call) => new()
    {
        Members =
        {
            new MemberInfo
            {
                InstanceId = Wire.ToUuid(Instance),
                TimeStamp = DateTime.UtcNow.Ticks,
                State = MemberInfo.Types.VNodeState.Leader,
                IsAlive = true,
                HttpEndPoint = new() { Address = call.Host.Host, Port = (uint)(call.Host.Port ?? 443) },
            },
        },
    };

    static SupportedMethod Method<TRequest, TResponse>(GrpcMethod<TRequest, TResponse> method, params string[] features)
        where TRequest : class, Google.Protobuf.IMessage<TRequest>
        where TResponse : class, Google.Protobuf.IMessage<TResponse> =>
#pragma warning disable CA1308 // The protocol's names are in lower case.
        new() { MethodName = method.Name.ToLowerInvariant(), ServiceName = method.Service.ToLowerInvariant(), Features = { features } };
#pragma warning restore CA1308
}
