namespace CrmSuite.Contracts.Tests;

public sealed class FormTests
{
    [Theory]
    [InlineData("shop", true)]
    [InlineData("2024-spring", true)]
    [InlineData("a", true)]
    [InlineData("", false)]
    [InlineData(null, false)]
    [InlineData("-shop", false)]
    [InlineData("Shop", false)]
    [InlineData("web shop", false)]
    [InlineData("ilze@example.org", false)]
    [InlineData("jūra", false)]
    [InlineData("shop\n", false)]
    [InlineData("shop\nb", false)]
    [InlineData("٣", false)]
    public void A_word_is_lower_case_letters_digits_and_hyphens(string? text, bool isWord) => Assert.Equal(isWord, Form.IsWord(text));

    [Fact]
    public void A_word_has_an_end()
    {
        Assert.True(Form.IsWord(new string('a', Form.WordMax)));
        Assert.False(Form.IsWord(new string('a', Form.WordMax + 1)));
    }

    [Theory]
    [InlineData("Two words, as said.", true)]
    [InlineData("x", true)]
    [InlineData("", false)]
    [InlineData(null, false)]
    [InlineData(" x", false)]
    [InlineData("x ", false)]
    [InlineData("x\u00a0", false)]
    [InlineData("a\nb", false)]
    [InlineData("a\tb", false)]
    [InlineData("a\u0000b", false)]
    [InlineData("a\u0085b", false)]
    [InlineData("a\u2028b", false)]
    public void A_line_is_one_line_without_blanks_at_its_ends(string? text, bool isLine) => Assert.Equal(isLine, Form.IsLine(text, 20));

    [Fact]
    public void A_line_has_an_end()
    {
        Assert.True(Form.IsLine("12345", 5));
        Assert.False(Form.IsLine("123456", 5));
    }

    [Theory]
    [InlineData("lv", true)]
    [InlineData("de-AT", true)]
    [InlineData("zh-Hant-TW", true)]
    [InlineData("sl-rozaj-biske", true)]
    [InlineData("", false)]
    [InlineData(null, false)]
    [InlineData("d", false)]
    [InlineData("de_AT", false)]
    [InlineData("de-", false)]
    [InlineData("german", false)]
    [InlineData("de-AT\n", false)]
    [InlineData("de-aaaaaaaaa", false)]
    public void A_language_is_a_tag(string? text, bool isLanguage) => Assert.Equal(isLanguage, Form.IsLanguage(text));

    [Theory]
    [InlineData("Europe/Riga", true)]
    [InlineData("Pacific/Apia", true)]
    [InlineData("UTC", true)]
    [InlineData("", false)]
    [InlineData(null, false)]
    [InlineData("Europe/Atlantis", false)]
    [InlineData("FLE Standard Time", false)]
    [InlineData("../Europe/Riga", false)]
    [InlineData("/etc/localtime", false)]
    [InlineData("+02:00", false)]
    public void A_time_zone_is_one_of_IANA(string? text, bool isZone) => Assert.Equal(isZone, Form.IsTimeZone(text));
}
