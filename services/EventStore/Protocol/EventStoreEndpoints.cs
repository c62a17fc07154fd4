using CrmSuite.EventStore.Client;
using CrmSuite.Grpc;

namespace CrmSuite.EventStore.Protocol;

/// <summary>The protocol of EventStoreDB and KurrentDB in front of any <see cref="IEventStore"/>.</summary>
public static class EventStoreEndpoints
{
    /// <summary>Serves the store: streams, server features and gossip. Without accounts everybody may do everything.</summary>
    public static void MapEventStore(this WebApplication app, IEventStore store, Accounts? accounts = null)
    {
        var grpc = new GrpcServer(app, accounts is null ? null : accounts.Authenticate, Refusals.Translate);
        var access = new Access(store, accounts is not null);
        var reading = new Reading(store, access);
        var writing = new Writing(store, access);
        var batches = new BatchWriting(store, access);
        grpc.ServerStream(Wire.Read, reading.Read);
        grpc.ClientStream(Wire.Append, writing.Append);
        grpc.Duplex(Wire.BatchAppend, batches.Append);
        grpc.Unary(Wire.Delete, writing.Delete);
        grpc.Unary(Wire.Tombstone, writing.Tombstone);
        grpc.Unary(Wire.SupportedMethods, (_, _, _) => Task.FromResult(Node.Methods));
        grpc.Unary(Wire.Gossip, (_, call, _) => Task.FromResult(Node.Gossip(call)));
        grpc.Unimplemented();
    }
}
