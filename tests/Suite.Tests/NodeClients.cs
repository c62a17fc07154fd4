using System.Diagnostics;

namespace CrmSuite.Suite.Tests;

/// <summary>Scripts over the official Node clients of the event store's protocol; installed once from the referees' lock file.</summary>
static class NodeClients
{
    static readonly string Folder = Path.Combine(SuiteProcess.Root, "tests", "EventStore.Tests", "Referees");

    static readonly Lazy<Task> Installed = new(Install);

    public static async Task<string> Run(string script, params string[] arguments)
    {
        await Installed.Value;
        // The packages lie beside the referees; a script is found there by its own path.
        var (code, output, error) = await Commands.Run("node", [Path.Combine(Folder, script), .. arguments], Folder);
        return code == 0 ? output : throw new InvalidOperationException(error);
    }

    static async Task Install()
    {
        if (!Directory.Exists(Path.Combine(Folder, "node_modules")))
        {
            var (code, _, error) = await Commands.Run("npm", ["ci", "--no-audit", "--no-fund"], Folder);
            Assert.True(code == 0, error);
        }
    }
}

/// <summary>Commands as people type them.</summary>
static class Commands
{
    public static async Task<(int Code, string Output, string Error)> Run(string file, IEnumerable<string> arguments, string folder, IReadOnlyDictionary<string, string>? environment = null)
    {
        var start = new ProcessStartInfo(file, arguments) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        return (process.ExitCode, await output, await error);
    }

    public static async Task<(int Code, string Output)> Dotnet(string project, string assembly, string[] arguments, IReadOnlyDictionary<string, string>? environment = null)
    {
        var configuration = AppContext.BaseDirectory.Contains("/Release/", StringComparison.Ordinal) ? "Release" : "Debug";
        var (code, output, error) = await Run(
            "dotnet", ["exec", Path.Combine(SuiteProcess.Root, project, "bin", configuration, "net10.0", assembly), .. arguments], SuiteProcess.Root, environment);
        return (code, output + error);
    }
}
