using System.Reflection;
using CrmSuite.Journal;
using CrmSuite.Testing;
using Dapper;
using Npgsql;

namespace CrmSuite.Databases.Tests;

public sealed class MigrationTests
{
    static readonly Assembly Journal = typeof(IJournal).Assembly;

    static Task<IReadOnlyList<string>> Apply(string database, string? role = null) => Migration.Apply(database, role, CancellationToken.None, Journal);

    [Fact]
    public async Task What_is_applied_is_not_applied_again_not_even_by_two_at_once()
    {
        var database = await Servers.Database("migration");
        var applied = (await Task.WhenAll(Apply(database), Apply(database))).SelectMany(names => names).ToList();
        Assert.NotEmpty(applied);
        Assert.Equal(applied.Distinct(), applied);
        Assert.Empty(await Apply(database));
        await using var source = NpgsqlDataSource.Create(database);
        await Migration.Check(source, CancellationToken.None, Journal);
    }

    [Fact]
    public async Task A_database_with_another_schema_is_refused()
    {
        await using var source = NpgsqlDataSource.Create(await Servers.Database("migration"));
        var refusal = await Assert.ThrowsAsync<InvalidOperationException>(() => Migration.Check(source, CancellationToken.None, Journal));
        Assert.Contains("run the migrate command", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_service_may_add_to_its_log_but_not_change_it()
    {
        var database = await Servers.Database("migration");
        var role = "service-" + Guid.NewGuid().ToString("n");
        await using var connection = new NpgsqlConnection(database);
        await connection.OpenAsync();
        await connection.ExecuteAsync($"create role \"{role}\"");
        await Apply(database, role);
        await connection.ExecuteAsync($"set role \"{role}\"");
        await connection.ExecuteAsync("select 1 from journal.events");
        foreach (var change in (string[])["update journal.events set name = name", "delete from journal.events", "truncate journal.events", "create table journal.x ()", "delete from public.migrations"])
        {
            var refusal = await Assert.ThrowsAsync<PostgresException>(() => connection.ExecuteAsync(change));
            Assert.Equal((change, PostgresErrorCodes.InsufficientPrivilege), (change, refusal.SqlState));
        }

        await connection.ExecuteAsync($"reset role; drop owned by \"{role}\"; drop role \"{role}\"");
    }
}
