using CrmSuite.Acquisition.MatchRules;
using CrmSuite.Contracts.Acquisition;
using CrmSuite.Testing;

namespace CrmSuite.Acquisition.Tests.MatchRules;

public sealed class MatchRuleTests : DeciderTests
{
    static readonly PublishMatchRule Command = new([new(MatchKind.Email, 60), new(MatchKind.NameBirthDate, 80)], 60);
    static readonly MatchingPublished First = new(1, Command.Weights, 60);

    [Fact]
    public void A_rule_is_published_in_versions() => Given<MatchRule>(First).When(rule => rule.Publish(Command with { ProposeAt = 70 })).Then(new MatchingPublished(2, Command.Weights, 70));

    [Fact]
    public void The_first_version_is_one_and_the_same_rule_again_adds_nothing() => Given<MatchRule>().When(rule => rule.Publish(Command)).Then(First);

    [Fact]
    public void What_two_have_in_common_is_added_up_to_a_hundred()
    {
        var rule = Given<MatchRule>(First).State;

        Assert.Equal((0, 60, 60, 100), (rule.Score([]), rule.Score([MatchKind.Email]), rule.Score([MatchKind.Email, MatchKind.Email, MatchKind.Phone]),
            rule.Score([MatchKind.Email, MatchKind.NameBirthDate])));
    }

    [Theory]
    [InlineData(0, 60, "matching.score")]
    [InlineData(101, 60, "matching.score")]
    [InlineData(60, 0, "matching.propose-at")]
    [InlineData(60, 101, "matching.propose-at")]
    public void A_score_is_out_of_a_hundred(int score, int proposeAt, string code) =>
        Assert.Equal(code, new PublishMatchRule([new(MatchKind.Email, score)], proposeAt).Invalid()?.Code);

    [Fact]
    public void Each_kind_is_weighed_once()
    {
        Assert.Equal("matching.weights", new PublishMatchRule([new(MatchKind.Email, 1), new(MatchKind.Email, 2)], 1).Invalid()?.Code);
        Assert.Equal("matching.weights", new PublishMatchRule([], 1).Invalid()?.Code);
        Assert.Null(Command.Invalid());
    }
}
