using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Runtime.InteropServices;
using System.Text.Json;
using CrmSuite.Testing;
using Npgsql;

namespace CrmSuite.Suite.Tests;

/// <summary>
/// The whole suite as its users run it: AppHost as a process, on a data folder and a port of its own. Tests speak to it through the gateway, by SQL and over the
/// event store's protocol, and may kill or halt what they like.
/// </summary>
public sealed class SuiteProcess : IAsyncLifetime
{
    static readonly TimeSpan StartMax = TimeSpan.FromMinutes(5);

    readonly string folder = Directory.CreateTempSubdirectory("crmsuite-suite-").FullName;
    readonly List<string> output = [];
    Process? host;
    JsonElement suite;
    bool isEvidence;

    /// <summary>How much of the demonstration's quarter is told; 0 = its users alone.</summary>
    public int Percent { get; init; }

    /// <summary>Talks to the gateway with the machine client's token.</summary>
    public HttpClient Http { get; private set; } = null!;

    /// <summary>Talks to the gateway without a token.</summary>
    public HttpClient Anonymous { get; private set; } = null!;

    public string Gateway => Value("gateway");

    public string EventStore => Value("eventStore");

    public IEnumerable<string> Services => suite.GetProperty("services").EnumerateObject().Select(service => service.Name);

    public string Service(string name) => suite.GetProperty("services").GetProperty(name).GetString()!;

    /// <summary>What AppHost has printed so far.</summary>
    public string Output
    {
        get
        {
            lock (output)
            {
                return string.Join('\n', output);
            }
        }
    }

    public async ValueTask InitializeAsync()
    {
        // The servers drop to users of their own and must reach what lies in here.
        File.SetUnixFileMode(folder, File.GetUnixFileMode(folder) | UnixFileMode.OtherRead | UnixFileMode.OtherExecute | UnixFileMode.GroupRead | UnixFileMode.GroupExecute);
        await Start();
    }

    public async Task Start()
    {
        var start = new ProcessStartInfo("dotnet", ["exec", Path.Combine(Built("AppHost"), "CrmSuite.AppHost.dll"), "--data", folder, "--port", $"{LoopbackService.FreePort()}", "--demo", $"{Percent}"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Root,
        };
        host = new Process { StartInfo = start };
        host.OutputDataReceived += Keep;
        host.ErrorDataReceived += Keep;
        host.Start();
        host.BeginOutputReadLine();
        host.BeginErrorReadLine();
        var file = Path.Combine(folder, "suite.json");
        await Until("the suite is healthy", () => host.HasExited ? throw new InvalidOperationException($"AppHost ended with {host.ExitCode}:\n{Output}") : Task.FromResult(File.Exists(file)), StartMax);
        suite = JsonSerializer.Deserialize<JsonElement>(await File.ReadAllTextAsync(file));
        Anonymous = new HttpClient { BaseAddress = new(Gateway), Timeout = TimeSpan.FromMinutes(2) };
        Http = new HttpClient(new Refreshing(this) { InnerHandler = new SocketsHttpHandler() }) { BaseAddress = new(Gateway), Timeout = TimeSpan.FromMinutes(5) };
    }

    /// <summary>An access token of the machine client.</summary>
    public async Task<string> Token()
    {
        var client = suite.GetProperty("client");
        using var answer = await Anonymous.PostAsync("/connect/token", new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["grant_type"] = "client_credentials",
            ["client_id"] = client.GetProperty("id").GetString()!,
            ["client_secret"] = client.GetProperty("secret").GetString()!,
        }));
        answer.EnsureSuccessStatusCode();
        return (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("access_token").GetString()!;
    }

    /// <summary>Rows of one of the suite's databases, as its service.</summary>
    public async Task<IReadOnlyList<object?[]>> Sql(string database, string sql)
    {
        await using var connection = await Connect(database);
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 60 };
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<object?[]>();
        while (await reader.ReadAsync())
        {
            var row = new object?[reader.FieldCount];
            for (var column = 0; column < row.Length; column++)
            {
                row[column] = reader.IsDBNull(column) ? null : reader.GetValue(column);
            }

            rows.Add(row);
        }

        return rows;
    }

    public async Task<long> Count(string database, string sql) => Convert.ToInt64((await Sql(database, sql)).Single()[0], System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>A connection to one of the suite's databases, as its service.</summary>
    public async Task<NpgsqlConnection> Connect(string database)
    {
        var connection = new NpgsqlConnection(suite.GetProperty("databases").GetProperty(database).GetString());
        await connection.OpenAsync();
        return connection;
    }

    /// <summary>The connection of the role <c>analyst</c>, as psql takes it.</summary>
    public string Analyst => suite.GetProperty("readers").GetProperty("analyst").GetString()!;

    /// <summary>Ends processes whose command line holds the word at once, as a power cut would; AppHost brings them back.</summary>
    public void Kill(string word) => Signal(word, 9);

    /// <summary>Halts processes: they neither answer nor end.</summary>
    public void Halt(string word) => Signal(word, 19);

    /// <summary>Lets halted processes go on.</summary>
    public void Resume(string word) => Signal(word, 18);

    /// <summary>Ends a server at once and takes its disk away before AppHost can bring it back.</summary>
    /// <param name="name">The resource, whose folder lies in the data folder.</param>
    /// <param name="word">A word of its command line.</param>
    public void Lose(string name, string word)
    {
        _ = kill(host!.Id, 19);
        Signal(word, 9);
        foreach (var folder in Directory.GetDirectories(Data(name), "mnesia*"))
        {
            Directory.Delete(folder, recursive: true);
        }

        _ = kill(host.Id, 18);
    }

    /// <summary>The machine client's id and secret, and the password of the demonstration's people.</summary>
    public (string Id, string Secret, string Password) Client => (suite.GetProperty("client").GetProperty("id").GetString()!, suite.GetProperty("client").GetProperty("secret").GetString()!,
        JsonSerializer.Deserialize<Dictionary<string, string>>(File.ReadAllText(Data("secrets.json")))!["demonstration"]);

    /// <summary>A folder inside the data folder.</summary>
    public string Data(params string[] parts) => Path.Combine([folder, .. parts]);

    public static async Task Until(string what, Func<Task<bool>> condition, TimeSpan? max = null)
    {
        using var patience = new CancellationTokenSource(max ?? TimeSpan.FromMinutes(3));
        while (!await condition())
        {
            if (patience.IsCancellationRequested)
            {
                throw new TimeoutException($"It did not come about that {what}.");
            }

            await Task.Delay(100);
        }
    }

    public static string Root { get; } = FindRoot();

    /// <summary>Where a project is built to, in the configuration of these tests.</summary>
    public static string Built(string project) =>
        Path.Combine(Root, project, "bin", AppContext.BaseDirectory.Contains("/Release/", StringComparison.Ordinal) ? "Release" : "Debug", "net10.0");

    /// <summary>Asks AppHost to end, as its user would, and waits until it has.</summary>
    public async Task Stop()
    {
        if (host is { HasExited: false })
        {
            _ = kill(host.Id, 15);
            await host.WaitForExitAsync();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Stop();
        host?.Dispose();
        Http?.Dispose();
        Anonymous?.Dispose();
        if (!isEvidence)
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>The data folder stays when this is disposed of, and what AppHost said last is told with the failure.</summary>
    public Exception Evidence(Exception failure)
    {
        isEvidence = true;
        return new InvalidOperationException($"{failure.Message}\nThe suite's data and logs stay in {folder}. AppHost said last:\n{string.Join('\n', Output.Split('\n').TakeLast(60))}", failure);
    }

    void Keep(object sender, DataReceivedEventArgs line)
    {
        lock (output)
        {
            output.Add(line.Data ?? "");
        }
    }

    string Value(string name) => suite.GetProperty(name).GetString()!;

    // Only what belongs to this suite: descendants of its AppHost.
    void Signal(string word, int signal)
    {
        var parents = Directory.GetDirectories("/proc").Select(Path.GetFileName).Where(name => int.TryParse(name, out _)).ToDictionary(name => int.Parse(name!), ParentOf);
        var found = parents.Keys.Where(id => IsBelow(id) && CommandLine(id).Contains(word, StringComparison.Ordinal)).ToList();
        Assert.NotEmpty(found);
        // The children of what is meant go with it: a database serves each connection by a process of its own.
        foreach (var id in found.Concat(parents.Where(pair => found.Contains(pair.Value)).Select(pair => pair.Key)).Distinct())
        {
            _ = kill(id, signal);
        }

        bool IsBelow(int id)
        {
            while (id > 1 && parents.TryGetValue(id, out var parent))
            {
                if (parent == host!.Id)
                {
                    return true;
                }

                id = parent;
            }

            return false;
        }
    }

    static int ParentOf(string? id)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{id}/stat");
            return int.Parse(stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[1]);
        }
        catch (IOException)
        {
            return 0; // It ended while we looked.
        }
    }

    static string CommandLine(int id)
    {
        try
        {
            return File.ReadAllText($"/proc/{id}/cmdline");
        }
        catch (IOException)
        {
            return "";
        }
    }

    static string FindRoot()
    {
        var at = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(at.FullName, "CrmSuite.sln")))
        {
            at = at.Parent ?? throw new DirectoryNotFoundException("The tests do not lie in a checkout.");
        }

        return at.FullName;
    }

    [DllImport("libc")]
    static extern int kill(int id, int signal);

    /// <summary>Takes a new token when the old one is near its end.</summary>
    sealed class Refreshing(SuiteProcess suite) : DelegatingHandler
    {
        const int AgainMax = 20;

        static readonly TimeSpan Life = TimeSpan.FromMinutes(10);

        string? token;
        long until;

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (token is null || Environment.TickCount64 > until)
            {
                token = await suite.Token();
                until = Environment.TickCount64 + (long)Life.TotalMilliseconds;
            }

            request.Headers.Authorization ??= new AuthenticationHeaderValue("Bearer", token);
            var answer = await base.SendAsync(request, cancellationToken);
            // A question that came too early is asked again, as its answer says (Retry-After); a command is the test's own affair.
            for (var again = 0; again < AgainMax && request.Method == HttpMethod.Get && answer.StatusCode == HttpStatusCode.ServiceUnavailable; again++)
            {
                answer.Dispose();
                await Task.Delay(TimeSpan.FromSeconds(1), cancellationToken);
                answer = await base.SendAsync(request, cancellationToken);
            }

            return answer;
        }
    }
}
