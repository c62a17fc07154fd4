using CrmSuite.Acquisition.AssignmentRules;
using CrmSuite.Acquisition.Leads;
using CrmSuite.Acquisition.Rosters;
using CrmSuite.Acquisition.ScoreTables;
using CrmSuite.Contracts;
using CrmSuite.Contracts.Acquisition;

namespace CrmSuite.Acquisition.Tests.Leads;

/// <summary>One lead and what is published for it, for the tests of it and of what is computed from it.</summary>
static class TheLead
{
    public static readonly DateTime Now = new(2026, 3, 2, 9, 0, 0, DateTimeKind.Utc);
    public static readonly Guid Id = CaptureLead.IdOf("fair", "L-1");
    public static readonly Guid Customer = Guid.Parse("7d1a4c22-93be-8f10-a6d5-2b8c4e6f7a90");
    public static readonly Guid RosterId = Roster.IdOf("north");
    public static readonly LeadWorker Ann = new("u-ann");
    public static readonly LeadWorker Bob = new("u-bob");
    public static readonly LeadWorker Max = new("u-max", IsForAll: true);

    public static readonly ScoreTable Scores = ScoreTable.Evolve(ScoreTable.Initial, new ScoresPublished(ScoreTable.IdOf("standard"), "standard", 2, 50,
    [
        new("wrote-himself", 40, new(LeadField.Channel, ["website"])), new("asked-for-tea", 20, new(LeadField.Products, ["tea", "pots"])),
        new("far-away", -15, new(LeadField.Country, ["NZ"])), new("spoken-twice", 30, new(LeadField.Contacts, AtLeast: 2)), new("reachable", 5, new(LeadField.Email)),
    ]));

    public static readonly AssignmentRule Rule = AssignmentRule.Evolve(AssignmentRule.Initial, new AssignmentPublished(AssignmentRule.IdOf("standard"), "standard", 3, 240,
        [new("south", new(LeadField.Country, ["IT"])), new("north")], [new(FitKind.Language, 30), new(FitKind.Region, 10)]));

    public static readonly CaptureLead Command = new("fair", "website", Customer, null, PersonalData.From("Ann Lee"), PersonalData.From("ann@example.org"),
        Number: "L-1", Country: "AT", Language: "de-AT", Products: ["tea"], Basis: new("consent", "sales-enquiry", "2026-01"));

    public static readonly LeadCaptured Captured = new(Id, Customer, "fair", "website", ["tea"], "L-1", null, "2026-01", "AT", "de-AT",
        Name: His("Ann Lee"), Email: His("ann@example.org"));

    public static readonly LeadScored Scored = new(Id, Customer, Scores.ScoresId, 2, 65, [new("wrote-himself", 40), new("asked-for-tea", 20), new("reachable", 5)]);

    public static readonly LeadMarketingQualified Qualified = new(Id, Customer, 50, 65, Now.AddHours(4));

    public static readonly AssignmentCandidate AnnIdle = new("u-ann", 0, 2, Presence.Ready, 30, true, Now.AddHours(-1));

    public static readonly LeadAssigned Assigned = new(Id, Customer, "u-ann", "north", Rule.AssignmentId, 3, 7, [AnnIdle], Now.AddHours(4));

    public static readonly LeadAcceptedBySales Accepted = new(Id, Customer, "u-ann", "u-ann", "north");

    public static readonly LeadSalesQualified SalesQualified = new(Id, Customer, "u-ann", "north", "10k-50k", "decider", "this-quarter", "bant", His("Strong tea"));

    public static readonly LeadConverted Converted = new(Id, Customer, "u-ann", "north", Lead.AccountOf(Id), Customer, Contracts.Sales.AccountKind.Person, Customer, "AT",
        "de-AT", AccountName: His("Ann Lee"), Name: His("Ann Lee"), Email: His("ann@example.org"));

    /// <summary>A roster on which one member is ready.</summary>
    public static readonly Roster North = With(new RosterMemberSet(RosterId, "north", "u-ann", ["de"], [], 2),
        new RosterPresenceChanged(RosterId, "north", "u-ann", Presence.Away, Presence.Ready, Now.AddHours(-1)));

    public static Roster With(params Event[] facts) => facts.Aggregate(Roster.Initial, Roster.Evolve);

    public static PersonalData His(string clear) => PersonalData.From(clear).Of(Customer);
}
