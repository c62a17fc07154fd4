using CrmSuite.Hosting;

namespace CrmSuite.Testing;

/// <summary>A server that belongs to one test: it may be stopped, killed, wiped and started again on the same port.</summary>
public abstract class OwnServer : IAsyncDisposable
{
    readonly string folder = Path.Combine(Path.GetTempPath(), $"crm-suite-own-{Guid.NewGuid():N}");
    readonly Guardian guardian = Guardian.Start(null);
    ProcessResource? server;
    System.Diagnostics.Process? process;

    private protected abstract ProcessResource Create(DataFolder data);

    /// <summary>Starts it on the data it has, and returns when it answers.</summary>
    public async Task Start()
    {
        if (server is null)
        {
            await DebianPackages.Ensure(Console.WriteLine, default);
            var data = new DataFolder(folder);
            server = Create(data);
            server.AssignPorts(data);
        }
        await server.Prepare(default);
        var log = folder + ".log";
        process = ServerProcess.StartDetached(server, log);
        guardian.Add(process.Id, server.StopSignal);
        await ServerProcess.UntilHealthy(server, process, log);
    }

    /// <summary>Ends it as its operator would: what it promised is on disk.</summary>
    public async Task Stop() => await End(server!.StopSignal);

    /// <summary>Ends it as a power cut would.</summary>
    public async Task Kill() => await End(Posix.SigKill);

    /// <summary>Throws its data away; only while it is stopped.</summary>
    public void WipeData() => Directory.Delete(Path.Combine(folder, server!.Name), recursive: true);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (process is not null)
        {
            await Kill();
        }
        guardian.Dispose();
        Directory.Delete(folder, recursive: true);
        File.Delete(folder + ".log");
        GC.SuppressFinalize(this);
    }

    async Task End(int signal)
    {
        if (process is null)
        {
            return;
        }
        var id = process.Id;
        // The kernel knows a PostgreSQL backend as a group of its own; it ends when it sees that the postmaster is gone.
        _ = Posix.Kill(id, signal);
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(120));
        await process.WaitForExitAsync(limit.Token);
        _ = Posix.Kill(-id, Posix.SigKill);
        guardian.Remove(id, server!.StopSignal);
        process.Dispose();
        process = null;
    }
}

/// <summary>A PostgreSQL of the test's own.</summary>
public sealed class OwnPostgres : OwnServer
{
    PostgresServerResource? server;

    /// <summary>The superuser's connection string of the database <c>postgres</c>.</summary>
    public string ConnectionString => server!.SuperuserConnectionString;

    /// <summary>A fresh and empty database in this server.</summary>
    public Task<string> Database(string name) => Servers.CreateDatabase(server!, Servers.Unique(name));

    private protected override ProcessResource Create(DataFolder data) => server = new("postgres", data);
}

/// <summary>A RabbitMQ of the test's own.</summary>
public sealed class OwnRabbit : OwnServer
{
    RabbitMQServerResource? server;

    /// <summary>Its virtual host <c>/</c>, as administrator.</summary>
    public RabbitServer Root => RabbitServer.Of(server!, "/");

    private protected override ProcessResource Create(DataFolder data) => server = new RabbitMQServerResource("rabbitmq", data) { HasManagement = true };
}
