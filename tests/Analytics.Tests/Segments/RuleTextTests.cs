using System.Text.Json;
using CrmSuite.Analytics.Segments;
using CrmSuite.Contracts;

namespace CrmSuite.Analytics.Tests.Segments;

public sealed class RuleTextTests
{
    [Theory]
    [InlineData("orders in last 90 days >= 4")]
    [InlineData("country = \"France\" and (orders >= 1 or revenue in last 365 days >= 1000.00 GBP) and not interests contains \"music\"")]
    [InlineData("country not in (\"France\", \"Côte d'Ivoire\") or city missing")]
    [InlineData("age between 18 and 25 and not (orders = 0 or credits > 2)")]
    [InlineData("not not first-order in last 30 days = 1")]
    public void Canonical_text_is_its_own_reading(string text) => Assert.Equal(text, RuleText.Write(RuleText.Parse(text)));

    [Fact]
    public void Spaces_line_breaks_and_needless_brackets_do_not_matter() =>
        Assert.Equal(
            RuleText.Parse("orders >= 1 and credits = 0 and country exists").Hash(),
            RuleText.Parse("(orders>=1\n  and (credits = 0))\tand ((country exists))").Hash());

    [Fact]
    public void One_day_is_a_window_too() => Assert.Equal("orders in last 1 days = 0", RuleText.Write(RuleText.Parse("orders in last 1 day = 0")));

    [Theory]
    [InlineData("", 1, 1, "expected 'not', '(' or one of")]
    [InlineData("orders in last 90 days", 1, 23, "expected '=', '!='")]
    [InlineData("orders >= 4\nand contry = \"x\"", 2, 5, "found 'contry'")]
    [InlineData("orders in last 0 days >= 4", 1, 16, "expected 1 to 36500 days")]
    [InlineData("revenue >= 10", 1, 14, "expected a currency")]
    [InlineData("country = France", 1, 11, "expected a text in quotes")]
    [InlineData("(orders >= 1", 1, 13, "expected ')'")]
    [InlineData("orders >= 1 orders >= 2", 1, 13, "expected 'and', 'or' or the end")]
    [InlineData("country = \"France", 1, 11, "without its closing quote")]
    [InlineData("orders >= 1.5", 1, 1, "has not the right form")]
    [InlineData("age between 25 and 18", 1, 1, "from the smaller to the greater")]
    [InlineData("orders ; drop", 1, 8, "found ';'")]
    public void What_cannot_be_read_says_where_and_what_was_expected(string text, int line, int column, string says)
    {
        var wrong = Assert.Throws<RuleTextException>(() => RuleText.Parse(text));
        Assert.Contains(says, wrong.Message, StringComparison.Ordinal);
        Assert.Equal((line, column), (wrong.Line, wrong.Column));
    }

    [Fact]
    public void Nesting_has_a_limit() => Assert.Throws<RuleTextException>(() => RuleText.Parse(new string('(', 5_000) + "orders = 0" + new string(')', 5_000)));

    [Fact]
    public void Text_and_tree_round_trip_for_random_rules()
    {
        for (var seed = 0; seed < 2_000; seed++)
        {
            var rule = new RandomRules(seed).Rule();
            Assert.Null(rule.Invalid());
            var text = RuleText.Write(rule);
            Assert.Equal(rule.Hash(), RuleText.Parse(text).Hash());
            Assert.Equal(text, RuleText.Write(RuleText.Parse(text)));
            Assert.Equal(rule.Hash(), Rule.Parse(JsonSerializer.Deserialize<JsonElement>(JsonSerializer.Serialize(rule.ToJson(), Json.Stored))).Hash());
        }
    }
}
