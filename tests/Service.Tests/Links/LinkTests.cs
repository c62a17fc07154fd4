using CrmSuite.Contracts;
using CrmSuite.Contracts.Acquisition;
using CrmSuite.Contracts.Service;
using CrmSuite.Links;
using CrmSuite.Service.Links;
using CrmSuite.Testing;

namespace CrmSuite.Service.Tests.Links;

/// <summary>What Service makes of the links of the registry.</summary>
public sealed class LinkTests : DeciderTests
{
    static readonly DateTime Today = new(2026, 3, 1, 12, 0, 0, DateTimeKind.Utc);
    static readonly Guid Father = Guid.Parse("7d1a4c22-93be-8f10-a6d5-2b8c4e6f7a90");
    static readonly Guid Son = Guid.Parse("9e2b5d33-a4cf-8021-b7e6-3c9d5f708ba1");
    static readonly LinkMade Made = new(Ids.Derive("link", Father, Son), Father, Son, Today.AddDays(-9), Today.AddDays(-2), "same-person");
    static readonly LinkUndone Undone = new(Made.LinkId, Father, Son, Made.CustomerSince, Made.AbsorbedSince, "father-and-son", Keeper.Survivor);
    static readonly LinkAdopted Together = new(Made.LinkId, Father, Son, Made.CustomerSince, Made.AbsorbedSince, IsLinked: true);
    static readonly LinkAdopted Apart = Together with { IsLinked = false };

    [Fact]
    public void A_link_is_adopted_and_hearing_it_again_adds_nothing() =>
        Given<Link>().When(link => WhenLinkMade.Decide(link, Entries.Heard(Made, Today))).Then(Together);

    [Fact]
    public void Undone_it_holds_no_longer() =>
        Given<Link>(Together).When(link => WhenLinkUndone.Decide(link, Entries.Heard(Undone, Today))).Then(Apart);

    [Fact]
    public void Made_again_it_holds_again() =>
        Given<Link>(Together, Apart).When(link => WhenLinkMade.Decide(link, Entries.Heard(Made, Today))).Then(Together);

    [Fact]
    public void Both_facts_meet_the_same_link() =>
        Assert.Equal((Made.LinkId, Made.LinkId), (WhenLinkMade.Target(Made), WhenLinkUndone.Target(Undone)));

    [Fact]
    public void The_view_says_who_is_shown_together()
    {
        LinkedCustomers.Row? Row(params Event[] facts) =>
            Entries.Of<Link>(Made.LinkId, [.. facts.Select((fact, hour) => (Today.AddHours(hour), fact))])
                .Aggregate((LinkedCustomers.Row?)null, (row, entry) => LinkedCustomers.Fold(LinkedCustomers.Keys(entry).Single(), row, entry));

        Assert.True(Row(Together)!.IsLinked);
        Assert.False(Row(Together, Apart)!.IsLinked);
    }
}
