using System.Net;
using System.Net.Sockets;

namespace CrmSuite.Grpc.Tests;

/// <summary>A cable between client and server that can be cut, or frozen: bytes vanish and nobody is told.</summary>
sealed class Cable : IAsyncDisposable
{
    readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    readonly List<TcpClient> _ends = [];
    readonly int _port;
    readonly Task _running;
    volatile bool _frozen;

    public Cable(int port)
    {
        _port = port;
        _listener.Start();
        _running = Accept();
    }

    public Uri Address => new($"http://{_listener.LocalEndpoint}");

    public void Freeze() => _frozen = true;

    public void Cut()
    {
        lock (_ends)
        {
            _ends.ForEach(end => end.Close());
        }
    }

    public async ValueTask DisposeAsync()
    {
        Cut();
        _listener.Stop();
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    async Task Accept()
    {
        while (true)
        {
            var near = await _listener.AcceptTcpClientAsync();
            var far = new TcpClient();
            await far.ConnectAsync(IPAddress.Loopback, _port);
            lock (_ends)
            {
                _ends.AddRange([near, far]);
            }

            _ = Pump(near, far);
            _ = Pump(far, near);
        }
    }

    async Task Pump(TcpClient from, TcpClient to)
    {
        var buffer = new byte[64 * 1024];
        try
        {
            while (await from.GetStream().ReadAsync(buffer) is var count and > 0)
            {
                if (!_frozen)
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
