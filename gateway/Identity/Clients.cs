using System.Security.Cryptography;
using System.Text;
using Dapper;
using Npgsql;

namespace CrmSuite.Gateway.Identity;

/// <summary>A program that signs in by itself.</summary>
sealed record Client
{
    public string Id { get; init; } = "";
    public string[] Roles { get; init; } = [];
    public string[] Permissions { get; init; } = [];
    public bool Active { get; init; } = true;
}

/// <summary>The table of clients. A secret is random and long, so its hash needs no salt.</summary>
sealed class Clients(NpgsqlDataSource database)
{
    /// <summary>The shortest secret: 24 characters of base64 are 144 bits.</summary>
    public const int SecretLengthMin = 24;

    public const int CountMax = 1_000;

    sealed record Stored
    {
        public string Id { get; init; } = "";
        public byte[] SecretHash { get; init; } = [];
        public string[] Roles { get; init; } = [];
        public string[] Permissions { get; init; } = [];
    }

    /// <summary>A new secret.</summary>
    public static string NewSecret() => Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)).TrimEnd('=').Replace('+', '-').Replace('/', '_');

    /// <summary>The client with this secret, or null.</summary>
    public async Task<Client?> Verify(string id, string secret, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        var stored = await connection.QuerySingleOrDefaultAsync<Stored>(new CommandDefinition(
            "select id, secret_hash, roles, permissions from identity.clients where id = @id and active", new { id }, cancellationToken: ct));
        return CryptographicOperations.FixedTimeEquals(stored?.SecretHash ?? new byte[SHA256.HashSizeInBytes], Hash(secret))
            ? new Client { Id = stored!.Id, Roles = stored.Roles, Permissions = stored.Permissions }
            : null;
    }

    /// <summary>Makes the client or replaces its secret and rights.</summary>
    /// <exception cref="ArgumentException">The secret is too short.</exception>
    public async Task Put(Client client, string secret, CancellationToken ct)
    {
        if (secret.Length < SecretLengthMin)
        {
            throw new ArgumentException($"The secret of client {client.Id} must have at least {SecretLengthMin} characters.", nameof(secret));
        }

        await using var connection = await database.OpenConnectionAsync(ct);
        await connection.ExecuteAsync(new CommandDefinition(
            """
            insert into identity.clients (id, secret_hash, roles, permissions) values (@Id, @hash, @Roles, @Permissions)
            on conflict (id) do update set secret_hash = excluded.secret_hash, roles = excluded.roles, permissions = excluded.permissions, active = true
            """,
            new { client.Id, hash = Hash(secret), client.Roles, client.Permissions }, cancellationToken: ct));
    }

    /// <summary>Ends a client's right to sign in.</summary>
    /// <returns>False when there is no such client.</returns>
    public async Task<bool> Deactivate(string id, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        return await connection.ExecuteAsync(new CommandDefinition("update identity.clients set active = false where id = @id", new { id }, cancellationToken: ct)) == 1;
    }

    public async Task<IReadOnlyList<Client>> All(CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        return [.. await connection.QueryAsync<Client>(new CommandDefinition(
            "select id, roles, permissions, active from identity.clients order by id limit @CountMax", new { CountMax }, cancellationToken: ct))];
    }

    static byte[] Hash(string secret) => SHA256.HashData(Encoding.UTF8.GetBytes(secret));
}
