namespace CrmSuite.Hosting;

/// <summary>Something the suite is made of, by name.</summary>
public interface IResource
{
    /// <summary>The one word that names it everywhere.</summary>
    string Name { get; }
}

/// <summary>A resource that others reach by a connection string.</summary>
public interface IResourceWithConnectionString : IResource
{
    /// <summary>How a client reaches it; known once the resource has been prepared.</summary>
    string ConnectionString { get; }
}

/// <summary>A resource that is a process of its own.</summary>
public abstract class ProcessResource(string name) : IResource
{
    /// <inheritdoc/>
    public string Name => name;

    /// <summary>The port it listens on, kept in the data folder.</summary>
    public int Port { get; internal set; }

    /// <summary>Environment of the process; values are asked for at its start, when ports and secrets are known.</summary>
    internal Dictionary<string, Func<string>> Environment { get; } = [];

    /// <summary>What must be healthy, or for one that runs to completion have ended well, before this one starts.</summary>
    internal List<ProcessResource> WaitsFor { get; } = [];

    /// <summary>The operating system's user it runs as; null = the caller.</summary>
    internal string? RunAsUser { get; set; }

    internal int StopSignal { get; init; } = Posix.SigTerm;

    internal TimeSpan StopTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Whether it does one thing and ends, like a migration.</summary>
    internal virtual bool RunsToCompletion => false;

    internal virtual string Endpoint => $"tcp://127.0.0.1:{Port}";

    /// <summary>The port of other runs if it is still free, chosen before anything starts, so that everybody can be told.</summary>
    internal virtual void AssignPorts(DataFolder data) => Port = data.Port(Name);

    /// <summary>Everything that must be there before the process starts, each time; what is there already stays.</summary>
    internal virtual Task Prepare(CancellationToken ct) => Task.CompletedTask;

    internal virtual IEnumerable<KeyValuePair<string, Func<string>>> EnvironmentAtStart() => Environment;

    internal abstract string[] Command();

    internal virtual string WorkingDirectory => "/";

    internal abstract Task<bool> IsHealthy(CancellationToken ct);

    /// <summary>What is set up inside it whenever it has become healthy after a start, before others are let in.</summary>
    internal virtual Task OnHealthy(CancellationToken ct) => Task.CompletedTask;
}
