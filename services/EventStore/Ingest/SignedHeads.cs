using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using CrmSuite.Bus;
using CrmSuite.Contracts;
using CrmSuite.Journal;
using Microsoft.Extensions.Configuration;

namespace CrmSuite.EventStore.Ingest;

/// <summary>How far the store had got with every department at an instant.</summary>
/// <param name="At">The instant, UTC.</param>
/// <param name="Position">The position of the last fact; every fact up to it belongs to one of these packs or an earlier one, and none behind it.</param>
/// <param name="Packs">The last pack of each department.</param>
sealed record HeadDocument(DateTime At, long Position, SortedDictionary<string, HeadDocument.Pack> Packs)
{
    /// <summary>A pack's number and hash.</summary>
    public sealed record Pack(long No, byte[] Hash)
    {
        public PackHead Head => new(No, Hash);
    }
}

/// <summary>A document and its signature; the bytes that are signed are the text's, as UTF-8.</summary>
sealed record SignedHead(string Document, byte[] Signature)
{
    /// <summary>What it says, if this key signed it; else null.</summary>
    public HeadDocument? Open(ECDsa key) => key.VerifyData(Encoding.UTF8.GetBytes(Document), Signature, HashAlgorithmName.SHA256)
        ? JsonSerializer.Deserialize<HeadDocument>(Document, Json.Stored)
        : null;
}

/// <summary>Keeps signed heads: beside the store's own tables, or elsewhere.</summary>
interface IHeadKeeper
{
    /// <summary>Keeps one more for good.</summary>
    Task Add(SignedHead head, CancellationToken ct);

    /// <summary>All of them, oldest first.</summary>
    IAsyncEnumerable<SignedHead> All(CancellationToken ct);
}

/// <summary>The copy elsewhere: a file with one signed head a line. Put it where who may change the database may not change it.</summary>
sealed class HeadFile(string path) : IHeadKeeper
{
    /// <inheritdoc/>
    public async Task Add(SignedHead head, CancellationToken ct)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        await using var file = new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.Read);
        await file.WriteAsync((byte[])[.. JsonSerializer.SerializeToUtf8Bytes(head, Json.Stored), (byte)'\n'], ct);
        file.Flush(flushToDisk: true);
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<SignedHead> All([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken ct)
    {
        if (!File.Exists(path))
        {
            yield break;
        }

        await foreach (var line in File.ReadLinesAsync(path, ct))
        {
            if (line.Length > 0)
            {
                yield return Read(line);
            }
        }
    }

    /// <summary>A line that cannot be read is one that nobody signed.</summary>
    static SignedHead Read(string line)
    {
        try
        {
            return JsonSerializer.Deserialize<SignedHead>(line, Json.Stored) is { Document: not null, Signature: not null } head ? head : new(line, []);
        }
        catch (JsonException)
        {
            return new(line, []);
        }
    }
}

/// <summary>Signs heads and hands them to those who keep them.</summary>
/// <param name="key">ECDSA P-256; the public half is enough to read.</param>
/// <param name="keepers">Who keeps them.</param>
sealed class SignedHeads(ECDsa key, IReadOnlyList<IHeadKeeper> keepers)
{
    /// <summary>Signs what is so and keeps it everywhere.</summary>
    public async Task Sign(HeadDocument document, CancellationToken ct)
    {
        var text = JsonSerializer.Serialize(document, Json.Stored);
        var head = new SignedHead(text, key.SignData(Encoding.UTF8.GetBytes(text), HashAlgorithmName.SHA256));
        foreach (var keeper in keepers)
        {
            await keeper.Add(head, ct);
        }
    }

    /// <summary>What was signed; null for each that this key did not sign.</summary>
    public async IAsyncEnumerable<HeadDocument?> All([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken ct)
    {
        foreach (var keeper in keepers)
        {
            await foreach (var head in keeper.All(ct))
            {
                yield return head.Open(key);
            }
        }
    }

    /// <summary>The furthest that was signed.</summary>
    public async Task<HeadDocument?> Newest(CancellationToken ct)
    {
        HeadDocument? newest = null;
        await foreach (var document in All(ct))
        {
            newest = document is not null && (newest is null || document.Position > newest.Position) ? document : newest;
        }

        return newest;
    }

    /// <summary>The key of this configuration: <c>Verify:Key</c> (PEM), else the file <c>heads.key</c> in <c>Verify:Folder</c>, made when missing.</summary>
    public static ECDsa Key(IConfiguration configuration)
    {
        var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        if (configuration["Verify:Key"] is { } pem)
        {
            key.ImportFromPem(pem);
            return key;
        }

        var path = Path.Combine(Folder(configuration), "heads.key");
        if (File.Exists(path))
        {
            key.ImportFromPem(File.ReadAllText(path));
            return key;
        }

        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using var file = new FileStream(path, options);
        file.Write(Encoding.UTF8.GetBytes(key.ExportPkcs8PrivateKeyPem()));
        file.Flush(flushToDisk: true);
        return key;
    }

    /// <summary>The file of this configuration: <c>Verify:HeadsFile</c>, else <c>heads.jsonl</c> beside the key.</summary>
    public static HeadFile FileOf(IConfiguration configuration) => new(configuration["Verify:HeadsFile"] ?? Path.Combine(Folder(configuration), "heads.jsonl"));

    static string Folder(IConfiguration configuration) => Directory.CreateDirectory(configuration["Verify:Folder"] ?? ".data").FullName;
}
