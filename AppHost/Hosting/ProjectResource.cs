using System.Globalization;

namespace CrmSuite.Hosting;

/// <summary>A value that is generated once and kept.</summary>
public sealed class ParameterResource : IResource
{
    readonly Func<string> value;

    internal ParameterResource(string name, Func<string> value) => (Name, this.value) = (name, value);

    /// <inheritdoc/>
    public string Name { get; }

    /// <summary>The value; a secret.</summary>
    public string Value => value();
}

/// <summary>A project of the solution, built already, as a process of its own.</summary>
public sealed class ProjectResource : ProcessResource
{
    static readonly HttpClient Http = new() { Timeout = TimeSpan.FromSeconds(2) };

    internal ProjectResource(string name, string project)
        : base(name)
    {
        Project = project;
        StopTimeout = TimeSpan.FromSeconds(25);   // A host finishes what it has begun; it gives itself 20 s.
        Default("ASPNETCORE_ENVIRONMENT", "Production");
        Default("DOTNET_ENVIRONMENT", "Production");
        Default("DOTNET_gcServer", "0");
        Default("DOTNET_TieredPGO", "0");   // Instrumented code costs a tenth of the start on two cores.
        Default("DOTNET_hostBuilder__reloadConfigOnChange", "false");   // Nobody edits settings below a running host; watching its folders costs each of them a thread.
        Default("DOTNET_NOLOGO", "1");
        Default("OTEL_SERVICE_NAME", name);
        Default("OTEL_RESOURCE_ATTRIBUTES", $"service.instance.id={Guid.NewGuid():N}");
        Environment["ASPNETCORE_URLS"] = () => Endpoint;
    }

    /// <summary>The project file.</summary>
    public string Project { get; }

    internal string[] Args { get; set; } = [];

    internal string? HealthPath { get; set; }

    internal bool IsExternal { get; set; }

    internal bool EndsByItself { get; set; }

    /// <summary>Settings are those of this project, where it has none of its own.</summary>
    internal ProjectResource? EnvironmentFrom { get; set; }

    /// <summary>Ports asked for, by name; null = any.</summary>
    internal Dictionary<string, int?> Endpoints { get; } = [];

    internal Dictionary<string, int> Ports { get; } = [];

    internal override string Endpoint => $"http://127.0.0.1:{Port}";

    internal override bool RunsToCompletion => EndsByItself;

    internal override void AssignPorts(DataFolder data)
    {
        Port = Endpoints.GetValueOrDefault("http") is { } port ? Taken(port) : RunsToCompletion ? 0 : data.Port(Name);
        foreach (var (name, wanted) in Endpoints.Where(e => e.Key != "http"))
        {
            Ports[name] = wanted is { } fixedPort ? Taken(fixedPort) : data.Port($"{Name}.{name}");
        }
    }

    internal override IEnumerable<KeyValuePair<string, Func<string>>> EnvironmentAtStart() =>
        EnvironmentFrom is { } other ? Environment.Concat(other.Environment.Where(e => !Environment.ContainsKey(e.Key))) : Environment;

    internal override string WorkingDirectory => Path.GetDirectoryName(Project)!;

    /// <summary>The built assembly by the same dotnet that runs us: <c>dotnet run</c> would put a process in between.</summary>
    internal override string[] Command()
    {
        var configuration = AppContext.BaseDirectory.Contains("/Release/", StringComparison.Ordinal) ? "Release" : "Debug";
        var framework = string.Create(CultureInfo.InvariantCulture, $"net{System.Environment.Version.Major}.{System.Environment.Version.Minor}");
        var assembly = Path.Combine(WorkingDirectory, "bin", configuration, framework, Path.GetFileNameWithoutExtension(Project) + ".dll");
        var dotnet = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(typeof(object).Assembly.Location)!, "../../../dotnet"));
        return [dotnet, "exec", assembly, .. Args];
    }

    internal override async Task<bool> IsHealthy(CancellationToken ct)
    {
        using var answer = await Http.GetAsync(new Uri(Endpoint + (HealthPath ?? "/")), ct);
        return answer.IsSuccessStatusCode;
    }

    void Default(string name, string value) => Environment[name] = () => value;

    int Taken(int port) => Posix.IsFree(port) ? port : throw new InvalidOperationException($"Port {port} of {Name} is taken by another program; choose one with --port N.");
}
