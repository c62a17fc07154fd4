using CrmSuite.Analytics.Findings;
using CrmSuite.Analytics.Runs;
using CrmSuite.Analytics.Segments;
using CrmSuite.Analytics.Store;
using CrmSuite.Contracts;
using CrmSuite.Databases;
using CrmSuite.EventStore.Client;
using CrmSuite.Journal;
using CrmSuite.Testing;
using CrmSuite.Views;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Npgsql;

namespace CrmSuite.Analytics.Tests.Store;

/// <summary>A company's history in a store in memory, and Analytics following it on a real PostgreSQL by the real runner.</summary>
sealed class Company : IAsyncDisposable
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    /// <summary>How many tables are folded from the store.</summary>
    static readonly int Tables = new ServiceCollection().AddTables().Count;

    readonly Dictionary<string, long> revisions = [];
    readonly Dictionary<string, long> packs = [];
    readonly List<StreamWrite> pending = [];
    readonly ServiceProvider services;
    readonly string keyring;
    long facts;

    Company(IEventStore store, string connectionString, string keyring)
    {
        (Store, ConnectionString, this.keyring) = (store, connectionString, keyring);
        services = AddTo(new ServiceCollection().AddLogging(), new ConfigurationManager()).BuildServiceProvider();
    }

    public IEventStore Store { get; }

    public string ConnectionString { get; }

    public NpgsqlDataSource Database => services.GetRequiredService<NpgsqlDataSource>();

    public IJournal Journal => services.GetRequiredService<IJournal>();

    public ILog Log => services.GetRequiredService<ILog>();

    public RunWorker Runs => services.GetRequiredService<RunWorker>();

    public SegmentKeeper Segments => services.GetRequiredService<SegmentKeeper>();

    public FindingTeller Findings => services.GetRequiredService<FindingTeller>();

    public static async Task<Company> Open()
    {
        var (database, keyring) = (await Servers.Database("analytics"), await Servers.Database("keyring"));
        await Migration.Apply(database, null, default, typeof(IJournal).Assembly, typeof(StoreLog).Assembly);
        await Migration.Apply(keyring, null, default, typeof(Keyring.Keyring).Assembly);
        var company = new Company(new InMemoryEventStore(), database, keyring);
        foreach (var hosted in company.services.GetServices<IHostedService>())
        {
            await hosted.StartAsync(default);
        }

        return company;
    }

    /// <summary>Analytics on this company's database and store: a replica.</summary>
    public IServiceCollection AddTo(IServiceCollection replica, IConfigurationManager configuration)
    {
        configuration["Keyring:Master"] = JournalDatabase.MasterKey();
        configuration["ConnectionStrings:keyring"] = keyring;
        return replica.AddSingleton(Store).AddStoreLog().AddJournal("analytics", ConnectionString).AddKeyring(configuration)
            .AddViews(ConnectionString).AddTables().AddReadModels();
    }

    /// <summary>A fact of a department, as ingest would store it, in a pack of its own or in the last one; written with <see cref="Settle"/>.</summary>
    public Guid Add(string category, Guid id, Event fact, DateTime occurredAt, DateTime? recordedAt = null, bool samePack = false, Guid? viaLink = null)
    {
        var department = category.Split('.')[0];
        packs[department] = packs.GetValueOrDefault(department) + (samePack ? 0 : 1);
        var stream = $"{category}-{id}";
        var name = EventNames.Of(fact.GetType());
        var (data, at) = (EventReading.Write(fact), recordedAt ?? occurredAt);
        var eventId = Ids.Derive("test-event", stream, (++facts).ToString());
        var meta = new Meta(new("import", "test"), eventId, null, null, null, new(eventId)) { ViaLink = viaLink }.ToBytes();
        var beside = new StoreMetadata(
            System.Text.Encoding.UTF8.GetString(meta), occurredAt, at, ContentHash.Of(name, data, meta), packs[department], 0, new byte[32], eventId);
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
        await Until(
            async () => await Count($"views.state where schema = 'analytics' and serving and number >= {head.Number}") == Tables,
            $"The tables did not get to {head}.");
    }

    /// <summary>What Analytics decided itself comes back through the store. Its log stands behind the fence of the whole server and may need a moment.</summary>
    public async Task Relay()
    {
        IReadOnlyList<Recorded> entries = [];
        await Until(async () =>
        {
            entries = await services.GetRequiredService<JournalLog>().Read(Position.Start, int.MaxValue, default);
            return entries.Count == await Count("journal.events");
        }, "The journal's log does not show all of its events.");
        foreach (var entry in entries)
        {
            if (entry.Version > revisions.GetValueOrDefault(entry.Stream, -1))
            {
                Add(entry.Category, entry.Id, entry.Event, entry.OccurredAt, entry.RecordedAt);
            }
        }

        await Settle();
    }

    /// <summary>Decides what was proposed, and answers all that was ever told.</summary>
    public async Task<IReadOnlyList<(Event Finding, DateTime At)>> Tell()
    {
        await Until(async () => !await Findings.TellOnce(default) && await Count("analytics.proposals") == 0, "There is always one more finding.");
        var rows = await Query("select name, data::text, occurred_at from journal.events where noun in ('membership', 'churn') order by position");
        return [.. rows.Select(row => (EventReading.Read((string)row[0]!, System.Text.Encoding.UTF8.GetBytes((string)row[1]!)), (DateTime)row[2]!))];
    }

    /// <summary>What a request reads.</summary>
    public async Task<T> Ask<T>(Func<Queries, Task<T>> read)
    {
        using var scope = services.CreateScope();
        return await read(scope.ServiceProvider.GetRequiredService<Queries>());
    }

    public Task<IReadOnlyList<T>> Rows<T>(FormattableString select, string orderBy) where T : class =>
        Ask(async queries => (await queries.Page<T>(select, orderBy, null, 1_000_000, default)).Items);

    async Task<long> Count(string rows) => (long)(await Query($"select count(*) from {rows}")).Single()[0]!;

    static async Task Until(Func<Task<bool>> condition, string otherwise)
    {
        var end = DateTime.UtcNow + Patience;
        while (!await condition())
        {
            Assert.True(DateTime.UtcNow < end, otherwise);
            await Task.Delay(20);
        }
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
