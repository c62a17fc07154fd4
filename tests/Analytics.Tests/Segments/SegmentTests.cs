using CrmSuite.Analytics.Segments;
using CrmSuite.Contracts.Analytics;
using CrmSuite.Testing;

namespace CrmSuite.Analytics.Tests.Segments;

public sealed class SegmentTests : DeciderTests
{
    static readonly Rule Rule = RuleText.Parse("orders >= 1");
    static readonly SegmentPublished Published = new(Segment.IdOf("buyers"), "buyers", 1, "orders >= 1", Rule.ToJson(), Rule.Hash());

    [Fact]
    public void The_same_rule_again_adds_nothing() => Given<Segment>(Published).When(segment => segment.Publish("buyers", RuleText.Parse("(orders >= 1)"))).ThenNothing();

    [Fact]
    public void A_segment_that_never_was_cannot_be_retired() => Given<Segment>().When(segment => segment.Retire("buyers", new("unused"))).ThenRefused("segment.unknown");

    [Fact]
    public void A_segment_is_retired_once() =>
        Given<Segment>(Published, new SegmentRetired(Segment.IdOf("buyers"), "unused")).When(segment => segment.Retire("buyers", new("unused"))).ThenNothing();

    [Fact]
    public void Text_and_expression_together_are_refused() => Assert.Equal("segment.rule", new PublishSegment("orders >= 1", Rule.ToJson()).Invalid()!.Code);

    [Fact]
    public void An_expression_of_an_unknown_kind_is_refused() =>
        Assert.Equal("segment.expression", new PublishSegment(null, System.Text.Json.JsonSerializer.SerializeToElement(new { kind = "maybe" })).Invalid()!.Code);
}
