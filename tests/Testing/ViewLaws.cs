using System.Reflection;
using CrmSuite.Journal;
using CrmSuite.Keyring;
using CrmSuite.Views;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Xunit;

namespace CrmSuite.Testing;

/// <summary>What holds for every view, whatever it folds.</summary>
public static class ViewLaws
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>
    /// Rebuild = live: the served table, once it is at the head of the log, equals row by row what the same log gives when it is folded in memory and poured in,
    /// and when it is folded in pages of one and of seven. Nothing may be written meanwhile.
    /// </summary>
    /// <param name="connectionString">The database, as a user who may make a schema.</param>
    /// <param name="log">The log that the view follows.</param>
    /// <param name="schema">Where the served view lies.</param>
    public static async Task RebuildEqualsLive<TRow, TView>(string connectionString, ILog log, string schema = "views", Sealing? sealing = null) where TRow : class where TView : IView<TRow>
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync();
        var served = await Served(connection, schema, TView.Name, await log.Head(default));
        var scratch = $"law_{Guid.NewGuid():N}";
        await ViewStates.Execute(connection, $"create schema {scratch}", default);
        try
        {
            for (var generation = 1; generation <= 3; generation++)
            {
                var table = new ViewTable<TRow, TView>(scratch, generation, sealing);
                await ViewStates.Execute(connection, $"{table.Create}; create unique index on {table.Qualified} {table.Indexes[0]}", default);
                await Execute(connection, """
                    insert into views.state (schema, table_name, name, version, generation, status) values ($1, $2, $3, $4, $5, 'running')
                    """, scratch, table.Table, table.Name, table.Version, generation);
                await Fill(connection, log, table, generation switch { 1 => 1, 2 => 7, _ => 1_000 }, isPoured: generation == 3);
                await Equal(connection, $"{schema}.\"{served}\"", table.Qualified);
            }
        }
        finally
        {
            await ViewStates.Execute(connection, $"drop schema {scratch} cascade; delete from views.state where schema = '{scratch}'", default);
        }
    }

    /// <summary>
    /// Rebuild = live for each view of an assembly that a host serves, once reactions have answered: they are found, not listed. Nothing may be asked for meanwhile.
    /// </summary>
    /// <param name="assembly">Where the views are declared.</param>
    /// <param name="host">The host's services.</param>
    /// <param name="connectionString">The database, as a user who may make a schema.</param>
    /// <returns>The names of the views.</returns>
    public static async Task<IReadOnlyList<string>> EachRebuildEqualsLive(Assembly assembly, IServiceProvider host, string connectionString)
    {
        await Quiet(host.GetRequiredService<ILog>());
        var (served, tried) = (host.GetServices<ViewDeclaration>().Select(declared => declared.Name).ToHashSet(), new List<string>());
        var law = typeof(ViewLaws).GetMethod(nameof(RebuildEqualsLive))!;
        foreach (var view in assembly.GetTypes().Where(type => type is { IsClass: true, IsAbstract: false, ContainsGenericParameters: false }))
        {
            var declared = Array.Find(view.GetInterfaces(), made => made.IsGenericType && made.GetGenericTypeDefinition() == typeof(IView<>));
            if (declared is not null && view.GetProperty("Name")!.GetValue(null) is string name && served.Contains(name))
            {
                object?[] arguments = [connectionString, host.GetRequiredService<ILog>(), "views", host.GetService<Sealing>()];
                await (Task)law.MakeGenericMethod(declared.GenericTypeArguments[0], view).Invoke(null, arguments)!;
                tried.Add(name);
            }
        }

        return tried;
    }

    /// <summary>Reactions have answered what was decided: nothing is added any longer.</summary>
    static async Task Quiet(ILog log)
    {
        for (var (head, since) = (Position.Start, DateTime.UtcNow); DateTime.UtcNow - since < TimeSpan.FromSeconds(3); await Task.Delay(100))
        {
            if (await log.Head(default) is var now && now > head)
            {
                (head, since) = (now, DateTime.UtcNow);
            }
        }
    }

    static async Task Fill(NpgsqlConnection connection, ILog log, ViewTable table, int pageMax, bool isPoured)
    {
        var at = Position.Start;
        for (var page = await log.Read(at, pageMax, default); page.Count > 0; page = await log.Read(at, pageMax, default))
        {
            if (isPoured)
            {
                table.Gather(await table.Opened(page, default));
            }
            else
            {
                Assert.True(await table.Apply(connection, page, default));
                table.At = page[^1].Position;
            }

            at = page[^1].Position;
        }

        await table.Pour(connection, default);
    }

    static async Task<string> Served(NpgsqlConnection connection, string schema, string name, Position head)
    {
        var end = DateTime.UtcNow + Patience;
        while (true)
        {
            var state = (await new ViewStates(schema).All(connection, default)).Find(state => state.Name == name && state.Serving);
            if (state is not null && state.At >= head)
            {
                return state.Table;
            }

            Assert.True(DateTime.UtcNow < end, $"{name} did not get to {head}: {state}");
            await Task.Delay(20);
        }
    }

    static async Task Equal(NpgsqlConnection connection, string live, string rebuilt)
    {
        await using var command = new NpgsqlCommand($"""
            select coalesce(json_agg(differs)::text, '') from (
                (select 'live' as side, to_jsonb(t) as row from {live} t except select 'live', to_jsonb(t) from {rebuilt} t)
                union all (select 'rebuilt', to_jsonb(t) from {rebuilt} t except select 'rebuilt', to_jsonb(t) from {live} t) limit 10) as differs
            """, connection);
        Assert.Equal("", (string?)await command.ExecuteScalarAsync());
    }

    static async Task Execute(NpgsqlConnection connection, string sql, params object[] values)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        foreach (var value in values)
        {
            command.Parameters.Add(new() { Value = value });
        }

        await command.ExecuteNonQueryAsync();
    }
}
