using CrmSuite.Contracts;
using CrmSuite.Sales.Quotes;
using static CrmSuite.Sales.Tests.Quotes.Offers;

namespace CrmSuite.Sales.Tests.Quotes;

public sealed class QuoteDocumentTests
{
    static readonly QuoteDocument Lettish = new("Q-1", 2, Terms, "Ann & Söhne\n<Rīga>", "Paldies");

    /// <summary>The hashes of layout 1, as they stand in events. Whoever meets this test with another one adds a layout; these bytes never change.</summary>
    [Theory]
    [InlineData("en", "9cb13f5ebc60df26d7647be7d93be9c847c6d417270180be975cd02731eba409")]
    [InlineData("lv", "88bd973b03c5bba9d39a8cd98226271063ca862cd163d319eb418d272ad1efc5")]
    [InlineData("ru", "edeee7bbcb2b2bda5e3bf3cb7d6b36d6a5b27d2d5b3ba5ada2358f2c62eaef25")]
    [InlineData("zh", "1e846fdb979038132bc1e5038f00ab0d29c10baba90c4197e111dac14bfc63b5")]
    public void The_same_version_gives_the_same_bytes_for_ever(string language, string hash)
    {
        var found = (Lettish with { Terms = Terms with { Language = language } }).Hash();
        Assert.True(hash == found, found);
    }

    [Fact]
    public void It_is_printed_in_the_customers_language_with_its_numbers_and_days()
    {
        var html = Html(Lettish);
        Assert.Contains("<html lang=\"lv\">", html, StringComparison.Ordinal);
        Assert.Contains("Derīgs līdz: 31.03.2026. (Europe/Riga)", html, StringComparison.Ordinal);
        Assert.Contains("<td>Zaļā tēja</td><td>2,5 kg</td><td>12,00 EUR</td><td>5 %</td><td>28,50 EUR</td>", html, StringComparison.Ordinal);
        Assert.Contains("<td>200 piece</td><td>30,00 EUR / 100</td><td></td><td>60,00 EUR</td>", html, StringComparison.Ordinal);
        Assert.Contains("-0,50 EUR", html, StringComparison.Ordinal);
        Assert.Contains("Nodoklis standard 21 % no 28,34 EUR</td><td>5,95 EUR", html, StringComparison.Ordinal);
        Assert.Contains("Apmaksai kopā</td><td>96,93 EUR", html, StringComparison.Ordinal);
        Assert.Contains("有效期至: 2026年3月31日", Html(Lettish with { Terms = Terms with { Language = "zh" } }), StringComparison.Ordinal);
        Assert.Contains("Valid until: 31 March 2026", Html(Lettish with { Terms = Terms with { Language = "en" } }), StringComparison.Ordinal);
    }

    [Fact]
    public void Whatever_a_person_writes_stays_text() =>
        Assert.Contains("<address>Ann &amp; Söhne\n&lt;Rīga&gt;</address>", Html(Lettish), StringComparison.Ordinal);

    [Fact]
    public void Whatever_is_printed_is_hashed()
    {
        QuoteDocument[] others = [Lettish with { Number = "Q-2" }, Lettish with { Version = 3 }, Lettish with { Recipient = null }, Lettish with { Note = "" },
            Lettish with { Terms = Terms with { Gross = Euro(96_94) } }, Lettish with { Terms = Terms with { ValidUntil = March.AddDays(1) } }];
        Assert.Equal(others.Length + 1, others.Append(Lettish).Select(document => document.Hash()).Distinct().Count());
    }

    [Theory]
    [InlineData("en", "JPY", "1,234,567 JPY")]
    [InlineData("en", "KWD", "1,234.567 KWD")]
    [InlineData("ru", "EUR", "12\u00a0345,67 EUR")]
    [InlineData("zh", "EUR", "12,345.67 EUR")]
    public void An_amount_has_the_decimals_of_its_currency_and_the_signs_of_its_language(string language, string currency, string text) =>
        Assert.Equal(text, QuoteWords.In(language).Text(new(1_234_567, currency)));

    [Fact]
    public void Small_amounts_keep_their_zeros_and_quantities_lose_theirs()
    {
        var words = QuoteWords.In("en");
        Assert.Equal(("0.05 EUR", "0.005", "1,000", "12.5 %"), (words.Text(Euro(5)), words.Thousandths(5), words.Thousandths(1_000_000), words.Percent(1_250)));
    }

    static string Html(QuoteDocument document) => System.Text.Encoding.UTF8.GetString(document.Bytes());
}
