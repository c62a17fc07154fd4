using CrmSuite.Contracts;
using CrmSuite.Contracts.Sales;
using CrmSuite.Sales.Opportunities;
using CrmSuite.Testing;
using static CrmSuite.Sales.Tests.Opportunities.Deals;

namespace CrmSuite.Sales.Tests.Opportunities;

public sealed class OpportunityHistoryTests
{
    static readonly Guid Customer = Shop.CustomerId;
    static readonly OpportunityLost Lost = new(Id, Customer, "price", "acme");

    [Fact]
    public void An_opened_deal_has_a_row()
    {
        var row = Fold(Opened)!;
        Assert.Equal((OpportunityStatus.Open, "qualify", 1_000, 1_000_00L, "USD", RateId),
            (row.Status, row.Stage, row.ProbabilityBp, row.AmountMinor, row.Currency, row.RateId!.Value));
        Assert.Equal((Now, Now, Now, DealChange.Opened), (row.OpenedAt, row.StageSince, row.ValuedAt, row.Change));
    }

    [Fact]
    public void A_slip_is_a_close_date_moved_later()
    {
        var row = Fold(Opened, Close(new(2026, 6, 30), new(2026, 7, 31)), Close(new(2026, 7, 31), new(2026, 7, 1)), Close(new(2026, 7, 1), new(2026, 8, 1)))!;
        Assert.Equal((2, new DateOnly(2026, 8, 1), DealChange.CloseDateMoved), (row.Slips, row.CloseDate, row.Change));
    }

    [Fact]
    public void A_pinned_probability_and_a_category_set_by_hand_outlive_a_move()
    {
        Event[] moved = [Moved("qualify", "propose", 5_000, ForecastCategory.Best)];
        Event[] said = [new OpportunityProbabilityOverridden(Id, Customer, 1_000, 8_000, true, "sure"),
            new OpportunityCategorised(Id, Customer, ForecastCategory.Pipeline, ForecastCategory.Commit)];
        var (free, held) = (Fold([Opened, .. moved])!, Fold([Opened, .. said, .. moved])!);
        Assert.Equal((5_000, ForecastCategory.Best, 8_000, ForecastCategory.Commit), (free.ProbabilityBp, free.Category, held.ProbabilityBp, held.Category));
        Assert.Equal((1_000, Now.AddHours(1)),
            (Fold(Opened, said[0], new OpportunityProbabilityOverridden(Id, Customer, 8_000, null, false, "over"))!.ProbabilityBp, free.StageSince));
    }

    [Fact]
    public void What_says_nothing_about_the_worth_of_a_deal_shows_when_something_last_happened()
    {
        var row = Fold(Opened, new OpportunityCompetitorNamed(Id, Customer, "acme"), new OpportunityNeedRecorded(Id, Customer, null, "pot"))!;
        Assert.Equal((Now.AddHours(2), DealChange.Other, Now), (row.ChangedAt, row.Change, row.ValuedAt));
        Assert.Equal(["tea", "pot"], row.Products);
    }

    [Fact]
    public void A_lost_deal_says_why_and_a_reopened_one_no_longer()
    {
        var reopened = new OpportunityReopened(Id, Customer, 0, "changed-mind", "discover", 2, 2_500, ForecastCategory.Pipeline, Dollar(5), new(2026, 9, 30),
            "u-bob", "south");
        var (lost, again) = (Fold(Opened, Lost)!, Fold(Opened, Lost, reopened)!);
        Assert.Equal((OpportunityStatus.Lost, "price", "acme", Now.AddHours(1)), (lost.Status, lost.Reason, lost.Rival, lost.ClosedAt!.Value));
        Assert.Equal((OpportunityStatus.Open, 5L, "u-bob", DealChange.Reopened), (again.Status, again.AmountMinor, again.OwnerId, again.Change));
        Assert.Null(again.Reason ?? again.Rival ?? again.ClosedAt?.ToString() ?? again.RateId?.ToString());
    }

    [Fact]
    public void Worth_and_probability_in_the_row_are_those_of_the_noun()
    {
        Event[] facts = [Opened, Moved("qualify", "propose", 5_000, ForecastCategory.Best),
            new OpportunityAmountChanged(Id, Customer, Dollar(1_000_00), Dollar(7), "less"),
            new OpportunityOwnerChanged(Id, Customer, "u-ann", "north", "u-bob", null, "left"),
                new OpportunityWithdrawn(Id, Customer, WithdrawalReason.EnteredInError)];
        var (row, deal) = (Fold(facts)!, facts.Aggregate(Opportunity.Initial, Opportunity.Evolve));
        Assert.Equal((deal.Status, deal.Amount.Minor, deal.ProbabilityBp, deal.Forecast, deal.OwnerId, deal.OwnerTeam, deal.CloseDate),
            (row.Status, row.AmountMinor, row.ProbabilityBp, row.Category, row.OwnerId, row.OwnerTeam, row.CloseDate));
        Assert.Equal("entered-in-error", row.Reason);
    }

    static OpportunityCloseDateMoved Close(DateOnly from, DateOnly to) => new(Id, Customer, from, to, "budget");

    static OpportunityHistory.Row? Fold(params Event[] facts) =>
        Entries.Fold<Opportunity, OpportunityHistory.Row, OpportunityHistory>(Id, [.. facts.Select((fact, hour) => (Now.AddHours(hour), fact))]);
}
