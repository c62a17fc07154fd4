using CrmSuite.ServiceDefaults;
using Dapper;
using Microsoft.AspNetCore.Identity;
using Npgsql;

namespace CrmSuite.Gateway.Identity;

/// <summary>Somebody on the staff.</summary>
sealed record User
{
    public Guid Id { get; init; }
    public string UserName { get; init; } = "";
    public string Name { get; init; } = "";
    public bool Active { get; init; }
    public string[] Roles { get; init; } = [];
    public string? Team { get; init; }
    public string? Region { get; init; }
    public Guid? Substitute { get; init; }
}

/// <summary>The table of users: passwords, lockout, roles, place in the company.</summary>
sealed class Users(NpgsqlDataSource database)
{
    /// <summary>Sign-ins that may fail in a row before the account is locked.</summary>
    public const int AttemptsMax = 5;

    /// <summary>How long it is locked then.</summary>
    public static readonly TimeSpan Lock = TimeSpan.FromMinutes(15);

    const string Columns = "id, user_name, name, active, roles, team, region, substitute";

    // OWASP 2023 for PBKDF2-HMAC-SHA512.
    static readonly PasswordHasher<User> Hasher = new(Microsoft.Extensions.Options.Options.Create(new PasswordHasherOptions { IterationCount = 210_000 }));
    static readonly User Nobody = new();
    static readonly string NobodysHash = Hasher.HashPassword(Nobody, Guid.NewGuid().ToString());

    sealed record Attempt
    {
        public Guid Id { get; init; }
        public string PasswordHash { get; init; } = "";
    }

    /// <summary>The user with this password; null for a wrong one, an unknown name, an inactive or locked account, each after the same work.</summary>
    public async Task<User?> Verify(string userName, string password, CancellationToken ct)
    {
        // The attempt is counted before the password is looked at, so that a thousand at once are not more than five.
        var attempt = await One<Attempt>(
            """
            update identity.users set failed = case when locked_until is null then failed + 1 else 1 end,
                locked_until = case when locked_until is null and failed + 1 >= @AttemptsMax then now() + @Lock end
            where lower(user_name) = lower(@userName) and active and (locked_until is null or locked_until <= now())
            returning id, password_hash
            """,
            new { userName, AttemptsMax, Lock }, ct);
        var right = Hasher.VerifyHashedPassword(Nobody, attempt?.PasswordHash ?? NobodysHash, password) != PasswordVerificationResult.Failed;
        // A right password clears the count though its caller may have gone: whoever waited too long is not locked out for it.
        return attempt is not null && right
            ? await One<User>(
                $"update identity.users set failed = 0, locked_until = null where id = @Id and active returning {Columns}", new { attempt.Id }, CancellationToken.None)
            : null;
    }

    public Task<User?> Find(Guid id, CancellationToken ct) => One<User>($"select {Columns} from identity.users where id = @id", new { id }, ct);

    /// <summary>Users by id, one page.</summary>
    public async Task<IReadOnlyList<User>> Page(Guid? after, int limit, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        return [.. await connection.QueryAsync<User>(new CommandDefinition(
            $"select {Columns} from identity.users where id > @after order by id limit @limit", new { after = after ?? Guid.Empty, limit }, cancellationToken: ct))];
    }

    public Task<bool> Exists(string userName, CancellationToken ct) =>
        Is("select exists (select 1 from identity.users where lower(user_name) = lower(@userName))", new { userName }, ct);

    public Task<bool> Any(string role, CancellationToken ct) => Is("select exists (select 1 from identity.users where active and @role = any(roles))", new { role }, ct);

    /// <summary>A new user; null when the name is taken.</summary>
    public Task<User?> Add(CreateUser user, CancellationToken ct) => One<User>(
        $"""
        insert into identity.users (id, user_name, name, password_hash, roles, team, region, substitute)
        values (@Id, @UserName, @Name, @Hash, @Roles, @Team, @Region, @Substitute) on conflict (lower(user_name)) do nothing returning {Columns}
        """,
        new { Id = Guid.CreateVersion7(), user.UserName, user.Name, Hash = Hasher.HashPassword(Nobody, user.Password), user.Roles, user.Team, user.Region, user.Substitute }, ct);

    public Task<User?> SetRoles(Guid id, string[] roles, CancellationToken ct) => Change(id, "roles = @roles", new { id, roles }, keepsAdmin: roles.Contains(Admin), ct);

    public Task<User?> SetActive(Guid id, bool active, CancellationToken ct) => Change(id, "active = @active", new { id, active }, keepsAdmin: active, ct);

    public Task<User?> Place(Guid id, PlaceUser place, CancellationToken ct) =>
        Change(id, "team = @Team, region = @Region, substitute = @Substitute", new { id, place.Team, place.Region, place.Substitute }, keepsAdmin: true, ct);

    /// <summary>A new password; it also ends a lock.</summary>
    public Task<User?> SetPassword(Guid id, string password, CancellationToken ct) =>
        Change(id, "password_hash = @hash, failed = 0, locked_until = null", new { id, hash = Hasher.HashPassword(Nobody, password) }, keepsAdmin: true, ct);

    public const string Admin = "admin";

    // The last administrator stays one: the row is left as it is and null is answered, as for an unknown user; the endpoint tells the two apart.
    Task<User?> Change(Guid id, string set, object values, bool keepsAdmin, CancellationToken ct) => One<User>(
        $"""
        with locked as (select id from identity.users where active and '{Admin}' = any(roles) order by id for update)
        update identity.users set {set}, changed_at = now()
        where id = @id {(keepsAdmin ? "" : "and (id not in (select id from locked) or (select count(*) from locked) > 1)")} returning {Columns}
        """,
        values, ct);

    async Task<bool> Is(string sql, object values, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        return await connection.ExecuteScalarAsync<bool>(new CommandDefinition(sql, values, cancellationToken: ct));
    }

    async Task<T?> One<T>(string sql, object values, CancellationToken ct) where T : class
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        return await connection.QuerySingleOrDefaultAsync<T>(new CommandDefinition(sql, values, cancellationToken: ct));
    }
}
