using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using CrmSuite.Hosting;

namespace CrmSuite.Testing;

/// <summary>
/// One server for all test processes of a user and checkout. The first process starts it, later ones find it; each holds a shared
/// lock while it lives, and a guardian ends the server when nobody has held that lock for a minute.
/// </summary>
sealed class SharedServer<T>(string name, Func<DataFolder, T> create, Func<T, Task> tidy) where T : ProcessResource
{
    static readonly TimeSpan LockWaitMax = TimeSpan.FromSeconds(120);

    /// <summary>Arguments: lock file, process id, signal, folder. A zombie counts as gone.</summary>
    const string Guardian = """
        alive() { s=$(cut -d' ' -f3 /proc/$2/stat 2>/dev/null) && [ "$s" != Z ]; }
        idle=0
        while alive "$@"; do
            if flock -n -x "$1" true; then idle=$((idle + 1)); else idle=0; fi
            if [ $idle -ge 20 ]; then
                exec 9<"$1"
                if flock -n -x 9; then break; fi
                idle=0
            fi
            sleep 3
        done
        kill -s "$3" "$2" 2>/dev/null
        i=0; while alive "$@" && [ $i -lt 200 ]; do sleep 0.1; i=$((i + 1)); done
        kill -s KILL -- "-$2" 2>/dev/null
        rm -rf "$4"
        """;

    readonly Lazy<Task<T>> server = new(() => Task.Run(() => Acquire(name, create, tidy)));

    /// <summary>Held, unread, until this process ends.</summary>
    static FileStream? use;

    public Task<T> Get() => server.Value;

    static async Task<T> Acquire(string name, Func<DataFolder, T> create, Func<T, Task> tidy)
    {
        await DebianPackages.Ensure(Console.WriteLine, default);
        var root = Path.Combine(Path.GetTempPath(), "crm-suite-tests-" + Key());
        Directory.CreateDirectory(root);
        use = await Open(Path.Combine(root, name + ".use"), FileAccess.Read, FileShare.ReadWrite);
        using var starting = await Open(Path.Combine(root, name + ".start"), FileAccess.ReadWrite, FileShare.None);
        var folder = Path.Combine(root, name);
        if (await Running(folder, create) is { } running)
        {
            _ = Task.Run(() => tidy(running));
            return running;
        }
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }
        var server = create(new DataFolder(folder));
        server.AssignPorts(new DataFolder(folder));
        await server.Prepare(default);
        var process = ServerProcess.StartDetached(server, Path.Combine(folder, "server.log"));
        await ServerProcess.UntilHealthy(server, process, Path.Combine(folder, "server.log"));
        var signal = server.StopSignal == Posix.SigInt ? "INT" : "TERM";
        ServerProcess.Detached(["sh", "-c", Guardian, "guardian", use.Name, $"{process.Id}", signal, folder], [], "/dev/null");
        await File.WriteAllTextAsync(Path.Combine(folder, "running"), $"{process.Id} {Posix.StartTicks(process.Id)}");
        return server;
    }

    /// <summary>The server that an earlier process has started, if it is still what it was.</summary>
    static async Task<T?> Running(string folder, Func<DataFolder, T> create)
    {
        var marker = Path.Combine(folder, "running");
        if (!File.Exists(marker))
        {
            return null;
        }
        var words = (await File.ReadAllTextAsync(marker)).Split(' ');
        var (id, ticks) = (int.Parse(words[0], CultureInfo.InvariantCulture), long.Parse(words[1], CultureInfo.InvariantCulture));
        if (Posix.StartTicks(id) != ticks)
        {
            return null;
        }
        var data = new DataFolder(folder) { InUse = true };
        var server = create(data);
        server.AssignPorts(data);
        // On a crowded machine it may answer late; it is still the one that the others use.
        for (var clock = Stopwatch.StartNew(); Posix.StartTicks(id) == ticks; await Task.Delay(50))
        {
            if (await ServerProcess.Answers(server))
            {
                return server;
            }
            if (clock.Elapsed > ServerProcess.HealthyWithin)
            {
                throw new InvalidOperationException($"{server.Name} runs in {folder} and does not answer.");
            }
        }
        return null;
    }

    /// <summary>Opens a lock file, waiting while somebody holds it in a way that excludes us.</summary>
    static async Task<FileStream> Open(string path, FileAccess access, FileShare share)
    {
        for (var clock = Stopwatch.StartNew(); ; await Task.Delay(50))
        {
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, access, share);
            }
            catch (IOException) when (clock.Elapsed < LockWaitMax)
            {
                continue;
            }
        }
    }

    /// <summary>User and checkout: two clones on one machine do not meet.</summary>
    static string Key()
    {
        var checkout = new DirectoryInfo(AppContext.BaseDirectory);
        while (checkout.Parent is not null && !File.Exists(Path.Combine(checkout.FullName, "CrmSuite.sln")))
        {
            checkout = checkout.Parent;
        }
        return $"{Environment.UserName}-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(checkout.FullName)))[..8]}";
    }
}
