using CrmSuite.Acquisition.Rosters;
using CrmSuite.Contracts;
using CrmSuite.Contracts.Acquisition;
using CrmSuite.Testing;
using static CrmSuite.Acquisition.Tests.Leads.TheLead;

namespace CrmSuite.Acquisition.Tests.Rosters;

public sealed class RosterListTests
{
    static readonly RosterMemberSet Set = new(RosterId, "north", "u-ann", ["de"], ["AT"], 2);
    static readonly RosterPresenceChanged Came = new(RosterId, "north", "u-ann", Presence.Away, Presence.Ready, Now);
    static readonly RosterLeadTaken Taken = new(RosterId, "north", "u-ann", Id, Now.AddHours(2));

    [Fact]
    public void A_member_has_a_row_with_what_he_can_do_and_has()
    {
        var row = Fold(Set, Came, Taken, Taken with { LeadId = Customer }, new RosterLeadReleased(RosterId, "north", "u-ann", Id))!;
        Assert.Equal(("north", "u-ann", Presence.Ready, 1, 2, Now.AddHours(2)), (row.Team, row.MemberId, row.Presence, row.Load, row.Capacity, row.IdleSince!.Value));
    }

    [Fact]
    public void A_change_of_what_he_can_do_keeps_what_he_has() =>
        Assert.Equal((1, 5, Presence.Ready), Fold(Set, Came, Taken, Set with { Capacity = 5 }) is { } row ? (row.Load, row.Capacity, row.Presence) : default);

    [Fact]
    public void Whoever_is_removed_has_no_row() => Assert.Null(Fold(Set, new RosterMemberRemoved(RosterId, "north", "u-ann", "moved-on")));

    static RosterList.Row? Fold(params Event[] facts)
    {
        RosterList.Row? row = null;
        foreach (var entry in Entries.Of<Roster>(RosterId, [.. facts.Select((fact, hour) => (Now.AddHours(hour), fact))]))
        {
            row = RosterList.Fold(Assert.Single(RosterList.Keys(entry)), row, entry);
        }

        return row;
    }
}
