using System.Diagnostics;
using CrmSuite.Hosting;

namespace CrmSuite.Testing;

/// <summary>Starts a server so that it outlives the pipes and the terminal of whoever started it.</summary>
static class ServerProcess
{
    public static readonly TimeSpan HealthyWithin = TimeSpan.FromSeconds(90);

    public static Process StartDetached(ProcessResource server, string log) =>
        Detached(Posix.As(server.RunAsUser, server.Command()), server.Environment, log, server.WorkingDirectory);

    public static Process Detached(string[] command, Dictionary<string, Func<string>> environment, string log, string directory = "/")
    {
        var start = new ProcessStartInfo("setsid", ["sh", "-c", "log=$1; shift; exec \"$@\" >>\"$log\" 2>&1 </dev/null", "sh", log, .. command])
        {
            WorkingDirectory = directory,
        };
        foreach (var (key, value) in environment)
        {
            start.Environment[key] = value();
        }
        return Process.Start(start)!;
    }

    public static async Task UntilHealthy(ProcessResource server, Process process, string log)
    {
        for (var clock = Stopwatch.StartNew(); ; await Task.Delay(50))
        {
            if (process.HasExited || clock.Elapsed > HealthyWithin)
            {
                throw new InvalidOperationException($"{server.Name} did not become healthy:\n{await File.ReadAllTextAsync(log)}");
            }
            if (await Answers(server))
            {
                await server.OnHealthy(default);
                return;
            }
        }
    }

    public static async Task<bool> Answers(ProcessResource server)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(5));
        try
        {
            return await server.IsHealthy(limit.Token);
        }
        catch (Exception e) when (e is Npgsql.NpgsqlException or IOException or HttpRequestException or OperationCanceledException or System.Net.Sockets.SocketException)
        {
            return false;   // Not yet.
        }
    }
}
