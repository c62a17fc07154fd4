using System.Collections.Concurrent;
using System.Security.Cryptography;
using Npgsql;

namespace CrmSuite.Keyring;

/// <summary>The keyring does not answer, or holds no row where there must be one. A fault, never a value: nothing is written, the caller gets 503.</summary>
public sealed class KeyringUnavailableException(string reason, Exception? inner = null) : Exception(reason, inner);

/// <summary>
/// The keys of persons, in a database of their own. A key is made on first need, kept in memory for at most a minute, and destroyed by a tombstone that stays for
/// ever: what was sealed under it can then be read by nobody, wherever copies lie.
/// </summary>
/// <param name="database">The database <c>keyring</c>.</param>
/// <param name="master">The key outside it.</param>
public sealed class Keyring(NpgsqlDataSource database, MasterKey master) : IDisposable
{
    /// <summary>How long a key may stay in memory after it was read.</summary>
    public static readonly TimeSpan CacheMax = TimeSpan.FromSeconds(60);

    /// <summary>How many keys one statement asks for.</summary>
    const int BatchMax = 1_000;

    /// <summary>How many keys are kept in memory.</summary>
    const int CacheCountMax = 100_000;

    /// <summary>How many ask the database at once: who waited for his turn mostly finds in memory what he came for.</summary>
    const int AskersMax = 8;

    /// <summary>How long one waits for his turn: as long as for a connection.</summary>
    static readonly TimeSpan TurnMax = TimeSpan.FromSeconds(2);

    readonly ConcurrentDictionary<Guid, (PersonKey Key, long Until)> cache = new();
    readonly SemaphoreSlim turns = new(AskersMax);

    /// <summary>The keys of these persons; made where there is none, never over a tombstone.</summary>
    /// <exception cref="KeyringUnavailableException">The keyring does not answer.</exception>
    public Task<IReadOnlyDictionary<Guid, PersonKey>> Ensure(IEnumerable<Guid> persons, CancellationToken ct) => Get(persons, make: true, ct);

    /// <summary>The keys of these persons; a person without a row is missing from the answer.</summary>
    /// <exception cref="KeyringUnavailableException">The keyring does not answer.</exception>
    public Task<IReadOnlyDictionary<Guid, PersonKey>> Find(IEnumerable<Guid> persons, CancellationToken ct) => Get(persons, make: false, ct);

    /// <summary>Destroys the person's key and leaves the tombstone. Doing it again changes nothing.</summary>
    /// <returns>When the key was destroyed.</returns>
    /// <exception cref="KeyringUnavailableException">The keyring does not answer.</exception>
    public Task<DateTime> Erase(Guid person, CancellationToken ct) => Guarded(async () =>
    {
        await using var command = database.CreateCommand("""
            insert into keyring.person_keys as k (person, wrapped, erased_at) values ($1, null, now())
            on conflict (person) do update set wrapped = null, erased_at = coalesce(k.erased_at, now()) returning erased_at
            """);
        command.Parameters.Add(new() { Value = person });
        var erasedAt = (DateTime)(await command.ExecuteScalarAsync(ct))!;
        cache.TryRemove(person, out _);
        return erasedAt;
    });

    /// <summary>What the keyring's clock shows, by which erasures are ordered.</summary>
    /// <exception cref="KeyringUnavailableException">The keyring does not answer.</exception>
    public Task<DateTime> Now(CancellationToken ct) => Guarded(async () =>
    {
        await using var command = database.CreateCommand("select now()");
        return (DateTime)(await command.ExecuteScalarAsync(ct))!;
    });

    /// <summary>Whose key was destroyed after an instant, in order; a page of them, to be asked on from its last.</summary>
    /// <exception cref="KeyringUnavailableException">The keyring does not answer.</exception>
    public Task<IReadOnlyList<(Guid Person, DateTime At)>> Erased(DateTime after, Guid person, CancellationToken ct) => Guarded<IReadOnlyList<(Guid, DateTime)>>(async () =>
    {
        await using var command = database.CreateCommand("""
            select person, erased_at from keyring.person_keys where erased_at is not null and (erased_at, person) > ($1, $2) order by erased_at, person limit $3
            """);
        command.Parameters.Add(new() { Value = after });
        command.Parameters.Add(new() { Value = person });
        command.Parameters.Add(new() { Value = BatchMax });
        var rows = new List<(Guid, DateTime)>();
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
        {
            rows.Add((reader.GetGuid(0), reader.GetDateTime(1)));
        }

        return rows;
    });

    /// <inheritdoc/>
    public void Dispose() => turns.Dispose();

    /// <summary>Forgets what is in memory, so that the next question asks the database.</summary>
    public void Forget() => cache.Clear();

    async Task<IReadOnlyDictionary<Guid, PersonKey>> Get(IEnumerable<Guid> persons, bool make, CancellationToken ct)
    {
        var found = new Dictionary<Guid, PersonKey>();
        if (Remember(persons.Distinct(), found) is not { Count: > 0 } wanted)
        {
            return found;
        }

        if (!await turns.WaitAsync(TurnMax, ct))
        {
            throw new KeyringUnavailableException("Too many wait for the keyring.");
        }

        try
        {
            foreach (var page in Remember(wanted, found).Chunk(BatchMax))
            {
                await Guarded(() => Ask(page, make, found, ct));
            }
        }
        finally
        {
            turns.Release();
        }

        return found;
    }

    /// <summary>Takes what is in memory, and leaves the rest.</summary>
    List<Guid> Remember(IEnumerable<Guid> persons, Dictionary<Guid, PersonKey> found)
    {
        var (wanted, now) = (new List<Guid>(), Environment.TickCount64);
        foreach (var person in persons)
        {
            if (cache.TryGetValue(person, out var cached) && cached.Until > now)
            {
                found[person] = cached.Key;
            }
            else
            {
                wanted.Add(person);
            }
        }

        return wanted;
    }

    async Task<int> Ask(Guid[] persons, bool make, Dictionary<Guid, PersonKey> found, CancellationToken ct)
    {
        var until = Environment.TickCount64 + (long)CacheMax.TotalMilliseconds;
        var rows = await Read(persons, ct);
        var missing = persons.Except(rows.Select(row => row.Person)).ToArray();
        if (make && missing.Length > 0)
        {
            await Make(missing, ct);
            rows.AddRange(await Read(missing, ct));
        }

        if (cache.Count > CacheCountMax)
        {
            cache.Clear();
        }

        foreach (var (person, key) in rows)
        {
            found[person] = key;
            cache[person] = (key, until);
        }

        return rows.Count;
    }

    async Task<List<(Guid Person, PersonKey Key)>> Read(Guid[] persons, CancellationToken ct)
    {
        await using var command = database.CreateCommand("select person, wrapped from keyring.person_keys where person = any($1)");
        command.Parameters.Add(new() { Value = persons });
        var rows = new List<(Guid, PersonKey)>(persons.Length);
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
        {
            var person = reader.GetGuid(0);
            rows.Add((person, reader.IsDBNull(1) ? PersonKey.Erased : new(master.Unwrap(person, reader.GetFieldValue<byte[]>(1)))));
        }

        return rows;
    }

    async Task Make(Guid[] persons, CancellationToken ct)
    {
        await using var command = database.CreateCommand("""
            insert into keyring.person_keys (person, wrapped) select * from unnest($1::uuid[], $2::bytea[]) on conflict (person) do nothing
            """);
        command.Parameters.Add(new() { Value = persons });
        command.Parameters.Add(new() { Value = Array.ConvertAll(persons, person => master.Wrap(person, RandomNumberGenerator.GetBytes(PersonKey.Size))) });
        await command.ExecuteNonQueryAsync(ct);
    }

    static async Task<T> Guarded<T>(Func<Task<T>> ask)
    {
        try
        {
            return await ask();
        }
        catch (Exception failure) when (failure is NpgsqlException or TimeoutException or System.Net.Sockets.SocketException)
        {
            throw new KeyringUnavailableException("The keyring does not answer.", failure);
        }
        catch (CryptographicException failure)
        {
            throw new KeyringUnavailableException("The keyring was written under another master key.", failure);
        }
    }
}
