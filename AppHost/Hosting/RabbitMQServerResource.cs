using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;

namespace CrmSuite.Hosting;

/// <summary>A RabbitMQ node with a data folder of its own, on loopback.</summary>
public sealed class RabbitMQServerResource : ProcessResource, IResourceWithConnectionString
{
    internal const string Administrator = "crm-admin";

    readonly DataFolder data;
    string folder;
    int distributionPort;
    int namesPort;

    internal RabbitMQServerResource(string name, DataFolder data)
        : base(name)
    {
        this.data = data;
        folder = data[name];
        StopTimeout = TimeSpan.FromSeconds(20);
    }

    /// <summary>As the administrator, virtual host <c>/</c>.</summary>
    public string ConnectionString => $"amqp://{Administrator}:{AdministratorPassword}@127.0.0.1:{Port}/%2F";

    /// <summary>Whether it has its management API. It costs a second at the start and five at the stop: who only needs a topology does without.</summary>
    internal bool HasManagement { get; set; }

    internal int ManagementPort { get; private set; }

    internal RabbitMQManagement Management => new(ManagementPort, Administrator, AdministratorPassword);

    /// <summary>The file of exchanges, queues, users and permissions, loaded at every start before anybody is let in.</summary>
    internal string? TopologyPath { get; set; }

    internal string AdministratorPassword => data.Secret(Name);

    /// <summary>As a service: its own user and password on the suite's virtual host.</summary>
    internal string As(string user) => $"amqp://{user}:{PasswordOf(user)}@127.0.0.1:{Port}/%2F";

    string PasswordOf(string user) => data.Secret($"{Name}/{user}");

    internal override void AssignPorts(DataFolder data)
    {
        base.AssignPorts(data);
        ManagementPort = HasManagement ? data.Port(Name + ".management") : 0;
        distributionPort = data.Port(Name + ".distribution");
        namesPort = data.Port(Name + ".names");
    }

    internal override async Task Prepare(CancellationToken ct)
    {
        DebianPackages.RabbitServer();
        RunAsUser = Posix.IsRoot ? "rabbitmq" : null;
        folder = await ServerFolder.For(data, Name, RunAsUser, ct);
        await File.WriteAllTextAsync(Path.Combine(folder, "enabled_plugins"), HasManagement ? "[rabbitmq_management].\n" : "[].\n", ct);
        await WriteForServer("rabbitmq.conf", Configuration(), ct);
        await WriteForServer("definitions.json", InitialDefinitions(), ct);
        Environ();
    }

    string Configuration() =>
        $"""
        listeners.tcp.1 = 127.0.0.1:{Port}
        load_definitions = {Path.Combine(folder, "definitions.json")}
        log.console = true
        log.console.level = warning
        log.connection.level = error
        log.file = false
        disk_free_limit.absolute = 200MB
        vm_memory_high_watermark.absolute = 512MB
        {(HasManagement ? $"management.tcp.ip = 127.0.0.1\nmanagement.tcp.port = {ManagementPort}\nmanagement.disable_stats = true" : "")}

        """;

    /// <summary>The administrator and the topology. The broker reads them at every start, so one whose data was lost is itself again at once.</summary>
    string InitialDefinitions()
    {
        var topology = TopologyPath is { } path ? RabbitMQTopology.Read(path) : new RabbitMQTopology([], [], [], [], [], []);
        var definitions = topology.Definitions("/", PasswordOf);
        definitions["users"]!.AsArray().Add(RabbitMQTopology.User(Administrator, AdministratorPassword, "administrator"));
        definitions["permissions"]!.AsArray().Add(
            new JsonObject { ["user"] = Administrator, ["vhost"] = "/", ["configure"] = ".*", ["write"] = ".*", ["read"] = ".*" });
        return definitions.ToJsonString();
    }

    async Task WriteForServer(string name, string content, CancellationToken ct)
    {
        var path = Path.Combine(folder, name);
        await File.WriteAllTextAsync(path, content, ct);
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        await ServerFolder.Own(path, RunAsUser, ct);
    }

    void Environ()
    {
        void Set(string key, string value) => Environment[key] = () => value;
        Set("HOME", folder);   // The Erlang cookie lives here: an own folder is an own cookie.
        Set("RABBITMQ_NODENAME", "crm@localhost");
        Set("RABBITMQ_DIST_PORT", distributionPort.ToString(CultureInfo.InvariantCulture));
        Set("RABBITMQ_CONFIG_FILE", Path.Combine(folder, "rabbitmq.conf"));
        Set("RABBITMQ_ENABLED_PLUGINS_FILE", Path.Combine(folder, "enabled_plugins"));
        Set("RABBITMQ_MNESIA_BASE", Path.Combine(folder, "mnesia"));
        Set("RABBITMQ_LOG_BASE", Path.Combine(folder, "log"));
        Set("RABBITMQ_GENERATED_CONFIG_DIR", Path.Combine(folder, "generated"));
        Set("RABBITMQ_PID_FILE", Path.Combine(folder, "pid"));
        Set("RABBITMQ_CONF_ENV_FILE", "/dev/null");
        Set("RABBITMQ_ALLOW_INPUT", "1");   // The script then becomes the VM: the process we hold is the broker itself.
        Set("RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS", "-noinput -kernel inet_dist_use_interface {127,0,0,1} +sbwt none +sbwtdcpu none +sbwtdio none");
        Set("ERL_EPMD_ADDRESS", "127.0.0.1");
        Set("ERL_EPMD_PORT", namesPort.ToString(CultureInfo.InvariantCulture));
    }

    /// <summary>
    /// Erlang needs a name daemon (epmd), and where none answers RabbitMQ starts one that outlives it. So the daemon runs in the
    /// foreground on a port of its own, in the broker's process group, and ends with the group.
    /// </summary>
    internal override string[] Command() =>
        ["sh", "-c", $"epmd -address 127.0.0.1 -port {namesPort} </dev/null >/dev/null 2>&1 & exec {DebianPackages.RabbitServer()}"];

    internal override string WorkingDirectory => folder;

    /// <summary>It answers an AMQP header with a method frame (Connection.Start), and so does its management API if it has one.</summary>
    internal override async Task<bool> IsHealthy(CancellationToken ct)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, Port, ct);
        var stream = client.GetStream();
        await stream.WriteAsync("AMQP\0\0\x9\x1"u8.ToArray(), ct);
        var answer = new byte[1];
        return await stream.ReadAsync(answer, ct) == 1 && answer[0] == 1 && (!HasManagement || await Management.IsReady(ct));
    }
}
