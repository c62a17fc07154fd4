namespace CrmSuite.Import;

/// <summary>The stored parts of a body as one stream, forwards only, one part in memory.</summary>
sealed class PartsStream(ImportStore store, Guid id) : Stream
{
    byte[] part = [];
    int offset;
    int next;

    /// <summary>How many bytes were handed out.</summary>
    public long Consumed { get; private set; }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => Consumed;
        set => throw new NotSupportedException();
    }

    /// <summary>Looks at the first bytes without taking them.</summary>
    public async Task<bool> StartsWith(byte[] bytes, CancellationToken ct)
    {
        await Fill(ct);
        return part.AsSpan(offset).StartsWith(bytes);
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        await Fill(cancellationToken);
        var count = Math.Min(buffer.Length, part.Length - offset);
        part.AsMemory(offset, count).CopyTo(buffer);
        offset += count;
        Consumed += count;
        return count;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("Read it asynchronously.");

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    async Task Fill(CancellationToken ct)
    {
        if (offset == part.Length && await store.Part(id, next, ct) is { } more)
        {
            (part, offset) = (more, 0);
            next++;
        }
    }
}
