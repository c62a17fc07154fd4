using System.Diagnostics;
using System.Text.Json;
using CrmSuite.Hosting;
using CrmSuite.Testing;

namespace CrmSuite.Benchmarks;

/// <summary>The suite from an empty folder until every host is ready, beside the start of RabbitMQ alone.</summary>
static class Starting
{
    public static async Task Run(Bench bench)
    {
        var rounds = await bench.Interleave(
            ("RabbitMQ alone", Rabbit),
            ("the whole suite", async () =>
            {
                await using var suite = await SuiteProcess.Start(bench.Ground);
                return new(suite.Seconds);
            }
        ));
        bench.Goal("16 whole suite from an empty folder to all ready", "s", rounds, "the whole suite", "RabbitMQ alone", 3, 1.5, atMost: true);
    }

    static async Task<Figure> Rabbit()
    {
        await using var rabbit = new BareRabbit();
        var clock = Stopwatch.StartNew();
        await rabbit.Start();
        return new(clock.Elapsed.TotalSeconds);
    }

    /// <summary>As AppHost has it: without the management API, which would cost a second more.</summary>
    sealed class BareRabbit : OwnServer
    {
        private protected override ProcessResource Create(DataFolder data) => new RabbitMQServerResource("rabbitmq", data);
    }
}

/// <summary>The suite as its users start it, on a folder and a port of its own.</summary>
sealed class SuiteProcess : IAsyncDisposable
{
    static readonly TimeSpan StartMax = TimeSpan.FromMinutes(3);

    readonly string folder;
    readonly Host host;

    SuiteProcess(string folder, Host host, double seconds, JsonElement file) => (this.folder, this.host, Seconds, File) = (folder, host, seconds, file);

    /// <summary>How long it took.</summary>
    public double Seconds { get; }

    /// <summary>How to reach it: <c>suite.json</c>.</summary>
    public JsonElement File { get; }

    public static async Task<SuiteProcess> Start(Ground ground)
    {
        var folder = Directory.CreateTempSubdirectory("crm-suite-bench-").FullName;
        // The servers drop to users of their own and must reach what lies in here.
        System.IO.File.SetUnixFileMode(folder, (UnixFileMode)Convert.ToInt32("755", 8));
        var clock = Stopwatch.StartNew();
        var host = ground.Launch("AppHost", [], "--data", folder, "--port", $"{LoopbackService.FreePort()}");
        var path = Path.Combine(folder, "suite.json");
        while (!System.IO.File.Exists(path))
        {
            if (host.HasEnded || clock.Elapsed > StartMax)
            {
                throw new InvalidOperationException($"The suite did not become healthy:\n{await System.IO.File.ReadAllTextAsync(host.LogFile)}");
            }

            await Task.Delay(50);
        }

        var seconds = clock.Elapsed.TotalSeconds;
        return new(folder, host, seconds, JsonSerializer.Deserialize<JsonElement>(await System.IO.File.ReadAllBytesAsync(path)));
    }

    public async ValueTask DisposeAsync()
    {
        await host.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }
}
