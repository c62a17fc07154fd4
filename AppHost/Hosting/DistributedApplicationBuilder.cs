namespace CrmSuite.Hosting;

/// <summary>A resource on its way into the application.</summary>
public interface IResourceBuilder<out T> where T : IResource
{
    /// <summary>The application being built.</summary>
    IDistributedApplicationBuilder ApplicationBuilder { get; }

    /// <summary>The resource itself.</summary>
    T Resource { get; }
}

/// <summary>What is said of a resource before the application runs.</summary>
public interface IDistributedApplicationBuilder
{
    /// <summary>Everything the application is made of.</summary>
    IList<IResource> Resources { get; }

    /// <summary>The folder of the AppHost project; paths of projects are relative to it.</summary>
    string AppHostDirectory { get; }

    /// <summary>The application, ready to run.</summary>
    DistributedApplication Build();
}

/// <summary>How an application is built.</summary>
public sealed class DistributedApplicationOptions
{
    /// <summary>Where everything that outlives a run is kept; default <c>.data</c> beside the AppHost project.</summary>
    public string? DataDirectory { get; init; }
}

sealed record ResourceBuilder<T>(IDistributedApplicationBuilder ApplicationBuilder, T Resource) : IResourceBuilder<T> where T : IResource;

sealed class DistributedApplicationBuilder : IDistributedApplicationBuilder
{
    public DistributedApplicationBuilder(DistributedApplicationOptions options)
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (directory.Parent is not null && directory.GetFiles("*.csproj").Length == 0)
        {
            directory = directory.Parent;
        }
        AppHostDirectory = directory.FullName;
        Data = new DataFolder(options.DataDirectory ?? Path.Combine(AppHostDirectory, ".data"));
    }

    public IList<IResource> Resources { get; } = [];

    public string AppHostDirectory { get; }

    public DataFolder Data { get; }

    public DistributedApplication Build() => new(Data, [.. Resources.OfType<ProcessResource>()]);

    public static DataFolder DataOf(IDistributedApplicationBuilder builder) => ((DistributedApplicationBuilder)builder).Data;
}

/// <summary>The verbs in which an application is written down; names and meaning are those of .NET Aspire.</summary>
public static class ResourceBuilding
{
    /// <summary>Adds a PostgreSQL instance.</summary>
    public static IResourceBuilder<PostgresServerResource> AddPostgres(this IDistributedApplicationBuilder builder, string name) =>
        builder.Add(new PostgresServerResource(name, DistributedApplicationBuilder.DataOf(builder)));

    /// <summary>Adds a database, made when its server is first healthy.</summary>
    public static IResourceBuilder<PostgresDatabaseResource> AddDatabase(this IResourceBuilder<PostgresServerResource> server, string name)
    {
        var database = new PostgresDatabaseResource(name, server.Resource);
        server.Resource.Databases.Add(database);
        return server.ApplicationBuilder.Add(database);
    }

    /// <summary>Adds a role that signs in to this database and sees what a migration grants it.</summary>
    public static IResourceBuilder<PostgresDatabaseResource> WithReader(this IResourceBuilder<PostgresDatabaseResource> database, string role)
    {
        database.Resource.Readers.Add(role);
        return database;
    }

    /// <summary>Adds a RabbitMQ broker.</summary>
    public static IResourceBuilder<RabbitMQServerResource> AddRabbitMQ(this IDistributedApplicationBuilder builder, string name) =>
        builder.Add(new RabbitMQServerResource(name, DistributedApplicationBuilder.DataOf(builder)));

    /// <summary>Loads exchanges, queues, users and permissions from a file at every start of the broker, before it lets anybody in.</summary>
    public static IResourceBuilder<RabbitMQServerResource> WithTopology(this IResourceBuilder<RabbitMQServerResource> broker, string path)
    {
        broker.Resource.TopologyPath = Path.GetFullPath(path, broker.ApplicationBuilder.AppHostDirectory);
        return broker;
    }

    /// <summary>Gives the broker its management API, on loopback.</summary>
    public static IResourceBuilder<RabbitMQServerResource> WithManagementPlugin(this IResourceBuilder<RabbitMQServerResource> broker)
    {
        broker.Resource.HasManagement = true;
        return broker;
    }

    /// <summary>Adds a project that is built already and runs as a process of its own.</summary>
    public static IResourceBuilder<ProjectResource> AddProject(this IDistributedApplicationBuilder builder, string name, string path) =>
        builder.Add(new ProjectResource(name, Path.GetFullPath(path, builder.AppHostDirectory)));

    /// <summary>Adds a value that is generated at the first run and kept in the data folder, readable by its owner alone.</summary>
    public static IResourceBuilder<ParameterResource> AddParameter(this IDistributedApplicationBuilder builder, string name, Func<string>? generate = null)
    {
        var data = DistributedApplicationBuilder.DataOf(builder);
        return builder.Add(new ParameterResource(name, () => generate is null ? data.Secret(name) : data.Secret(name, generate)));
    }

    /// <summary>Gives a process its arguments.</summary>
    public static IResourceBuilder<ProjectResource> WithArgs(this IResourceBuilder<ProjectResource> project, params string[] args)
    {
        project.Resource.Args = args;
        return project;
    }

    /// <summary>Sets an environment variable.</summary>
    public static IResourceBuilder<T> WithEnvironment<T>(this IResourceBuilder<T> resource, string name, string value) where T : ProcessResource =>
        resource.WithEnvironment(name, () => value);

    /// <summary>Sets an environment variable to a parameter's value.</summary>
    public static IResourceBuilder<T> WithEnvironment<T>(this IResourceBuilder<T> resource, string name, IResourceBuilder<ParameterResource> value)
        where T : ProcessResource => resource.WithEnvironment(name, () => value.Resource.Value);

    /// <summary>Sets an environment variable to what is known only when the process starts.</summary>
    public static IResourceBuilder<T> WithEnvironment<T>(this IResourceBuilder<T> resource, string name, Func<string> value) where T : ProcessResource
    {
        resource.Resource.Environment[name] = value;
        return resource;
    }

    /// <summary>Lets the process reach a resource: <c>ConnectionStrings__{name}</c>.</summary>
    public static IResourceBuilder<T> WithReference<T>(this IResourceBuilder<T> resource, IResourceBuilder<IResourceWithConnectionString> source)
        where T : ProcessResource =>
        resource.WithEnvironment("ConnectionStrings__" + source.Resource.Name, () => source.Resource is RabbitMQServerResource broker
            ? broker.As(resource.Resource.Name)   // Every service is a user of its own there.
            : source.Resource.ConnectionString);

    /// <summary>Lets the process reach another project: <c>services__{name}__http__0</c>.</summary>
    public static IResourceBuilder<T> WithReference<T>(this IResourceBuilder<T> resource, IResourceBuilder<ProjectResource> source) where T : ProcessResource =>
        resource.WithEnvironment($"services__{source.Resource.Name}__http__0", () => source.Resource.Endpoint);

    /// <summary>Starts the process only when the other resource is healthy.</summary>
    public static IResourceBuilder<T> WaitFor<T>(this IResourceBuilder<T> resource, IResourceBuilder<IResource> other) where T : ProcessResource
    {
        resource.Resource.WaitsFor.Add(other.Resource as ProcessResource ?? ((PostgresDatabaseResource)other.Resource).Parent);
        return resource;
    }

    /// <summary>Starts the process only when the other has run to its end with exit code 0.</summary>
    public static IResourceBuilder<T> WaitForCompletion<T>(this IResourceBuilder<T> resource, IResourceBuilder<ProjectResource> other) where T : ProcessResource
    {
        other.Resource.EndsByItself = true;
        resource.Resource.WaitsFor.Add(other.Resource);
        return resource;
    }

    /// <summary>It is healthy when this path answers with success.</summary>
    public static IResourceBuilder<ProjectResource> WithHttpHealthCheck(this IResourceBuilder<ProjectResource> project, string path)
    {
        project.Resource.HealthPath = path;
        return project;
    }

    /// <summary>A port for the project: one that is asked for, or any that is free and then kept. The second and later ones have a name.</summary>
    public static IResourceBuilder<ProjectResource> WithHttpEndpoint(this IResourceBuilder<ProjectResource> project, int? port = null, string name = "http")
    {
        project.Resource.Endpoints[name] = port;
        return project;
    }

    /// <summary>A second port, for HTTP/2 in clear text alone: what gRPC clients expect.</summary>
    public static IResourceBuilder<ProjectResource> WithHttp2Endpoint(this IResourceBuilder<ProjectResource> project, string name) =>
        project.WithHttpEndpoint(name: name)
            .WithEnvironment("Kestrel__Endpoints__http__Url", () => project.Resource.Endpoint)
            .WithEnvironment($"Kestrel__Endpoints__{name}__Url", () => $"http://127.0.0.1:{project.Resource.Ports[name]}")
            .WithEnvironment($"Kestrel__Endpoints__{name}__Protocols", "Http2");

    /// <summary>It is a door of the suite: its address is shown when all is healthy.</summary>
    public static IResourceBuilder<ProjectResource> WithExternalHttpEndpoints(this IResourceBuilder<ProjectResource> project)
    {
        project.Resource.IsExternal = true;
        return project;
    }

    /// <summary>
    /// Before the project starts, its <c>migrate</c> command brings these databases up to date as their owner
    /// (<c>ConnectionStrings__{name}-owner</c>), in a process of its own that never sees a request.
    /// </summary>
    public static IResourceBuilder<ProjectResource> WithMigration(
        this IResourceBuilder<ProjectResource> project, params IResourceBuilder<PostgresDatabaseResource>[] databases)
    {
        var migration = project.ApplicationBuilder.AddProject(project.Resource.Name + "-migrate", project.Resource.Project).WithArgs("migrate");
        // It starts as the same host and so wants the same settings; asked for late, when all of them have been said.
        migration.Resource.EnvironmentFrom = project.Resource;
        foreach (var database in databases)
        {
            migration.WithReference(database).WithEnvironment($"ConnectionStrings__{database.Resource.Name}-owner", () => database.Resource.OwnerConnectionString).WaitFor(database);
        }
        return project.WaitForCompletion(migration);
    }

    static ResourceBuilder<T> Add<T>(this IDistributedApplicationBuilder builder, T resource) where T : IResource
    {
        builder.Resources.Add(resource);
        return new ResourceBuilder<T>(builder, resource);
    }
}
