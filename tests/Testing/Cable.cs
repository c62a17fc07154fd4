using System.Net;
using System.Net.Sockets;

namespace CrmSuite.Testing;

/// <summary>A cable between a client and a server on loopback that can be cut, or frozen: bytes vanish and nobody is told.</summary>
public sealed class Cable : IAsyncDisposable
{
    readonly TcpListener listener = new(IPAddress.Loopback, 0);
    readonly List<(TcpClient Near, TcpClient Far)> connections = [];
    readonly int port;
    readonly Task running;
    volatile int frozen;

    /// <param name="port">Where the server listens.</param>
    public Cable(int port)
    {
        this.port = port;
        listener.Start();
        running = Accept();
    }

    /// <summary>Where the client connects to.</summary>
    public IPEndPoint Address => (IPEndPoint)listener.LocalEndpoint;

    /// <summary>How many connections there have been.</summary>
    public int Connections
    {
        get
        {
            lock (connections)
            {
                return connections.Count;
            }
        }
    }

    /// <summary>The connections there are carry nothing any more; new ones do.</summary>
    public void Freeze() => frozen = Connections;

    /// <summary>Ends the connections there are.</summary>
    public void Cut()
    {
        lock (connections)
        {
            foreach (var (near, far) in connections)
            {
                near.Close();
                far.Close();
            }
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Cut();
        listener.Stop();
        await running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    async Task Accept()
    {
        while (true)
        {
            var near = await listener.AcceptTcpClientAsync();
            var far = new TcpClient();
            await far.ConnectAsync(IPAddress.Loopback, port);
            int number;
            lock (connections)
            {
                connections.Add((near, far));
                number = connections.Count;
            }

            _ = Pump(near, far, number);
            _ = Pump(far, near, number);
        }
    }

    async Task Pump(TcpClient from, TcpClient to, int number)
    {
        var buffer = new byte[64 * 1024];
        try
        {
            while (await from.GetStream().ReadAsync(buffer) is var count and > 0)
            {
                if (number > frozen)
                {
                    await to.GetStream().WriteAsync(buffer.AsMemory(0, count));
                }
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or InvalidOperationException)
        {
            to.Close();   // Cut at one end is cut at both.
        }
    }
}
