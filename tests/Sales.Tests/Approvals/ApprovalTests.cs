using CrmSuite.Contracts;
using CrmSuite.Contracts.Sales;
using CrmSuite.Journal;
using CrmSuite.Sales.Accounts;
using CrmSuite.Sales.Approvals;
using CrmSuite.Testing;
using static CrmSuite.Sales.Tests.Approvals.Cases;

namespace CrmSuite.Sales.Tests.Approvals;

public sealed class ApprovalTests : DeciderTests
{
    static readonly Event[] AtTheHead = [.. Asked, Said("finance", "u-fay"), Said("legal", "u-lea"), Opened(Flow.Steps[2], Now)];
    static readonly ApprovalInvalidated Invalidated = new(Id, Customer, 1, Target, OtherHash);

    [Fact]
    public void It_is_asked_for_and_the_steps_of_the_first_rank_wait_side_by_side() =>
        Given<Approval>().When(a => a.Start(Request, Flow, Person("u-asks"), Now)).Then(Asked);

    [Fact]
    public void Asking_again_for_the_same_adds_nothing_also_when_it_is_approved()
    {
        Given<Approval>(Asked).When(a => a.Start(Request, Flow, Person("u-bob"), Now)).ThenNothing();
        Given<Approval>([.. AtTheHead, Completed(ApprovalResult.Approved, "u-fay", "u-lea", "u-max", "u-mia")])
            .When(a => a.Start(Request, Flow, Person("u-bob"), Now)).ThenNothing();
    }

    [Fact]
    public void By_another_flow_it_is_asked_for_only_when_the_first_is_withdrawn() =>
        Given<Approval>(Asked).When(a => a.Start(Request, Flow with { Name = "board" }, Person("u-bob"), Now)).ThenRefused("approval.other-flow");

    [Fact]
    public void It_needs_a_flow_and_enough_different_people_over_all_steps()
    {
        Given<Approval>().When(a => a.Start(Request, Flow with { Version = 0, Steps = [] }, Person("u-asks"), Now)).ThenRefused("flow.unknown");
        Given<Approval>().When(a => a.Start(Request, With("head", ["u-fay", "u-mia"]), Person("u-asks"), Now)).ThenRefused("approval.too-few-people");
        Given<Approval>().When(a => a.Start(Request, Flow, Person("u-fay"), Now)).ThenRefused("approval.too-few-people");
    }

    [Fact]
    public void One_yes_after_the_other_opens_the_next_rank_and_approves_at_the_end()
    {
        Given<Approval>(Asked).When(a => a.Decide(Yes("legal"), Person("u-lea"), Now)).Then(Said("legal", "u-lea"));
        Given<Approval>([.. Asked, Said("legal", "u-lea")]).When(a => a.Decide(Yes("finance"), Person("u-fay"), Now))
            .Then(Said("finance", "u-fay"), Opened(Flow.Steps[2], Now));
        Given<Approval>(AtTheHead).When(a => a.Decide(Yes("head"), Person("u-mia"), Now)).Then(Said("head", "u-mia"));
        var approved = Given<Approval>([.. AtTheHead, Said("head", "u-mia")]).When(a => a.Decide(Yes("head"), Person("u-max"), Now))
            .Then(Said("head", "u-max"), Completed(ApprovalResult.Approved, "u-fay", "u-lea", "u-mia", "u-max")).State;
        Assert.True(approved.IsApproved(Hash));
        Assert.False(approved.IsApproved(OtherHash));
    }

    [Fact]
    public void One_no_ends_it() => Given<Approval>(AtTheHead).When(a => a.Decide(new("head", Hash, ApprovalAnswer.No), Person("u-mia"), Now))
        .Then(Said("head", "u-mia", ApprovalAnswer.No), Completed(ApprovalResult.Refused, "u-fay", "u-lea", "u-mia"));

    [Fact]
    public void A_comment_is_a_personal_field_of_the_customer() =>
        Given<Approval>(Asked).When(a => a.Decide(Yes("legal") with { Comment = PersonalData.From("Clause 3 is new") }, Person("u-lea"), Now))
            .Then(Said("legal", "u-lea") with { Comment = PersonalData.From("Clause 3 is new").Of(Customer) });

    [Theory]
    [InlineData("u-asks"), InlineData("u-author"), InlineData("u-owner")]
    public void Who_asked_wrote_it_or_owns_the_deal_does_not_decide(string person)
    {
        Given<Approval>(Asked).When(a => a.Decide(Yes("legal"), Person(person), Now)).ThenRefused("approval.own");
        Given<Approval>(Asked).When(a => a.Claim(new("legal", Hash), Person(person))).ThenRefused("approval.own");
        Given<Approval>(Asked).When(a => a.Delegate(new("legal", Hash, person, "holiday"), Person("u-lea"), true)).ThenRefused("approval.delegate-excluded");
    }

    [Fact]
    public void Who_owns_the_thing_or_its_deal_by_now_does_not_decide_either()
    {
        Given<Approval>(Asked).When(a => a.Decide(Yes("legal"), Person("u-lea"), Now, "u-lea")).ThenRefused("approval.own");
        Given<Approval>(Asked).When(a => a.Claim(new("legal", Hash), Person("u-lea"), "u-bob", "u-lea")).ThenRefused("approval.own");
        Given<Approval>(Asked).When(a => a.Delegate(new("legal", Hash, "u-max", "holiday"), Person("u-lea"), true, "u-lea")).ThenRefused("approval.own");
        Given<Approval>(Asked).When(a => a.Delegate(new("legal", Hash, "u-max", "holiday"), Person("u-lea"), true, "u-max"))
            .ThenRefused("approval.delegate-excluded");
        Given<Approval>(Asked).When(a => a.Decide(Yes("legal"), Person("u-owner"), Now, "u-lea")).ThenRefused("approval.own");
    }

    [Fact]
    public void A_person_decides_once_over_all_steps_and_delegations()
    {
        Given<Approval>([.. Asked, Said("legal", "u-leo")]).When(a => a.Decide(Yes("legal"), Person("u-leo"), Now)).ThenRefused("approval.second-decision");
        Event[] leo = [.. Asked, Said("finance", "u-fay"), Said("legal", "u-leo"), Opened(Flow.Steps[2], Now)];
        Given<Approval>(leo).When(a => a.Decide(Yes("head"), Person("u-leo"), Now)).ThenRefused("approval.second-decision");
        Given<Approval>(leo).When(a => a.Delegate(new("head", Hash, "u-fay", "holiday"), Person("u-max"), true)).ThenRefused("approval.delegate-decided");
    }

    [Fact]
    public void Only_a_person_decides_and_never_for_another_one() =>
        Given<Approval>(Asked).When(a => a.Decide(Yes("legal"), new("service", "portal", OnBehalfOf: "u-lea"), Now)).ThenRefused("approval.not-a-person");

    [Fact]
    public void A_decision_is_for_its_people_its_turn_and_its_content()
    {
        Given<Approval>().When(a => a.Decide(Yes("legal"), Person("u-lea"), Now)).ThenRefused("approval.unknown");
        Given<Approval>(Asked).When(a => a.Decide(Yes("legal"), Person("u-fay"), Now)).ThenRefused("approval.not-yours");
        Given<Approval>(Asked).When(a => a.Decide(Yes("head"), Person("u-max"), Now)).ThenRefused("approval.step-not-open");
        Given<Approval>(Asked).When(a => a.Decide(Yes("board"), Person("u-max"), Now)).ThenRefused("approval.no-such-step");
        Given<Approval>(Asked).When(a => a.Decide(Yes("legal", OtherHash), Person("u-lea"), Now)).ThenRefused("approval.other-content");
        Given<Approval>([.. Asked, Invalidated]).When(a => a.Decide(Yes("legal"), Person("u-lea"), Now)).ThenRefused("approval.not-waiting");
    }

    [Fact]
    public void Who_is_needed_in_another_step_leaves_this_one_to_others()
    {
        Event[] asked = [Started with { Steps = With("head", ["u-leo", "u-max"]).Steps }, LegalOpened, FinanceOpened];
        Given<Approval>(asked).When(a => a.Decide(Yes("legal"), Person("u-leo"), Now)).ThenRefused("approval.needed-elsewhere");
        Given<Approval>(asked).When(a => a.Decide(Yes("legal"), Person("u-lea"), Now)).Then(Said("legal", "u-lea"));
    }

    [Fact]
    public void A_claim_says_who_looks_at_it() => Given<Approval>(Asked).When(a => a.Claim(new("legal", Hash), Person("u-lea")))
        .Then(new ApprovalStepClaimed(Id, Customer, 1, Target, "legal", "u-lea"));

    [Fact]
    public void A_place_is_given_to_another_one_while_enough_remain()
    {
        var delegated = new ApprovalDelegated(Id, Customer, 1, Target, "finance", "u-fay", "u-fred", "holiday");
        var after = Given<Approval>(Asked).When(a => a.Delegate(new("finance", Hash, "u-fred", "holiday"), Person("u-fay"), true)).Then(delegated).State;
        Assert.Equal("approval.not-yours", after.Decide(Yes("finance"), Person("u-fay"), Now).Refusal?.Code);
        Assert.Null(after.Decide(Yes("finance"), Person("u-fred"), Now).Refusal);
        Given<Approval>(Asked).When(a => a.Delegate(new("finance", Hash, "u-agent", "holiday"), Person("u-fay"), false)).ThenRefused("approval.delegate-may-not");
        Given<Approval>(AtTheHead).When(a => a.Delegate(new("head", Hash, "u-max", "holiday"), Person("u-mia"), true)).Then(
            delegated with { Step = "head", From = "u-mia", To = "u-max" });
        Given<Approval>([Started with { Steps = With("head", ["u-max", "u-mia"]).Steps }, .. AtTheHead[1..]])
            .When(a => a.Delegate(new("head", Hash, "u-max", "holiday"), Person("u-mia"), true)).ThenRefused("approval.too-few-people");
    }

    [Fact]
    public void Who_left_gives_away_all_his_places_also_those_whose_turn_has_not_come()
    {
        var legal = new ApprovalDelegated(Id, Customer, 1, Target, "legal", "u-leo", "u-boss", "left");
        var after = Given<Approval>(Asked).When(a => a.HandOver("u-leo", "u-boss", "left", [])).Then(legal, legal with { Step = "head" }).State;
        Assert.DoesNotContain(after.Steps, step => step.Approvers.Contains("u-leo"));
        Assert.Null(after.Decide(Yes("legal"), Person("u-boss"), Now).Refusal);
        Given<Approval>(Asked).When(a => a.HandOver("u-fay", "u-owner", "left", [])).ThenRefused("approval.delegate-excluded");
        Given<Approval>(Asked).When(a => a.HandOver("u-fay", "u-boss", "left", ["u-boss"])).ThenRefused("approval.delegate-excluded");
        Given<Approval>([.. Asked, Said("legal", "u-lea")]).When(a => a.HandOver("u-fay", "u-lea", "left", [])).ThenRefused("approval.delegate-decided");
        Given<Approval>([.. Asked, Said("legal", "u-leo")]).When(a => a.HandOver("u-leo", "u-boss", "left", [])).ThenNothing();
        Given<Approval>([.. Asked, Invalidated]).When(a => a.HandOver("u-leo", "u-boss", "left", [])).ThenNothing();
        Given<Approval>(Asked).When(a => a.HandOver("u-bob", "u-boss", "left", [])).ThenNothing();
        Given<Approval>().When(a => a.HandOver("u-leo", "u-boss", "left", [])).ThenRefused("approval.unknown");
    }

    [Fact]
    public void What_is_overdue_goes_to_more_people_once()
    {
        Assert.Equal(FinanceOpened.DueAt, Given<Approval>(Asked).State.NextDue());
        var finance = new ApprovalStepEscalated(Id, Customer, 1, Target, "finance", FinanceOpened.DueAt, []);
        var legal = new ApprovalStepEscalated(Id, Customer, 1, Target, "legal", LegalOpened.DueAt, ["u-max"]);
        Given<Approval>(Asked).When(a => ApprovalEscalation.Decide(a, FinanceOpened.DueAt)).Then(finance);
        var after = Given<Approval>([.. Asked, finance]).When(a => ApprovalEscalation.Decide(a, LegalOpened.DueAt)).Then(legal).State;
        Assert.Null(ApprovalEscalation.At(after));
        Assert.Null(after.Decide(Yes("legal"), Person("u-max"), Now).Refusal);
    }

    [Fact]
    public void Another_content_invalidates_what_waits_or_was_approved_and_is_asked_for_anew()
    {
        Given<Approval>(Asked).When(a => a.Invalidate(OtherHash)).Then(Invalidated);
        Given<Approval>(Asked).When(a => a.Invalidate(Hash)).ThenNothing();
        Given<Approval>([.. AtTheHead, Completed(ApprovalResult.Approved, "u-fay", "u-lea", "u-max", "u-mia")]).When(a => a.Invalidate(OtherHash)).Then(Invalidated);
        var other = Target with { Version = 4, Hash = OtherHash };
        var again = Given<Approval>([.. Asked, Said("legal", "u-lea")]).When(a => a.Start(Request with { Target = other }, Flow, Person("u-asks"), Now)).Then(
            Invalidated, Started with { Round = 2, Target = other }, LegalOpened with { Round = 2, Target = other }, FinanceOpened with { Round = 2, Target = other }).State;
        Assert.Null(again.Decide(Yes("legal", OtherHash), Person("u-lea"), Now).Refusal);
    }

    [Fact]
    public void It_is_withdrawn_by_who_asked_or_a_manager()
    {
        var withdrawn = new ApprovalWithdrawn(Id, Customer, 1, Target, "u-asks", "lost");
        Given<Approval>(Asked).When(a => a.Withdraw(new("lost"), new("u-bob", "north", false))).ThenRefused("approval.other-owner");
        Given<Approval>(Asked).When(a => a.Withdraw(new("lost"), new("u-asks", "north", false))).Then(withdrawn);
        Given<Approval>(Asked).When(a => a.Withdraw(new("lost"), new("u-max", "north", true))).Then(withdrawn with { By = "u-max" });
        Given<Approval>([.. Asked, Invalidated]).When(a => a.Withdraw(new("lost"), new Seller("u-asks", "north", false))).ThenRefused("approval.not-waiting");
        Given<Approval>([.. Asked, withdrawn]).When(a => a.Start(Request, Flow, Person("u-asks"), Now)).Then(
            [.. Asked.Select(fact => fact switch
            {
                ApprovalStarted e => e with { Round = 2 },
                ApprovalStepOpened e => (Event)(e with { Round = 2 }),
                _ => fact,
            })]);
    }

    [Fact]
    public void A_command_with_a_bad_value_says_which()
    {
        Assert.Null(Yes("legal").Invalid());
        Assert.Equal("approval.step", Yes("Legal step").Invalid()?.Code);
        Assert.Equal("approval.hash", Yes("legal", "abc").Invalid()?.Code);
        Assert.Equal("approval.comment", (Yes("legal") with { Comment = PersonalData.From(" ") }).Invalid()?.Code);
        Assert.Equal("approval.delegate", new DelegateStep("legal", Hash, " ", "holiday").Invalid()?.Code);
        Assert.Equal("reason.form", new DelegateStep("legal", Hash, "u-max", "On holiday").Invalid()?.Code);
        Assert.Equal("reason.form", new WithdrawApproval("").Invalid()?.Code);
    }

    static FlowInForce With(string step, IReadOnlyList<string> approvers) =>
        Flow with { Steps = [.. Flow.Steps.Select(known => known.Name == step ? known with { Approvers = approvers } : known)] };
}
