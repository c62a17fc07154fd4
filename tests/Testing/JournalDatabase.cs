using System.Security.Cryptography;
using CrmSuite.Databases;
using CrmSuite.Journal;
using CrmSuite.Keyring;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace CrmSuite.Testing;

/// <summary>A department's journal on a database of its own, with a keyring beside it: real servers, no host.</summary>
public sealed class JournalDatabase : IAsyncDisposable
{
    readonly ServiceProvider services;

    JournalDatabase(string department, string connectionString, string keyring, ServiceProvider services) =>
        (Department, ConnectionString, KeyringConnectionString, this.services) = (department, connectionString, keyring, services);

    /// <summary>The department's word.</summary>
    public string Department { get; }

    /// <summary>The journal's database, as superuser.</summary>
    public string ConnectionString { get; }

    /// <summary>The keyring's database, as superuser.</summary>
    public string KeyringConnectionString { get; }

    public NpgsqlDataSource Database => services.GetRequiredService<NpgsqlDataSource>();

    public IJournal Journal => services.GetRequiredService<IJournal>();

    public JournalLog Log => services.GetRequiredService<JournalLog>();

    public Leader Leader => services.GetRequiredService<Leader>();

    public Keyring.Keyring Keyring => services.GetRequiredService<Keyring.Keyring>();

    public Sealing Sealing => services.GetRequiredService<Sealing>();

    /// <summary>A fresh journal, migrated.</summary>
    /// <param name="department">The department's word; its nouns are those of the tests.</param>
    /// <param name="more">More services, for example views or a bus.</param>
    public static async Task<JournalDatabase> Create(string department, Action<IServiceCollection>? more = null)
    {
        var (journal, keyring) = (await Servers.Database(department), await Servers.Database("keyring"));
        await Migration.Apply(journal, null, default, typeof(IJournal).Assembly);
        await Migration.Apply(keyring, null, default, typeof(Keyring.Keyring).Assembly);
        return Open(department, journal, keyring, MasterKey(), more);
    }

    /// <summary>The same on a server of the test's own.</summary>
    public static async Task<JournalDatabase> CreateOn(OwnPostgres server, string department, Action<IServiceCollection>? more = null)
    {
        var (journal, keyring) = (await server.Database(department), await server.Database("keyring"));
        await Migration.Apply(journal, null, default, typeof(IJournal).Assembly);
        await Migration.Apply(keyring, null, default, typeof(Keyring.Keyring).Assembly);
        return Open(department, journal, keyring, MasterKey(), more);
    }

    /// <summary>Another replica, whose keyring is somewhere else.</summary>
    public JournalDatabase ReplicaWithKeyring(string keyring) => Open(Department, ConnectionString, keyring, MasterKey(), null);

    /// <summary>A second host on the same databases: another replica.</summary>
    public JournalDatabase Replica(Action<IServiceCollection>? more = null) =>
        Open(Department, ConnectionString, KeyringConnectionString, services.GetRequiredService<IConfiguration>()["Keyring:Master"]!, more);

    /// <summary>The keyring's database takes no connections, and those that are there end; or takes them again.</summary>
    public async Task CloseKeyring(bool isClosed)
    {
        // From the journal's database, which stays open: a database that is closed lets nobody in to open it again.
        var name = new NpgsqlConnectionStringBuilder(KeyringConnectionString).Database!;
        await Database.Sql($"alter database \"{name}\" allow_connections {!isClosed}").Run(default);
        await Database.Sql("select pg_terminate_backend(pid) from pg_stat_activity where datname = $1 and $2", name, isClosed).Run(default);
    }

    /// <summary>32 random bytes as base64: the key outside the keyring.</summary>
    public static string MasterKey() => Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));

    static JournalDatabase Open(string department, string journal, string keyring, string master, Action<IServiceCollection>? more)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Keyring:Master"] = master,
            ["ConnectionStrings:keyring"] = keyring,
            [$"ConnectionStrings:{department}"] = journal,
        }).Build();
        var services = new ServiceCollection().AddLogging().AddSingleton<IConfiguration>(configuration).AddJournal(department, journal).AddKeyring(configuration);
        more?.Invoke(services);
        return new(department, journal, keyring, services.BuildServiceProvider());
    }

    public async ValueTask DisposeAsync() => await services.DisposeAsync();
}
