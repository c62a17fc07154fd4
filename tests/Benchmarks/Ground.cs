using System.Diagnostics;
using System.Globalization;
using CrmSuite.Hosting;
using CrmSuite.Testing;
using Npgsql;

namespace CrmSuite.Benchmarks;

/// <summary>Private servers with the settings of AppHost, and hosts as processes of their own; all of it ends with the run.</summary>
sealed class Ground : IAsyncDisposable
{
    static readonly TimeSpan StartMax = TimeSpan.FromSeconds(60);

    readonly Guardian guardian = Guardian.Start(null);
    readonly List<Host> hosts = [];
    OwnPostgres? postgres;
    OwnRabbit? rabbit;
    Issuer? issuer;

    /// <summary>Where the checkout lies.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>The one PostgreSQL; a benchmark takes databases in it.</summary>
    public async Task<OwnPostgres> Postgres() => postgres ??= await Servers.OwnPostgres();

    /// <summary>The one RabbitMQ, with the suite's topology.</summary>
    public async Task<RabbitServer> Rabbit()
    {
        rabbit ??= await Servers.OwnRabbit();
        return await rabbit.Root.LoadTopology(Path.Combine(Root, "contracts", "topology.json"));
    }

    /// <summary>Who signs tokens.</summary>
    public async Task<Issuer> Issuer() => issuer ??= await Testing.Issuer.Start();

    /// <summary>A connection string for many plain connections, whose prepared statements are planned once and whose sessions are not cleared on the way back, as the library's.</summary>
    public static string Wide(string connectionString, int connections = 200) =>
        new NpgsqlConnectionStringBuilder(connectionString) { MaxPoolSize = connections, MaxAutoPrepare = 20, AutoPrepareMinUsages = 1, NoResetOnClose = true, Options = "-c plan_cache_mode=force_generic_plan" }.ConnectionString;

    public static async Task Sql(string connectionString, string sql)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 600 };
        await command.ExecuteNonQueryAsync();
    }

    public static async Task<long> Ask(string connectionString, string sql)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 60 };
        return Convert.ToInt64(await command.ExecuteScalarAsync(), CultureInfo.InvariantCulture);
    }

    /// <summary>Starts a built project and returns when its path answers 200.</summary>
    public async Task<Host> Start(string project, string healthPath, Dictionary<string, string> settings, params string[] args)
    {
        var host = Launch(project, settings, args);
        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(2) };
        for (var clock = Stopwatch.StartNew(); ; await Task.Delay(50))
        {
            if (host.HasEnded || clock.Elapsed > StartMax)
            {
                throw new InvalidOperationException($"{project} did not become ready:\n{await File.ReadAllTextAsync(host.LogFile)}");
            }

            try
            {
                using var answer = await http.GetAsync(new Uri(host.Url + healthPath));
                if (answer.IsSuccessStatusCode)
                {
                    return host;
                }
            }
            catch (Exception notYet) when (notYet is HttpRequestException or OperationCanceledException)
            {
                continue;
            }
        }
    }

    /// <summary>Runs a built project to its end.</summary>
    public async Task Finish(string project, Dictionary<string, string> settings, params string[] args)
    {
        var host = Launch(project, settings, args);
        await host.Ended();
        if (host.ExitCode != 0)
        {
            throw new InvalidOperationException($"{project} ended with {host.ExitCode}:\n{await File.ReadAllTextAsync(host.LogFile)}");
        }
    }

    public Host Launch(string project, Dictionary<string, string> settings, params string[] args)
    {
        var url = $"http://127.0.0.1:{LoopbackService.FreePort()}";
        var environment = settings.ToDictionary(pair => pair.Key, pair => (Func<string>)(() => pair.Value));
        environment["ASPNETCORE_URLS"] = () => url;
        environment["DOTNET_gcServer"] = () => "0";
        environment["DOTNET_TieredPGO"] = () => "0";
        environment["DOTNET_hostBuilder__reloadConfigOnChange"] = () => "false";   // All as AppHost starts them.
        var log = Path.Combine(Path.GetTempPath(), $"crm-suite-bench-{Guid.NewGuid():N}.log");
        var process = ServerProcess.Detached(["dotnet", "exec", Assembly(project), .. args], environment, log);
        guardian.Add(process.Id, Posix.SigTerm);
        var host = new Host(process, url, log);
        hosts.Add(host);
        return host;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var host in hosts)
        {
            await host.DisposeAsync();
        }

        await (issuer?.DisposeAsync() ?? default);
        await (rabbit?.DisposeAsync() ?? default);
        await (postgres?.DisposeAsync() ?? default);
        guardian.Dispose();
    }

    static string Assembly(string project)
    {
        var configuration = AppContext.BaseDirectory.Contains("/Release/", StringComparison.Ordinal) ? "Release" : "Debug";
        var name = "CrmSuite." + Path.GetFileName(project) + ".dll";
        return Directory.EnumerateFiles(Path.Combine(Root, project, "bin", configuration), "*.dll", SearchOption.AllDirectories)
            .First(file => Path.GetFileName(file).Equals(name, StringComparison.OrdinalIgnoreCase));
    }

    static string FindRoot()
    {
        var at = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(at.FullName, "CrmSuite.sln")))
        {
            at = at.Parent ?? throw new DirectoryNotFoundException("The benchmarks do not lie in a checkout.");
        }

        return at.FullName;
    }
}

/// <summary>A host as a process.</summary>
sealed class Host(Process process, string url, string logFile) : IAsyncDisposable
{
    const int QuietTicks = 3;

    static readonly TimeSpan QuietWindow = TimeSpan.FromMilliseconds(400);
    static readonly TimeSpan QuietMax = TimeSpan.FromSeconds(60);

    bool disposed;

    public string Url => url;

    public string LogFile => logFile;

    public bool HasEnded => process.HasExited;

    public int ExitCode => process.ExitCode;

    /// <summary>Resident memory, in MB.</summary>
    public double ResidentMb =>
        double.Parse(File.ReadLines($"/proc/{process.Id}/status").First(line => line.StartsWith("VmRSS", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2], CultureInfo.InvariantCulture) / 1024;

    public Task Ended() => process.WaitForExitAsync();

    /// <summary>Waits until it uses next to no processor time: what it had begun is done.</summary>
    public async Task Quiet()
    {
        for (var (clock, before) = (Stopwatch.StartNew(), Ticks()); clock.Elapsed < QuietMax;)
        {
            await Task.Delay(QuietWindow);
            var now = Ticks();
            if (now - before <= QuietTicks)
            {
                return;
            }

            before = now;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!disposed)
        {
            disposed = true;
            _ = Posix.Kill(process.Id, Posix.SigTerm);
            await process.WaitForExitAsync();
            process.Dispose();
            File.Delete(logFile);
        }
    }

    long Ticks()
    {
        var stat = File.ReadAllText($"/proc/{process.Id}/stat");
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        return long.Parse(fields[11], CultureInfo.InvariantCulture) + long.Parse(fields[12], CultureInfo.InvariantCulture);
    }
}
