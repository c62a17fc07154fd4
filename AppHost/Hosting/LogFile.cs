namespace CrmSuite.Hosting;

/// <summary>What a resource prints, in a file that is set aside once when it has grown too long.</summary>
sealed class LogFile : IDisposable
{
    const long BytesMax = 10 * 1024 * 1024;
    const int TailLinesMax = 40;

    readonly Lock gate = new();
    readonly Queue<string> tail = [];
    StreamWriter? writer;

    public LogFile(string path)
    {
        Path = path;
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        writer = Open();
    }

    public string Path { get; }

    /// <summary>The last lines of this run.</summary>
    public string Tail()
    {
        lock (gate)
        {
            return string.Join('\n', tail);
        }
    }

    public void Write(string? line)
    {
        lock (gate)
        {
            if (line is null || writer is null)
            {
                return;
            }
            if (writer.BaseStream.Position > BytesMax)
            {
                writer.Dispose();
                File.Move(Path, Path + ".1", overwrite: true);
                writer = Open();
            }
            writer.WriteLine(line);
            tail.Enqueue(line);
            if (tail.Count > TailLinesMax)
            {
                tail.Dequeue();
            }
        }
    }

    public void Dispose()
    {
        lock (gate)
        {
            writer?.Dispose();
            writer = null;
        }
    }

    StreamWriter Open() => new(Path, append: true) { AutoFlush = true };
}
