using System.Reflection;
using System.Text.RegularExpressions;
using Npgsql;

namespace CrmSuite.Databases;

/// <summary>
/// Numbered, expand-only SQL that comes embedded in an assembly as <c>Schema/NNN-name.sql</c>. <c>X.dll migrate</c> applies it as the owner of the database;
/// a service that finds another version than its own refuses to start.
/// </summary>
public static partial class Migration
{
    /// <summary>The key of the advisory lock that keeps two migrations apart.</summary>
    const long LockKey = 0x43524d5f4d494752;

    /// <summary>Applies what is missing, in order, each script in a transaction of its own. Safe to run again and beside itself.</summary>
    /// <param name="connectionString">The owner's connection.</param>
    /// <param name="role">The service's role; it gets what it needs on the schemas and nothing else. Null where owner and service are one.</param>
    /// <param name="assemblies">Where the scripts are embedded; numbers are unique over all of them.</param>
    /// <returns>The names of the scripts that were applied.</returns>
    public static async Task<IReadOnlyList<string>> Apply(string connectionString, string? role, CancellationToken ct, params Assembly[] assemblies)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync(ct);
        await Execute(connection, $"select pg_advisory_lock({LockKey})", ct);
        await Execute(connection, "create table if not exists public.migrations (number int primary key, name text not null, applied_at timestamptz not null default now())", ct);
        var applied = new List<string>();
        var done = await Version(connection, ct);
        foreach (var (number, name, sql) in Scripts(assemblies).Where(script => script.Number > done))
        {
            await using var transaction = await connection.BeginTransactionAsync(ct);
            await Execute(connection, sql, ct);
            await Execute(connection, $"insert into public.migrations (number, name) values ({number}, '{name}')", ct);
            await transaction.CommitAsync(ct);
            applied.Add(name);
        }

        if (role is not null)
        {
            await Grant(connection, role, ct);
        }

        return applied;
    }

    /// <summary>Refuses a database whose schema is older or newer than this build, or whose settings could lose what was acknowledged.</summary>
    /// <exception cref="InvalidOperationException">Says what is wrong and what to do.</exception>
    public static async Task Check(NpgsqlDataSource database, CancellationToken ct, params Assembly[] assemblies)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        var wanted = Scripts(assemblies).Select(script => script.Number).DefaultIfEmpty(0).Max();
        var found = await Version(connection, ct);
        if (found != wanted)
        {
            throw new InvalidOperationException($"The database {connection.Database} has schema {found}, this build needs {wanted}: run the migrate command of the newer build.");
        }

        foreach (var setting in (string[])["fsync", "full_page_writes", "synchronous_commit", "data_checksums"])
        {
            await using var show = new NpgsqlCommand($"select current_setting('{setting}')", connection);
            if ((string?)await show.ExecuteScalarAsync(ct) is not "on")
            {
                throw new InvalidOperationException($"PostgreSQL runs with {setting} off: acknowledged facts could be lost. Turn it on.");
            }
        }
    }

    static async Task Grant(NpgsqlConnection connection, string role, CancellationToken ct)
    {
        var quoted = '"' + role.Replace("\"", "\"\"", StringComparison.Ordinal) + '"';
        await Execute(connection, $"""
            revoke all on schema public from public;
            grant usage on schema public to {quoted};
            grant select on public.migrations to {quoted};
            """, ct);
        foreach (var schema in (string[])["journal", "keyring", "store", "identity"])
        {
            if (await Exists(connection, schema, ct))
            {
                await Execute(connection, $"""
                    grant usage on schema {schema} to {quoted};
                    grant select, insert, update, delete on all tables in schema {schema} to {quoted};
                    grant usage on all sequences in schema {schema} to {quoted};
                    """, ct);
            }
        }

        // What is logged is only ever inserted; a key may lose its bytes but not its row.
        foreach (var revoke in (string[])["update, delete, truncate on journal.events", "update, delete, truncate on store.events", "delete, truncate on keyring.person_keys"])
        {
            if (await Exists(connection, revoke.Split(" on ")[1].Split('.')[0], ct))
            {
                await Execute(connection, $"revoke {revoke} from {quoted}", ct);
            }
        }

        foreach (var schema in (string[])["views", "analytics"])
        {
            if (await Exists(connection, schema, ct))
            {
                // The service makes and replaces its own read tables; it owns those, and only the others are granted.
                await Execute(connection, $"""
                    grant create, usage on schema {schema} to {quoted};
                    do $do$ declare owned record; begin
                        for owned in select oid::regclass as name, relkind from pg_class
                            where relnamespace = '{schema}'::regnamespace and relkind in ('r', 'v', 'S') and pg_get_userbyid(relowner) = current_user
                        loop
                            execute 'grant ' || case owned.relkind when 'S' then 'usage on sequence ' else 'select, insert, update, delete on ' end || owned.name || ' to {quoted}';
                        end loop;
                    end $do$;
                    """, ct);
            }
        }
    }

    static async Task<bool> Exists(NpgsqlConnection connection, string schema, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand("select exists (select 1 from pg_namespace where nspname = $1)", connection) { Parameters = { new() { Value = schema } } };
        return (bool)(await command.ExecuteScalarAsync(ct))!;
    }

    static async Task<int> Version(NpgsqlConnection connection, CancellationToken ct)
    {
        await using var exists = new NpgsqlCommand("select to_regclass('public.migrations') is not null", connection);
        if (!(bool)(await exists.ExecuteScalarAsync(ct))!)
        {
            return 0;
        }

        await using var newest = new NpgsqlCommand("select coalesce(max(number), 0) from public.migrations", connection);
        return (int)(await newest.ExecuteScalarAsync(ct))!;
    }

    static IEnumerable<(int Number, string Name, string Sql)> Scripts(IEnumerable<Assembly> assemblies) =>
        from assembly in assemblies
        from resource in assembly.GetManifestResourceNames()
        let match = ScriptName().Match(resource)
        where match.Success
        orderby int.Parse(match.Groups[1].Value)
        select (int.Parse(match.Groups[1].Value), match.Groups[1].Value + "-" + match.Groups[2].Value, Read(assembly, resource));

    static string Read(Assembly assembly, string resource)
    {
        using var reader = new StreamReader(assembly.GetManifestResourceStream(resource)!);
        return reader.ReadToEnd();
    }

    static async Task Execute(NpgsqlConnection connection, string sql, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(ct);
    }

    [GeneratedRegex(@"Schema\.(\d{3})-([a-z0-9-]+)\.sql$")]
    private static partial Regex ScriptName();
}
