using CrmSuite.Journal;
using CrmSuite.Testing;
using Npgsql;
using NpgsqlTypes;

namespace CrmSuite.Benchmarks;

/// <summary>
/// The library's append of one event at an exact version, shared commits as departments use it and one statement on a connection of its own, beside message-db's
/// write_message and the bare INSERT: same bodies, streams of four events, one server.
/// </summary>
static class Appending
{
    static readonly (int Callers, double Must, double Aim)[] MessageDbGoals = [(1, 1.0, 1.2), (8, 3, 4), (32, 2, 8)];

    public static async Task Run(Bench bench)
    {
        var postgres = await bench.Ground.Postgres();
        await using var journal = await JournalDatabase.CreateOn(postgres, "sales");
        await Ground.Sql(journal.ConnectionString, RawInsert.Table);
        var messageDb = await MessageDb.Install(postgres);
        await using var database = NpgsqlDataSource.Create(Ground.Wide(journal.ConnectionString, 32));
        var appender = new Appender(database, journal.Log);
        var cases = new List<(string, Func<Task<Figure>>)>();
        foreach (var (callers, _, _) in MessageDbGoals)
        {
            cases.Add(($"raw INSERT, {callers}", () => Load.Run(callers, bench.Options.Length, _ => RawInsert.Open(journal.ConnectionString))));
            cases.Add(($"own statement, {callers}", () => Load.Run(callers, bench.Options.Length, _ => OwnStatement.Open(journal.ConnectionString))));
            cases.Add(($"append, {callers}", () => Load.Run(callers, bench.Options.Length, Shared(appender))));
            cases.Add(($"write_message, {callers}", () => Load.Run(callers, bench.Options.Length, _ => WriteMessage.Open(messageDb))));
        }

        var rounds = await bench.Interleave([.. cases]);
        foreach (var (callers, must, aim) in MessageDbGoals)
        {
            bench.Goal($"4 library append, callers: {callers}", "/s", rounds, $"append, {callers}", $"write_message, {callers}", must, aim);
        }

        foreach (var (callers, _, _) in MessageDbGoals)
        {
            bench.Goal($"5 one statement, own connection: {callers}", "/s", rounds, $"own statement, {callers}", $"raw INSERT, {callers}", 0.80, 0.87);
        }

        foreach (var (callers, _, _) in MessageDbGoals)
        {
            bench.Goal($"library append beside the INSERT, callers: {callers}", "/s", rounds, $"append, {callers}", $"raw INSERT, {callers}");
        }
    }

    static Func<int, Task<Caller>> Shared(Appender appender) => Caller.Of(caller =>
    {
        var (id, version) = (Guid.Empty, 0);
        return async () =>
        {
            id = version == 0 ? Guid.CreateVersion7() : id;
            _ = (await appender.Run(Facts.Append(id, version))).Position ?? throw new InvalidOperationException("A conflict where nobody else writes.");
            version = (version + 1) % Facts.PerStream;
        };
    });

    sealed class OwnStatement(NpgsqlConnection connection) : Caller
    {
        Guid id;
        int version;

        public static async Task<Caller> Open(string database)
        {
            var connection = new NpgsqlConnection(Ground.Wide(database));
            await connection.OpenAsync();
            return new OwnStatement(connection);
        }

        public override async Task Call()
        {
            id = version == 0 ? Guid.CreateVersion7() : id;
            if ((await Appender.Execute(connection, [Facts.Append(id, version)], default)).Count != 1)
            {
                throw new InvalidOperationException("A conflict where nobody else writes.");
            }

            version = (version + 1) % Facts.PerStream;
        }

        public override ValueTask DisposeAsync() => connection.DisposeAsync();
    }

    sealed class WriteMessage : Caller
    {
        readonly NpgsqlConnection connection;
        readonly NpgsqlCommand command;
        Guid id;
        int version;

        WriteMessage(NpgsqlConnection connection)
        {
            this.connection = connection;
            command = new("select message_store.write_message($1, $2, $3, $4, $5, $6)", connection);
            foreach (var type in (NpgsqlDbType[])[NpgsqlDbType.Varchar, NpgsqlDbType.Varchar, NpgsqlDbType.Varchar, NpgsqlDbType.Jsonb, NpgsqlDbType.Jsonb, NpgsqlDbType.Bigint])
            {
                command.Parameters.Add(new() { NpgsqlDbType = type });
            }
        }

        public static async Task<Caller> Open(string database)
        {
            var connection = new NpgsqlConnection(Ground.Wide(database));
            await connection.OpenAsync();
            var caller = new WriteMessage(connection);
            await caller.command.PrepareAsync();
            return caller;
        }

        public override async Task Call()
        {
            id = version == 0 ? Guid.CreateVersion7() : id;
            var fact = Facts.Event(version);
            object[] values = [fact.EventId.ToString(), $"order-{id}", fact.Name, fact.Data, fact.Meta, version - 1L];
            for (var i = 0; i < values.Length; i++)
            {
                command.Parameters[i].Value = values[i];
            }

            await command.ExecuteNonQueryAsync();
            version = (version + 1) % Facts.PerStream;
        }

        public override async ValueTask DisposeAsync()
        {
            await command.DisposeAsync();
            await connection.DisposeAsync();
        }
    }
}

/// <summary>The peer in the same server: an event store of PostgreSQL functions, out of the npm registry, kept in the user's cache and never in this repository.</summary>
static class MessageDb
{
    const string Package = "@eventide/message-db@1.3.1";
    const string Name = "message_store";

    /// <summary>The connection string of a database with message-db in it.</summary>
    public static async Task<string> Install(OwnPostgres postgres)
    {
        var cache = Environment.GetEnvironmentVariable("XDG_CACHE_HOME") ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache");
        var folder = Directory.CreateDirectory(Path.Combine(cache, "crm-suite-benchmarks")).FullName;
        var scripts = Path.Combine(folder, "node_modules", "@eventide", "message-db", "database");
        if (!Directory.Exists(scripts))
        {
            await Hosting.Posix.Run(["npm", "install", "--no-audit", "--no-fund", "--prefix", folder, Package], default, folder);
        }

        var server = new NpgsqlConnectionStringBuilder(postgres.ConnectionString);
        if (await Ground.Ask(postgres.ConnectionString, $"select count(*) from pg_database where datname = '{Name}'") == 0)
        {
            await Hosting.Posix.Run(
                ["env", $"PGHOST={server.Host}", $"PGPORT={server.Port}", $"PGUSER={server.Username}", $"PGPASSWORD={server.Password}",
                    $"DATABASE_NAME={Name}", "bash", Path.Combine(scripts, "install.sh")], default, scripts);
        }

        server.Database = Name;
        server.SearchPath = $"{Name},public";
        return server.ConnectionString;
    }
}
