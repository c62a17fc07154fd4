using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text.Json.Nodes;

namespace CrmSuite.EventStore.Tests.Referees;

/// <summary>Runs the official Node clients. Their packages are installed once, from the lock file beside this one.</summary>
static class Referee
{
    static readonly TimeSpan InstallPatience = TimeSpan.FromMinutes(5);
    static readonly TimeSpan RunPatience = TimeSpan.FromMinutes(2);
    static readonly Lazy<Task> Installed = new(Install);

    /// <summary>What the client saw, as its script tells it.</summary>
    public static async Task<JsonNode> Run(string package, string connectionString, string stream, params string[] more)
    {
        await Installed.Value;
        var output = await Execute("node", RunPatience, ["referee.mjs", package, connectionString, stream, .. more]);
        return JsonNode.Parse(output)!;
    }

    static async Task Install()
    {
        if (OperatingSystem.IsLinux() && Environment.UserName == "root" && !File.Exists("/usr/bin/npm"))
        {
            await Execute("sh", InstallPatience, "-c", "apt-get update && apt-get install -y --no-install-recommends nodejs npm");
        }

        await using var turn = await Turn();
        var wanted = Convert.ToHexString(SHA256.HashData(await File.ReadAllBytesAsync(Path.Combine(Folder(), "package-lock.json"))));
        var stamp = Path.Combine(Folder(), "node_modules", ".installed");
        if (!File.Exists(stamp) || await File.ReadAllTextAsync(stamp) != wanted)
        {
            await Execute("npm", InstallPatience, "ci", "--no-audit", "--no-fund", "--loglevel=error");
            await File.WriteAllTextAsync(stamp, wanted);
        }
    }

    /// <summary>Test processes side by side install one after the other.</summary>
    static async Task<FileStream> Turn()
    {
        using var patience = new CancellationTokenSource(InstallPatience);
        while (true)
        {
            try
            {
                return new(Path.Combine(Path.GetTempPath(), "crmsuite-referees.lock"), FileMode.OpenOrCreate, FileAccess.Write, FileShare.None);
            }
            catch (IOException)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(200), patience.Token);
            }
        }
    }

    static async Task<string> Execute(string program, TimeSpan patience, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = Folder(),
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        using var limit = new CancellationTokenSource(patience);
        try
        {
            await process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            Assert.Fail($"{program} {arguments[0]} took longer than {patience}: {await errors}");
        }

        Assert.True(process.ExitCode == 0, $"{program} {string.Join(' ', arguments)} ended with {process.ExitCode}: {await errors}");
        return await output;
    }

    static string Folder([CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;
}
