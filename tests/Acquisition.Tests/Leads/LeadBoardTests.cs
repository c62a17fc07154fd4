using CrmSuite.Acquisition.Leads;
using CrmSuite.Contracts;
using CrmSuite.Contracts.Acquisition;
using CrmSuite.Testing;
using static CrmSuite.Acquisition.Tests.Leads.TheLead;

namespace CrmSuite.Acquisition.Tests.Leads;

public sealed class LeadBoardTests
{
    [Fact]
    public void A_captured_lead_has_a_row_and_a_score()
    {
        var row = Fold(Captured, Scored)!;
        Assert.Equal((LeadStatus.New, "fair", "website", 65, 2, Now, Now.AddHours(1)),
            (row.Status, row.Source, row.Channel, row.Score, row.ScoresVersion, row.CapturedAt, row.ChangedAt));
        Assert.Equal("wrote-himself", row.TopFactors[0].Name);
    }

    [Fact]
    public void The_first_contact_is_the_one_that_counts_for_speed()
    {
        var contacted = new LeadContacted(Id, Customer, Id, "u-ann", "phone");
        var row = Fold(Captured, contacted, contacted with { ContactId = Customer })!;
        Assert.Equal((LeadStatus.Contacted, 2, Now.AddHours(1)), (row.Status, row.Contacts, row.ContactedAt!.Value));
    }

    [Fact]
    public void The_hand_over_shows_who_has_it_and_until_when()
    {
        var row = Fold(Captured, Qualified, Assigned)!;
        Assert.Equal((LeadStatus.Mql, "u-ann", "north", Now.AddHours(4), Now.AddHours(1), Now.AddHours(2), false),
            (row.Status, row.OwnerId, row.OwnerTeam, row.DueAt!.Value, row.QualifiedAt!.Value, row.AssignedAt!.Value, row.IsOverdue));
        Assert.True(Fold(Captured, Qualified, Assigned, new LeadHandoverOverdue(Id, Customer, Now))!.IsOverdue);
        Assert.Equal((LeadStatus.Accepted, null, false), Fold(Captured, Qualified, Assigned, new LeadHandoverOverdue(Id, Customer, Now), Accepted) is { } late
            ? (late.Status, late.DueAt, late.IsOverdue) : default);
    }

    [Fact]
    public void What_went_back_is_nobodys_until_its_day()
    {
        var row = Fold(Captured, Qualified, Assigned, new LeadRejectedBySales(Id, Customer, "u-ann", "u-ann", "north", "too-early", new(2026, 6, 1)))!;
        Assert.Equal((LeadStatus.Nurturing, "too-early", new DateOnly(2026, 6, 1), null, null), (row.Status, row.Reason, row.RecallOn, row.OwnerId, row.DueAt));
        Assert.Equal(LeadStatus.Nurturing, Fold(Captured, new LeadNurtureStarted(Id, Customer, "holiday", new(2026, 6, 1)))!.Status);
    }

    [Fact]
    public void A_converted_lead_says_what_it_became_and_whose_it_is()
    {
        var row = Fold(Captured, Qualified, Assigned, Accepted, SalesQualified, Converted)!;
        Assert.Equal((LeadStatus.Converted, "u-ann", Lead.AccountOf(Id), Now.AddHours(5)), (row.Status, row.OwnerId, row.AccountId, row.ConvertedAt!.Value));
    }

    [Fact]
    public void A_disqualified_lead_may_come_back()
    {
        var row = Fold(Captured, new LeadDisqualified(Id, Customer, "no-need"), new LeadRecycled(Id, Customer, "asked-again", new(2026, 9, 1)))!;
        Assert.Equal((LeadStatus.Recycled, "asked-again", new DateOnly(2026, 9, 1)), (row.Status, row.Reason, row.RecallOn));
    }

    [Fact]
    public void What_becomes_known_changes_what_it_names() =>
        Assert.Equal(("IT", "de-AT", 1), Fold(Captured, new LeadFieldsSet(Id, Customer, Country: "IT")) is { } row ? (row.Country, row.Language, row.Products.Count) : default);

    [Fact]
    public void No_personal_field_has_a_column() =>
        Assert.DoesNotContain(typeof(LeadBoard.Row).GetProperties(), column => column.PropertyType == typeof(PersonalData) || column.Name is "Name" or "Email" or "Phone" or "Company");

    static LeadBoard.Row? Fold(params Event[] facts) =>
        Entries.Fold<Lead, LeadBoard.Row, LeadBoard>(Id, [.. facts.Select((fact, hour) => (Now.AddHours(hour), fact))]);
}
