using System.Security.Cryptography;
using System.Text;

namespace CrmSuite.Keyring.Tests;

public sealed class PersonKeyTests
{
    static readonly MasterKey Master = new(Convert.ToBase64String(Enumerable.Range(0, 32).Select(n => (byte)n).ToArray()));

    readonly PersonKey key = new(Enumerable.Range(1, PersonKey.Size).Select(n => (byte)n).ToArray());
    readonly Guid fact = Guid.Parse("0198c3a2-0000-7000-8000-000000000001");

    [Fact]
    public void A_sealed_field_is_read_back_with_every_letter() =>
        Assert.Equal("Žanna Ķēniņa 李雷", key.Unseal(key.Seal("Žanna Ķēniņa 李雷", fact, "name")!, fact, "name"));

    [Fact]
    public void Sealing_again_gives_the_same_bytes_and_another_text_another_nonce()
    {
        Assert.Equal(key.Seal("Anna", fact, "name"), key.Seal("Anna", fact, "name"));
        Assert.NotEqual(Convert.FromBase64String(key.Seal("Anna", fact, "name")!)[..12], Convert.FromBase64String(key.Seal("Hanna", fact, "name")!)[..12]);
    }

    [Fact]
    public void A_sealed_field_cannot_be_moved_to_another_event_or_field()
    {
        var text = key.Seal("Anna", fact, "name")!;
        Assert.ThrowsAny<CryptographicException>(() => key.Unseal(text, Guid.NewGuid(), "name"));
        Assert.ThrowsAny<CryptographicException>(() => key.Unseal(text, fact, "email"));
    }

    [Fact]
    public void One_changed_bit_is_noticed()
    {
        var bytes = Convert.FromBase64String(key.Seal("Anna", fact, "name")!);
        for (var at = 0; at < bytes.Length; at++)
        {
            bytes[at] ^= 1;
            Assert.ThrowsAny<CryptographicException>(() => key.Unseal(Convert.ToBase64String(bytes), fact, "name"));
            bytes[at] ^= 1;
        }
    }

    [Fact]
    public void A_wrapped_key_belongs_to_one_person()
    {
        var (anna, bela) = (Guid.NewGuid(), Guid.NewGuid());
        var wrapped = Master.Wrap(anna, new byte[PersonKey.Size]);
        Assert.Equal(new byte[PersonKey.Size], Master.Unwrap(anna, wrapped));
        Assert.ThrowsAny<CryptographicException>(() => Master.Unwrap(bela, wrapped));
    }

    [Fact]
    public void A_master_key_of_another_size_is_refused()
    {
        Assert.Throws<ArgumentException>(() => new MasterKey(Convert.ToBase64String(new byte[16])));
        Assert.Throws<ArgumentException>(() => new MasterKey("not base64"));
    }

    [Fact]
    public void A_customer_id_follows_from_source_and_reference_under_the_master_key_alone()
    {
        var references = new References(Master);
        var id = references.CustomerId(new("shop", "7001"));
        var expected = HMACSHA256.HashData(HKDF.DeriveKey(HashAlgorithmName.SHA256, Enumerable.Range(0, 32).Select(n => (byte)n).ToArray(), 32, info: Encoding.UTF8.GetBytes("crmsuite references")), Encoding.UTF8.GetBytes("shop\07001"));
        Assert.Equal(id, references.CustomerId(new("shop", "7001")));
        Assert.NotEqual(id, references.CustomerId(new("shop", "7002")));
        Assert.Equal(8, id.Version);
        Assert.Equal(expected[..6], id.ToByteArray(bigEndian: true)[..6]);
        Assert.Throws<ArgumentException>(() => references.CustomerId(new("shop", "anna@example.com")));
    }
}
