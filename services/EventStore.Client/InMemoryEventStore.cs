using System.Runtime.CompilerServices;

namespace CrmSuite.EventStore.Client;

/// <summary>The event store without a server or a disk, for unit tests: the same rules, nothing kept.</summary>
public sealed class InMemoryEventStore(TimeProvider? time = null) : IEventStore
{
    const int PageMax = 512;

    readonly Lock _gate = new();
    readonly TimeProvider _time = time ?? TimeProvider.System;
    readonly Dictionary<string, InMemoryStream> _streams = new(StringComparer.Ordinal);
    readonly List<StoredEvent> _all = [];
    TaskCompletionSource _changed = NewSignal();

    DateTime Now => _time.GetUtcNow().UtcDateTime;

    /// <inheritdoc/>
    public Task<IReadOnlyList<WriteResult>> Append(IReadOnlyList<StreamWrite> writes, CancellationToken ct)
    {
        foreach (var write in writes)
        {
            write.Check();
        }

        return Task.FromResult<IReadOnlyList<WriteResult>>(Locked(() => writes.Select(Write).ToArray()));
    }

    /// <inheritdoc/>
    public Task<WriteResult> Delete(string stream, Expected expected, CancellationToken ct) => Task.FromResult(Locked(() =>
    {
        var state = Stream(stream);
        return state.MeetEnd(expected, mustHaveBeen: true) is { } met
            ? met
            : new WriteResult.Written(Bound.End, SetMetadata(state, state.Metadata with { TruncateBefore = Bound.End }).Position);
    }));

    /// <inheritdoc/>
    public Task<WriteResult> Tombstone(string stream, Expected expected, CancellationToken ct) => Task.FromResult(Locked(() =>
    {
        var state = Stream(stream);
        if (state.MeetEnd(expected, mustHaveBeen: false) is { } met)
        {
            return met;
        }

        state.Tombstone = Store(stream, Bound.End, new(Guid.NewGuid(), StreamMetadata.TombstoneType, default, default));
        return new WriteResult.Written(Bound.End, state.Tombstone.Position);
    }));

    /// <inheritdoc/>
    public async IAsyncEnumerable<ReadMessage> ReadStream(
        string stream, long from, long count, Direction direction, bool resolveLinks = false, [EnumeratorCancellation] CancellationToken ct = default)
    {
        StreamWrite.CheckName(stream);
        CheckBounds(from, count);
        if (direction == Direction.Forwards && from == Bound.End)
        {
            throw new ArgumentException("Nothing lies forwards of the end.", nameof(from));
        }

        await Task.CompletedTask;
        foreach (var message in Locked(() => Read(stream, from, count, direction, resolveLinks).ToArray()))
        {
            ct.ThrowIfCancellationRequested();
            yield return message;
        }
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<ReadMessage> ReadAll(
        long from,
        long count,
        Direction direction,
        EventFilter? filter = null,
        bool resolveLinks = false,
        [EnumeratorCancellation] CancellationToken ct = default)
    {
        CheckBounds(from, count);
        await Task.CompletedTask;
        var found = Locked(() =>
        {
            var events = direction == Direction.Forwards
                ? _all.Where(e => e.Position >= from)
                : _all.AsEnumerable().Reverse().Where(e => e.Position <= from);
            return events.Where(e => Passes(filter, e)).Take((int)Math.Min(count, int.MaxValue)).Select(e => Resolve(e, resolveLinks)).ToArray();
        });
        foreach (var entry in found)
        {
            ct.ThrowIfCancellationRequested();
            yield return entry;
        }
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<ReadMessage> SubscribeStream(
        string stream, long? after, bool resolveLinks = false, [EnumeratorCancellation] CancellationToken ct = default)
    {
        var (next, deleted) = Locked(() => (after == Bound.End ? Stream(stream).Last + 1 : (after ?? -1) + 1, Stream(stream).Tombstone is not null));
        if (deleted)
        {
            yield return new ReadMessage.Deleted(stream);
            yield break;
        }

        yield return new ReadMessage.Confirmed();
        for (var live = false; ;)
        {
            var (page, tombstone, changed) = Locked(() => (Page(Stream(stream), next, resolveLinks), Stream(stream).Tombstone, _changed.Task));
            foreach (var entry in page)
            {
                next = entry.Original.Revision + 1;
                yield return entry;
            }

            if (page.Length > 0)
            {
                continue;
            }

            if (tombstone is not null)
            {
                yield return new ReadMessage.Entry(tombstone);
                yield return new ReadMessage.Deleted(stream);
                yield break;
            }

            if (!live)
            {
                live = true;
                yield return new ReadMessage.CaughtUp();
            }

            await changed.WaitAsync(ct);
        }
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<ReadMessage> SubscribeAll(
        long? after, EventFilter? filter = null, bool resolveLinks = false, [EnumeratorCancellation] CancellationToken ct = default)
    {
        var next = Locked(() => after == Bound.End ? _all.Count + 1 : (after ?? 0) + 1);
        yield return new ReadMessage.Confirmed();
        var considered = 0;
        for (var live = false; ;)
        {
            var (page, changed) = Locked(() => (PageOfAll(next), _changed.Task));
            foreach (var stored in page)
            {
                next = stored.Position + 1;
                if (Passes(filter, stored))
                {
                    yield return Locked(() => Resolve(stored, resolveLinks));
                }

                if (filter is not null && ++considered >= filter.CheckpointEvery)
                {
                    considered = 0;
                    yield return new ReadMessage.Checkpoint(stored.Position);
                }
            }

            if (page.Length > 0)
            {
                continue;
            }

            if (!live)
            {
                live = true;
                if (filter is not null && considered > 0)
                {
                    considered = 0;
                    yield return new ReadMessage.Checkpoint(next - 1);
                }

                yield return new ReadMessage.CaughtUp();
            }

            await changed.WaitAsync(ct);
        }
    }

    static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    static bool Passes(EventFilter? filter, StoredEvent stored) => filter?.Passes(stored.Stream, stored.Type) ?? true;

    static void CheckBounds(long from, long count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(from);
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
    }

    T Locked<T>(Func<T> step)
    {
        lock (_gate)
        {
            return step();
        }
    }

    InMemoryStream Stream(string name) => _streams.TryGetValue(name, out var known) ? known : _streams[name] = new(name);

    WriteResult Write(StreamWrite write)
    {
        var state = Stream(write.Stream);
        if (state.Meet(write) is { } met)
        {
            return met;
        }

        var first = state.Last + 1;
        StoredEvent? last = null;
        foreach (var fresh in write.Events)
        {
            last = Store(write.Stream, state.Last + 1, fresh);
            state.Add(last);
        }

        if (last is not null && StreamMetadata.OwnerOf(write.Stream) is { } owner)
        {
            Stream(owner).Metadata = StreamMetadata.Parse(last.Data.Span);
        }

        if (last is not null && state.Metadata.IsDeleted)
        {
            SetMetadata(state, state.Metadata with { TruncateBefore = first });
        }

        return new WriteResult.Written(state.Last, last?.Position ?? (_all.Count > 0 ? _all.Count : null));
    }

    StoredEvent SetMetadata(InMemoryStream state, StreamMetadata metadata)
    {
        var holder = Stream(StreamMetadata.StreamOf(state.Name));
        var change = Store(holder.Name, holder.Last + 1, new(Guid.NewGuid(), StreamMetadata.EventType, metadata.ToJson(), default));
        holder.Add(change);
        state.Metadata = metadata;
        return change;
    }

    StoredEvent Store(string stream, long revision, NewEvent fresh)
    {
        var stored = new StoredEvent(
            stream, revision, _all.Count + 1, fresh.Id, fresh.Type, Now, fresh.Data.ToArray(), fresh.Metadata.ToArray(), fresh.IsJson);
        _all.Add(stored);
        var signal = _changed;
        _changed = NewSignal();
        signal.SetResult();
        return stored;
    }

    IEnumerable<ReadMessage> Read(string name, long from, long count, Direction direction, bool resolveLinks)
    {
        var state = Stream(name);
        if (state.Tombstone is not null)
        {
            return [new ReadMessage.Deleted(name)];
        }

        if (!state.IsThere)
        {
            return [new ReadMessage.NotFound(name)];
        }

        var now = Now;
        var visible = direction == Direction.Forwards
            ? state.Events.Where(e => e.Revision >= from)
            : state.Events.AsEnumerable().Reverse().Where(e => e.Revision <= from);
        ReadMessage[] entries =
            [.. visible.Where(e => state.IsVisible(e, now)).Take((int)Math.Min(count, int.MaxValue)).Select(e => Resolve(e, resolveLinks))];
        IEnumerable<ReadMessage> first = entries.Length == 0 && direction == Direction.Forwards
            ? [new ReadMessage.FirstRevision(Math.Max(state.FirstVisible, state.Last + 1))]
            : [];
        return [.. entries, .. first, new ReadMessage.LastRevision(state.Last)];
    }

    ReadMessage.Entry[] Page(InMemoryStream state, long from, bool resolveLinks)
    {
        var now = Now;
        var visible = state.Events.Skip((int)Math.Min(from, int.MaxValue)).Where(e => state.IsVisible(e, now));
        return [.. visible.Take(PageMax).Select(e => Resolve(e, resolveLinks))];
    }

    StoredEvent[] PageOfAll(long from) =>
        from > _all.Count ? [] : [.. _all.GetRange((int)from - 1, (int)Math.Min(PageMax, _all.Count - from + 1))];

    ReadMessage.Entry Resolve(StoredEvent stored, bool resolveLinks)
    {
        if (!resolveLinks || stored.Type != StreamMetadata.LinkType)
        {
            return new(stored);
        }

        var target = InMemoryStream.TargetOf(stored) is { } place && _streams.TryGetValue(place.Stream, out var state) && state.Tombstone is null
            ? state.Events.ElementAtOrDefault((int)Math.Min(place.Revision, int.MaxValue)) is { } found && state.IsVisible(found, Now) ? found : null
            : null;
        return new(target, stored);
    }
}
