using CrmSuite.Contracts;
using CrmSuite.Contracts.Acquisition;
using CrmSuite.Contracts.Sales;
using CrmSuite.Journal;
using CrmSuite.Sales.Handovers;
using CrmSuite.Testing;

namespace CrmSuite.Sales.Tests.Handovers;

/// <summary>What Sales makes of leads that are handed over to it.</summary>
public sealed class HandoverTests : DeciderTests
{
    static readonly Guid Lead = Guid.Parse("5f0c2a91-7b3d-5e46-8c1f-2d9a0b4e6c73");
    static readonly Guid Person = Guid.Parse("7d1a4c22-93be-8f10-a6d5-2b8c4e6f7a90");
    static readonly DateTime Now = new(2026, 3, 2, 9, 0, 0, DateTimeKind.Utc);
    static readonly LeadAssigned Assigned = new(Lead, Person, "u-ann", "north", Guid.Empty, 1, 0, [], Now.AddHours(4));
    static readonly LeadAcceptedBySales AcceptedBySales = new(Lead, Person, "u-ann", "u-ann", "north");
    static readonly LeadRejectedBySales RejectedBySales = new(Lead, Person, "u-ann", "u-ann", "north", "no-budget");
    static readonly LeadNurtureStarted Nurtured = new(Lead, Person, "later", new(2026, 6, 1));
    static readonly LeadDisqualified Disqualified = new(Lead, Person, "student");
    static readonly HandoverAwaited Awaited = new(Lead, Person, "u-ann", "north", Now.AddHours(4));
    static readonly HandoverAccepted Accepted = new(Lead, Person);
    static readonly HandoverReturned Returned = new(Lead, Person);

    [Fact]
    public void Whoever_gets_a_lead_has_to_accept_it_until_its_time() =>
        Given<Handover>().When(handover => Hear(handover, Assigned)).Then(Awaited);

    [Fact]
    public void Given_to_somebody_else_before_it_is_accepted_it_waits_for_that_one() =>
        Given<Handover>(Awaited).When(handover => Hear(handover, Assigned with { OwnerId = "u-bob", DueAt = Now.AddHours(9) }))
            .Then(Awaited with { OwnerId = "u-bob", DueAt = Now.AddHours(9) });

    [Fact]
    public void A_lead_that_can_be_looked_for_is_announced_once_whatever_becomes_of_it()
    {
        var captured = new LeadCaptured(Lead, Person, "web", "form", [], Name: PersonalData.From("Ann Lee").Of(Person));
        var announced = new HandoverAnnounced(Lead, Person, PersonalData.From("Ann Lee").Of(Person));
        Assert.Equal(Lead, WhenLeadCaptured.Target(captured));
        Given<Handover>().When(handover => WhenLeadCaptured.Decide(handover, Entries.Heard(captured, Now))).Then(announced);
        Given<Handover>(announced, Awaited, Accepted).When(handover => handover.Announce(captured)).ThenNothing();
        Given<Handover>().When(handover => handover.Announce(captured with { Name = null })).ThenNothing();
    }

    [Fact]
    public void Accepted_it_waits_for_nobody_and_whoever_gets_it_then_has_nothing_to_accept()
    {
        Given<Handover>(Awaited).When(handover => WhenLeadAcceptedBySales.Decide(handover, Entries.Heard(AcceptedBySales, Now))).Then(Accepted);
        Given<Handover>(Awaited, Accepted).When(handover => Hear(handover, Assigned with { OwnerId = "u-bob" })).ThenNothing();
    }

    [Fact]
    public void What_was_accepted_before_sales_listened_is_not_handed_over_either()
    {
        Given<Handover>().When(handover => WhenLeadAcceptedBySales.Decide(handover, Entries.Heard(AcceptedBySales, Now))).Then(Accepted);
        Given<Handover>(Accepted).When(handover => Hear(handover, Assigned)).ThenNothing();
    }

    [Fact]
    public void Rejected_nurtured_or_disqualified_it_goes_back_and_may_be_handed_over_again()
    {
        Given<Handover>(Awaited).When(handover => WhenLeadRejectedBySales.Decide(handover, Entries.Heard(RejectedBySales, Now))).Then(Returned);
        Given<Handover>(Awaited, Accepted).When(handover => WhenLeadNurtureStarted.Decide(handover, Entries.Heard(Nurtured, Now))).Then(Returned);
        Given<Handover>(Awaited).When(handover => WhenLeadDisqualified.Decide(handover, Entries.Heard(Disqualified, Now))).Then(Returned);
        Given<Handover>(Awaited, Returned).When(handover => Hear(handover, Assigned)).Then(Awaited);
        Given<Handover>().When(handover => handover.Return(Lead, Person)).ThenNothing();
    }

    [Fact]
    public void All_facts_of_a_lead_meet_one_handover() => Assert.All(
        [
            WhenLeadAssigned.Target(Assigned), WhenLeadAcceptedBySales.Target(AcceptedBySales), WhenLeadRejectedBySales.Target(RejectedBySales),
            WhenLeadNurtureStarted.Target(Nurtured), WhenLeadDisqualified.Target(Disqualified),
        ], target => Assert.Equal(Lead, target));

    [Fact]
    public void A_lead_has_a_row_as_long_as_it_waits()
    {
        Assert.Equal(new HandoverList.Row(Lead, Person, "u-ann", "north", Now, Now.AddHours(4)), Row((Now, Awaited)));
        Assert.Null(Row((Now, Awaited), (Now, Accepted)));
        Assert.Null(Row((Now, Awaited), (Now, Returned)));
        Assert.Equal("u-bob", Row((Now, Awaited), (Now, Returned), (Now, Awaited with { OwnerId = "u-bob" }))!.OwnerId);

        static HandoverList.Row? Row(params (DateTime, Contracts.Event)[] facts) => Entries.Fold<Handover, HandoverList.Row, HandoverList>(Lead, facts);
    }

    static Decision Hear(Handover state, LeadAssigned fact) => WhenLeadAssigned.Decide(state, Entries.Heard(fact, Now));
}
