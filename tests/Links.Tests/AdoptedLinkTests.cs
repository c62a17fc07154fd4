using CrmSuite.Contracts;
using CrmSuite.Contracts.Acquisition;
using CrmSuite.Testing;

namespace CrmSuite.Links.Tests;

/// <summary>What a department makes of the links of the registry.</summary>
public abstract class AdoptedLinkTests<TAdopted>(string department) : DeciderTests where TAdopted : Event, ILinkAdopted<TAdopted>
{
    static readonly DateTime Today = new(2026, 3, 1, 12, 0, 0, DateTimeKind.Utc);
    static readonly Guid Father = Guid.Parse("7d1a4c22-93be-8f10-a6d5-2b8c4e6f7a90");
    static readonly Guid Son = Guid.Parse("9e2b5d33-a4cf-8021-b7e6-3c9d5f708ba1");
    static readonly LinkMade Made = new(Ids.Derive("link", Father, Son), Father, Son, Today.AddDays(-9), Today.AddDays(-2), "same-person");
    static readonly LinkUndone Undone = new(Made.LinkId, Father, Son, Made.CustomerSince, Made.AbsorbedSince, "father-and-son", Keeper.Survivor);
    static readonly TAdopted Together = TAdopted.Of(Made);
    static readonly TAdopted Apart = TAdopted.Of(Undone);

    [Fact]
    public void A_link_is_adopted_and_hearing_it_again_adds_nothing()
    {
        Given<AdoptedLink<TAdopted>>().When(WhenMade).Then(Together);
        Given<AdoptedLink<TAdopted>>(Together).When(WhenMade).ThenNothing();
    }

    [Fact]
    public void Undone_it_holds_no_longer() => Given<AdoptedLink<TAdopted>>(Together).When(WhenUndone).Then(Apart);

    [Fact]
    public void Made_again_it_holds_again() => Given<AdoptedLink<TAdopted>>(Together, Apart).When(WhenMade).Then(Together);

    [Fact]
    public void Both_facts_meet_the_same_link() =>
        Assert.Equal((Made.LinkId, Made.LinkId), (AdoptedLink<TAdopted>.WhenLinkMade.Target(Made), AdoptedLink<TAdopted>.WhenLinkUndone.Target(Undone)));

    [Fact]
    public void What_is_adopted_is_the_whole_link()
    {
        Assert.Equal((Made.LinkId, Father, Son, Made.CustomerSince, Made.AbsorbedSince, true),
            (Together.LinkId, Together.CustomerId, Together.AbsorbedId, Together.CustomerSince, Together.AbsorbedSince, Together.IsLinked));
        Assert.Equal((Made.LinkId, Father, Son, Made.CustomerSince, Made.AbsorbedSince, false),
            (Apart.LinkId, Apart.CustomerId, Apart.AbsorbedId, Apart.CustomerSince, Apart.AbsorbedSince, Apart.IsLinked));
    }

    [Fact]
    public void The_view_says_who_is_shown_together()
    {
        LinkedCustomers.Row? Row(params Event[] facts) =>
            Entries.Of<AdoptedLink<TAdopted>>(Made.LinkId, [.. facts.Select((fact, hour) => (Today.AddHours(hour), fact))])
                .Aggregate((LinkedCustomers.Row?)null, (row, entry) => LinkedCustomers.Fold(LinkedCustomers.Keys(entry).Single(), row, entry));

        Assert.True(Row(Together)!.IsLinked);
        Assert.False(Row(Together, Apart)!.IsLinked);
    }

    [Fact]
    public void Streams_and_claims_are_named_as_they_always_were()
    {
        Assert.Equal(($"{department}.link", $"{department}.link-adopted.1"), (AdoptedLink<TAdopted>.Category, EventNames.Of(typeof(TAdopted))));
        Assert.Equal(("WhenLinkMade", "WhenLinkUndone"), (typeof(AdoptedLink<TAdopted>.WhenLinkMade).Name, typeof(AdoptedLink<TAdopted>.WhenLinkUndone).Name));
    }

    static Journal.Decision WhenMade(AdoptedLink<TAdopted> link) => AdoptedLink<TAdopted>.WhenLinkMade.Decide(link, Entries.Heard(Made, Today));

    static Journal.Decision WhenUndone(AdoptedLink<TAdopted> link) => AdoptedLink<TAdopted>.WhenLinkUndone.Decide(link, Entries.Heard(Undone, Today));
}

public sealed class SalesLinkTests() : AdoptedLinkTests<Contracts.Sales.LinkAdopted>("sales");

public sealed class ServiceLinkTests() : AdoptedLinkTests<Contracts.Service.LinkAdopted>("service");

public sealed class LoyaltyLinkTests() : AdoptedLinkTests<Contracts.Loyalty.LinkAdopted>("loyalty");
