using System.Globalization;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using CrmSuite.EventStore.Client.Proto;
using CrmSuite.Grpc;

namespace CrmSuite.EventStore.Client;

/// <summary>The nodes behind a connection string: finds the one to talk to, and another when it fails or says it does not lead.</summary>
sealed class Cluster : IDisposable
{
    /// <summary>Pauses between tries double up to this one.</summary>
    static readonly TimeSpan PauseMax = TimeSpan.FromSeconds(5);

    readonly EventStoreConnection _connection;
    readonly Dictionary<NodeAddress, GrpcChannel> _channels = [];
    readonly Lock _gate = new();
    readonly Lazy<SslClientAuthenticationOptions> _ssl;
    NodeAddress? _current;

    public Cluster(EventStoreConnection connection)
    {
        _connection = connection;
        _ssl = new(() => Ssl(connection));
        var headers = new Dictionary<string, string>
        {
            ["requires-leader"] = connection.NodePreference == NodePreference.Leader ? "true" : "false",
            ["connection-name"] = connection.ConnectionName,
        };
        if (connection.User is not null)
        {
            headers["authorization"] = "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{connection.User}:{connection.Password}"));
        }

        Streaming = new(Headers: headers);
        Short = new(connection.DefaultDeadline > TimeSpan.Zero ? connection.DefaultDeadline : null, headers);
    }

    /// <summary>What a call that may last sends.</summary>
    public CallOptions Streaming { get; }

    /// <summary>What a call that ends soon sends.</summary>
    public CallOptions Short { get; }

    /// <summary>The node to talk to now.</summary>
    public async ValueTask<GrpcChannel> Node(CancellationToken ct)
    {
        var known = _current;
        if (known is null)
        {
            known = _connection.Discover ? await Find(ct) : _connection.Hosts[0];
            _current = known;
        }

        return Channel(known);
    }

    /// <summary>
    /// After a failed try: true once it is time for the next one, false if the failure is final. A node that says it does not lead names the one that does;
    /// an unreachable node is looked for again.
    /// </summary>
    public async Task<bool> Again(GrpcException failure, int attempt, CancellationToken ct)
    {
        if (attempt >= _connection.MaxDiscoverAttempts)
        {
            return false;
        }

        if (failure.Trailer(Wire.ExceptionTrailer) == "not-leader")
        {
            _current = failure.Trailer("leader-endpoint-host") is { } host
                && int.TryParse(failure.Trailer("leader-endpoint-port"), CultureInfo.InvariantCulture, out var port) ? new(host, port) : null;
        }
        else if (failure.Status is GrpcStatus.Unavailable or GrpcStatus.Aborted)
        {
            _current = null;
        }
        else
        {
            return false;
        }

        await Task.Delay(Pause(attempt), ct);
        return true;
    }

    public void Dispose()
    {
        lock (_gate)
        {
            foreach (var channel in _channels.Values)
            {
                channel.Dispose();
            }
        }
    }

    static SslClientAuthenticationOptions Ssl(EventStoreConnection connection)
    {
        var options = new SslClientAuthenticationOptions();
        if (connection is { UserCertFile: { } cert, UserKeyFile: { } key })
        {
            using var pem = X509Certificate2.CreateFromPemFile(cert, key);
            options.ClientCertificates = [X509CertificateLoader.LoadPkcs12(pem.Export(X509ContentType.Pkcs12), null)];
        }

        if (!connection.TlsVerifyCert)
        {
#pragma warning disable CA5359 // Asked for by name in the connection string.
            options.RemoteCertificateValidationCallback = (_, _, _, _) => true;
#pragma warning restore CA5359
        }
        else if (connection.TlsCaFile is { } ca)
        {
            var trusted = new X509Certificate2Collection();
            trusted.ImportFromPemFile(ca);
            options.CertificateChainPolicy = new() { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
            options.CertificateChainPolicy.CustomTrustStore.AddRange(trusted);
        }

        return options;
    }

    TimeSpan Pause(int attempt)
    {
        var doubled = _connection.DiscoveryInterval * Math.Pow(2, Math.Min(attempt, 16));
        return doubled < PauseMax ? doubled : PauseMax;
    }

    GrpcChannel Channel(NodeAddress node)
    {
        lock (_gate)
        {
            return _channels.TryGetValue(node, out var known) ? known : _channels[node] = new(_connection.UriOf(node), handler =>
            {
                handler.KeepAlivePingDelay = _connection.KeepAliveInterval;
                handler.KeepAlivePingTimeout = _connection.KeepAliveTimeout;
                handler.SslOptions = _ssl.Value;
            });
        }
    }

    async Task<NodeAddress> Find(CancellationToken ct)
    {
        GrpcException? failure = null;
        foreach (var seed in _connection.Hosts)
        {
            try
            {
                var cluster = await Channel(seed).Unary(Wire.Gossip, Wire.Nothing, Short with { Deadline = _connection.GossipTimeout }, ct);
                if (Choose(cluster) is { } chosen)
                {
                    return chosen;
                }
            }
            catch (GrpcException e)
            {
                failure = e;
            }
        }

        throw new GrpcException(GrpcStatus.Unavailable, "No node of the cluster can be reached.", inner: failure);
    }

    NodeAddress? Choose(ClusterInfo cluster)
    {
        var preferred = _connection.NodePreference switch
        {
            NodePreference.Leader => MemberInfo.Types.VNodeState.Leader,
            NodePreference.Follower => MemberInfo.Types.VNodeState.Follower,
            NodePreference.ReadOnlyReplica => MemberInfo.Types.VNodeState.ReadOnlyReplica,
            _ => (MemberInfo.Types.VNodeState?)null,
        };
        MemberInfo.Types.VNodeState[] fit =
        [
            MemberInfo.Types.VNodeState.Leader, MemberInfo.Types.VNodeState.Follower,
            MemberInfo.Types.VNodeState.ReadOnlyReplica, MemberInfo.Types.VNodeState.ReadOnlyLeaderless,
        ];
        return cluster.Members
            .Where(m => m.IsAlive && fit.Contains(m.State))
            .OrderByDescending(m => m.State == preferred)
            .ThenBy(_ => Random.Shared.Next())
            .Select(m => new NodeAddress(m.HttpEndPoint.Address, (int)m.HttpEndPoint.Port))
            .FirstOrDefault();
    }
}
