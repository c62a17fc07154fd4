using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using CrmSuite.Contracts.Sales;
using CrmSuite.Sales.Agreements;
using CrmSuite.Sales.Quotes;

namespace CrmSuite.Sales.Tests.Agreements;

public sealed class ContractDocumentTests
{
    static readonly ContractDocument Document = new(Guid.Parse("8e7d6c5b-4a39-5b28-9c17-0d1e2f3a4b5c"), 2,
        new(new(1_234_567, "EUR"), "en", "Europe/Vienna", new(2026, 4, 1), new(2027, 3, 31), 90, ["seller", "buyer"],
            [new("subject"), new("early-end", LockInKind.Penalty)]),
        "Tea & Co", new Dictionary<string, string?> { ["subject"] = "Tea for all", ["early-end"] = "Leaving costs <a month>" }.ToImmutableSortedDictionary());

    [Fact]
    public void It_stands_on_its_own_escaped_with_what_binds_marked_and_a_line_for_each_party()
    {
        var html = Encoding.UTF8.GetString(Document.Bytes());
        Assert.StartsWith("<!DOCTYPE html>\n<html lang=\"en\">", html, StringComparison.Ordinal);
        Assert.DoesNotMatch("src=|href=|<script|<a month>", html);
        Assert.Contains("Tea &amp; Co", html, StringComparison.Ordinal);
        Assert.Contains("Leaving costs &lt;a month&gt;", html, StringComparison.Ordinal);
        Assert.Contains("Value, net of tax: 12,345.67 EUR\nTerm: 1 April 2026 – 31 March 2027 (Europe/Vienna)\nNotice before the end: 90 days", html, StringComparison.Ordinal);
        Assert.Contains("<section class=\"lock-in\">\n<h2>2. early-end (binds you to us: penalty)</h2>", html, StringComparison.Ordinal);
        Assert.Equal(2, html.Split("class=\"sign\"").Length - 1);
    }

    [Fact]
    public void Its_hash_is_that_of_its_bytes_and_of_nothing_else()
    {
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(Document.Bytes())), Document.Hash());
        Assert.Equal(Document.Hash(), (Document with { Version = 2 }).Hash());
        Assert.NotEqual(Document.Hash(), (Document with { Version = 3 }).Hash());
        Assert.NotEqual(Document.Hash(), (Document with { Recipient = null }).Hash());
        Assert.NotEqual(Document.Hash(), (Document with { Words = Document.Words.SetItem("subject", "Tea for some") }).Hash());
    }

    [Fact]
    public void It_is_printed_in_every_language_that_quotes_are_in() => Assert.All(QuoteWords.Languages, language =>
        Assert.Contains($"lang=\"{language}\"", Encoding.UTF8.GetString((Document with { Terms = Document.Terms with { Language = language } }).Bytes()), StringComparison.Ordinal));

    /// <summary>Layout 1 as it was printed when it was new: what was signed by this hash must print so for ever.</summary>
    [Fact]
    public void Layout_1_never_changes() => Assert.StartsWith("de876d34e23f00abdb3ccfc6518a112043e5d2eb5874507c23", Document.Hash(), StringComparison.Ordinal);
}
