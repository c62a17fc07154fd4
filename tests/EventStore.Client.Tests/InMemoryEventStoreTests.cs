using CrmSuite.Testing;

namespace CrmSuite.EventStore.Client.Tests;

/// <summary>The store in memory obeys the laws of every store.</summary>
public sealed class InMemoryEventStoreTests : EventStoreContract
{
    protected override ValueTask<IEventStore> Open() => new(new InMemoryEventStore());
}
