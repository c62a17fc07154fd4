namespace CrmSuite.EventStore.Client.Tests;

/// <summary>Connection strings as the official clients write them.</summary>
public sealed class EventStoreConnectionTests
{
    [Theory]
    [InlineData("esdb://localhost", "localhost", 2113)]
    [InlineData("kurrentdb://store.example:2114/", "store.example", 2114)]
    [InlineData("kdb://127.0.0.1:80", "127.0.0.1", 80)]
    [InlineData("kurrent://u:p@h:1", "h", 1)]
    public void One_host_is_talked_to_directly(string text, string host, int port)
    {
        var connection = EventStoreConnection.Parse(text);

        Assert.Equal([new NodeAddress(host, port)], connection.Hosts);
        Assert.False(connection.Discover);
        Assert.True(connection.Tls);
    }

    [Theory]
    [InlineData("esdb+discover://cluster.example:2113", 1)]
    [InlineData("esdb://a,b:2114,c", 3)]
    public void Several_hosts_or_the_word_discover_ask_for_the_cluster(string text, int hosts)
    {
        var connection = EventStoreConnection.Parse(text);

        Assert.True(connection.Discover);
        Assert.Equal(hosts, connection.Hosts.Count);
    }

    [Fact]
    public void Every_setting_is_read_whatever_its_case()
    {
        var connection = EventStoreConnection.Parse(
            "esdb://in%40gest:p%3Ass@h?TLS=false&tlsVerifyCert=false&tlsCaFile=%2Fca.pem&userCertFile=c&userKeyFile=k&defaultDeadline=2000"
            + "&keepAliveInterval=-1&keepAliveTimeout=3000&maxDiscoverAttempts=4&discoveryInterval=50&gossipTimeout=700&nodePreference=follower"
            + "&connectionName=crm&throwOnAppendFailure=false");

        Assert.Equal(
            new EventStoreConnection
            {
                Hosts = connection.Hosts,
                User = "in@gest",
                Password = "p:ss",
                Tls = false,
                TlsVerifyCert = false,
                TlsCaFile = "/ca.pem",
                UserCertFile = "c",
                UserKeyFile = "k",
                DefaultDeadline = TimeSpan.FromSeconds(2),
                KeepAliveInterval = Timeout.InfiniteTimeSpan,
                KeepAliveTimeout = TimeSpan.FromSeconds(3),
                MaxDiscoverAttempts = 4,
                DiscoveryInterval = TimeSpan.FromMilliseconds(50),
                GossipTimeout = TimeSpan.FromMilliseconds(700),
                NodePreference = NodePreference.Follower,
                ConnectionName = "crm",
            },
            connection);
    }

    [Theory]
    [InlineData("http://localhost")]
    [InlineData("localhost:2113")]
    [InlineData("esdb://")]
    [InlineData("esdb://h:port")]
    [InlineData("esdb://user@h")]
    [InlineData("esdb://h?tls=maybe")]
    [InlineData("esdb://h?unheard=of")]
    [InlineData("esdb://h?nodePreference=nearest")]
    public void What_cannot_be_read_is_refused(string text) => Assert.Throws<FormatException>(() => EventStoreConnection.Parse(text));

    [Fact]
    public void A_refusal_does_not_tell_the_password() =>
        Assert.DoesNotContain("s3cret", Assert.Throws<FormatException>(() => EventStoreConnection.Parse("esdb://u:s3cret@h?unheard=of")).ToString());
}
