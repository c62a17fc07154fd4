using System.Net;
using System.Security.Cryptography.X509Certificates;
using CrmSuite.EventStore.Client;
using CrmSuite.Grpc;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace CrmSuite.EventStore.Protocol;

/// <summary>The protocol of EventStoreDB and KurrentDB in front of any <see cref="IEventStore"/>.</summary>
public static class EventStoreEndpoints
{
    /// <summary>Opens a port for the protocol: HTTP/2 only, in clear text unless there is a certificate.</summary>
    public static void ListenForEventStore(this KestrelServerOptions kestrel, IPEndPoint endpoint, X509Certificate2? certificate = null)
    {
        GrpcServer.Tune(kestrel.Limits);
        kestrel.Listen(endpoint, listen =>
        {
            listen.Protocols = HttpProtocols.Http2;
            if (certificate is not null)
            {
                listen.UseHttps(certificate);
            }
        });
    }

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
