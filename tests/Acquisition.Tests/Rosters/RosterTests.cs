using CrmSuite.Acquisition.Leads;
using CrmSuite.Acquisition.Rosters;
using CrmSuite.Contracts;
using CrmSuite.Contracts.Acquisition;
using CrmSuite.Departments;
using CrmSuite.Testing;
using static CrmSuite.Acquisition.Tests.Leads.TheLead;

namespace CrmSuite.Acquisition.Tests.Rosters;

public sealed class RosterTests : DeciderTests
{
    static readonly RosterMemberSet Set = new(RosterId, "north", "u-ann", ["de"], ["AT"], 1);
    static readonly RosterPresenceChanged Came = new(RosterId, "north", "u-ann", Presence.Away, Presence.Ready, Now);
    static readonly RosterLeadTaken Taken = new(RosterId, "north", "u-ann", Id, Now);
    static readonly SetMember Command = new(["de"], ["AT"], 1);

    [Fact]
    public void A_member_is_set_and_away_until_he_says_that_he_is_there()
    {
        var state = Given<Roster>().When(roster => roster.Set("north", "u-ann", Command, Max)).Then(Set).State;
        Assert.Equal(Presence.Away, state.Members["u-ann"].Presence);
    }

    [Fact]
    public void What_he_can_do_changes_as_a_whole_and_he_keeps_his_leads()
    {
        var changed = Set with { Capacity = 5, Regions = [] };
        var state = Given<Roster>(Set, Came, Taken).When(roster => roster.Set("north", "u-ann", new(["de"], [], 5), Max)).Then(changed).State;
        Assert.Equal((Presence.Ready, 1), (state.Members["u-ann"].Presence, state.Members["u-ann"].Leads.Count));
    }

    [Fact]
    public void Setting_the_same_adds_nothing() => Given<Roster>(Set).When(roster => roster.Set("north", "u-ann", Command, Max)).ThenNothing();

    [Fact]
    public void Only_who_leads_the_team_changes_its_roster()
    {
        var leader = new LeadWorker("u-eva", Led: new(new HashSet<string> { "north" }, new HashSet<string> { "u-ann" }));
        Given<Roster>().When(roster => roster.Set("north", "u-ann", Command, leader)).Then(Set);
        Given<Roster>().When(roster => roster.Set("south", "u-ann", Command, leader)).ThenRefused("roster.other-owner");
        Given<Roster>(Set).When(roster => roster.Remove("u-ann", new("moved-on"), Ann, Now)).ThenRefused("roster.other-owner");
    }

    [Fact]
    public void A_roster_has_an_end() => Given<Roster>([.. Enumerable.Range(0, 200).Select(i => Set with { MemberId = $"u-{i}" })])
        .When(roster => roster.Set("north", "u-ann", Command, Max)).ThenRefused("roster.full");

    [Fact]
    public void Everybody_says_of_himself_whether_he_is_there_and_a_manager_of_everybody()
    {
        Given<Roster>(Set).When(roster => roster.SetPresence("u-ann", new(Presence.Ready), Ann, Now)).Then(Came);
        Given<Roster>(Set).When(roster => roster.SetPresence("u-ann", new(Presence.Ready), Max, Now)).Then(Came);
        Given<Roster>(Set).When(roster => roster.SetPresence("u-ann", new(Presence.Ready), Bob, Now)).ThenRefused("roster.other-owner");
        Given<Roster>(Set).When(roster => roster.SetPresence("u-bob", new(Presence.Ready), Bob, Now)).ThenRefused("member.unknown");
    }

    [Fact]
    public void Whoever_is_ready_and_not_full_takes_a_lead_once()
    {
        Given<Roster>(Set, Came).When(roster => roster.Take("u-ann", Id, Now)).Then(Taken);
        Given<Roster>(Set, Came, Taken).When(roster => roster.Take("u-ann", Customer, Now)).ThenRefused("roster.at-capacity");
        Given<Roster>(Set).When(roster => roster.Take("u-ann", Id, Now)).ThenRefused("roster.not-ready");
        Given<Roster>(Set).When(roster => roster.Take("u-bob", Id, Now)).ThenRefused("member.unknown");
    }

    [Fact]
    public void Whoever_of_the_team_had_it_has_it_no_longer()
    {
        Event[] bob = [Set with { MemberId = "u-bob" }, Came with { MemberId = "u-bob" }];
        var released = new RosterLeadReleased(RosterId, "north", "u-ann", Id);
        Given<Roster>([Set, Came, Taken, .. bob]).When(roster => roster.Take("u-bob", Id, Now)).Then(released, Taken with { MemberId = "u-bob" });
        Given<Roster>(Set, Came, Taken).When(roster => roster.Release(Id)).Then(released);
        Given<Roster>(Set, Came).When(roster => roster.Release(Id)).ThenNothing();
    }

    [Fact]
    public void Nobody_is_removed_while_he_has_leads()
    {
        Given<Roster>(Set).When(roster => roster.Remove("u-ann", new("moved-on"), Max, Now)).Then(new RosterMemberRemoved(RosterId, "north", "u-ann", "moved-on"));
        Given<Roster>(Set, Came, Taken).When(roster => roster.Remove("u-ann", new("moved-on"), Max, Now)).ThenRefused("roster.has-leads");
        Given<Roster>().When(roster => roster.Remove("u-ann", new("moved-on"), Max, Now)).ThenRefused("roster.unknown");
    }

    [Fact]
    public void Whoever_leaves_hands_all_his_leads_to_one_of_the_team_or_stays()
    {
        Event[] ann = [Set with { Capacity = 2 }, Came, Taken, Taken with { LeadId = Customer }];
        Event[] bob = [Set with { MemberId = "u-bob", Capacity = 2 }, Came with { MemberId = "u-bob" }];
        var (first, last) = Id.CompareTo(Customer) < 0 ? (Id, Customer) : (Customer, Id);
        Given<Roster>([.. ann, .. bob]).When(roster => roster.Remove("u-ann", new("left", "u-bob"), Max, Now)).Then(
            new RosterLeadReleased(RosterId, "north", "u-ann", first), Taken with { MemberId = "u-bob", LeadId = first },
            new RosterLeadReleased(RosterId, "north", "u-ann", last), Taken with { MemberId = "u-bob", LeadId = last },
            new RosterMemberRemoved(RosterId, "north", "u-ann", "left"));

        Given<Roster>([.. ann, Set with { MemberId = "u-bob" }, bob[1]]).When(roster => roster.Remove("u-ann", new("left", "u-bob"), Max, Now))
            .ThenRefused("roster.at-capacity");
        Given<Roster>([.. ann, bob[0]]).When(roster => roster.Remove("u-ann", new("left", "u-bob"), Max, Now)).ThenRefused("roster.not-ready");
        Given<Roster>(ann).When(roster => roster.Remove("u-ann", new("left", "u-bob"), Max, Now)).ThenRefused("member.unknown");
        Given<Roster>(ann).When(roster => roster.Remove("u-ann", new("left", "u-ann"), Max, Now)).ThenRefused("roster.has-leads");
        Assert.Equal("roster.id", new RemoveMember("left", "").Invalid()?.Code);
    }

    [Theory]
    [InlineData("roster.capacity", -1, "de", "AT"), InlineData("roster.languages", 1, "German", "AT"), InlineData("roster.regions", 1, "de", "")]
    public void What_a_member_can_do_has_its_form(string code, int capacity, string language, string region) =>
        Assert.Equal(code, new SetMember([language], [region], capacity).Invalid()?.Code);
}
