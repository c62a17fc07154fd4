using System.Security.Cryptography;

namespace CrmSuite.Gateway.Identity;

/// <summary>What the embedded provider is told from outside: <c>Identity:Issuer</c> (the address under which everybody reaches it) and <c>Identity:Master</c>.</summary>
sealed class IdentitySettings
{
    const int MasterSize = 32;

    public IdentitySettings(IConfiguration configuration)
    {
        Issuer = configuration["Identity:Issuer"]?.TrimEnd('/') ?? throw new InvalidOperationException("Identity:Issuer is not set: the address of this gateway.");
        var master = new byte[MasterSize + 1];
        if (!Convert.TryFromBase64String(configuration["Identity:Master"] ?? "", master, out var length) || length != MasterSize)
        {
            throw new InvalidOperationException("Identity:Master must be 32 bytes as base64, out of a secret store.");
        }

        KeySealing = HKDF.DeriveKey(HashAlgorithmName.SHA256, master[..MasterSize], MasterSize, info: "crmsuite identity keys"u8.ToArray());
    }

    /// <summary>The issuer of all tokens.</summary>
    public string Issuer { get; }

    /// <summary>The key that signing keys are sealed under.</summary>
    public byte[] KeySealing { get; }
}
