using System.Buffers.Text;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace CrmSuite.Benchmarks;

/// <summary>One of many callers: it calls again as soon as it is answered.</summary>
abstract class Caller : IAsyncDisposable
{
    public abstract Task Call();

    public abstract ValueTask DisposeAsync();

    /// <summary>A caller without a connection of its own.</summary>
    public static Func<int, Task<Caller>> Of(Func<int, Func<Task>> call) => number => Task.FromResult<Caller>(new Plain(call(number)));

    sealed class Plain(Func<Task> call) : Caller
    {
        public override Task Call() => call();

        public override ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}

/// <summary>A closed loop of callers.</summary>
static class Load
{
    /// <summary>Calls a second, and the times of the calls.</summary>
    public static async Task<Figure> Run(int callers, TimeSpan length, Func<int, Task<Caller>> open)
    {
        var all = new List<Caller>();
        for (var number = 0; number < callers; number++)
        {
            all.Add(await open(number));
        }

        await Task.WhenAll(all.Select(caller => caller.Call()));
        var began = Stopwatch.GetTimestamp();
        var times = await Task.WhenAll(all.Select(caller => Task.Run(() => Repeat(caller, began, length))));
        var seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
        foreach (var caller in all)
        {
            await caller.DisposeAsync();
        }

        var sorted = times.SelectMany(some => some).Order().ToArray();
        return new(sorted.Length / seconds, Ms(sorted[sorted.Length / 2]), Ms(sorted[sorted.Length * 99 / 100]));
    }

    static async Task<List<long>> Repeat(Caller caller, long began, TimeSpan length)
    {
        var times = new List<long>(4_096);
        while (Stopwatch.GetElapsedTime(began) < length)
        {
            var at = Stopwatch.GetTimestamp();
            await caller.Call();
            times.Add(Stopwatch.GetTimestamp() - at);
        }

        return times;
    }

    static double Ms(long ticks) => ticks * 1_000.0 / Stopwatch.Frequency;
}

/// <summary>
/// A caller of POST with a connection of its own. It writes bytes and looks for the end of the answer, no more: on two cores the cost of a whole HTTP client would
/// be measured with the service.
/// </summary>
sealed class HttpCaller : Caller
{
    const string Number = "0000000000000000";

    static long next = DateTime.UtcNow.Ticks;

    readonly Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    readonly byte[] request;
    readonly byte[] answer = new byte[16 * 1024];
    readonly int at;

    HttpCaller(byte[] request) => (this.request, at) = (request, request.AsSpan().IndexOf(Encoding.ASCII.GetBytes(Number)));

    /// <summary>Opens the connection. In the body, <paramref name="body"/> says where a number that is new each time goes.</summary>
    public static async Task<Caller> Open(string url, string token, Func<string, string> body)
    {
        var address = new Uri(url);
        var content = body(Number);
        var caller = new HttpCaller(Encoding.UTF8.GetBytes(
            $"POST {address.AbsolutePath} HTTP/1.1\r\nHost: {address.Authority}\r\nAuthorization: Bearer {token}\r\nContent-Type: application/json\r\nContent-Length: {Encoding.UTF8.GetByteCount(content)}\r\n\r\n{content}"));
        await caller.socket.ConnectAsync(IPAddress.Loopback, address.Port);
        return caller;
    }

    public override async Task Call()
    {
        Utf8Formatter.TryFormat(Interlocked.Increment(ref next) % 10_000_000_000_000_000, request.AsSpan(at, Number.Length), out _, new('D', (byte)Number.Length));
        await socket.SendAsync(request);
        for (var length = 0; ;)
        {
            var read = await socket.ReceiveAsync(answer.AsMemory(length));
            length += read;
            if (read == 0 || IsWhole(answer.AsSpan(0, length)))
            {
                Demand(answer.AsSpan(0, length));
                return;
            }
        }
    }

    public override ValueTask DisposeAsync()
    {
        socket.Dispose();
        return ValueTask.CompletedTask;
    }

    static bool IsWhole(ReadOnlySpan<byte> answer)
    {
        var head = answer.IndexOf("\r\n\r\n"u8);
        if (head < 0)
        {
            return false;
        }

        var field = answer[..head].IndexOf("Content-Length: "u8);
        return field < 0
            ? answer.EndsWith("0\r\n\r\n"u8)
            : Utf8Parser.TryParse(answer[(field + 16)..], out int length, out _) && answer.Length >= head + 4 + length;
    }

    static void Demand(ReadOnlySpan<byte> answer)
    {
        if (answer.Length < 12 || !answer[9..12].SequenceEqual("201"u8))
        {
            throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture, $"Not created: {Encoding.UTF8.GetString(answer)}"));
        }
    }
}
