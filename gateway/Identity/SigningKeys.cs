using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Dapper;
using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;
using Npgsql;

namespace CrmSuite.Gateway.Identity;

/// <summary>
/// The ES256 keys that sign access tokens. A new key is published an hour before it signs, so that every service knows it by then, and the old one until its last
/// token has expired. This host checks tokens with the same keys, without asking itself over HTTP.
/// </summary>
sealed class SigningKeys(NpgsqlDataSource database, IdentitySettings settings) : IConfigurationManager<OpenIdConnectConfiguration>, IDisposable
{
    /// <summary>How long before its first signature a key is published: more than the ten minutes that services keep keys.</summary>
    public static readonly TimeSpan PublishedBefore = TimeSpan.FromHours(1);

    /// <summary>How long after its last signature: the life of a token and the skew of clocks.</summary>
    public static readonly TimeSpan PublishedAfter = TimeSpan.FromMinutes(20);

    /// <summary>How long a key signs.</summary>
    public static readonly TimeSpan Life = TimeSpan.FromDays(30);

    static readonly TimeSpan ReadEvery = TimeSpan.FromSeconds(30);
    const long LockKey = 0x43524d5f4b455953;
    const int NonceSize = 12;
    const int TagSize = 16;

    readonly ConcurrentDictionary<string, ECDsaSecurityKey> opened = new();
    readonly SemaphoreSlim one = new(1);
    IReadOnlyList<ECDsaSecurityKey> published = [];
    ECDsaSecurityKey? signing;
    long readAt;
    long readAgainAt;

    sealed record Row
    {
        public string Kid { get; init; } = "";
        public byte[] Sealed { get; init; } = [];
        public bool Signs { get; init; }
    }

    /// <summary>The key that signs now.</summary>
    public async Task<ECDsaSecurityKey> Signing(CancellationToken ct)
    {
        await Read(ct);
        return signing!;
    }

    /// <summary>The keys that tokens may be signed with.</summary>
    public async Task<IReadOnlyList<ECDsaSecurityKey>> Published(CancellationToken ct)
    {
        await Read(ct);
        return published;
    }

    /// <summary>Makes the first key, and the next one when the newest has lived long enough. Safe on several hosts at once.</summary>
    public Task Renew(CancellationToken ct) => Make("where not exists (select 1 from identity.signing_keys where signs_from > now() - @life)", ct);

    /// <summary>Makes a key that signs after <see cref="PublishedBefore"/>; with <paramref name="withdraw"/> it signs at once and no other key is
    /// valid here any longer, nor in the services when they fetch keys again: within ten minutes.</summary>
    public async Task Rotate(bool withdraw, CancellationToken ct)
    {
        if (withdraw)
        {
            await using var connection = await database.OpenConnectionAsync(ct);
            await connection.ExecuteAsync(new CommandDefinition("update identity.signing_keys set published_until = now()", cancellationToken: ct));
        }

        await Make("", ct);
    }

    public async Task<OpenIdConnectConfiguration> GetConfigurationAsync(CancellationToken cancel)
    {
        var configuration = new OpenIdConnectConfiguration { Issuer = settings.Issuer, TokenEndpoint = settings.Issuer + "/connect/token" };
        foreach (var key in await Published(cancel))
        {
            configuration.SigningKeys.Add(key);
        }

        return configuration;
    }

    /// <summary>A token names an unknown key: look again, but no more often than once a second, whatever is sent.</summary>
    public void RequestRefresh() => Volatile.Write(ref readAgainAt, Math.Min(Volatile.Read(ref readAgainAt), Volatile.Read(ref readAt) + 1_000));

    /// <summary>The keys have changed: the next question reads them.</summary>
    public void Forget() => Volatile.Write(ref readAgainAt, 0);

    public void Dispose()
    {
        one.Dispose();
        foreach (var key in opened.Values)
        {
            key.ECDsa.Dispose();
        }
    }

    // Signs at once when no other key is valid, else after its publication; then the others are published no longer than needed.
    async Task Make(string condition, CancellationToken ct)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var point = key.ExportParameters(false).Q;
        var kid = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8));
        await using var connection = await database.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        await connection.ExecuteAsync($"select pg_advisory_xact_lock({LockKey})", transaction: transaction);
        var made = await connection.ExecuteAsync(
            $"""
            insert into identity.signing_keys (kid, x, y, sealed, signs_from)
            select @kid, @x, @y, @sealedKey, case when exists (select 1 from identity.signing_keys where published_until is null or published_until > now())
                then now() + @before else now() end {condition}
            """,
            new { kid, x = point.X, y = point.Y, sealedKey = Seal(kid, key.ExportPkcs8PrivateKey()), before = PublishedBefore, life = Life }, transaction);
        if (made == 1)
        {
            await connection.ExecuteAsync(
                """
                update identity.signing_keys set published_until = (select signs_from from identity.signing_keys where kid = @kid) + @after
                where kid <> @kid and published_until is null
                """,
                new { kid, after = PublishedAfter }, transaction);
        }

        await transaction.CommitAsync(ct);
        Forget();
    }

    async Task Read(CancellationToken ct)
    {
        if (Environment.TickCount64 < Volatile.Read(ref readAgainAt))
        {
            return;
        }

        await one.WaitAsync(ct);
        try
        {
            if (Environment.TickCount64 < Volatile.Read(ref readAgainAt))
            {
                return;
            }

            await using var connection = await database.OpenConnectionAsync(ct);
            var rows = (await connection.QueryAsync<Row>(new CommandDefinition(
                "select kid, sealed, signs_from <= now() as signs from identity.signing_keys where published_until is null or published_until > now() order by signs_from desc",
                cancellationToken: ct))).ToList();
            published = [.. rows.Select(row => opened.GetOrAdd(row.Kid, _ => Open(row)))];
            signing = rows.FirstOrDefault(row => row.Signs) is { } newest ? opened[newest.Kid] : throw new InvalidOperationException("There is no key to sign with.");
            Volatile.Write(ref readAt, Environment.TickCount64);
            Volatile.Write(ref readAgainAt, Environment.TickCount64 + (long)ReadEvery.TotalMilliseconds);
        }
        catch (NpgsqlException) when (signing is not null)
        {
            // The database is away: the last keys serve on.
            Volatile.Write(ref readAgainAt, Environment.TickCount64 + 1_000);
        }
        finally
        {
            one.Release();
        }
    }

    ECDsaSecurityKey Open(Row row)
    {
        var key = ECDsa.Create();
        key.ImportPkcs8PrivateKey(Unseal(row.Kid, row.Sealed), out _);
        return new ECDsaSecurityKey(key) { KeyId = row.Kid };
    }

    byte[] Seal(string kid, byte[] clear)
    {
        var output = new byte[NonceSize + clear.Length + TagSize];
        RandomNumberGenerator.Fill(output.AsSpan(0, NonceSize));
        using var aes = new AesGcm(settings.KeySealing, TagSize);
        aes.Encrypt(output.AsSpan(0, NonceSize), clear, output.AsSpan(NonceSize, clear.Length), output.AsSpan(NonceSize + clear.Length), Encoding.UTF8.GetBytes(kid));
        return output;
    }

    byte[] Unseal(string kid, byte[] input)
    {
        var clear = new byte[input.Length - NonceSize - TagSize];
        using var aes = new AesGcm(settings.KeySealing, TagSize);
        aes.Decrypt(input.AsSpan(0, NonceSize), input.AsSpan(NonceSize, clear.Length), input.AsSpan(NonceSize + clear.Length), clear, Encoding.UTF8.GetBytes(kid));
        return clear;
    }
}
