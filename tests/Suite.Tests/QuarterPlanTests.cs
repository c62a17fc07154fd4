using System.Globalization;
using CrmSuite.Demo;

namespace CrmSuite.Suite.Tests;

/// <summary>What is known of a quarter before it is told.</summary>
public sealed class QuarterPlanTests
{
    [Fact]
    public void One_seed_plans_one_quarter_and_another_seed_another()
    {
        static string Totals(int seed) => string.Join(", ", Quarter.Plans(seed, 100).GroupBy(plan => (plan.Fate, plan.Currency)).OrderBy(group => group.Key.ToString(), StringComparer.Ordinal)
            .Select(group => string.Create(CultureInfo.InvariantCulture, $"{group.Key.Fate} {group.Key.Currency} {group.Count()} {group.Sum(plan => plan.Worth)}")));

        Assert.Equal((1_000, 5_000), (Quarter.Plans(1, 100).Count, Quarter.Leads(1, 100).Count));
        Assert.Equal(Totals(1), Totals(1));
        Assert.NotEqual(Totals(1), Totals(2));
    }

    [Fact]
    public void A_tenth_of_it_has_something_of_everything()
    {
        var (deals, leads) = (Quarter.Plans(1, QuarterSuite.Percent), Quarter.Leads(1, QuarterSuite.Percent));
        Assert.Equal(Enum.GetValues<Act>(), deals.SelectMany(plan => plan.Life).Select(happening => happening.Act).Distinct().Order());
        Assert.Equal(Enum.GetValues<Fate>(), deals.Select(plan => plan.Fate).Distinct().Order());
        Assert.Equal(Enum.GetValues<LeadFate>(), leads.Select(plan => plan.Fate).Distinct().Order());
        Assert.Equal(["EUR", "GBP", "USD"], deals.Select(plan => plan.Currency).Distinct().Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Nothing_happens_before_the_deal_is_opened_or_after_the_quarter() => Assert.All(Quarter.Plans(1, 100), plan =>
    {
        Assert.Equal(Act.Open, plan.Life[0].Act);
        Assert.All(plan.Life, happening => Assert.InRange(happening.Day, plan.Life[0].Day, DealPlan.Days - 1));
    });
}
