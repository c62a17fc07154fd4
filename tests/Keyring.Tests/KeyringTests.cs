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
