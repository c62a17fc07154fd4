using CrmSuite.Analytics.Segments;
using CrmSuite.Contracts.Analytics;
using CrmSuite.Testing;

namespace CrmSuite.Analytics.Tests.Segments;

public sealed class MembershipTests : DeciderTests
{
    static readonly DateTime Day = new(2026, 3, 2, 10, 15, 0, DateTimeKind.Utc);
    static readonly SegmentEntered Entered = new(Segment.IdOf("regulars"), "regulars", 1, Guid.NewGuid(), Day, Guid.NewGuid(), "orders >= 4");
    static readonly SegmentEntered Again = Entered with { EnteredAt = Day.AddDays(100) };
    static readonly SegmentLeft Left = new(Entered.SegmentId, "regulars", 1, Entered.CustomerId, Day.AddDays(90), null, "orders >= 4");

    [Fact]
    public void Who_is_found_to_have_come_in_has_entered() => Given<Membership>().When(membership => membership.Enter(Entered)).Then(Entered);

    [Fact]
    public void What_was_told_is_not_told_again() => Given<Membership>(Entered).When(membership => membership.Enter(Entered)).ThenNothing();

    [Fact]
    public void Who_came_in_leaves_once() => Given<Membership>(Entered).When(membership => membership.Leave(Left)).Then(Left);

    [Fact]
    public void An_exit_that_was_told_is_not_told_again() => Given<Membership>(Entered, Left).When(membership => membership.Leave(Left)).ThenNothing();

    [Fact]
    public void Who_was_in_when_the_rule_was_published_leaves_without_having_entered() =>
        Given<Membership>().When(membership => membership.Leave(Left)).Then(Left);

    [Fact]
    public void Who_left_may_come_back() =>
        Given<Membership>(Entered, Left).When(membership => membership.Enter(Again)).Then(Again);

    [Fact]
    public void A_late_fact_may_bring_back_what_was_told_before() =>
        Given<Membership>(Entered, Left).When(membership => membership.Enter(Entered)).Then(Entered);

    [Fact]
    public void An_entry_by_another_version_is_another_entry() =>
        Given<Membership>(Entered).When(membership => membership.Enter(Entered with { Version = 2 })).Then(Entered with { Version = 2 });
}
