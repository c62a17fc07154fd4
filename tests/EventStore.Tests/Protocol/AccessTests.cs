using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using CrmSuite.EventStore.Client;
using CrmSuite.EventStore.Protocol;
using CrmSuite.EventStore.Tests.Referees;
using CrmSuite.Grpc;

namespace CrmSuite.EventStore.Tests.Protocol;

/// <summary>Who may do what, with accounts and over TLS.</summary>
public sealed class AccessTests : IAsyncLifetime
{
    static readonly Accounts Known = new(
        [new("root", "pw-root", Accounts.Admin), new("ingest", "pw:ingest", Accounts.Writer), new("analytics", "pw-analytics", Accounts.Reader)]);

    readonly InMemoryEventStore _store = new();
    readonly string _caFile = Path.GetTempFileName();
    ProtocolServer _server = null!;

    public async ValueTask InitializeAsync()
    {
        using var certificate = Certificate();
        await File.WriteAllTextAsync(_caFile, certificate.ExportCertificatePem());
        _server = await ProtocolServer.Start(
            _store, Known, X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pkcs12), null));
        await _store.Append([new("sales.order-1", Expected.NoStream, [New()])], default);
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        File.Delete(_caFile);
    }

    [Theory]
    [InlineData("root:pw-root@", true, true, true, true)]
    [InlineData("ingest:pw%3Aingest@", true, true, false, false)]
    [InlineData("analytics:pw-analytics@", true, false, true, false)]
    [InlineData("", false, false, false, false)]
    public async Task Each_role_may_what_it_needs_and_nobody_else_anything(string account, bool reads, bool writes, bool readsAll, bool deletes)
    {
        await using var store = Connect(account);

        await Allowed(reads, () => First(store.ReadStream("sales.order-1", 0, 1, Direction.Forwards)));
        await Allowed(readsAll, () => First(store.ReadAll(0, 1, Direction.Forwards)));
        await Allowed(readsAll, () => First(store.SubscribeAll(null)));
        await Allowed(writes, () => store.Append([new("sales.order-2", Expected.Any, [New()])], default));
        await Allowed(deletes, () => store.WriteMetadata("sales.order-1", Expected.Any, Guid.NewGuid(), new(MaxCount: 9), default));
        await Allowed(deletes, () => store.Append([new("$system", Expected.Any, [New()])], default));
        await Allowed(deletes, () => store.Delete("sales.order-1", Expected.Any, default));
    }

    [Fact]
    public async Task A_wrong_password_is_refused_whatever_is_asked()
    {
        await using var store = Connect("root:wrong@");

        var refusal = await Assert.ThrowsAsync<GrpcException>(() => First(store.ReadStream("sales.order-1", 0, 1, Direction.Forwards)));

        Assert.Equal(GrpcStatus.Unauthenticated, refusal.Status);
    }

    [Fact]
    public async Task A_streams_own_list_replaces_the_roles_right()
    {
        await _store.WriteMetadata(Access.All, Expected.NoStream, Guid.NewGuid(), new(Acl: new(Read: ["ingest"])), default);
        await using var ingest = Connect("ingest:pw%3Aingest@");
        await using var analytics = Connect("analytics:pw-analytics@");

        await Allowed(true, () => First(ingest.ReadAll(0, 1, Direction.Forwards)));
        await Allowed(false, () => First(analytics.ReadAll(0, 1, Direction.Forwards)));
    }

    [Fact]
    public async Task A_server_whose_certificate_nobody_vouches_for_is_not_talked_to()
    {
        await using var store = _server.Connect("root:pw-root@", "maxDiscoverAttempts=0");

        var refusal = await Assert.ThrowsAsync<GrpcException>(() => First(store.ReadAll(0, 1, Direction.Forwards)));

        Assert.Equal(GrpcStatus.Unavailable, refusal.Status);
    }

    [Fact]
    public async Task Discovery_finds_the_node_over_the_same_door()
    {
        var connection = EventStoreConnection.Parse(_server.ConnectionString("root:pw-root@", $"tlsCaFile={_caFile}")) with { Discover = true };
        await using var store = new EventStoreClient(connection);

        Assert.IsType<ReadMessage.Entry>(await First(store.ReadStream("sales.order-1", 0, 1, Direction.Forwards)));
    }

    [Theory]
    [InlineData("@eventstore/db-client")]
    [InlineData("@kurrent/kurrentdb-client")]
    public async Task An_official_client_comes_in_with_its_password_over_tls(string package)
    {
        var address = _server.ConnectionString("root:pw-root@", $"tlsCaFile={_caFile}");
        var seen = await Referee.Run(package, address, $"referee-{Guid.NewGuid():n}", "--append-only");

        Assert.Equal("""{"success":true,"revision":4}""", seen["append"]!.ToJsonString());
    }

    static X509Certificate2 Certificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        names.AddDnsName("localhost");
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, false, 0, critical: true));
        return request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
    }

    static NewEvent New() => new(Guid.NewGuid(), "thing-happened", "{}"u8.ToArray(), default);

    static async Task<ReadMessage> First(IAsyncEnumerable<ReadMessage> messages)
    {
        await foreach (var message in messages)
        {
            return message;
        }

        throw new InvalidOperationException("Nothing was said.");
    }

    static async Task Allowed(bool allowed, Func<Task> deed)
    {
        if (allowed)
        {
            await deed();
        }
        else
        {
            Assert.Equal(GrpcStatus.PermissionDenied, (await Assert.ThrowsAsync<GrpcException>(deed)).Status);
        }
    }

    EventStoreClient Connect(string account) => _server.Connect(account, $"tlsCaFile={_caFile}");
}
