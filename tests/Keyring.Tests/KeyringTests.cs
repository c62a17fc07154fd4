using CrmSuite.Testing;

namespace CrmSuite.Keyring.Tests;

public sealed class KeyringTests : IAsyncLifetime
{
    JournalDatabase journal = null!;

    public async ValueTask InitializeAsync() => journal = await JournalDatabase.Create("sales");

    public async ValueTask DisposeAsync() => await journal.DisposeAsync();

    [Fact]
    public async Task A_key_is_made_once_and_stays_the_same_over_hosts()
    {
        var (person, fact) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        var sealedText = (await journal.Keyring.Ensure([person], default))[person].Seal("Anna", fact, "name")!;
        await using var replica = journal.Replica();
        Assert.Equal("Anna", (await replica.Keyring.Find([person], default))[person].Unseal(sealedText, fact, "name"));
        Assert.Equal(sealedText, (await replica.Keyring.Ensure([person], default))[person].Seal("Anna", fact, "name"));
    }

    [Fact]
    public async Task A_person_without_a_key_is_not_found()
    {
        Assert.Empty(await journal.Keyring.Find([Guid.CreateVersion7()], default));
    }

    [Fact]
    public async Task Many_who_want_one_key_at_once_take_few_connections_and_all_get_it()
    {
        const int callers = 200, askers = 8;
        var person = Guid.CreateVersion7();
        await using var database = Npgsql.NpgsqlDataSource.Create(journal.KeyringConnectionString);
        await using var holder = await database.OpenConnectionAsync();
        await using var transaction = await holder.BeginTransactionAsync();
        await using (var hold = new Npgsql.NpgsqlCommand("lock table keyring.person_keys in access exclusive mode", holder, transaction))
        {
            await hold.ExecuteNonQueryAsync();
        }

        var asking = Enumerable.Range(0, callers).Select(_ => Task.Run(() => journal.Keyring.Ensure([person], default))).ToList();
        await using var count = database.CreateCommand("select count(*) from pg_locks where not granted and relation = 'keyring.person_keys'::regclass");
        while ((long)(await count.ExecuteScalarAsync())! < askers)
        {
            await Task.Delay(5);
        }

        await Task.Delay(100);
        Assert.Equal((long)askers, await count.ExecuteScalarAsync());
        await transaction.CommitAsync();
        var fact = Guid.CreateVersion7();
        Assert.Single((await Task.WhenAll(asking)).Select(keys => keys[person].Seal("Anna", fact, "name")).Distinct());
    }

    [Fact]
    public async Task An_erased_person_stays_erased_whoever_asks_for_a_key()
    {
        var person = Guid.CreateVersion7();
        await journal.Keyring.Ensure([person], default);
        var at = await journal.Keyring.Erase(person, default);
        Assert.Equal(at, await journal.Keyring.Erase(person, default));
        await using var replica = journal.Replica();
        var key = (await replica.Keyring.Ensure([person], default))[person];
        Assert.True(key.IsErased);
        Assert.Null(key.Seal("Anna", Guid.CreateVersion7(), "name"));
    }

    [Fact]
    public async Task Another_master_key_opens_nothing_and_says_so()
    {
        var person = Guid.CreateVersion7();
        await journal.Keyring.Ensure([person], default);
        await using var foreign = journal.ReplicaWithKeyring(journal.KeyringConnectionString);
        await Assert.ThrowsAsync<KeyringUnavailableException>(() => foreign.Keyring.Find([person], default));
    }

    [Fact]
    public async Task The_keyring_holds_no_key_in_the_clear_and_loses_it_with_the_person()
    {
        var person = Guid.CreateVersion7();
        await journal.Keyring.Ensure([person], default);
        await using var database = Npgsql.NpgsqlDataSource.Create(journal.KeyringConnectionString);
        await using var wrapped = database.CreateCommand("select octet_length(wrapped) from keyring.person_keys");
        Assert.Equal(12 + 32 + 16, await wrapped.ExecuteScalarAsync());
        await journal.Keyring.Erase(person, default);
        await using var gone = database.CreateCommand("select count(*) from keyring.person_keys where wrapped is null and erased_at is not null");
        Assert.Equal(1L, await gone.ExecuteScalarAsync());
    }
}
