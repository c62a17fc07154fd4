using CrmSuite.Contracts;
using CrmSuite.Contracts.Sales;
using CrmSuite.Sales.Approvals;
using CrmSuite.Testing;
using static CrmSuite.Sales.Tests.Approvals.Cases;

namespace CrmSuite.Sales.Tests.Approvals;

public sealed class ApprovalListTests
{
    const int Hour = 3_600;

    static readonly ApprovalStepClaimed Claimed = new(Id, Customer, 1, Target, "legal", "u-lea");

    [Fact]
    public void What_waits_names_its_people_and_the_first_step_that_is_due()
    {
        var row = Fold(Asked)!;
        Assert.Equal((ApprovalStatus.Waiting, "contract", 2, FinanceOpened.DueAt, (long?)null), (row.Status, row.Flow, row.FlowVersion, row.DueAt, row.LeadSeconds));
        Assert.Equal(["u-fay", "u-lea", "u-leo"], row.WaitingFor);
        Assert.Equal(["u-lea", "u-leo"], Fold([.. Asked, Said("finance", "u-fay")])!.WaitingFor);
    }

    [Fact]
    public void A_decision_waits_until_it_is_claimed_and_is_worked_on_from_then()
    {
        var row = Fold([.. Asked, Claimed, Said("legal", "u-lea"), Said("finance", "u-fay")])!;
        Assert.Equal((ApprovalAnswer.Yes, 2L * Hour, 1L * Hour), Only(row.Steps[0]));
        Assert.Equal((ApprovalAnswer.Yes, 3L * Hour, 0L), Only(row.Steps[1]));
        Assert.Equal((5L * Hour, 1L * Hour), (row.WaitingSeconds, row.WorkingSeconds));
    }

    [Fact]
    public void Who_gave_his_place_away_is_waited_for_no_longer_and_his_claim_counts_for_nobody()
    {
        var row = Fold([.. Asked, Claimed, new ApprovalDelegated(Id, Customer, 1, Target, "legal", "u-lea", "u-liz", "holiday"), Said("legal", "u-liz")])!;
        Assert.Equal(["u-leo", "u-liz"], row.Steps[0].Approvers);
        Assert.Equal((ApprovalAnswer.Yes, 4L * Hour, 0L), Only(row.Steps[0]));
        Assert.Equal(["u-fay"], row.WaitingFor);
    }

    [Fact]
    public void What_is_overdue_waits_for_more_people() => Assert.Equal(["u-fay", "u-lea", "u-leo", "u-max"],
        Fold([.. Asked, new ApprovalStepEscalated(Id, Customer, 1, Target, "legal", LegalOpened.DueAt, ["u-max"])])!.WaitingFor);

    [Fact]
    public void Its_end_tells_what_it_took()
    {
        Event[] over = [.. Asked, Said("legal", "u-lea", ApprovalAnswer.No), Completed(ApprovalResult.Refused, "u-lea")];
        var row = Fold(over)!;
        Assert.Equal((ApprovalStatus.Refused, 3L * Hour), (row.Status, row.LeadSeconds));
        Assert.Empty(row.WaitingFor);
        Assert.Equal(ApprovalStatus.Withdrawn, Fold([.. Asked, new ApprovalWithdrawn(Id, Customer, 1, Target, "u-asks", "lost")])!.Status);
        var approved = Fold([.. Asked, Completed(ApprovalResult.Approved, "u-lea"), new ApprovalInvalidated(Id, Customer, 1, Target, OtherHash)])!;
        Assert.Equal((ApprovalStatus.Invalidated, 2L * Hour), (approved.Status, approved.LeadSeconds));
    }

    [Fact]
    public void A_new_round_is_a_new_row()
    {
        var entries = Entries.Of<Approval>(Id, (Now, Started), (Now, Started with { Round = 2 }));
        Assert.Equal([ApprovalList.RoundOf(Id, 1), ApprovalList.RoundOf(Id, 2)], entries.SelectMany(ApprovalList.Keys));
        Assert.All(Samples.Events.Where(fact => fact is not IApprovalFact), fact => Assert.Empty(ApprovalList.Keys(Entries.Of<Approval>(Id, (Now, fact))[0])));
    }

    static (ApprovalAnswer, long, long) Only(StepTimes step)
    {
        var decision = Assert.Single(step.Decisions());
        return (decision.Answer, decision.WaitingSeconds, decision.WorkingSeconds);
    }

    /// <summary>The row of the first round, an event an hour; what was asked for is asked for at once.</summary>
    static ApprovalList.Row? Fold(params Event[] facts) =>
        Entries.Of<Approval>(Id, [.. facts.Select((fact, i) => (Now.AddHours(Math.Max(0, i - 1)), fact))])
            .Aggregate((ApprovalList.Row?)null, (row, entry) => ApprovalList.Fold(ApprovalList.RoundOf(Id, 1), row, entry));
}
