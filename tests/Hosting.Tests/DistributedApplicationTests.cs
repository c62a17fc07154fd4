using Npgsql;

namespace CrmSuite.Hosting.Tests;

public sealed class DistributedApplicationTests
{
    const string AllHealthy = "all 3 resources healthy";

    [Fact]
    public async Task It_starts_from_nothing_restarts_what_is_killed_and_stops_in_order_on_SIGTERM()
    {
        await using var suite = new StandInSuite().Start();
        await suite.Says(AllHealthy);
        var ports = suite.Ports();
        Assert.StartsWith("amqp://shop:", await suite.Ask("/environment/ConnectionStrings__messaging"));

        foreach (var name in (string[])["shop", "postgres", "messaging"])
        {
            var killed = suite.Processes()[name];
            suite.Signal(killed, Posix.SigKill);
            await suite.Says($"{name} healthy after", times: 2);
            Assert.NotEqual(killed, suite.Processes()[name]);
        }

        suite.Signal(suite.Id, Posix.SigTerm);
        Assert.Equal(0, await suite.Exit());
        Assert.Empty(suite.Alive());
        Assert.Equal(ports, suite.Ports());
        Assert.Empty(Directory.GetFiles(Path.Combine(suite.Data, "run")));
    }

    [Fact]
    public async Task A_kill_of_the_AppHost_leaves_no_process_and_the_next_start_finds_every_fact_on_the_same_ports()
    {
        await using var suite = new StandInSuite().Start();
        await suite.Says(AllHealthy);
        var (ports, visits) = (suite.Ports(), await Visits(suite));
        suite.Signal(suite.Id, Posix.SigKill);
        await suite.Exit();

        suite.Start();   // At once: it waits for the guardian of the killed run.
        await suite.Says(AllHealthy, times: 2);
        Assert.Equal(ports, suite.Ports());
        Assert.True(await Visits(suite) >= visits);

        suite.Signal(suite.Id, Posix.SigKill);
        await suite.NothingIsLeft();
    }

    [Fact]
    public async Task What_even_the_guardian_could_not_end_the_next_start_ends()
    {
        await using var suite = new StandInSuite().Start();
        await suite.Says(AllHealthy);
        suite.Signal(suite.Guardian(), Posix.SigKill);
        suite.Signal(suite.Id, Posix.SigKill);
        await suite.Exit();
        var left = suite.Processes();
        Assert.All(left, process => Assert.NotNull(Posix.StartTicks(process.Value)));

        suite.Start();
        await suite.Says(AllHealthy, times: 2);
        Assert.All(left, process => Assert.Null(Posix.StartTicks(process.Value)));
    }

    [Fact]
    public async Task A_second_AppHost_on_the_same_folder_is_refused_and_disturbs_nothing()
    {
        await using var suite = new StandInSuite().Start();
        await suite.Says(AllHealthy);
        var before = suite.Processes();
        await using (var second = new StandInSuite(suite.Data).Start())
        {
            Assert.Equal(1, await second.Exit());
            await second.Says("Another AppHost runs on " + suite.Data);
        }
        Assert.Equal(before, suite.Processes());
        Assert.Equal("shop", await suite.Ask("/environment/OTEL_SERVICE_NAME"));
    }

    [Fact]
    public async Task A_stop_during_the_start_is_a_clean_stop()
    {
        await using var suite = new StandInSuite().Start();
        await suite.Says("postgres healthy");
        suite.Signal(suite.Id, Posix.SigTerm);
        Assert.Equal(0, await suite.Exit());
        Assert.Empty(suite.Alive());
    }

    [Fact]
    public async Task A_machine_without_the_packages_is_told_the_exact_command()
    {
        var empty = Directory.CreateTempSubdirectory("crm-suite-no-packages-").FullName;
        await using var suite = new StandInSuite().With("CRM_PACKAGES_ROOT", empty).Start();
        Assert.Equal(1, await suite.Exit());
        await suite.Says("apt-get update && apt-get install -y --no-install-recommends postgresql rabbitmq-server");
        Directory.Delete(empty);
    }

    static async Task<long> Visits(StandInSuite suite)
    {
        await using var connection = new NpgsqlConnection(await suite.Ask("/environment/ConnectionStrings__shop") + ";Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand("select count(*) from visits", connection);
        return (long)(await command.ExecuteScalarAsync())!;
    }
}
