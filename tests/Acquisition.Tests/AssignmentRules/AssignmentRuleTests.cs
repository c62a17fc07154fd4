using CrmSuite.Acquisition.AssignmentRules;
using CrmSuite.Acquisition.Leads;
using CrmSuite.Contracts.Acquisition;
using CrmSuite.Testing;
using static CrmSuite.Acquisition.Tests.Leads.TheLead;

namespace CrmSuite.Acquisition.Tests.AssignmentRules;

public sealed class AssignmentRuleTests : DeciderTests
{
    static readonly PublishAssignment Command = new(240, [new("south", new(LeadField.Country, ["IT"])), new("north")], [new(FitKind.Language, 30)]);
    static readonly AssignmentPublished Published = new(AssignmentRule.IdOf("standard"), "standard", 1, 240, Command.Routes, Command.Wanted());
    static readonly Lead Austrian = Lead.Evolve(Lead.Initial, Captured);

    [Fact]
    public void A_rule_is_published_in_versions()
    {
        Given<AssignmentRule>().When(rule => rule.Publish("standard", Command)).Then(Published);
        Given<AssignmentRule>(Published).When(rule => rule.Publish("standard", Command with { HandOverMinutes = 60 })).Then(Published with { Version = 2, HandOverMinutes = 60 });
        Given<AssignmentRule>(Published).When(rule => rule.Publish("standard", Command)).ThenNothing();
        Given<AssignmentRule>(Published with { Version = 1_000 }).When(rule => rule.Publish("standard", Command with { Fit = [] })).ThenRefused("assignment.versions");
    }

    [Fact]
    public void The_first_route_that_fits_names_the_team()
    {
        Assert.Equal(("north", "south"), (Rule.TeamOf(Austrian), Rule.TeamOf(Austrian with { Country = "it" })));
        Assert.Null((Rule with { Routes = Rule.Routes.RemoveAt(1) }).TeamOf(Austrian));
    }

    [Fact]
    public void Fit_counts_the_language_and_the_region_and_a_required_one_keeps_out()
    {
        var roster = With(new RosterMemberSet(RosterId, "north", "u-1", ["DE"], ["at"], 1), new RosterMemberSet(RosterId, "north", "u-2", ["en", "de-DE"], ["AT"], 1));
        Assert.Equal([(40, true), (10, true)], Rule.Candidates(roster, Austrian).Select(candidate => (candidate.Fit, candidate.IsSuitable)));
        var strict = Rule with { Fit = [new(FitKind.Language, 30, IsRequired: true)] };
        Assert.Equal([true, false], strict.Candidates(roster, Austrian).Select(candidate => candidate.IsSuitable));
    }

    [Theory]
    [InlineData("u-fit", "fits best"), InlineData("u-free", "has least"), InlineData("u-long", "waits longest"), InlineData("u-a", "is first by id")]
    public void Of_those_who_are_idle_he_gets_it_who(string expected, string why)
    {
        var usual = new AssignmentCandidate("u-b", 3, 5, Presence.Ready, 10, true, Now);
        AssignmentCandidate[] nobody = [usual with { Id = "u-0", Presence = Presence.Away, Fit = 99 }, usual with { Id = "u-1", Presence = Presence.Busy, Fit = 99 },
            usual with { Id = "u-2", Load = 5, Fit = 99 }, usual with { Id = "u-3", IsSuitable = false, Fit = 99 }];
        var chosen = why switch
        {
            "fits best" => usual with { Id = expected, Fit = 11, Load = 4 },
            "has least" => usual with { Id = expected, Load = 2, IdleSince = Now.AddHours(1) },
            "waits longest" => usual with { Id = expected, IdleSince = Now.AddHours(-1) },
            _ => usual with { Id = expected },
        };
        Assert.Equal(expected, AssignmentRule.Choose([.. nobody, usual, chosen]));
        Assert.Null(AssignmentRule.Choose(nobody));
    }

    [Fact]
    public void A_rule_has_its_form()
    {
        Assert.Null(Command.Invalid());
        Assert.Equal("assignment.hand-over", (Command with { HandOverMinutes = 0 }).Invalid()?.Code);
        Assert.Equal("assignment.routes", (Command with { Routes = [] }).Invalid()?.Code);
        Assert.Equal("assignment.team", (Command with { Routes = [new("")] }).Invalid()?.Code);
        Assert.Equal("assignment.fit", (Command with { Fit = [new(FitKind.Region, 1), new(FitKind.Region, 2)] }).Invalid()?.Code);
        Assert.Equal("condition.form", (Command with { Routes = [new("north", new(LeadField.Country, [""]))] }).Invalid()?.Code);
    }
}
