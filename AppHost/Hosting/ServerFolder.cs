using System.Security.Cryptography;
using System.Text;

namespace CrmSuite.Hosting;

/// <summary>Where a server that runs as another user keeps its data.</summary>
static class ServerFolder
{
    /// <summary>
    /// A folder in the data folder, owned by the server's user. Where that user cannot get there (root's home is closed to others)
    /// the folder lies below /var/lib and the data folder holds a link to it.
    /// </summary>
    public static async Task<string> For(DataFolder data, string name, string? user, CancellationToken ct)
    {
        var folder = data[name];
        if (user is not null && !await Posix.Succeeds(Posix.As(user, "test", "-x", data.FullPath), ct))
        {
            var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(data.FullPath)))[..8];
            var elsewhere = Path.Combine("/var/lib/crm-suite", hash, name);
            Directory.CreateDirectory(elsewhere);
            if (!Path.Exists(folder))
            {
                Directory.CreateSymbolicLink(folder, elsewhere);
            }
            folder = elsewhere;
        }
        Directory.CreateDirectory(folder);
        File.SetUnixFileMode(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        await Own(folder, user, ct);
        return folder;
    }

    /// <summary>Gives a file or folder to the user.</summary>
    public static async Task Own(string path, string? user, CancellationToken ct)
    {
        if (user is not null)
        {
            await Posix.Run(["chown", $"{user}:{user}", path], ct);
        }
    }
}
