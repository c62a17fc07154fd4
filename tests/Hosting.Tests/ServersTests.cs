using CrmSuite.Testing;
using Npgsql;

namespace CrmSuite.Hosting.Tests;

public sealed class ServersTests
{
    [Fact]
    public async Task A_database_is_fresh_and_durable_and_different_at_every_call()
    {
        var (first, second) = (await Servers.Database("twin"), await Servers.Database("twin"));
        Assert.NotEqual(first, second);
        foreach (var setting in (string[])["fsync", "synchronous_commit", "full_page_writes", "data_checksums"])
        {
            Assert.Equal("on", await Ask(first, "show " + setting));
        }
        Assert.Equal(0L, await Ask(second, "select count(*) from pg_class where relnamespace = 'public'::regnamespace"));
    }

    [Fact]
    public async Task A_virtual_host_admits_only_users_that_were_permitted_there()
    {
        var host = await Servers.VirtualHost("door");
        var user = await host.CreateUser("hosting-tests", "secret", "", "", ".*");
        Assert.Contains("hosting-tests:secret@127.0.0.1", user.AmqpUri);
        Assert.NotEqual(host.VirtualHost, (await Servers.VirtualHost("door")).VirtualHost);
    }

    [Fact]
    public async Task An_own_PostgreSQL_keeps_what_it_committed_through_a_kill_and_forgets_it_when_wiped()
    {
        await using var server = await Servers.OwnPostgres();
        await Ask(server.ConnectionString, "create table kept as select 1 as n");
        await server.Kill();
        await server.Start();
        Assert.Equal(1, await Ask(server.ConnectionString, "select n from kept"));

        await server.Stop();
        server.WipeData();
        await server.Start();
        Assert.Equal(DBNull.Value, await Ask(server.ConnectionString, "select to_regclass('kept')::text"));
    }

    [Fact]
    public async Task An_own_RabbitMQ_starts_again_on_its_port_after_a_stop_and_after_a_kill_with_its_data_wiped()
    {
        await using var server = await Servers.OwnRabbit();
        var port = server.Root.Port;
        await server.Stop();
        await server.Start();
        await server.Kill();
        server.WipeData();
        await server.Start();
        Assert.Equal(port, server.Root.Port);
    }

    static async Task<object?> Ask(string connectionString, string sql)
    {
        await using var connection = new NpgsqlConnection(connectionString + ";Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync();
    }
}
