using CrmSuite.Analytics.Models;
using CrmSuite.Contracts.Analytics;
using CrmSuite.Journal;
using CrmSuite.Testing;

namespace CrmSuite.Analytics.Tests.Models;

public sealed class ModelTests : DeciderTests
{
    static readonly Guid Churn = Model.IdOf(Model.Churn);
    static readonly ModelThresholdPublished First = new(Churn, 1, 0.8m);

    [Fact]
    public void A_threshold_is_published_in_versions() =>
        Given<Model>(First).When(model => model.Publish(Model.Churn, new(0.75m))).Then(new ModelThresholdPublished(Churn, 2, 0.75m));

    [Fact]
    public void The_same_threshold_again_adds_nothing() =>
        Given<Model>(First).When(model => model.Publish(Model.Churn, new(0.8m))).ThenNothing();

    [Fact]
    public void A_new_card_leaves_the_threshold_in_force()
    {
        var card = (ModelTrained)EventReading.Read("analytics.model-trained.1", Samples.Bytes("analytics.model-trained.1"));
        Assert.Equal(0.8m, Given<Model>(First, card).State.Threshold?.Threshold);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("1")]
    [InlineData("-0.5")]
    [InlineData("0.80001")]
    public void What_is_no_probability_is_refused(string threshold) =>
        Assert.Equal("model.threshold", new PublishThreshold(decimal.Parse(threshold, System.Globalization.CultureInfo.InvariantCulture)).Invalid()?.Code);
}
