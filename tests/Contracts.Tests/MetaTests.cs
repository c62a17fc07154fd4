using System.Text;

namespace CrmSuite.Contracts.Tests;

/// <summary>What is hashed must never change by a byte: the expected bytes are written out, and the expected hash was computed with Python's hashlib.</summary>
public sealed class MetaTests
{
    const string Stable = """{"actor":{"kind":"staff","id":"anna"},"commandId":"0198c3a2-0000-7000-8000-000000000002" """;
    const string Stored = ""","trail":{"correlationId":"0198c3a2-0000-7000-8000-000000000003"}}""";

    static readonly Guid Command = Guid.Parse("0198c3a2-0000-7000-8000-000000000002");
    static readonly Trail Told = new(Guid.Parse("0198c3a2-0000-7000-8000-000000000003"));
    static readonly Meta Anna = new(new("staff", "anna"), Command, null, null, null, Told);
    static readonly Meta Whole = new(new("staff", "anna", "north", "Latvia", "juris"), Command, Command, [new("sales.stage-table-1", 3)], new("contract", "delivery", "v2", "form-7"),
        Told with { TraceParent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01" });

    [Fact]
    public void The_stored_bytes_are_these() => Assert.Equal(Stable.TrimEnd() + Stored, Encoding.UTF8.GetString(Anna.ToBytes()));

    [Fact]
    public void What_was_stored_is_read_again()
    {
        var read = Meta.Parse(Whole.ToBytes());
        Assert.Equal(Whole with { PolicyRefs = null }, read with { PolicyRefs = null });
        Assert.Equal(Whole.PolicyRefs!, read.PolicyRefs!);
        Assert.Equal(Whole.ToBytes(), read.ToBytes());
    }

    [Fact]
    public void The_content_hash_is_this()
    {
        var hash = ContentHash.Of("sales.order-paid.1", """{"orderId":"0198c3a2-0000-7000-8000-000000000001"}"""u8, Anna.ToBytes());
        Assert.Equal("a118d59127c890f90e6d0e925e360483679785d509b0d5d371eff01595138e9f", Convert.ToHexStringLower(hash));
    }

    [Fact]
    public void The_hash_covers_all_but_the_trail()
    {
        var hash = Hash(Whole);
        Assert.Equal(hash, Hash(Whole with { Trail = new(Guid.NewGuid()) }));
        Assert.All(
            [
                Hash(Whole, name: "sales.order-paid.2"), Hash(Whole, data: "{\"a\":2}"), Hash(Whole with { Actor = Whole.Actor with { OnBehalfOf = null } }),
                Hash(Whole with { CommandId = Guid.Empty }), Hash(Whole with { CausationId = null }), Hash(Whole with { PolicyRefs = [new("sales.stage-table-1", 4)] }),
                Hash(Whole with { Basis = Whole.Basis! with { Purpose = "marketing" } }),
            ],
            other => Assert.NotEqual(hash, other));
    }

    [Fact]
    public void Name_and_data_do_not_run_into_each_other() => Assert.NotEqual(Hash(Anna, name: "ab", data: "c"), Hash(Anna, name: "a", data: "bc"));

    [Fact]
    public void A_trail_that_an_actor_pretends_to_have_is_hashed_with_him()
    {
        const string Pretence = "x\",\"trail\":{\"correlationId\":\"";
        var (one, other) = (Anna with { Actor = new("staff", Pretence) }, Anna with { Actor = new("staff", Pretence + "y") });
        Assert.NotEqual(Hash(one), Hash(other));
        Assert.Equal(one, Meta.Parse(one.ToBytes()));
    }

    static string Hash(Meta meta, string name = "sales.order-paid.1", string data = "{\"a\":1}") =>
        Convert.ToHexStringLower(ContentHash.Of(name, Encoding.UTF8.GetBytes(data), meta.ToBytes()));
}
