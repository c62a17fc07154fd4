using System.Diagnostics;
using System.Runtime.InteropServices;

namespace CrmSuite.Hosting;

/// <summary>A suite of processes that start together, are kept running, and stop together.</summary>
public sealed class DistributedApplication
{
    static readonly TimeSpan GuardianWaitMax = TimeSpan.FromSeconds(30);

    readonly DataFolder data;
    readonly IReadOnlyList<ProcessResource> resources;

    internal DistributedApplication(DataFolder data, IReadOnlyList<ProcessResource> resources) => (this.data, this.resources) = (data, resources);

    /// <summary>Called once when all resources are healthy; what it returns is shown.</summary>
    internal Func<IEnumerable<string>>? WhenHealthy { get; set; }

    /// <summary>Goes on beside the resources once all are healthy; says what is worth it, and ends when all ends.</summary>
    internal Func<Action<string>, CancellationToken, Task>? Afterwards { get; set; }

    /// <summary>Called before the first start and before the stop.</summary>
    internal Action? WhenNotRunning { get; set; }

    /// <summary>Begins an application.</summary>
    public static IDistributedApplicationBuilder CreateBuilder(DistributedApplicationOptions? options = null) => new DistributedApplicationBuilder(options ?? new());

    /// <summary>Runs until SIGINT, SIGTERM or SIGHUP.</summary>
    /// <returns>The exit code: 0 when it was stopped, 1 when it could not run.</returns>
    public async Task<int> RunAsync()
    {
        using var stop = new CancellationTokenSource();
        void OnSignal(PosixSignalContext signal)
        {
            signal.Cancel = true;
            stop.Cancel();
        }
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal);
        using var hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, OnSignal);
        var screen = new Screen();
        try
        {
            using var alone = Lock();
            await DebianPackages.Ensure(screen.Say, stop.Token);
            await AwaitGuardianOfKilledRun(stop.Token);
            foreach (var resource in resources)
            {
                await Supervisor.EndLeftover(resource, data, stop.Token);
            }
            WhenNotRunning?.Invoke();
            foreach (var resource in resources)
            {
                resource.AssignPorts(data);
            }
            return await Supervise(screen, stop);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return 0;
        }
        catch (InvalidOperationException refusal)
        {
            await Console.Error.WriteLineAsync(refusal.Message);
            return 1;
        }
    }

    async Task<int> Supervise(Screen screen, CancellationTokenSource stop)
    {
        var clock = Stopwatch.StartNew();
        using var guardian = Guardian.Start(data["guardian.lock"]);
        var ground = new Ground(data, guardian, screen.Say, clock, stop);
        var supervisors = resources.ToDictionary(r => r, r => new Supervisor(r, ground));
        var runs = supervisors.Values.Select(s => Task.Run(() => s.Run(r => supervisors[r]))).ToArray();
        var announced = Task.Run(() => Announce(supervisors.Values, screen, clock, stop));
        await screen.Show([.. supervisors.Values], stop.Token);

        clock.Restart();
        await announced;
        WhenNotRunning?.Invoke();
        await EndInOrder(supervisors);
        await Task.WhenAll(runs);
        foreach (var supervisor in supervisors.Values)
        {
            supervisor.Dispose();
        }
        screen.Say($"stopped in {clock.Elapsed.TotalSeconds:0.0} s");
        return supervisors.Values.Any(s => s.State == KnownResourceState.FailedToStart) ? 1 : 0;
    }

    async Task Announce(IReadOnlyCollection<Supervisor> supervisors, Screen screen, Stopwatch clock, CancellationTokenSource stop)
    {
        try
        {
            await Task.WhenAll(supervisors.Select(s => s.Ready)).WaitAsync(stop.Token);
            screen.Keep([$"all {supervisors.Count(s => !s.Resource.RunsToCompletion)} resources healthy after {clock.Elapsed.TotalSeconds:0.0} s", .. WhenHealthy?.Invoke() ?? []]);
            await (Afterwards?.Invoke(screen.Say, stop.Token) ?? Task.CompletedTask);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return;
        }
        catch (Exception failure)
        {
            screen.Say($"The start could not be completed: {failure.Message}");
            await stop.CancelAsync();
        }
    }

    /// <summary>Dependants first, so that nobody loses what it stands on; those that do not depend on each other at once.</summary>
    static async Task EndInOrder(Dictionary<ProcessResource, Supervisor> supervisors)
    {
        var left = supervisors.Keys.ToList();
        while (left.Count > 0)
        {
            var batch = left.Where(r => !left.Any(other => other.WaitsFor.Contains(r))).ToList();
            if (batch.Count == 0)
            {
                throw new InvalidOperationException($"These wait for each other: {string.Join(", ", left.Select(r => r.Name))}");
            }
            left.RemoveAll(batch.Contains);
            await Task.WhenAll(batch.Select(r => supervisors[r].End()));
        }
    }

    FileStream Lock()
    {
        try
        {
            return new FileStream(data["lock"], FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException)
        {
            throw new InvalidOperationException($"Another AppHost runs on {data.FullPath}. Stop it, or choose another folder with --data DIR.");
        }
    }

    /// <summary>After a <c>kill -9</c> the guardian of that run still ends its processes; they must not meet ours.</summary>
    async Task AwaitGuardianOfKilledRun(CancellationToken ct)
    {
        for (var clock = Stopwatch.StartNew(); ; await Task.Delay(100, ct))
        {
            try
            {
                using var free = new FileStream(data["guardian.lock"], FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
                return;
            }
            catch (IOException) when (clock.Elapsed < GuardianWaitMax)
            {
                continue;
            }
        }
    }
}
