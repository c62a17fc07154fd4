using System.Diagnostics;
using System.Globalization;
using Spectre.Console;

namespace CrmSuite.Hosting;

/// <summary>What a person sees: a live table in a terminal, plain lines everywhere else.</summary>
sealed class Screen
{
    const int NewsMax = 8;

    readonly Lock gate = new();
    readonly Queue<string> news = [];
    readonly bool live = !Console.IsOutputRedirected && AnsiConsole.Profile.Capabilities is { Interactive: true, Ansi: true };
    IReadOnlyList<string> kept = [];
    bool showing;

    /// <summary>One line of news.</summary>
    public void Say(string line)
    {
        lock (gate)
        {
            news.Enqueue(line);
            if (news.Count > NewsMax)
            {
                news.Dequeue();
            }
            if (!showing)
            {
                Console.WriteLine(line);
            }
        }
    }

    /// <summary>Lines that stay in sight: addresses and how to sign in.</summary>
    public void Keep(IReadOnlyList<string> lines)
    {
        lock (gate)
        {
            kept = lines;
            if (!showing)
            {
                foreach (var line in lines)
                {
                    Console.WriteLine(line);
                }
            }
        }
    }

    /// <summary>Shows the resources until the application stops.</summary>
    public async Task Show(IReadOnlyList<Supervisor> supervisors, CancellationToken stop)
    {
        if (!live)
        {
            await UntilCancelled(Timeout.InfiniteTimeSpan, stop);
            return;
        }
        showing = true;
        await AnsiConsole.Live(Render(supervisors)).StartAsync(async context =>
        {
            while (!stop.IsCancellationRequested)
            {
                context.UpdateTarget(Render(supervisors));
                await UntilCancelled(TimeSpan.FromMilliseconds(250), stop);
            }
        });
        showing = false;
    }

    static async Task UntilCancelled(TimeSpan time, CancellationToken stop) =>
        await Task.Delay(time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    Rows Render(IReadOnlyList<Supervisor> supervisors)
    {
        var table = new Table().RoundedBorder().AddColumns("Resource", "State", "Endpoint", "Process", "Memory", "Restarts", "For");
        foreach (var supervisor in supervisors.Where(s => !(s.Resource.RunsToCompletion && s.State == KnownResourceState.Finished)))
        {
            var colour = supervisor.State switch
            {
                KnownResourceState.Healthy => "green",
                KnownResourceState.Exited or KnownResourceState.FailedToStart or KnownResourceState.Unhealthy => "red",
                KnownResourceState.Finished => "grey",
                _ => "yellow",
            };
            table.AddRow(
                Markup.Escape(supervisor.Resource.Name),
                $"[{colour}]{supervisor.State}[/]",
                Markup.Escape(supervisor.Resource.RunsToCompletion ? "" : supervisor.Resource.Endpoint),
                supervisor.ProcessId?.ToString(CultureInfo.InvariantCulture) ?? "",
                Memory(supervisor.ProcessId),
                supervisor.Restarts.ToString(CultureInfo.InvariantCulture),
                (DateTime.UtcNow - supervisor.Since).ToString(@"hh\:mm\:ss", CultureInfo.InvariantCulture));
        }
        lock (gate)
        {
            var lines = kept.Count > 0 ? kept.Concat(news.Where(n => !n.Contains(" healthy after ", StringComparison.Ordinal))) : news;
            return new Rows(new Rule("CrmSuite: Ctrl-C stops everything").LeftJustified(), table, new Text(string.Join('\n', lines)));
        }
    }

    static string Memory(int? id)
    {
        try
        {
            using var process = id is { } pid ? Process.GetProcessById(pid) : null;
            return process is null ? "" : $"{process.WorkingSet64 / (1024 * 1024)} MB";
        }
        catch (Exception gone) when (gone is ArgumentException or InvalidOperationException)
        {
            return "";
        }
    }
}
