using System.Security.Cryptography;
using System.Text;
using Dapper;
using Npgsql;

namespace CrmSuite.Gateway.Identity;

/// <summary>Refresh tokens: each is good for one use and replaced by the next; a second use ends the whole sign-in it came from.</summary>
sealed class Families(NpgsqlDataSource database)
{
    /// <summary>How long a refresh token waits to be used.</summary>
    public static readonly TimeSpan Idle = TimeSpan.FromHours(12);

    /// <summary>How long a sign-in lasts at most.</summary>
    public static readonly TimeSpan Life = TimeSpan.FromDays(7);

    const int SweepMax = 10_000;

    sealed record Use
    {
        public Guid Family { get; init; }
        public Guid UserId { get; init; }
        public bool Spent { get; init; }
        public bool Valid { get; init; }
    }

    /// <summary>The first refresh token of a new sign-in.</summary>
    public async Task<string> Begin(Guid user, CancellationToken ct)
    {
        var token = Clients.NewSecret();
        await using var connection = await database.OpenConnectionAsync(ct);
        await connection.ExecuteAsync(new CommandDefinition(
            """
            with family as (insert into identity.families (id, user_id, expires_at) values (@id, @user, now() + @Life) returning id)
            insert into identity.refresh_tokens (hash, family, expires_at) select @hash, id, now() + @Idle from family
            """,
            new { id = Guid.CreateVersion7(), user, hash = Hash(token), Life, Idle }, cancellationToken: ct));
        return token;
    }

    /// <summary>Spends a refresh token.</summary>
    /// <returns>Whose it is and the next one; null when it is unknown, expired, revoked, or spent already (then the family is revoked).</returns>
    public async Task<(Guid User, string Next)?> Spend(string token, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        var use = await connection.QuerySingleOrDefaultAsync<Use>(
            """
            select t.family, f.user_id, t.used_at is not null as spent, f.revoked_at is null and t.expires_at > now() and f.expires_at > now() as valid
            from identity.refresh_tokens t join identity.families f on f.id = t.family where t.hash = @hash for update of t, f
            """,
            new { hash = Hash(token) }, transaction);
        var next = Clients.NewSecret();
        var sql = use switch
        {
            null or { Valid: false } => null,
            { Spent: true } => "update identity.families set revoked_at = now() where id = @Family",
            _ => """
                update identity.refresh_tokens set used_at = now() where hash = @hash;
                insert into identity.refresh_tokens (hash, family, expires_at) values (@nextHash, @Family, now() + @Idle)
                """,
        };
        if (sql is not null)
        {
            await connection.ExecuteAsync(sql, new { hash = Hash(token), nextHash = Hash(next), use!.Family, Idle }, transaction);
        }

        await transaction.CommitAsync(ct);
        return use is { Valid: true, Spent: false } ? (use.UserId, next) : null;
    }

    /// <summary>Ends the sign-in that a refresh token belongs to.</summary>
    public Task End(string token, CancellationToken ct) => Execute(
        "update identity.families set revoked_at = coalesce(revoked_at, now()) where id = (select family from identity.refresh_tokens where hash = @hash)", new { hash = Hash(token) }, ct);

    /// <summary>Ends all sign-ins of a user: new password, new roles, no longer active.</summary>
    public Task EndAll(Guid user, CancellationToken ct) => Execute(
        "update identity.families set revoked_at = now() where user_id = @user and revoked_at is null", new { user }, ct);

    /// <summary>Forgets what expired over a day ago.</summary>
    public Task Sweep(CancellationToken ct) => Execute(
        "delete from identity.families where id in (select id from identity.families where expires_at < now() - interval '1 day' limit @SweepMax)", new { SweepMax }, ct);

    async Task Execute(string sql, object values, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        await connection.ExecuteAsync(new CommandDefinition(sql, values, cancellationToken: ct));
    }

    static byte[] Hash(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));
}
