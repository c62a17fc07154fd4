using CrmSuite.Acquisition.AssignmentRules;
using CrmSuite.Acquisition.Leads;
using CrmSuite.Acquisition.Rosters;
using CrmSuite.Contracts.Acquisition;
using static CrmSuite.Acquisition.Tests.Leads.TheLead;

namespace CrmSuite.Acquisition.Tests.Leads;

public sealed class BreaksTests
{
    static readonly Lead Hot = Lead.Evolve(Lead.Evolve(Lead.Initial, Captured), Scored);
    static readonly Lead Cold = Lead.Evolve(Lead.Initial, Captured with { LeadId = Customer, Channel = "phone", Country = "IT" });
    static readonly Dictionary<string, Roster> Rosters = new() { ["north"] = North, ["south"] = With(), ["west"] = North };

    [Fact]
    public void A_score_table_tells_which_leads_sales_could_get_no_longer_and_which_it_could_get_now() => Assert.Equal(
        ["score-above 20 1", "score-below 20 1"],
        Told(Breaks.OfScores(Scores, new(20, [new("called", 20, new(LeadField.Channel, ["phone"]))]), [Hot, Cold])));

    [Fact]
    public void A_table_that_leaves_leads_where_they_are_breaks_nothing()
    {
        Assert.Empty(Breaks.OfScores(Scores, new(60, Scores.Factors), [Hot, Cold]));
        Assert.Empty(Breaks.OfScores(Scores, new(10_000, Scores.Factors), [Lead.Evolve(Hot, Qualified)]));
    }

    [Fact]
    public void A_rule_tells_who_goes_nowhere_or_elsewhere_and_which_team_is_empty()
    {
        Assert.Equal(["route-lost north 1", "route-other west instead of south 1"],
            Told(Breaks.OfAssignment(Rule, new(60, [new("west", new(LeadField.Country, ["IT"]))]), [Hot, Cold], Rosters)));
        Assert.Equal(["route-other south instead of north 1", "team-empty south 2"],
            Told(Breaks.OfAssignment(Rule, new(60, [new("south")]), [Hot, Cold], Rosters)));
        Assert.Equal(["team-empty south 0"],
            Told(Breaks.OfAssignment(Rule, new(60, [new("south", new(LeadField.Country, ["NZ"])), new("north")]), [Hot], Rosters)));
    }

    [Fact]
    public void A_rule_tells_whom_nobody_of_the_team_suits_any_longer()
    {
        PublishAssignment wanted = new(60, [new("north")], [new(FitKind.Region, 10, IsRequired: true)]);
        Assert.Equal(["nobody-suits north 1"], Told(Breaks.OfAssignment(Rule, wanted, [Hot], Rosters)));
        var published = AssignmentRule.Evolve(Rule, new AssignmentPublished(Rule.AssignmentId, "standard", 4, 60, wanted.Routes, wanted.Wanted()));
        Assert.Empty(Breaks.OfAssignment(published, wanted, [Hot], Rosters));
        Assert.Empty(Breaks.OfAssignment(Rule, wanted with { Fit = [new(FitKind.Language, 10, IsRequired: true)] }, [Hot], Rosters));
    }

    static IEnumerable<string> Told(IEnumerable<Break> breaks) => breaks.Select(one => $"{one.What} {one.Name} {one.Leads}");
}
