using CrmSuite.Hosting;
using Npgsql;

namespace CrmSuite.Testing;

/// <summary>
/// Real servers for tests. One PostgreSQL and one RabbitMQ serve every test process of this checkout; a test gets a database or a
/// virtual host of its own in them, or a server of its own when it means to hold transactions open, stop it or kill it.
/// </summary>
public static class Servers
{
    static readonly SharedServer<PostgresServerResource> Postgres = new("postgres", data => new("postgres", data), DropAbandonedDatabases);
    static readonly SharedServer<RabbitMQServerResource> Rabbit = new("rabbitmq", data => new RabbitMQServerResource("rabbitmq", data) { HasManagement = true }, DropAbandonedVirtualHosts);
    static int made;

    /// <summary>The connection string, as superuser, of a fresh and empty database on the shared server.</summary>
    public static async Task<string> Database(string name)
    {
        var server = await Postgres.Get();
        return await CreateDatabase(server, Unique(name));
    }

    /// <summary>A fresh and empty virtual host on the shared RabbitMQ.</summary>
    public static async Task<RabbitServer> VirtualHost(string name)
    {
        var server = await Rabbit.Get();
        var host = Unique(name);
        await server.Management.CreateVirtualHost(host, default);
        return RabbitServer.Of(server, host);
    }

    /// <summary>A PostgreSQL of the test's own, which it may stop, kill and wipe.</summary>
    public static async Task<OwnPostgres> OwnPostgres()
    {
        var own = new OwnPostgres();
        await own.Start();
        return own;
    }

    /// <summary>A RabbitMQ of the test's own, which it may stop, kill and wipe.</summary>
    public static async Task<OwnRabbit> OwnRabbit()
    {
        var own = new OwnRabbit();
        await own.Start();
        return own;
    }

    internal static async Task<string> CreateDatabase(PostgresServerResource server, string name)
    {
        await using var connection = new NpgsqlConnection(server.SuperuserConnectionString);
        await connection.OpenAsync();
        await Run(connection, $"create database \"{name}\"");
        // Idle connections go soon, and new ones may take long: many classes of many processes share the server.
        return server.For(name, "postgres", server.SuperuserPassword)
            + ";Maximum Pool Size=30;Timeout=60;Connection Idle Lifetime=10;Connection Pruning Interval=5;Include Error Detail=true";
    }

    /// <summary>The name carries the process, so that a later run knows what nobody needs any more.</summary>
    internal static string Unique(string name) => $"{name}.{Environment.ProcessId}.{Interlocked.Increment(ref made)}";

    static bool IsAbandoned(string name) =>
        name.Split('.') is [_, var process, _] && int.TryParse(process, out var id) && !Directory.Exists($"/proc/{id}");

    static async Task DropAbandonedDatabases(PostgresServerResource server)
    {
        await using var connection = new NpgsqlConnection(server.SuperuserConnectionString);
        await connection.OpenAsync();
        var names = new List<string>();
        await using (var command = new NpgsqlCommand("select datname from pg_database", connection))
        await using (var reader = await command.ExecuteReaderAsync())
        {
            while (await reader.ReadAsync())
            {
                names.Add(reader.GetString(0));
            }
        }
        foreach (var name in names.Where(IsAbandoned))
        {
            await Run(connection, $"drop database if exists \"{name}\" with (force)");
        }
    }

    static async Task DropAbandonedVirtualHosts(RabbitMQServerResource server)
    {
        foreach (var host in (await server.Management.VirtualHosts(default)).Where(IsAbandoned))
        {
            await server.Management.DeleteVirtualHost(host, default);
        }
    }

    static async Task Run(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}

/// <summary>A virtual host of a RabbitMQ, seen as its administrator.</summary>
public sealed record RabbitServer(string Host, int Port, string VirtualHost, string User, string Password, string AmqpUri, int ManagementPort)
{
    /// <summary>The same virtual host as another user.</summary>
    public RabbitServer As(string user, string password) =>
        this with { User = user, Password = password, AmqpUri = Uri(user, password, Port, VirtualHost) };

    /// <summary>Makes a user, or gives it this password, and permits it what the patterns match in this virtual host; returns the host as that user.</summary>
    public async Task<RabbitServer> CreateUser(string user, string password, string configure, string write, string read)
    {
        await Management.CreateUser(user, password, default);
        await Management.Permit(VirtualHost, user, configure, write, read, default);
        return As(user, password);
    }

    /// <summary>Declares contracts/topology.json here; every user's password is its name.</summary>
    public async Task<RabbitServer> LoadTopology(string path)
    {
        for (var again = 0; ; again++)
        {
            try
            {
                await Management.Load(VirtualHost, RabbitMQTopology.Read(path), user => user, default);
                return this;
            }
            catch (InvalidOperationException other) when (again < 10 && other.Message.Contains("user_already_exists", StringComparison.Ordinal))
            {
                await Task.Delay(100);   // Users belong to the whole broker: another test has just made one of the same name.
            }
        }
    }

    internal static RabbitServer Of(RabbitMQServerResource server, string host) => new(
        "127.0.0.1", server.Port, host, RabbitMQServerResource.Administrator, server.AdministratorPassword,
        Uri(RabbitMQServerResource.Administrator, server.AdministratorPassword, server.Port, host), server.ManagementPort);

    RabbitMQManagement Management => new(ManagementPort, User, Password);

    static string Uri(string user, string password, int port, string host) => $"amqp://{user}:{password}@127.0.0.1:{port}/{System.Uri.EscapeDataString(host)}";
}
