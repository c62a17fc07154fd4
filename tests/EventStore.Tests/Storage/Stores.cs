using CrmSuite.Databases;
using CrmSuite.EventStore.Client;
using CrmSuite.EventStore.Storage;
using CrmSuite.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace CrmSuite.EventStore.Tests.Storage;

/// <summary>Embedded stores on a database of their own.</summary>
static class Stores
{
    /// <summary>A database with the store's tables.</summary>
    public static async Task<string> Database()
    {
        var database = await Servers.Database("eventstore");
        await Migration.Apply(database, null, default, typeof(PostgresEventStore).Assembly);
        return database;
    }

    /// <summary>A store that has been started; it writes if no other does.</summary>
    public static async Task<PostgresEventStore> Start(string database, string holder = "test", TimeProvider? time = null)
    {
        var store = new PostgresEventStore(database, holder, NullLogger<PostgresEventStore>.Instance, time);
        await store.StartAsync(default);
        return store;
    }

    /// <summary>Waits until it is so, at most half a minute.</summary>
    public static async Task Until(Func<bool> condition)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(120));
        while (!condition())
        {
            await Task.Delay(20, patience.Token);
        }
    }

    /// <summary>An event of nobody's.</summary>
    public static NewEvent New() => new(Guid.NewGuid(), "thing-happened", "{}"u8.ToArray(), default);

    /// <summary>The events of a read.</summary>
    public static async Task<List<StoredEvent>> Entries(IAsyncEnumerable<ReadMessage> messages)
    {
        var events = new List<StoredEvent>();
        await foreach (var message in messages)
        {
            if (message is ReadMessage.Entry { Event: { } e })
            {
                events.Add(e);
            }
        }

        return events;
    }
}
