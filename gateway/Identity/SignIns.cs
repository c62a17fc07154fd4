using CrmSuite.ServiceDefaults;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace CrmSuite.Gateway.Identity;

/// <summary>What a successful sign-in gives.</summary>
sealed record Issued(string AccessToken, int ExpiresIn, string? RefreshToken, string TokenType = "Bearer");

/// <summary>From password, refresh token or client secret to an access token.</summary>
sealed class SignIns(Users users, Families families, Clients clients, SigningKeys keys, IdentitySettings settings, ILogger<SignIns> log)
{
    /// <summary>How long an access token is good: nothing revokes it before.</summary>
    public static readonly TimeSpan Life = TimeSpan.FromMinutes(15);

    const int PasswordLengthMax = 128;

    /// <summary>A person, by name and password.</summary>
    public async Task<Issued?> SignIn(string userName, string password, CancellationToken ct)
    {
        var user = password.Length > PasswordLengthMax ? null : await users.Verify(userName, password, ct);
        if (user is null)
        {
            // The name as typed may be a password typed into the wrong field.
            log.LogWarning("A sign-in was refused.");
            return null;
        }

        log.LogInformation("{User} signed in.", user.Id);
        return new(await Token(user, ct), (int)Life.TotalSeconds, await families.Begin(user.Id, ct));
    }

    /// <summary>A person, by the refresh token of an earlier answer. Roles and team are read anew.</summary>
    public async Task<Issued?> Refresh(string token, CancellationToken ct)
    {
        if (await families.Spend(token, ct) is not var (id, next) || await users.Find(id, ct) is not { Active: true } user)
        {
            log.LogWarning("A refresh was refused.");
            return null;
        }

        return new(await Token(user, ct), (int)Life.TotalSeconds, next);
    }

    /// <summary>A program, by its secret.</summary>
    public async Task<Issued?> Client(string id, string secret, CancellationToken ct)
    {
        if (await clients.Verify(id, secret, ct) is not { } client)
        {
            log.LogWarning("A client was refused.");
            return null;
        }

        log.LogInformation("Client {Client} signed in.", client.Id);
        var claims = new Dictionary<string, object>
        {
            [JwtRegisteredClaimNames.Sub] = client.Id,
            ["client_id"] = client.Id,
            [Tokens.Kind] = "service",
            [Tokens.Roles] = client.Roles,
            [Tokens.Permissions] = client.Permissions,
        };
        return new(await Write(claims, ct), (int)Life.TotalSeconds, null);
    }

    Task<string> Token(User user, CancellationToken ct)
    {
        var claims = new Dictionary<string, object>
        {
            [JwtRegisteredClaimNames.Sub] = user.Id.ToString(),
            [JwtRegisteredClaimNames.Name] = user.Name,
            [Tokens.Kind] = "staff",
            [Tokens.Roles] = user.Roles,
        };
        if (user.Team is not null)
        {
            claims[Tokens.Team] = user.Team;
        }

        if (user.Region is not null)
        {
            claims[Tokens.Region] = user.Region;
        }

        return Write(claims, ct);
    }

    async Task<string> Write(Dictionary<string, object> claims, CancellationToken ct)
    {
        var now = DateTime.UtcNow;
        claims[JwtRegisteredClaimNames.Jti] = Guid.NewGuid().ToString("n");
        return new JsonWebTokenHandler().CreateToken(new SecurityTokenDescriptor
        {
            Issuer = settings.Issuer,
            Audience = Tokens.Audience,
            TokenType = "at+jwt",
            IssuedAt = now,
            NotBefore = now,
            Expires = now + Life,
            Claims = claims,
            SigningCredentials = new(await keys.Signing(ct), SecurityAlgorithms.EcdsaSha256),
        });
    }
}
