using CrmSuite.Analytics.Models;

namespace CrmSuite.Analytics.Tests.Models;

public sealed class MeasuresTests
{
    [Fact]
    public void A_perfect_rank_has_area_one_and_its_reverse_none()
    {
        Assert.Equal(1, Measures.Auc([1, 2, 3, 4], [false, false, true, true]));
        Assert.Equal(0, Measures.Auc([4, 3, 2, 1], [false, false, true, true]));
    }

    [Fact]
    public void Ties_count_half() => Assert.Equal(0.5, Measures.Auc([7, 7, 7], [true, false, true]));

    [Fact]
    public void A_score_that_is_no_number_ranks_lowest_and_ends_nothing() => Assert.Equal(1, Measures.Auc([double.NaN, 2, double.NaN], [false, true, false]));

    [Fact]
    public void With_one_outcome_only_there_is_no_area() => Assert.Null(Measures.Auc([1, 2], [true, true]));

    [Fact]
    public void A_forecast_is_measured_by_hand()
    {
        var found = Measures.OfForecast("mine", [1, 2, 0], [1, 0, 2]);
        Assert.Equal((3.0, 0.0, 4 / 3.0), (found.Total, found.Bias, found.Mae));
        Assert.Equal(Math.Sqrt(8 / 3.0), found.Rmse, 12);
        Assert.Equal(2 * Math.Log(3) * Math.Log(3) / 3, found.Msle, 12);
        Assert.Equal(-1, found.Correlation!.Value, 12);
    }

    [Fact]
    public void Zero_for_everybody_has_no_correlation() => Assert.Null(Measures.OfForecast("zero", [0, 0], [1, 2]).Correlation);

    [Fact]
    public void The_base_rate_has_no_skill()
    {
        var found = Measures.OfProbability("base", 90, [0.25, 0.25, 0.25, 0.25], [true, false, false, false]);
        Assert.Equal((0.25, 0.1875, 0.0), (found.BaseRate, found.Brier, found.BrierSkill));
    }
}
