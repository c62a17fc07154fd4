using CrmSuite.EventStore.Client;
using CrmSuite.Testing;

namespace CrmSuite.EventStore.Tests.Protocol;

/// <summary>The client and the embedded server's protocol, over a store in memory, obey together the laws of every store.</summary>
public sealed class EventStoreEndpointsTests : EventStoreContract
{
    ProtocolServer _server = null!;
    EventStoreClient _client = null!;

    public override async ValueTask DisposeAsync()
    {
        await _client.DisposeAsync();
        await _server.DisposeAsync();
        await base.DisposeAsync();
    }

    protected override async ValueTask<IEventStore> Open()
    {
        _server = await ProtocolServer.Start(new InMemoryEventStore());
        return _client = _server.Connect();
    }
}
