using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace CrmSuite.Hosting.Tests;

/// <summary>The small suite of StandIn/ as real processes: an AppHost that starts PostgreSQL, RabbitMQ and a service.</summary>
sealed class StandInSuite(string? shared = null) : IAsyncDisposable
{
    /// <summary>Generous, because a test machine may be busy with other things: nothing here measures time.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(180);

    readonly string data = shared ?? Path.Combine(Path.GetTempPath(), $"crm-suite-hosting-{Guid.NewGuid():N}");
    readonly Dictionary<string, string> environment = [];
    readonly List<string> lines = [];
    Process? appHost;

    public string Data => data;

    public int Id => appHost!.Id;

    public StandInSuite With(string name, string value)
    {
        environment[name] = value;
        return this;
    }

    public StandInSuite Start()
    {
        var built = Path.Combine(AppContext.BaseDirectory.Replace("/Hosting.Tests/bin/", "/Hosting.Tests/StandIn/bin/", StringComparison.Ordinal), "CrmSuite.StandIn.dll");
        var start = new ProcessStartInfo("dotnet", ["exec", built, "suite", data]) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }
        appHost = new Process { StartInfo = start, EnableRaisingEvents = true };
        appHost.OutputDataReceived += Hear;
        appHost.ErrorDataReceived += Hear;
        appHost.Start();
        appHost.BeginOutputReadLine();
        appHost.BeginErrorReadLine();
        return this;
    }

    /// <summary>Waits until it has said this so many times.</summary>
    public Task Says(string text, int times = 1) => Eventually(() => Said(text) >= times, $"'{text}' to be said {times} times; it said:\n{Everything}");


    public int Said(string text)
    {
        lock (lines)
        {
            return lines.Count(line => line.Contains(text, StringComparison.Ordinal));
        }
    }

    public string Everything
    {
        get
        {
            lock (lines)
            {
                return string.Join('\n', lines);
            }
        }
    }

    /// <summary>The processes of the suite's resources, by name, that are alive.</summary>
    public Dictionary<string, int> Processes() =>
        Directory.GetFiles(Path.Combine(data, "run")).ToDictionary(
            file => Path.GetFileName(file),
            file => int.Parse(File.ReadAllText(file).Split(' ')[0], CultureInfo.InvariantCulture));

    public int Guardian() => int.Parse(
        Path.GetFileName(Directory.GetDirectories("/proc").Single(d => Read(d, "cmdline").EndsWith($"guardian\0{data}/guardian.lock\0", StringComparison.Ordinal))),
        CultureInfo.InvariantCulture);

    public async Task<string> Ask(string path)
    {
        using var http = new HttpClient();
        return await http.GetStringAsync(new Uri($"http://127.0.0.1:{Ports()["shop"]}{path}"));
    }

    public Dictionary<string, int> Ports() => JsonSerializer.Deserialize<Dictionary<string, int>>(File.ReadAllText(Path.Combine(data, "ports.json")))!;

    public void Signal(int process, int signal) => Assert.Equal(0, Posix.Kill(process, signal));

    public async Task<int> Exit()
    {
        using var limit = new CancellationTokenSource(Patience);
        await appHost!.WaitForExitAsync(limit.Token);
        return appHost.ExitCode;
    }

    /// <summary>Every process that was started for this data folder, the servers' children included.</summary>
    public string[] Alive() =>
    [
        .. Directory.GetDirectories("/proc").Where(d => int.TryParse(Path.GetFileName(d), CultureInfo.InvariantCulture, out var id) && Posix.StartTicks(id) is not null)
            .Select(d => (Command: Read(d, "cmdline"), Environment: Read(d, "environ")))
            .Where(p => p.Command.Length > 0 && (p.Command.Contains(data, StringComparison.Ordinal) || p.Environment.Contains(data, StringComparison.Ordinal)))
            .Select(p => p.Command.Replace('\0', ' ')),
    ];

    public Task NothingIsLeft() => Eventually(() => Alive().Length == 0, "all processes to end");

    public static async Task Eventually(Func<bool> condition, string what)
    {
        for (var clock = Stopwatch.StartNew(); !condition(); await Task.Delay(100))
        {
            Assert.True(clock.Elapsed < Patience, $"Waited {Patience.TotalSeconds} s for {what}");
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (appHost is { HasExited: false } running)
        {
            Signal(running.Id, Posix.SigTerm);
            await Exit();
        }
        appHost?.Dispose();
        if (shared is null)
        {
            await NothingIsLeft();
            Directory.Delete(data, recursive: true);
        }
    }

    void Hear(object sender, DataReceivedEventArgs line)
    {
        lock (lines)
        {
            if (line.Data is not null)
            {
                lines.Add(line.Data);
            }
        }
    }

    static string Read(string process, string file)
    {
        try
        {
            return File.ReadAllText(Path.Combine(process, file));
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
