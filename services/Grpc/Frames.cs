using System.Buffers;
using System.Buffers.Binary;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using Google.Protobuf;

namespace CrmSuite.Grpc;

/// <summary>Messages on the wire: one flag byte (0: not compressed), four bytes of length, the message.</summary>
static class Frames
{
    const int HeaderBytes = 5;

    /// <summary>Reads messages to the end. Those that have arrived together come without waiting.</summary>
    public static async IAsyncEnumerable<T> Read<T>(PipeReader reader, MessageParser<T> parser, [EnumeratorCancellation] CancellationToken ct)
        where T : IMessage<T>
    {
        while (true)
        {
            var result = await reader.ReadAsync(ct);
            var buffer = result.Buffer;
            while (TryCut(ref buffer, out var frame))
            {
                yield return Parse(parser, frame);
            }

            reader.AdvanceTo(buffer.Start, buffer.End);
            if (result.IsCompleted || result.IsCanceled)
            {
                if (!buffer.IsEmpty)
                {
                    throw new GrpcException(GrpcStatus.Internal, "A message is cut short.");
                }

                yield break;
            }
        }
    }

    /// <summary>Writes messages, flushed whenever the next one is not ready.</summary>
    public static async Task Write<T>(PipeWriter writer, IAsyncEnumerable<T> messages, CancellationToken ct)
        where T : IMessage<T>
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(ct);
        await using var source = messages.GetAsyncEnumerator(stop.Token);
        for (var written = 0; ; written += Put(writer, source.Current))
        {
            var next = source.MoveNextAsync();
            if (written > 0 && (!next.IsCompleted || written >= GrpcLimits.FlushBytesMax))
            {
                written = 0;
                try
                {
                    await writer.FlushAsync(ct);
                }
                catch
                {
                    // A source must not be disposed of in the middle of a step.
                    await stop.CancelAsync();
                    await ((Task)next.AsTask()).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                    throw;
                }
            }

            if (!await next)
            {
                break;
            }
        }

        await writer.FlushAsync(ct);
    }

    static int Put<T>(PipeWriter writer, T message)
        where T : IMessage<T>
    {
        var size = message.CalculateSize();
        var header = writer.GetSpan(HeaderBytes);
        header[0] = 0;
        BinaryPrimitives.WriteInt32BigEndian(header[1..], size);
        writer.Advance(HeaderBytes);
        message.WriteTo(writer);
        return HeaderBytes + size;
    }

    static bool TryCut(ref ReadOnlySequence<byte> buffer, out ReadOnlySequence<byte> frame)
    {
        frame = default;
        if (buffer.Length < HeaderBytes)
        {
            return false;
        }

        Span<byte> header = stackalloc byte[HeaderBytes];
        buffer.Slice(0, HeaderBytes).CopyTo(header);
        if (header[0] != 0)
        {
            throw new GrpcException(GrpcStatus.Unimplemented, "Compressed messages are not supported.");
        }

        var length = BinaryPrimitives.ReadUInt32BigEndian(header[1..]);
        if (length > GrpcLimits.MessageBytesMax)
        {
            throw new GrpcException(GrpcStatus.ResourceExhausted, $"A message of {length} bytes is larger than {GrpcLimits.MessageBytesMax}.");
        }

        if (buffer.Length < HeaderBytes + length)
        {
            return false;
        }

        frame = buffer.Slice(HeaderBytes, length);
        buffer = buffer.Slice(HeaderBytes + length);
        return true;
    }

    static T Parse<T>(MessageParser<T> parser, ReadOnlySequence<byte> frame)
        where T : IMessage<T>
    {
        try
        {
            return parser.ParseFrom(frame);
        }
        catch (InvalidProtocolBufferException broken)
        {
            throw new GrpcException(GrpcStatus.InvalidArgument, "The message cannot be read.", inner: broken);
        }
    }
}
