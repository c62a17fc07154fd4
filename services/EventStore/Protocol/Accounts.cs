using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using CrmSuite.Grpc;

namespace CrmSuite.EventStore.Protocol;

/// <summary>An account of the event store, from the host's configuration.</summary>
public sealed record Account(string Name, string Password, string Role);

/// <summary>Who may come in, and as what.</summary>
public sealed class Accounts
{
    /// <summary>May do everything.</summary>
    public const string Admin = "$admins";

    /// <summary>May write and read the departments' streams: the ingest.</summary>
    public const string Writer = "writer";

    /// <summary>May read and follow all of them: Analytics.</summary>
    public const string Reader = "reader";

    static readonly ClaimsPrincipal Anonymous = new();

    readonly Dictionary<string, (byte[] Password, ClaimsPrincipal Caller)> _accounts;

    /// <summary>Takes the accounts; <see cref="ArgumentException"/> if one has no password or no known role.</summary>
    public Accounts(IEnumerable<Account> accounts) => _accounts = accounts.ToDictionary(
        account => account.Name,
        account => account is { Password.Length: > 0, Role: Admin or Writer or Reader }
            ? (Hash(account.Password), Principal(account))
            : throw new ArgumentException($"The account {account.Name} needs a password and one of the roles {Admin}, {Writer} and {Reader}."),
        StringComparer.Ordinal);

    /// <summary>Reads the section <c>EventStore:Accounts</c>; null if it names none.</summary>
    public static Accounts? From(IConfiguration configuration) =>
        configuration.GetSection("EventStore:Accounts").Get<Account[]>() is [_, ..] accounts ? new(accounts) : null;

    /// <summary>The caller; anonymous without credentials, null with wrong ones.</summary>
    internal ClaimsPrincipal? Authenticate(BasicCredentials? credentials) => credentials switch
    {
        null => Anonymous,
        _ when _accounts.TryGetValue(credentials.User, out var account)
            && CryptographicOperations.FixedTimeEquals(account.Password, Hash(credentials.Password)) => account.Caller,
        _ => null,
    };

    static byte[] Hash(string password) => SHA256.HashData(Encoding.UTF8.GetBytes(password));

    static ClaimsPrincipal Principal(Account account) =>
        new(new ClaimsIdentity([new(ClaimTypes.Name, account.Name), new(ClaimTypes.Role, account.Role)], "Basic"));
}
