using System.Collections.Immutable;
using CrmSuite.Contracts;
using CrmSuite.Contracts.Sales;
using CrmSuite.Sales.Accounts;
using CrmSuite.Sales.Opportunities;
using CrmSuite.Sales.Rates;
using CrmSuite.Sales.StageTables;

namespace CrmSuite.Sales.Tests.Opportunities;

/// <summary>One deal and what it rests on, for the tests of it and of what is computed from it.</summary>
static class Deals
{
    public static readonly DateTime Now = new(2026, 3, 2, 9, 0, 0, DateTimeKind.Utc);
    public static readonly Guid Id = OpenOpportunity.IdOf("erp", "O-1");
    public static readonly Guid RateId = Ids.Derive("rate", "USD", "EUR", "2026-03-01");
    public static readonly Seller Ann = new("u-ann", "north", IsForAll: false);
    public static readonly Seller Bob = new("u-bob", "south", IsForAll: false);
    public static readonly Seller Manager = new("u-max", "north", IsForAll: true);

    public static readonly Account Shop = Account.Initial with
    {
        AccountId = Guid.Parse("1a2b3c4d-5e6f-5a7b-8c9d-0e1f2a3b4c5d"),
        CustomerId = Guid.Parse("7d1a4c22-93be-8f10-a6d5-2b8c4e6f7a90"),
        Status = AccountStatus.Open,
    };

    public static readonly StageTable Stages = StageTable.Evolve(StageTable.Initial, new StagesPublished(StageTable.IdOf("standard"), "standard", 2,
        [
            new("qualify", 1_000, Exit: [new("decider-known", CriterionKind.Contact, "decider"), new("worth-it", CriterionKind.Amount)], MayReturn: true),
            new("discover", 2_500, MaySkip: true),
            new("propose", 5_000, ForecastCategory.Best, [new("budget-confirmed", CriterionKind.Tick), new("in-time", CriterionKind.CloseDate)]),
        ],
        [EvidenceKind.Contract, EvidenceKind.CustomerOrder], ImmutableDictionary<string, string>.Empty));

    public static readonly Sales.Books.Books Kept = new(new BooksAdopted("EUR", "UTC", 1, DayOfWeek.Monday));

    public static readonly Grounds Usual = new(Ann, Stages, Kept,
        Rate.Evolve(Rate.Initial, new RatePublished(RateId, "USD", "EUR", "0.9", new(2026, 3, 1), "ecb")), []);

    public static readonly OpenOpportunity Command = new(Shop.AccountId, Dollar(1_000_00), new(2026, 6, 30), Products: ["tea"], Source: "erp", Number: "O-1");

    public static readonly OpportunityOpened Opened = new(Id, Shop.AccountId, Shop.CustomerId, OpportunityKind.New, Dollar(1_000_00), new(2026, 6, 30),
        Stages.StagesId, 2, "qualify", 1_000,
        ForecastCategory.Pipeline, "u-ann", "north", ["tea"], RateId, Source: "erp", Number: "O-1");

    public static Money Dollar(long minor) => new(minor, "USD");

    public static OpportunityStageMoved Moved(string from, string to, int bp, ForecastCategory category, params string[] met) =>
        new(Id, Shop.CustomerId, from, to, 2, bp, category, met);
}
