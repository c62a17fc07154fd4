using CrmSuite.Contracts;

namespace CrmSuite.Links.Tests;

public sealed class GroupTests
{
    static readonly DateTime Day = new(2026, 3, 1, 12, 0, 0, DateTimeKind.Utc);
    static readonly Guid[] Ids = [.. Enumerable.Range(1, 5).Select(number => new Guid(number, 0, 0, [0, 0, 0, 0, 0, 0, 0, 0]))];

    [Fact]
    public void Whoever_is_linked_to_nobody_is_his_own_group()
    {
        var group = Group.Of(Ids[0], [Link(1, 2)]);

        Assert.Equal((Ids[0], false), (group.Survivor, group.IsJoint));
        Assert.Equal([Ids[0]], group.Members);
    }

    [Fact]
    public void A_group_is_all_who_hang_together_and_the_earliest_registered_survives()
    {
        var links = new[] { Link(3, 4), Link(1, 3), Link(4, 1), Link(0, 2) };

        Assert.All((int[])[1, 3, 4], member => Assert.Equal([Ids[1], Ids[3], Ids[4]], Group.Of(Ids[member], links).Members));
        Assert.Equal(Ids[1], Group.Of(Ids[4], links).Survivor);
    }

    [Fact]
    public void Registered_at_the_same_time_the_smallest_id_survives() =>
        Assert.Equal(Ids[2], Group.Of(Ids[4], [Link(4, 2) with { CustomerSince = Day, AbsorbedSince = Day }]).Survivor);

    [Fact]
    public void An_undone_link_holds_nobody_together() =>
        Assert.Equal([Ids[3], Ids[4]], Group.Of(Ids[3], [Link(1, 3) with { IsLinked = false }, Link(3, 4)]).Members);

    // Registered in the order of their numbers.
    static LinkedCustomers.Row Link(int one, int other) =>
        new(Contracts.Ids.Derive("link", Ids[one], Ids[other]), Ids[one], Ids[other], Day.AddDays(one), Day.AddDays(other), IsLinked: true);
}
