using CrmSuite.Analytics.Runs;
using CrmSuite.Analytics.Segments;
using CrmSuite.Analytics.Store;
using CrmSuite.Contracts;
using CrmSuite.Databases;
using CrmSuite.EventStore.Client;
using CrmSuite.Journal;
using CrmSuite.Testing;
using CrmSuite.Views;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Npgsql;

namespace CrmSuite.Analytics.Tests.Store;

/// <summary>A company's history in a store in memory, and Analytics following it on a real PostgreSQL by the real runner.</summary>
sealed class Company : IAsyncDisposable
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    readonly Dictionary<string, long> revisions = [];
    readonly List<StreamWrite> pending = [];
    readonly ServiceProvider services;
    long facts;

    Company(IEventStore store, string connectionString, ServiceProvider services) => (Store, ConnectionString, this.services) = (store, connectionString, services);

    public IEventStore Store { get; }

    public string ConnectionString { get; }

    public NpgsqlDataSource Database => services.GetRequiredService<NpgsqlDataSource>();

    public IJournal Journal => services.GetRequiredService<IJournal>();

    public ILog Log => services.GetRequiredService<ILog>();

    public RunWorker Runs => services.GetRequiredService<RunWorker>();

    public SegmentKeeper Segments => services.GetRequiredService<SegmentKeeper>();

    public static async Task<Company> Open()
    {
        var (database, keyring) = (await Servers.Database("analytics"), await Servers.Database("keyring"));
        await Migration.Apply(database, null, default, typeof(IJournal).Assembly, typeof(StoreLog).Assembly);
        await Migration.Apply(keyring, null, default, typeof(Keyring.Keyring).Assembly);
        var store = new InMemoryEventStore();
        var configuration = new Microsoft.Extensions.Configuration.ConfigurationManager();
        configuration["Keyring:Master"] = JournalDatabase.MasterKey();
        configuration["ConnectionStrings:keyring"] = keyring;
        var services = new ServiceCollection().AddLogging().AddSingleton<IEventStore>(store).AddStoreLog()
            .AddJournal("analytics", database).AddKeyring(configuration).AddViews(database).AddTables().AddReadModels().BuildServiceProvider();
        foreach (var hosted in services.GetServices<IHostedService>())
        {
            await hosted.StartAsync(default);
        }

        return new(store, database, services);
    }

    /// <summary>A fact of a department, as ingest would store it; written with <see cref="Settle"/>.</summary>
    public Guid Add(string category, Guid id, Event fact, DateTime occurredAt, DateTime? recordedAt = null)
    {
        var stream = $"{category}-{id}";
        var name = EventNames.Of(fact.GetType());
        var (data, at) = (EventReading.Write(fact), recordedAt ?? occurredAt);
        var eventId = Ids.Derive("test-event", stream, (++facts).ToString());
        var meta = new Meta(new("import", "test"), eventId, null, null, null, new(eventId)).ToBytes();
        var beside = new StoreMetadata(System.Text.Encoding.UTF8.GetString(meta), occurredAt, at, ContentHash.Of(name, data, meta), facts, 0, new byte[32], eventId);
        var revision = revisions.GetValueOrDefault(stream, -1);
        pending.Add(new(stream, revision < 0 ? Expected.NoStream : Expected.Exactly(revision), [new(eventId, name, data, beside.ToBytes())]));
        revisions[stream] = revision + 1;
        return eventId;
    }

    /// <summary>Writes what was added and returns when every table has it.</summary>
    public async Task Settle()
    {
        foreach (var part in pending.Chunk(500))
        {
            Assert.All(await Store.Append(part, default), result => Assert.IsType<WriteResult.Written>(result));
        }

        pending.Clear();
        var head = await Log.Head(default);
        var end = DateTime.UtcNow + Patience;
        while ((await Facts.Position(Database, default) ?? -2) < head.Number)
        {
            Assert.True(DateTime.UtcNow < end, $"The tables did not get to {head}.");
            await Task.Delay(20);
        }
    }

    /// <summary>What Analytics decided itself comes back through the store.</summary>
    public async Task Relay()
    {
        var log = services.GetRequiredService<JournalLog>();
        foreach (var entry in await log.Read(Position.Start, 1_000, default))
        {
            if (entry.Version > revisions.GetValueOrDefault(entry.Stream, -1))
            {
                Add(entry.Category, entry.Id, entry.Event, entry.OccurredAt, entry.RecordedAt);
            }
        }

        await Settle();
    }

    public static Cause Cause(DateTime? at = null) => new(Guid.CreateVersion7(), new("staff", "analyst"), Guid.CreateVersion7(), At: at);

    public async Task<List<object?[]>> Query(string sql)
    {
        await using var command = Database.CreateCommand(sql);
        command.CommandTimeout = 60;
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<object?[]>();
        while (await reader.ReadAsync())
        {
            var row = new object?[reader.FieldCount];
            reader.GetValues(row!);
            rows.Add([.. row.Select(value => value is DBNull ? null : value)]);
        }

        return rows;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var hosted in services.GetServices<IHostedService>())
        {
            await hosted.StopAsync(default);
        }

        await services.DisposeAsync();
    }
}
