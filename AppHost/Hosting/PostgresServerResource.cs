using System.Globalization;
using Npgsql;

namespace CrmSuite.Hosting;

/// <summary>A PostgreSQL instance with a data folder of its own, on loopback, with the durable settings of production.</summary>
public sealed class PostgresServerResource : ProcessResource
{
    const int ConnectionsMax = 500;

    readonly DataFolder data;
    string folder;

    internal PostgresServerResource(string name, DataFolder data)
        : base(name)
    {
        this.data = data;
        folder = data[name];
        StopSignal = Posix.SigInt;   // Its fast stop; on SIGTERM it would wait for every client.
    }

    /// <summary>The databases made when the server is first healthy.</summary>
    internal List<PostgresDatabaseResource> Databases { get; } = [];

    /// <summary>The connection string of the superuser, database <c>postgres</c>.</summary>
    internal string SuperuserConnectionString => For("postgres", "postgres", SuperuserPassword);

    internal string SuperuserPassword => data.Secret(Name);

    internal string For(string database, string user, string password) =>
        $"Host=127.0.0.1;Port={Port};Database={database};Username={user};Password={password}";

    internal string SecretOf(string role) => data.Secret($"{Name}/{role}");

    internal override async Task Prepare(CancellationToken ct)
    {
        var bin = DebianPackages.PostgresBin();
        RunAsUser = Posix.IsRoot ? "postgres" : null;
        folder = await ServerFolder.For(data, Name, RunAsUser, ct);
        if (File.Exists(Path.Combine(folder, "data", "PG_VERSION")))
        {
            ForgetAnotherLife();
            return;
        }
        // Into a draft first: a run that is killed in the middle leaves no half-made cluster behind.
        var draft = Path.Combine(folder, "data.new");
        if (Directory.Exists(draft))
        {
            Directory.Delete(draft, recursive: true);
        }
        var passwordFile = Path.Combine(folder, "password");
        await File.WriteAllTextAsync(passwordFile, SuperuserPassword, ct);
        File.SetUnixFileMode(passwordFile, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        await ServerFolder.Own(passwordFile, RunAsUser, ct);
        await Posix.Run(
            Posix.As(
                RunAsUser, Path.Combine(bin, "initdb"), "-D", draft, "-U", "postgres", "--pwfile=" + passwordFile,
                "--auth=scram-sha-256", "--encoding=UTF8", "--locale=C.UTF-8", "--data-checksums"),
            ct,
            folder);
        File.Delete(passwordFile);
        Directory.Move(draft, Path.Combine(folder, "data"));
    }

    /// <summary>
    /// A postmaster.pid of a killed run names a process that may meanwhile be another server: PostgreSQL would then refuse to start for
    /// as long as that one lives.
    /// </summary>
    void ForgetAnotherLife()
    {
        var file = Path.Combine(folder, "data", "postmaster.pid");
        if (!File.Exists(file) || !int.TryParse(File.ReadLines(file).FirstOrDefault(), CultureInfo.InvariantCulture, out var pid))
        {
            return;
        }
        var command = $"/proc/{pid}/cmdline";
        if (!File.Exists(command) || !File.ReadAllText(command).Contains(Path.Combine(folder, "data"), StringComparison.Ordinal))
        {
            File.Delete(file);
        }
    }

    internal override string WorkingDirectory => folder;

    internal override string[] Command() =>
    [
        Path.Combine(DebianPackages.PostgresBin(), "postgres"),
        "-D", Path.Combine(folder, "data"),
        "-p", Port.ToString(CultureInfo.InvariantCulture),
        "-c", "listen_addresses=127.0.0.1",
        "-c", "unix_socket_directories=",
        "-c", $"max_connections={ConnectionsMax}",
        "-c", "shared_buffers=64MB",
        "-c", "max_wal_size=2GB",
        "-c", "fsync=on",
        "-c", "full_page_writes=on",
        "-c", "synchronous_commit=on",
        "-c", "timezone=UTC",
        "-c", "log_timezone=UTC",
    ];

    internal override async Task<bool> IsHealthy(CancellationToken ct)
    {
        await using var connection = await Open(";Timeout=2", ct);
        return true;
    }

    internal override async Task OnHealthy(CancellationToken ct)
    {
        if (Databases.Count == 0)
        {
            return;
        }
        await using var connection = await Open("", ct);
        foreach (var database in Databases)
        {
            await database.Create(connection, ct);
        }
    }

    async Task<NpgsqlConnection> Open(string more, CancellationToken ct)
    {
        var connection = new NpgsqlConnection(SuperuserConnectionString + ";Pooling=false" + more);
        try
        {
            await connection.OpenAsync(ct);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }
}
