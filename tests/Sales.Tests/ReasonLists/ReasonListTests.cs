using CrmSuite.Contracts.Sales;
using CrmSuite.Sales.ReasonLists;
using CrmSuite.Testing;

namespace CrmSuite.Sales.Tests.ReasonLists;

public sealed class ReasonListTests : DeciderTests
{
    static readonly ReasonsPublished First = new(ReasonList.IdOf("lost"), "lost", 1, ["price", "timing"]);

    [Fact]
    public void Reasons_are_published_in_versions_and_the_same_again_adds_nothing()
    {
        Given<ReasonList>().When(l => l.Publish("lost", new(["price", "timing"]))).Then(First);
        Given<ReasonList>(First).When(l => l.Publish("lost", new(["price", "timing"]))).ThenNothing();
        Given<ReasonList>(First).When(l => l.Publish("lost", new(["price"]))).Then(First with { Version = 2, Reasons = ["price"] });
    }

    [Fact]
    public void Any_reason_may_be_given_until_a_list_is_published()
    {
        Assert.True(ReasonList.Initial.Has("weather"));
        Assert.True(Given<ReasonList>(First).State.Has("price"));
        Assert.False(Given<ReasonList>(First).State.Has("weather"));
    }

    [Fact]
    public void A_command_with_a_bad_value_says_which()
    {
        Assert.Equal("reasons.count", new PublishReasons([]).Invalid()?.Code);
        Assert.Equal("reasons.form", new PublishReasons(["He was angry"]).Invalid()?.Code);
        Assert.Equal("reasons.form", new PublishReasons(["price", "price"]).Invalid()?.Code);
    }
}
