using CrmSuite.EventStore.Client;
using CrmSuite.EventStore.Client.Proto;
using CrmSuite.Grpc;

namespace CrmSuite.EventStore.Protocol;

/// <summary>Append, Delete and Tombstone.</summary>
sealed class Writing(IEventStore store, Access access)
{
    public async Task<AppendResp> Append(IAsyncEnumerable<AppendReq> requests, ServerCall call, CancellationToken ct)
    {
        (string Stream, Expected Expected)? target = null;
        var events = new List<NewEvent>();
        var bytes = 0L;
        await foreach (var request in requests.WithCancellation(ct))
        {
            if (target is null)
            {
                target = Proposals.Target(request.Options);
                await access.Demand(call.Caller, target.Value.Stream, Right.Write, ct);
                continue;
            }

            events.Add(Proposals.Event(request.ProposedMessage ?? throw Refusals.Invalid("After the options come events.")));
            bytes += events[^1].Bytes;
            if (bytes > StreamWrite.BytesMax)
            {
                throw Refusals.TooLarge(StreamWrite.BytesMax);   // At once: the rest need not be sent.
            }
        }

        var (stream, expected) = target ?? throw Refusals.Invalid("An append begins with its options.");
        return (await store.Append([new(stream, expected, events)], ct))[0] switch
        {
            WriteResult.Written written => new() { Success = Proposals.Success(written) },
            WriteResult.WrongVersion wrong => new() { WrongExpectedVersion = WrongVersion(wrong) },
            var other => throw Refusal(stream, other),
        };
    }

    public async Task<DeleteResp> Delete(DeleteReq request, ServerCall call, CancellationToken ct)
    {
        var (stream, expected) = Proposals.Target(request.Options);
        await access.Demand(call.Caller, stream, Right.Delete, ct);
        return Done(stream, await store.Delete(stream, expected, ct));
    }

    public async Task<DeleteResp> Tombstone(DeleteReq request, ServerCall call, CancellationToken ct)
    {
        var (stream, expected) = Proposals.Target(request.Options);
        await access.Demand(call.Caller, stream, Right.Delete, ct);
        return Done(stream, await store.Tombstone(stream, expected, ct));
    }

    static DeleteResp Done(string stream, WriteResult result) => result switch
    {
        WriteResult.Written { Position: { } position } => new() { Position = Wire.ToPosition(position) },
        WriteResult.Written => new() { NoPosition = Wire.Nothing },
        _ => throw Refusal(stream, result),
    };

    static GrpcException Refusal(string stream, WriteResult result) => result switch
    {
        WriteResult.StreamDeleted => Refusals.StreamDeleted(stream),
        WriteResult.TooLarge large => Refusals.TooLarge(large.BytesMax),
        WriteResult.WrongVersion wrong => Refusals.WrongVersion(stream, wrong),
        _ => new(GrpcStatus.Internal, "The store has given an answer that the protocol does not know."),
    };

    /// <summary>Said twice: clients older than 20.10 read the fields that carry 20_6_0 in their names.</summary>
    static AppendResp.Types.WrongVersion WrongVersion(WriteResult.WrongVersion wrong)
    {
        var answer = new AppendResp.Types.WrongVersion();
        if (wrong.Current >= 0)
        {
            answer.CurrentRevision = answer.CurrentRevision2060 = (ulong)wrong.Current;
        }
        else
        {
            answer.CurrentNoStream = answer.NoStream2060 = Wire.Nothing;
        }

        if (wrong.Expected.IsExact)
        {
            answer.ExpectedRevision = answer.ExpectedRevision2060 = (ulong)wrong.Expected.Value;
        }
        else if (wrong.Expected == Expected.NoStream)
        {
            (answer.ExpectedNoStream, answer.ExpectedRevision2060) = (Wire.Nothing, ulong.MaxValue);
        }
        else if (wrong.Expected == Expected.StreamExists)
        {
            answer.ExpectedStreamExists = answer.StreamExists2060 = Wire.Nothing;
        }
        else
        {
            answer.ExpectedAny = answer.Any2060 = Wire.Nothing;
        }

        return answer;
    }
}
