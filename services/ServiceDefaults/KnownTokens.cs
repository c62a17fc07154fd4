using Microsoft.Extensions.Caching.Memory;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace CrmSuite.ServiceDefaults;

/// <summary>
/// Checks an access token once and knows it for a while: a program sends the same one with each of its calls, and its signature costs more than the rest of the way
/// to the endpoint. It is known no longer than the key that signed it.
/// </summary>
sealed class KnownTokens : JsonWebTokenHandler, IDisposable
{
    /// <summary>How long a token is known; never longer than it is valid.</summary>
    static readonly TimeSpan KnownMax = TimeSpan.FromSeconds(60);

    readonly MemoryCache known = new(new MemoryCacheOptions { SizeLimit = 10_000 });

    public override async Task<TokenValidationResult> ValidateTokenAsync(string token, TokenValidationParameters validationParameters)
    {
        if (known.TryGetValue(token, out TokenValidationResult? valid) && await IsPublished(valid!.SecurityToken.SigningKey, validationParameters))
        {
            return valid;
        }

        var result = await base.ValidateTokenAsync(token, validationParameters);
        var until = result.IsValid ? result.SecurityToken.ValidTo + validationParameters.ClockSkew - DateTime.UtcNow : TimeSpan.Zero;
        if (until > TimeSpan.Zero)
        {
            known.Set(token, result, new MemoryCacheEntryOptions { Size = 1, AbsoluteExpirationRelativeToNow = until < KnownMax ? until : KnownMax });
        }

        return result;
    }

    static async Task<bool> IsPublished(SecurityKey key, TokenValidationParameters parameters)
    {
        IEnumerable<SecurityKey>? keys = parameters.ConfigurationManager is { } authority
            ? (await authority.GetBaseConfigurationAsync(CancellationToken.None)).SigningKeys
            : parameters.IssuerSigningKeys;
        return keys?.Any(published => published.KeyId == key.KeyId) is true;
    }

    public void Dispose() => known.Dispose();
}
