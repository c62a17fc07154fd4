using System.Globalization;

namespace CrmSuite.Hosting;

/// <summary>The servers come from Debian packages: found, installed by root, or named with the exact command.</summary>
static class DebianPackages
{
    public const string InstallCommand = "apt-get update && apt-get install -y --no-install-recommends postgresql rabbitmq-server";

    /// <summary>Where packages are looked for; a test looks in an empty folder to see what a bare machine is told.</summary>
    static string Root => System.Environment.GetEnvironmentVariable("CRM_PACKAGES_ROOT") ?? "/usr/lib";

    /// <summary>The folder with PostgreSQL's programs, of the newest version installed.</summary>
    public static string PostgresBin() => FindPostgresBin() ?? throw Missing();

    public static string RabbitServer() => File.Exists(RabbitPath) ? RabbitPath : throw Missing();

    /// <summary>Makes sure that both servers are there: as root by installing them, else by saying how.</summary>
    public static async Task Ensure(Action<string> say, CancellationToken ct)
    {
        if (FindPostgresBin() is not null && File.Exists(RabbitPath))
        {
            return;
        }
        if (!Posix.IsRoot || System.Environment.GetEnvironmentVariable("CRM_PACKAGES_ROOT") is not null)
        {
            throw Missing();
        }
        say("PostgreSQL or RabbitMQ is not installed; running: " + InstallCommand);
        await Posix.Run(["env", "DEBIAN_FRONTEND=noninteractive", "sh", "-c", InstallCommand], ct);
        PostgresBin();
        RabbitServer();
    }

    static string RabbitPath => Path.Combine(Root, "rabbitmq/bin/rabbitmq-server");

    static string? FindPostgresBin()
    {
        var versions = Path.Combine(Root, "postgresql");
        return !Directory.Exists(versions)
            ? null
            : Directory.GetDirectories(versions)
                .OrderByDescending(d => int.TryParse(Path.GetFileName(d), CultureInfo.InvariantCulture, out var version) ? version : 0)
                .Select(d => Path.Combine(d, "bin"))
                .FirstOrDefault(bin => File.Exists(Path.Combine(bin, "initdb")));
    }

    static InvalidOperationException Missing() =>
        new($"PostgreSQL and RabbitMQ are needed and not both installed. Run as root: {InstallCommand}");
}
