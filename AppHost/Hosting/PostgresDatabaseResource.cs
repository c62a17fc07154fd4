using Npgsql;

namespace CrmSuite.Hosting;

/// <summary>
/// One database with two roles: <c>{name}_owner</c> makes and migrates the tables, <c>{name}</c> is the service that works with them.
/// </summary>
public sealed class PostgresDatabaseResource : IResourceWithConnectionString
{
    internal PostgresDatabaseResource(string name, PostgresServerResource parent) => (Name, Parent) = (name, parent);

    /// <inheritdoc/>
    public string Name { get; }

    /// <summary>The server it lives in.</summary>
    public PostgresServerResource Parent { get; }

    /// <summary>As the service's role.</summary>
    public string ConnectionString => As(Name);

    /// <summary>As the role that owns the schema.</summary>
    public string OwnerConnectionString => As(Owner);

    /// <summary>Roles that sign in and see what a migration grants them, and no more.</summary>
    internal List<string> Readers { get; } = [];

    string Owner => Name + "_owner";

    internal string As(string role) => Parent.For(Name, role, Parent.SecretOf(role));

    /// <summary>As psql and most tools take it.</summary>
    internal string UriAs(string role, bool withPassword = true) =>
        $"postgresql://{role}{(withPassword ? ":" + Parent.SecretOf(role) : "")}@127.0.0.1:{Parent.Port}/{Name}";

    /// <summary>Makes what is missing; a second call changes nothing.</summary>
    internal async Task Create(NpgsqlConnection server, CancellationToken ct)
    {
        foreach (var role in (string[])[Owner, Name, .. Readers])
        {
            await Role(server, role, ct);
        }
        await using (var known = new NpgsqlCommand("select 1 from pg_database where datname = $1", server) { Parameters = { new() { Value = Name } } })
        {
            if (await known.ExecuteScalarAsync(ct) is null)
            {
                await Run(server, $"create database \"{Name}\" owner \"{Owner}\"", ct);
            }
        }
        await Run(server, $"revoke all on database \"{Name}\" from public", ct);
        foreach (var role in (string[])[Name, .. Readers])
        {
            await Run(server, $"grant connect, temporary on database \"{Name}\" to \"{role}\"", ct);
        }
    }

    async Task Role(NpgsqlConnection server, string role, CancellationToken ct)
    {
        await using var known = new NpgsqlCommand("select 1 from pg_roles where rolname = $1", server) { Parameters = { new() { Value = role } } };
        var verb = await known.ExecuteScalarAsync(ct) is null ? "create" : "alter";
        // The password is hexadecimal digits of our own making: nothing in it to quote.
        await Run(server, $"{verb} role \"{role}\" login password '{Parent.SecretOf(role)}'", ct);
    }

    static async Task Run(NpgsqlConnection connection, string sql, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(ct);
    }
}
