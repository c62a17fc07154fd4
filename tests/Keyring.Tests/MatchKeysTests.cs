using CrmSuite.Contracts.Acquisition;
using CrmSuite.Keyring;

namespace CrmSuite.Keyring.Tests;

public sealed class MatchKeysTests
{
    static readonly MatchKeys Keys = new(new(Convert.ToBase64String(new byte[32])));
    static readonly MatchKeys Others = new(new(Convert.ToBase64String([.. Enumerable.Repeat((byte)1, 32)])));

    [Theory]
    [InlineData("Ann.Lee@Example.org", "ann.lee@example.org")]
    [InlineData("ann+shop@example.org", "ann@example.org")]
    [InlineData("A.nn.Lee@googlemail.com", "annlee@gmail.com")]
    [InlineData("ann.example.org", null)]
    [InlineData("+shop@example.org", null)]
    [InlineData(null, null)]
    public void An_address_is_the_same_in_any_case_and_with_any_tag(string? text, string? folded) => Assert.Equal(folded, Folded.Email(text));

    [Theory]
    [InlineData("+43 316 12 34 56", null, "+43316123456")]
    [InlineData("0043 (316) 123456", null, "+43316123456")]
    [InlineData("+43 (0) 316 123456", null, "+43316123456")]
    [InlineData("0316/123456", "Austria", "+43316123456")]
    [InlineData("0316 123456", "AT", "+43316123456")]
    [InlineData("06 1234 5678", "Italy", "+390612345678")]
    [InlineData("0316 123456", null, null)]
    [InlineData("0316 123456", "Atlantis", null)]
    [InlineData("+43 1", null, null)]
    public void A_number_is_read_as_E164_or_not_at_all(string text, string? country, string? folded) => Assert.Equal(folded, Folded.Phone(text, country));

    [Theory]
    [InlineData("Ann Lee", "ann lee")]
    [InlineData("LEE, Ann", "ann lee")]
    [InlineData("Jürgen Weiß", "jurgen weiss")]
    [InlineData("Seán O'Neill", "oneill sean")]
    [InlineData("Анна Озола", "анна озола")]
    [InlineData(" - ", null)]
    public void A_name_is_the_same_in_any_order_and_without_marks(string text, string? folded) => Assert.Equal(folded, Folded.Name(text));

    [Theory]
    [InlineData("Teehaus Müller GmbH & Co. KG", "teehaus muller")]
    [InlineData("teehaus müller", "teehaus muller")]
    [InlineData("Ražots S.I.A.", "razots")]
    [InlineData("SIA", "sia")]
    public void An_organisation_is_the_same_without_its_legal_form(string text, string folded) => Assert.Equal(folded, Folded.Organisation(text));

    [Fact]
    public void Two_ways_of_writing_one_person_have_the_same_keys()
    {
        var one = Keys.Of(CustomerKind.Person, "Ann Lee", "1984-02-29", "Austria", ["Ann@example.org"], ["0316 123456"]);
        var other = Keys.Of(CustomerKind.Person, "LEE Ann", "1984-02-29", null, ["ann@example.org", "ANN@example.org"], ["+43 316 123456"]);

        Assert.Equal([MatchKind.Email, MatchKind.Phone, MatchKind.NameBirthDate], one.Select(key => key.Kind));
        Assert.Equal(one, other);
    }

    [Fact]
    public void Father_and_son_of_one_name_have_no_key_in_common() => Assert.Empty(
        Keys.Of(CustomerKind.Person, "Max Berg", "1950-01-01", null, [], []).Intersect(Keys.Of(CustomerKind.Person, "Max Berg", "1980-01-01", null, [], [])));

    [Fact]
    public void A_name_alone_gives_no_key() => Assert.Empty(Keys.Of(CustomerKind.Person, "Max Berg", null, "Austria", [], []));

    [Fact]
    public void An_organisation_is_found_by_name_and_country()
    {
        var key = Assert.Single(Keys.Of(CustomerKind.Organisation, "Teehaus GmbH", null, "Austria", [], []));

        Assert.Equal(key, Assert.Single(Keys.Of(CustomerKind.Organisation, "Teehaus", null, "AT", [], [])));
        Assert.NotEqual(key, Assert.Single(Keys.Of(CustomerKind.Organisation, "Teehaus", null, "Germany", [], [])));
    }

    [Fact]
    public void A_key_tells_nothing_without_the_master_key() =>
        Assert.NotEqual(Keys.Of(CustomerKind.Person, null, null, null, ["ann@example.org"], []), Others.Of(CustomerKind.Person, null, null, null, ["ann@example.org"], []));

    [Fact]
    public void The_same_text_of_two_kinds_gives_two_keys() => Assert.Equal(2, Keys.Of(CustomerKind.Person, null, null, null, ["4331612345@a"], ["+4331612345"]).Distinct().Count());
}
