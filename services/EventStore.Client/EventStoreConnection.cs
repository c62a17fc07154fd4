using System.Globalization;

namespace CrmSuite.EventStore.Client;

/// <summary>Which node of a cluster to talk to.</summary>
public enum NodePreference
{
    /// <summary>The leader: reads what was just written.</summary>
    Leader,

    /// <summary>A follower, if there is one.</summary>
    Follower,

    /// <summary>Any node.</summary>
    Random,

    /// <summary>A read-only replica, if there is one.</summary>
    ReadOnlyReplica,
}

/// <summary>A host and its port.</summary>
public sealed record NodeAddress(string Host, int Port);

/// <summary>
/// A connection string of the protocol, read: <c>esdb://user:password@host:2113?tls=true</c>, with <c>+discover</c> or several hosts for a cluster.
/// </summary>
public sealed record EventStoreConnection
{
    const int PortDefault = 2113;

    static readonly HashSet<string> Schemes = ["esdb", "kdb", "kurrent", "kurrentdb"];

    /// <summary>The hosts named; with <see cref="Discover"/> they are asked who is in the cluster.</summary>
    public required IReadOnlyList<NodeAddress> Hosts { get; init; }

    /// <summary>Ask the hosts for the cluster, rather than talk to the one host named.</summary>
    public bool Discover { get; init; }

    /// <summary>The account, or null.</summary>
    public string? User { get; init; }

    /// <summary>Its password.</summary>
    public string? Password { get; init; }

    /// <summary>TLS, or HTTP/2 in clear text.</summary>
    public bool Tls { get; init; } = true;

    /// <summary>Whether the server's certificate is checked.</summary>
    public bool TlsVerifyCert { get; init; } = true;

    /// <summary>A PEM file of the authority to trust, beside the machine's.</summary>
    public string? TlsCaFile { get; init; }

    /// <summary>A PEM file of the client's certificate.</summary>
    public string? UserCertFile { get; init; }

    /// <summary>The PEM file of its key.</summary>
    public string? UserKeyFile { get; init; }

    /// <summary>How long a call that does not stream may take.</summary>
    public TimeSpan DefaultDeadline { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>A ping goes out on a connection silent for so long; infinite for never.</summary>
    public TimeSpan KeepAliveInterval { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>A ping without an answer for so long ends the connection.</summary>
    public TimeSpan KeepAliveTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How often an unreachable store is tried again before the caller is told.</summary>
    public int MaxDiscoverAttempts { get; init; } = 10;

    /// <summary>The first pause between tries; it doubles from there.</summary>
    public TimeSpan DiscoveryInterval { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>How long one host may take to say who is in the cluster.</summary>
    public TimeSpan GossipTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Which node of a cluster to talk to.</summary>
    public NodePreference NodePreference { get; init; }

    /// <summary>The name the server shows for this client.</summary>
    public string ConnectionName { get; init; } = $"crmsuite-{Guid.NewGuid():n}";

    /// <summary>Reads a connection string; <see cref="FormatException"/> says what is wrong with it, without its password.</summary>
    public static EventStoreConnection Parse(string text)
    {
        if (text.Split("://", 2) is not [var scheme, var rest] || !Schemes.Contains(Strip(scheme, out var discover)))
        {
            throw new FormatException("An event store's connection string starts with esdb://, kurrentdb:// or one of these with +discover.");
        }

        var (place, query) = rest.Split('?', 2) is [var p, var q] ? (p, q) : (rest, "");
        var at = place.LastIndexOf('@');
        var hosts = place[(at + 1)..].TrimEnd('/').Split(',').Select(ParseHost).ToArray();
        var account = at < 0 ? [] : place[..at].Split(':', 2).Select(Uri.UnescapeDataString).ToArray();
        if (account.Length == 1)
        {
            throw new FormatException("An account is written user:password.");
        }

        var connection = new EventStoreConnection
        {
            Hosts = hosts,
            Discover = discover || hosts.Length > 1,
            User = account.ElementAtOrDefault(0),
            Password = account.ElementAtOrDefault(1),
        };
        return query.Split('&', StringSplitOptions.RemoveEmptyEntries).Aggregate(connection, Set);
    }

    /// <summary>The address of a node as the HTTP client wants it.</summary>
    public Uri UriOf(NodeAddress node) => new UriBuilder(Tls ? Uri.UriSchemeHttps : Uri.UriSchemeHttp, node.Host, node.Port).Uri;

    static string Strip(string scheme, out bool discover)
    {
        const string suffix = "+discover";
        discover = scheme.EndsWith(suffix, StringComparison.Ordinal);
        return discover ? scheme[..^suffix.Length] : scheme;
    }

    static NodeAddress ParseHost(string text)
    {
        if (!Uri.TryCreate($"http://{text}", UriKind.Absolute, out var uri) || uri.Host.Length == 0 || uri.PathAndQuery != "/")
        {
            throw new FormatException("A host is written host or host:port.");
        }

        return new(uri.Host, text.EndsWith($":{uri.Port}", StringComparison.Ordinal) ? uri.Port : PortDefault);
    }

    static EventStoreConnection Set(EventStoreConnection connection, string setting)
    {
        var (key, value) = setting.Split('=', 2) is [var k, var v] ? (k, Uri.UnescapeDataString(v)) : (setting, "");
        return key.ToLowerInvariant() switch
        {
            "tls" => connection with { Tls = Flag() },
            "tlsverifycert" => connection with { TlsVerifyCert = Flag() },
            "tlscafile" => connection with { TlsCaFile = value },
            "usercertfile" => connection with { UserCertFile = value },
            "userkeyfile" => connection with { UserKeyFile = value },
            "defaultdeadline" => connection with { DefaultDeadline = Milliseconds() },
            "keepaliveinterval" => connection with { KeepAliveInterval = Milliseconds() },
            "keepalivetimeout" => connection with { KeepAliveTimeout = Milliseconds() },
            "maxdiscoverattempts" => connection with { MaxDiscoverAttempts = Whole() },
            "discoveryinterval" => connection with { DiscoveryInterval = Milliseconds() },
            "gossiptimeout" => connection with { GossipTimeout = Milliseconds() },
            "nodepreference" => connection with
            {
                NodePreference = Enum.TryParse<NodePreference>(value, ignoreCase: true, out var preference) ? preference : throw Wrong(),
            },
            "connectionname" => connection with { ConnectionName = value },
            "throwonappendfailure" => Ignored(),   // Ours always answers with a value.
            _ => throw new FormatException($"An event store's connection string knows no {key}."),
        };

        FormatException Wrong() => new($"{key} has a value that cannot be read.");
        bool Flag() => bool.TryParse(value, out var flag) ? flag : throw Wrong();
        int Whole() => int.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole) ? whole : throw Wrong();
        TimeSpan Milliseconds() => Whole() is var ms && ms >= 0 ? TimeSpan.FromMilliseconds(ms) : Timeout.InfiniteTimeSpan;
        EventStoreConnection Ignored() => Flag() ? connection : connection;
    }
}
