using System.Diagnostics;
using System.Globalization;
using Npgsql;

namespace CrmSuite.Hosting;

/// <summary>Where a resource stands.</summary>
enum KnownResourceState
{
    Waiting,
    Starting,
    Running,
    Healthy,
    Unhealthy,
    Exited,
    Stopping,
    Finished,
    FailedToStart,
}

/// <summary>What all supervisors of an application share.</summary>
sealed record Ground(DataFolder Data, Guardian Guardian, Action<string> Say, Stopwatch Clock, CancellationTokenSource Stop);

/// <summary>Keeps one resource running from its first start to the stop of the application.</summary>
sealed class Supervisor(ProcessResource resource, Ground ground) : IDisposable
{
    static readonly TimeSpan RestartAfterMin = TimeSpan.FromMilliseconds(500);
    static readonly TimeSpan RestartAfterMax = TimeSpan.FromSeconds(30);
    static readonly TimeSpan ProbeEvery = TimeSpan.FromSeconds(3);
    static readonly TimeSpan FirstProbesEvery = TimeSpan.FromMilliseconds(100);
    static readonly TimeSpan ProbeTimeout = TimeSpan.FromSeconds(5);
    const int MigrationAttemptsMax = 3;

    readonly TaskCompletionSource ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly LogFile log = new(Path.Combine(ground.Data["logs"], resource.Name + ".log"));
    Process? process;

    // Of its own: Process.WaitForExitAsync also waits until everybody has closed the output, grandchildren included.
    Task exited = Task.CompletedTask;

    public ProcessResource Resource => resource;

    public KnownResourceState State { get; private set; }

    public DateTime Since { get; private set; } = DateTime.UtcNow;

    public int Restarts { get; private set; }

    public int? ProcessId => State is KnownResourceState.Waiting or KnownResourceState.Exited or KnownResourceState.Finished ? null : process?.Id;

    /// <summary>Done when it has been healthy for the first time, or has run to its end.</summary>
    public Task Ready => ready.Task;

    /// <summary>Runs until the application stops; never throws.</summary>
    public async Task Run(Func<ProcessResource, Supervisor> supervisorOf)
    {
        var stop = ground.Stop.Token;
        try
        {
            await Task.WhenAll(resource.WaitsFor.Select(w => supervisorOf(w).Ready)).WaitAsync(stop);
            var pause = RestartAfterMin;
            while (true)
            {
                var started = Stopwatch.GetTimestamp();
                var exitCode = await RunOnce(stop);
                if (resource.RunsToCompletion && exitCode == 0)
                {
                    ready.TrySetResult();
                    break;
                }
                stop.ThrowIfCancellationRequested();
                Set(KnownResourceState.Exited);
                Restarts++;
                if (resource.RunsToCompletion && Restarts == MigrationAttemptsMax)
                {
                    throw new InvalidOperationException($"it ended with {exitCode}, {MigrationAttemptsMax} times:\n{log.Tail()}");
                }
                pause = Stopwatch.GetElapsedTime(started) > RestartAfterMax ? RestartAfterMin : pause;
                ground.Say($"{resource.Name} ended with {exitCode}; restart {Restarts} in {pause.TotalSeconds:0.0} s, see {log.Path}");
                await Task.Delay(pause, stop);
                pause = pause * 2 < RestartAfterMax ? pause * 2 : RestartAfterMax;
            }
            Set(KnownResourceState.Finished);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            Set(KnownResourceState.Finished);
        }
        catch (Exception failure)
        {
            Set(KnownResourceState.FailedToStart);
            ground.Say($"{resource.Name} failed to start: {failure.Message}");
            await ground.Stop.CancelAsync();
        }
    }

    public void Dispose() => log.Dispose();

    /// <summary>Ends it by its own signal, and by force when it takes too long.</summary>
    public async Task End()
    {
        if (process is not { HasExited: false } running)
        {
            return;
        }
        Set(KnownResourceState.Stopping);
        _ = Posix.Kill(running.Id, resource.StopSignal);
        try
        {
            await exited.WaitAsync(resource.StopTimeout);
        }
        catch (TimeoutException)
        {
            ground.Say($"{resource.Name} did not stop within {resource.StopTimeout.TotalSeconds:0} s and is ended by force.");
            _ = Posix.Kill(-running.Id, Posix.SigKill);
        }
    }

    /// <summary>Ends what a run left behind that was killed together with its guardian.</summary>
    public static async Task EndLeftover(ProcessResource resource, DataFolder data, CancellationToken ct)
    {
        var file = Path.Combine(data["run"], resource.Name);
        if (!File.Exists(file))
        {
            return;
        }
        var words = (await File.ReadAllTextAsync(file, ct)).Split(' ');
        var id = int.Parse(words[0], CultureInfo.InvariantCulture);
        var ticks = long.Parse(words[1], CultureInfo.InvariantCulture);
        if (Posix.StartTicks(id) == ticks)
        {
            _ = Posix.Kill(id, resource.StopSignal);
            for (var clock = Stopwatch.StartNew(); Posix.StartTicks(id) == ticks && clock.Elapsed < resource.StopTimeout; await Task.Delay(50, ct))
            {
            }
            _ = Posix.Kill(-id, Posix.SigKill);
        }
        File.Delete(file);
    }

    async Task<int> RunOnce(CancellationToken stop)
    {
        Set(KnownResourceState.Starting);
        await resource.Prepare(stop);
        stop.ThrowIfCancellationRequested();
        var running = Launch();
        using var alive = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var probing = resource.RunsToCompletion ? Task.CompletedTask : Probe(alive.Token);
        await exited;
        await alive.CancelAsync();
        await probing;
        _ = Posix.Kill(-running.Id, Posix.SigKill);   // What it started goes with it: epmd, a shell.
        ground.Guardian.Remove(running.Id, resource.StopSignal);
        File.Delete(Path.Combine(ground.Data["run"], resource.Name));
        return running.ExitCode;
    }

    Process Launch()
    {
        // A group of its own: the terminal's Ctrl-C reaches the AppHost alone, which then stops everything in order.
        var start = new ProcessStartInfo("setsid", Posix.As(resource.RunAsUser, resource.Command()))
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = resource.WorkingDirectory,
        };
        foreach (var (name, value) in resource.EnvironmentAtStart())
        {
            start.Environment[name] = value();
        }
        var child = new Process { StartInfo = start, EnableRaisingEvents = true };
        child.OutputDataReceived += (_, line) => log.Write(line.Data);
        child.ErrorDataReceived += (_, line) => log.Write(line.Data);
        var end = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        child.Exited += (_, _) => end.TrySetResult();
        exited = end.Task;
        child.Start();
        ground.Guardian.Add(child.Id, resource.StopSignal);
        process = child;
        Directory.CreateDirectory(ground.Data["run"]);
        File.WriteAllText(Path.Combine(ground.Data["run"], resource.Name), $"{child.Id} {Posix.StartTicks(child.Id) ?? 0}");
        child.StandardInput.Close();
        child.BeginOutputReadLine();
        child.BeginErrorReadLine();
        return child;
    }

    async Task Probe(CancellationToken alive)
    {
        var open = false;
        Set(KnownResourceState.Running);
        try
        {
            while (true)
            {
                var answers = await Answers(alive);
                if (answers && !open)
                {
                    await resource.OnHealthy(alive);
                    open = true;
                    ground.Say($"{resource.Name} healthy after {ground.Clock.Elapsed.TotalSeconds:0.0} s  {resource.Endpoint}");
                    ready.TrySetResult();
                }
                Set((open, answers) switch
                {
                    (true, true) => KnownResourceState.Healthy,
                    (true, false) => KnownResourceState.Unhealthy,
                    _ => KnownResourceState.Running,
                });
                await Task.Delay(open ? ProbeEvery : FirstProbesEvery, alive);
            }
        }
        catch (OperationCanceledException) when (alive.IsCancellationRequested)
        {
            return;
        }
        catch (Exception failure)
        {
            // It answered, and then could not be set up: the next start tries again.
            log.Write($"set-up after the start failed: {failure}");
            ground.Say($"{resource.Name} could not be set up: {failure.Message}");
            _ = Posix.Kill(process!.Id, resource.StopSignal);
        }
    }

    async Task<bool> Answers(CancellationToken alive)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(alive);
        limit.CancelAfter(ProbeTimeout);
        try
        {
            return await resource.IsHealthy(limit.Token);
        }
        catch (Exception failure) when (failure is NpgsqlException or IOException or HttpRequestException or System.Net.Sockets.SocketException or TimeoutException
            || (failure is OperationCanceledException && !alive.IsCancellationRequested))
        {
            return false;
        }
    }

    void Set(KnownResourceState state)
    {
        if (State != state)
        {
            (State, Since) = (state, DateTime.UtcNow);
        }
    }
}
