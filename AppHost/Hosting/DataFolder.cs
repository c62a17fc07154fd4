using System.Security.Cryptography;
using System.Text.Json;

namespace CrmSuite.Hosting;

/// <summary>The folder that makes a suite this suite and no other: its servers' data, and the ports and secrets chosen once and kept.</summary>
sealed class DataFolder
{
    readonly Lock gate = new();
    readonly Dictionary<string, int> ports;
    readonly Dictionary<string, string> secrets;

    public DataFolder(string path)
    {
        FullPath = Path.GetFullPath(path);
        Directory.CreateDirectory(FullPath);
        ports = Read<int>("ports.json");
        secrets = Read<string>("secrets.json");
    }

    public string FullPath { get; }

    /// <summary>Whether a server of this very folder runs already, so that its ports are taken by itself.</summary>
    public bool InUse { get; init; }

    public string this[string name] => Path.Combine(FullPath, name);

    /// <summary>The port of a name: the one of last time unless somebody else has taken it meanwhile.</summary>
    public int Port(string name)
    {
        lock (gate)
        {
            if (ports.TryGetValue(name, out var kept) && (InUse || Posix.IsFree(kept)))
            {
                return kept;
            }
            do
            {
                ports[name] = Posix.FreePort();
            }
            while (ports.Any(p => p.Key != name && p.Value == ports[name]));
            Write("ports.json", ports);
            return ports[name];
        }
    }

    /// <summary>A password of 32 hexadecimal digits, made at the first call.</summary>
    public string Secret(string name) => Secret(name, () => RandomNumberGenerator.GetHexString(32, lowercase: true));

    /// <summary>A secret made by <paramref name="make"/> at the first call, the same ever after.</summary>
    public string Secret(string name, Func<string> make)
    {
        lock (gate)
        {
            if (!secrets.TryGetValue(name, out var secret))
            {
                secrets[name] = secret = make();
                Write("secrets.json", secrets);
            }
            return secret;
        }
    }

    public bool HasSecret(string name)
    {
        lock (gate)
        {
            return secrets.ContainsKey(name);
        }
    }

    /// <summary>Writes a file that only its owner may read, whole or not at all.</summary>
    public void WritePrivate(string name, ReadOnlySpan<byte> content)
    {
        var draft = this[name + ".new"];
        File.Delete(draft);
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        };
        using (var file = new FileStream(draft, options))
        {
            file.Write(content);
            file.Flush(flushToDisk: true);
        }
        File.Move(draft, this[name], overwrite: true);
    }

    Dictionary<string, T> Read<T>(string name) =>
        File.Exists(this[name]) ? JsonSerializer.Deserialize<Dictionary<string, T>>(File.ReadAllBytes(this[name]))! : [];

    void Write<T>(string name, Dictionary<string, T> values) => WritePrivate(name, JsonSerializer.SerializeToUtf8Bytes(values, Indented));

    static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };
}
