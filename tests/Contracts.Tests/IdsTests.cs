namespace CrmSuite.Contracts.Tests;

/// <summary>The expected ids were computed apart from this code, with Python: <c>uuid.uuid5(namespace, parts)</c>, each part in NFC, UTF-8, behind its length as four bytes.</summary>
public sealed class IdsTests
{
    [Theory]
    [InlineData("ca73c51d-9555-5d39-b519-e59b713b6670", "order")]
    [InlineData("ff7a78b9-e47a-59d0-ab43-da5c261bf90e", "order", "shop", "10001")]
    [InlineData("67c190fc-c06c-5f9c-8363-123ab2e7fc4b", "member", "default", "0198c3a2-0000-7000-8000-000000000001")]
    [InlineData("e1a5152d-0cf2-5852-a70f-152ee27fa530", "emoji", "\U0001F600")]
    public void A_derived_id_is_the_uuid_of_its_parts(string id, string kind, params string[] parts) => Assert.Equal(Guid.Parse(id), Ids.Derive(kind, parts));

    [Fact]
    public void Parts_do_not_run_into_each_other()
    {
        Assert.Equal(Guid.Parse("10c51551-a296-50d9-b90e-1a0c0c02e1a2"), Ids.Derive("order", "shop1", "0001"));
        Assert.Equal(Guid.Parse("2aa373a8-fb93-589d-9807-0dded0709887"), Ids.Derive("order", "shop"));
        Assert.Equal(Guid.Parse("91fc3783-9e4e-5801-bb16-f1304ad389cd"), Ids.Derive("order", "shop", ""));
    }

    [Theory]
    [InlineData("J\u016brmala")]
    [InlineData("Ju\u0304rmala")]
    public void A_letter_is_the_same_however_it_was_typed(string town) => Assert.Equal(Guid.Parse("f007bf67-7ac2-56c7-8694-4df033baf01c"), Ids.Derive("town", town));

    [Fact]
    public void An_id_as_a_part_is_its_lower_case_text()
    {
        var member = Guid.Parse("0198C3A2-0000-7000-8000-00000000ABCD");
        Assert.Equal(Ids.Derive("link", "0198c3a2-0000-7000-8000-00000000abcd", "0198c3a2-0000-7000-8000-00000000abcd"), Ids.Derive("link", [member, member]));
    }

    [Fact]
    public void A_hash_becomes_a_uuid_of_the_version_that_is_asked_for()
    {
        Assert.Equal(Guid.Parse("00010203-0405-7607-8809-0a0b0c0d0e0f"), Ids.Form([.. Enumerable.Range(0, 32).Select(i => (byte)i)], version: 7));
        Assert.Equal(Guid.Parse("ffffffff-ffff-5fff-bfff-ffffffffffff"), Ids.Form([.. Enumerable.Repeat((byte)0xff, 20)], version: 5));
        Assert.Equal(Guid.Parse("00000000-0000-8000-8000-000000000000"), Ids.Form(new byte[16], version: 8));
    }
}
