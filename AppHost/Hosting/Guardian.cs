using System.Diagnostics;

namespace CrmSuite.Hosting;

/// <summary>
/// A small shell process that outlives a <c>kill -9</c> of ours: when the pipe to it closes without the word <c>done</c>, it ends
/// every process group it was told of. (The kernel's parent-death signal is no help: it fires when the <em>thread</em> that forked ends.)
/// </summary>
sealed class Guardian : IDisposable
{
    /// <summary>
    /// Argument: a lock file, or nothing, to hold until everything has ended, so that a next run waits for it. Lines: <c>+ pid:SIGNAL</c>, <c>- pid:SIGNAL</c>, <c>done</c>.
    /// The signal goes to the leader alone (PostgreSQL and RabbitMQ end their own), after five seconds SIGKILL to the group. A zombie counts as gone.
    /// </summary>
    const string Script = """
        trap '' INT TERM HUP
        [ -z "$1" ] || { exec 9>"$1"; flock 9; }
        groups=''
        while read -r verb entry; do
            case $verb in
                +) groups="$groups $entry" ;;
                -) rest=''; for g in $groups; do [ "$g" = "$entry" ] || rest="$rest $g"; done; groups=$rest ;;
                done) exit 0 ;;
            esac
        done
        alive() { s=$(cut -d' ' -f3 "/proc/$1/stat" 2>/dev/null) && [ "$s" != Z ]; }
        for g in $groups; do kill -s "${g#*:}" "${g%:*}" 2>/dev/null; done
        i=0
        while [ $i -lt 50 ]; do
            left=''
            for g in $groups; do alive "${g%:*}" && left=1; done
            [ -z "$left" ] && break
            sleep 0.1; i=$((i + 1))
        done
        for g in $groups; do kill -s KILL -- "-${g%:*}" 2>/dev/null; done
        """;

    readonly Lock gate = new();
    readonly string lockFile;
    readonly HashSet<string> guarded = [];
    Process process;

    Guardian(string lockFile) => (this.lockFile, process) = (lockFile, Launch(lockFile));

    public static Guardian Start(string? lockFile) => new(lockFile ?? "");

    public void Add(int group, int stopSignal) => Tell("+", group, stopSignal);

    public void Remove(int group, int stopSignal) => Tell("-", group, stopSignal);

    /// <summary>Everything has ended in order: nothing is left to guard.</summary>
    public void Dispose()
    {
        lock (gate)
        {
            Write("done");
            process.StandardInput.Close();
            process.WaitForExit(TimeSpan.FromSeconds(3));
            process.Dispose();
        }
    }

    void Tell(string verb, int group, int stopSignal)
    {
        var entry = $"{group}:{(stopSignal == Posix.SigInt ? "INT" : "TERM")}";
        lock (gate)
        {
            _ = verb == "+" ? guarded.Add(entry) : guarded.Remove(entry);
            if (!Write($"{verb} {entry}"))
            {
                // Somebody has killed the guardian: another one takes over with all there is.
                process.Dispose();
                process = Launch(lockFile);
                foreach (var one in guarded)
                {
                    Write("+ " + one);
                }
            }
        }
    }

    bool Write(string line)
    {
        try
        {
            process.StandardInput.WriteLine(line);
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }

    static Process Launch(string lockFile)
    {
        var process = Process.Start(new ProcessStartInfo("setsid", ["sh", "-c", Script, "guardian", lockFile]) { RedirectStandardInput = true })!;
        process.StandardInput.AutoFlush = true;
        return process;
    }
}
