using CrmSuite.Analytics.Models;

namespace CrmSuite.Analytics.Tests.Models;

public sealed class RecencyScoreTests
{
    static readonly RecencyScore Score = RecencyScore.Learn(
        [.. Enumerable.Range(0, 100).Select(days => new Case(new(0, 0, 0), days, 0, 0, days < 50 ? 10 : null))], horizonDays: 30);

    [Fact]
    public void Each_tenth_tells_its_own_share()
    {
        Assert.Equal(10, Score.Bins.Count);
        Assert.All(Score.Bins, bin => Assert.Equal(10, bin.Customers));
        Assert.Equal((0.0, 1.0), (Score.NoPurchase(49), Score.NoPurchase(50)));
    }

    [Fact]
    public void Beyond_the_bins_the_nearest_one_answers() => Assert.Equal(1, Score.NoPurchase(4_000));
}
