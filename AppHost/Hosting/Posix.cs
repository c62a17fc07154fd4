using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace CrmSuite.Hosting;

/// <summary>The few calls to the operating system that .NET has no word for.</summary>
static class Posix
{
    public const int SigInt = 2;
    public const int SigKill = 9;
    public const int SigTerm = 15;

    const int PortMin = 20_000;
    const int PortMax = 32_000;
    const int PortAttemptsMax = 1_000;

    public static bool IsRoot => GetEffectiveUserId() == 0;

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static extern int Kill(int pid, int signal);

    [DllImport("libc", EntryPoint = "geteuid")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    static extern uint GetEffectiveUserId();

    /// <summary>The command as another user, with that user's groups; unchanged when no user is named.</summary>
    public static string[] As(string? user, params string[] command) =>
        user is null ? command : ["setpriv", "--reuid=" + user, "--regid=" + user, "--init-groups", "--", .. command];

    /// <summary>Runs a command to its end and returns what it printed; anything but exit code 0 is an exception that says why.</summary>
    public static async Task<string> Run(string[] command, CancellationToken ct, string? directory = null)
    {
        var start = new ProcessStartInfo(command[0], command[1..])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = directory ?? "/",
        };
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(ct);
        var error = process.StandardError.ReadToEndAsync(ct);
        try
        {
            await process.WaitForExitAsync(ct);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
        return process.ExitCode == 0
            ? await output
            : throw new InvalidOperationException($"'{string.Join(' ', command)}' ended with {process.ExitCode}: {await error}{await output}");
    }

    /// <summary>Whether a command succeeds; what it prints is of no interest.</summary>
    public static async Task<bool> Succeeds(string[] command, CancellationToken ct)
    {
        try
        {
            await Run(command, ct);
            return true;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }

    /// <summary>When a process began, in the kernel's ticks: tells a process from a later one with the same number. Null when there is none.</summary>
    public static long? StartTicks(int pid)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{pid}/stat");
            var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            return fields[0] == "Z" ? null : long.Parse(fields[19], CultureInfo.InvariantCulture);
        }
        catch (IOException)
        {
            return null;
        }
    }

    /// <summary>A port that nobody listens on, below those the kernel gives to outgoing connections: one of these may hold a port for a while.</summary>
    public static int FreePort()
    {
        for (var attempt = 0; attempt < PortAttemptsMax; attempt++)
        {
            var port = Random.Shared.Next(PortMin, PortMax);
            if (IsFree(port))
            {
                return port;
            }
        }
        throw new InvalidOperationException($"No free port was found between {PortMin} and {PortMax}.");
    }

    public static bool IsFree(int port)
    {
        try
        {
            using var listener = new TcpListener(IPAddress.Loopback, port);
            listener.Server.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
