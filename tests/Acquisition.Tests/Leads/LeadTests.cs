using CrmSuite.Acquisition.AssignmentRules;
using CrmSuite.Acquisition.Leads;
using CrmSuite.Acquisition.Rosters;
using CrmSuite.Acquisition.ScoreTables;
using CrmSuite.Contracts;
using CrmSuite.Contracts.Acquisition;
using CrmSuite.Contracts.Sales;
using CrmSuite.Testing;
using static CrmSuite.Acquisition.Tests.Leads.TheLead;

namespace CrmSuite.Acquisition.Tests.Leads;

public sealed class LeadTests : DeciderTests
{
    static readonly Event[] HandedOver = [Captured, Scored, Qualified, Assigned];
    static readonly Event[] Ready = [.. HandedOver, Accepted, SalesQualified];
    static readonly LeadDisqualified Disqualified = new(Id, Customer, "no-need");
    static readonly Assignment Idle = Choice(North);

    [Fact]
    public void A_lead_is_captured_with_the_notice_he_saw_and_scored_by_the_table_in_force() =>
        Given<Lead>().When(lead => lead.Capture(Command, Id, Customer, [], Scores)).Then(Captured, Scored);

    [Fact]
    public void Without_a_table_it_has_no_score() =>
        Given<Lead>().When(lead => lead.Capture(Command, Id, Customer, [], ScoreTable.Initial)).Then(Captured);

    [Fact]
    public void Capturing_it_again_adds_nothing() => Given<Lead>(Captured).When(lead => lead.Capture(Command, Id, Customer, [], Scores)).ThenNothing();

    [Fact]
    public void Who_is_there_already_is_taken_again_only_for_a_reason()
    {
        LeadBoard.Candidate[] alike = [new(Customer, Customer, "new", "fair", "letter", null, Now)];
        var refused = Given<Lead>().When(lead => lead.Capture(Command, Id, Customer, alike, Scores));
        refused.ThenRefused("lead.duplicate");
        Assert.Same(alike, Lead.Initial.Capture(Command, Id, Customer, alike, Scores).Refusal!.More!["candidates"]);
        Given<Lead>().When(lead => lead.Capture(Command with { Force = "other-branch" }, Id, Customer, alike, Scores))
            .Then(Captured with { Force = "other-branch" }, Scored);
        Given<Lead>(Captured).When(lead => lead.Capture(Command, Id, Customer, alike, Scores)).ThenNothing();
    }

    [Fact]
    public void The_same_number_of_somebody_else_is_refused() =>
        Given<Lead>(Captured).When(lead => lead.Capture(Command, Id, Id, [], Scores)).ThenRefused("lead.other");

    [Fact]
    public void The_same_number_with_other_data_is_refused()
    {
        foreach (var other in (CaptureLead[])[Command with { Email = PersonalData.From("eva@example.org") }, Command with { Phone = PersonalData.From("0316 12345") },
            Command with { Message = PersonalData.From("Tea, please") }, Command with { Campaign = "spring" }])
        {
            Given<Lead>(Captured).When(lead => lead.Capture(other, Id, Customer, [], Scores)).ThenRefused("lead.other");
        }
    }

    [Fact]
    public void What_became_known_since_does_not_make_it_another_one() => Given<Lead>(Captured, new LeadFieldsSet(Id, Customer, Country: "NZ"))
        .When(lead => lead.Capture(Command, Id, Customer, [], Scores)).ThenNothing();

    [Fact]
    public void It_says_what_weighs_most_in_its_score() =>
        Assert.Equal(["wrote-himself", "asked-for-tea", "reachable"], Given<Lead>(Captured, Scored).State.TopFactors.Select(factor => factor.Name));

    [Fact]
    public void Nobody_comes_back_to_him_on_a_day_that_has_passed()
    {
        var (yesterday, today) = (DateOnly.FromDateTime(Now).AddDays(-1), DateOnly.FromDateTime(Now));
        Given<Lead>(Captured).When(lead => lead.Nurture(new(yesterday, "on-holiday"), Ann, Now)).ThenRefused("lead.recall-past");
        Given<Lead>(Captured).When(lead => lead.Nurture(new(today, "on-holiday"), Ann, Now)).Then(new LeadNurtureStarted(Id, Customer, "on-holiday", today));
        Given<Lead>(HandedOver).When(lead => lead.Reject(new("too-early", yesterday), Ann, Now)).ThenRefused("lead.recall-past");
        Given<Lead>(Captured, Disqualified).When(lead => lead.Recycle(new(yesterday, "asked-again"), Now)).ThenRefused("lead.recall-past");
    }

    [Fact]
    public void An_amount_that_no_sum_can_hold_is_no_amount()
    {
        static string? Wrong(Money amount) => new ConvertLead(Opportunity: new(new(2026, 9, 1), Amount: amount)).Invalid()?.Code;
        Assert.Null(Wrong(new(Money.MinorMax, "EUR")));
        Assert.All([new Money(Money.MinorMax + 1, "EUR"), new Money(-1, "EUR"), new Money(1, "euro")], amount => Assert.Equal("lead.amount", Wrong(amount)));
    }

    [Fact]
    public void What_becomes_known_is_kept_and_counted() =>
        Given<Lead>(Captured, Scored).When(lead => lead.SetFields(new(Country: "NZ", Language: "de-AT", Products: ["coffee"]), Ann, Scores))
            .Then(new LeadFieldsSet(Id, Customer, Country: "NZ", Products: ["coffee"]),
                new LeadScored(Id, Customer, Scores.ScoresId, 2, 30, [new("wrote-himself", 40), new("far-away", -15), new("reachable", 5)]));

    [Fact]
    public void What_is_known_already_adds_nothing() =>
        Given<Lead>(Captured, Scored).When(lead => lead.SetFields(new("AT", Products: ["tea"]), Ann, Scores)).ThenNothing();

    [Fact]
    public void A_new_version_of_the_table_scores_anew_when_it_is_asked() =>
        Given<Lead>(Captured, Scored).When(lead => lead.ScoreAgain(Ann, Scores with { Version = 3, Factors = Scores.Factors.RemoveRange(1, 4) }))
            .Then(Scored with { ScoresVersion = 3, Score = 40, TopFactors = [new("wrote-himself", 40)] });

    [Fact]
    public void A_falling_score_moves_nothing() => Assert.Equal(LeadStatus.Mql, Given<Lead>([.. HandedOver, Scored with { Score = -15 }]).State.Status);

    [Fact]
    public void The_first_contact_moves_a_new_lead_and_the_second_counts()
    {
        var first = new LeadContacted(Id, Customer, Id, "u-ann", "phone");
        Given<Lead>(Captured, Scored).When(lead => lead.Contact(new("phone"), Id, Ann, Scores)).Then(first);
        Given<Lead>(Captured, Scored, first).When(lead => lead.Contact(new("e-mail", RosterId), RosterId, Ann, Scores))
            .Then(new LeadContacted(Id, Customer, RosterId, "u-ann", "e-mail", RosterId), Scored with
            {
                Score = 95,
                TopFactors = [new("wrote-himself", 40), new("spoken-twice", 30), new("asked-for-tea", 20), new("reachable", 5)],
            });
    }

    [Fact]
    public void A_lead_that_is_not_ready_is_nurtured_until_a_day() =>
        Given<Lead>(Captured).When(lead => lead.Nurture(new(new(2026, 9, 1), "no-budget-yet"), Ann, Now)).Then(new LeadNurtureStarted(Id, Customer, "no-budget-yet", new(2026, 9, 1)));

    [Fact]
    public void Nurtured_nobody_has_it_and_nothing_is_due()
    {
        var state = Given<Lead>([.. HandedOver, new LeadNurtureStarted(Id, Customer, "on-holiday", new(2026, 9, 1))]).State;
        Assert.Equal((null, null, null, new DateOnly(2026, 9, 1)), (state.OwnerId, state.OwnerTeam, LeadHandover.At(state), state.RecallOn));
    }

    [Fact]
    public void A_lead_that_sales_has_qualified_is_not_nurtured() =>
        Given<Lead>(Ready).When(lead => lead.Nurture(new(new(2026, 9, 1), "on-holiday"), Ann, Now)).ThenRefused("lead.qualified");

    [Fact]
    public void A_lead_over_the_threshold_goes_to_sales_and_at_once_to_whom_the_rule_chooses() =>
        Given<Lead>(Captured, Scored).When(lead => lead.Qualify(new(), Scores, Idle, Now)).Then(Qualified, Assigned);

    [Fact]
    public void Where_nobody_is_idle_it_waits() =>
        Given<Lead>(Captured, Scored).When(lead => lead.Qualify(new(), Scores, Choice(With(new RosterMemberSet(RosterId, "north", "u-ann", [], [], 2))), Now)).Then(Qualified);

    [Fact]
    public void Below_the_threshold_it_needs_somebodys_reason()
    {
        Given<Lead>(Captured).When(lead => lead.Qualify(new(), Scores, Idle, Now)).ThenRefused("lead.score-low");
        Given<Lead>(Captured).When(lead => lead.Qualify(new("met-at-fair"), Scores, Idle, Now)).Then(Qualified with { Score = 0, Reason = "met-at-fair" }, Assigned);
    }

    [Fact]
    public void Without_published_definitions_nothing_is_handed_over()
    {
        Given<Lead>(Captured, Scored).When(lead => lead.Qualify(new(), ScoreTable.Initial, Idle, Now)).ThenRefused("lead.no-scores");
        Given<Lead>(Captured, Scored).When(lead => lead.Qualify(new(), Scores, Idle with { Rule = AssignmentRule.Initial }, Now)).ThenRefused("assignment.unknown");
        Given<Lead>(Captured, Scored).When(lead => lead.ScoreAgain(Ann, ScoreTable.Initial)).ThenRefused("scores.unknown");
    }

    [Fact]
    public void What_sales_has_already_is_not_handed_over_again() =>
        Given<Lead>([.. HandedOver, Accepted]).When(lead => lead.Qualify(new(), Scores, Idle, Now)).ThenRefused("lead.not-marketing");

    [Fact]
    public void A_lead_that_waits_is_assigned_by_the_rule() =>
        Given<Lead>(Captured, Scored, Qualified).When(lead => lead.Assign(Idle, Bob, Now)).Then(Assigned);

    [Fact]
    public void A_lead_is_assigned_once() =>
        Given<Lead>(HandedOver).When(lead => lead.Assign(Choice(North) with { OwnerId = "u-bob" }, Bob, Now)).ThenRefused("lead.assigned");

    [Fact]
    public void Whoever_leads_the_team_gives_it_to_somebody_else_with_a_reason()
    {
        var roster = With(new RosterMemberSet(RosterId, "north", "u-bob", [], [], 1), new RosterPresenceChanged(RosterId, "north", "u-bob", Presence.Away, Presence.Ready, Now));
        var choice = Assignment.Of(new("u-bob", "north", "knows-him"), Rule, roster, 7, Given<Lead>(HandedOver).State);
        Given<Lead>(HandedOver).When(lead => lead.Assign(choice, Max, Now)).Then(Assigned with
        {
            OwnerId = "u-bob",
            Candidates = [new("u-bob", 0, 1, Presence.Ready, 0, true, Now)],
            From = "u-ann",
            FromTeam = "north",
            Reason = "knows-him",
        });
        Given<Lead>(HandedOver).When(lead => lead.Assign(choice, Bob, Now)).ThenRefused("lead.other-owner");
    }

    [Fact]
    public void What_is_not_handed_over_is_not_assigned() => Given<Lead>(Captured).When(lead => lead.Assign(Idle, Ann, Now)).ThenRefused("lead.not-handed-over");

    [Fact]
    public void Where_nobody_is_idle_the_assignment_says_so() =>
        Given<Lead>(Captured, Scored, Qualified).When(lead => lead.Assign(Choice(With(new RosterMemberSet(RosterId, "north", "u-ann", [], [], 2))), Ann, Now))
            .ThenRefused("assignment.nobody-idle");

    [Fact]
    public void Only_who_has_it_accepts_it()
    {
        Given<Lead>(HandedOver).When(lead => lead.Accept(Ann)).Then(Accepted);
        Given<Lead>(HandedOver).When(lead => lead.Accept(Bob)).ThenRefused("lead.other-owner");
        Given<Lead>(Captured, Scored, Qualified).When(lead => lead.Accept(Bob)).ThenRefused("lead.unassigned");
        Given<Lead>(Captured).When(lead => lead.Accept(Ann)).ThenRefused("lead.not-handed-over");
    }

    [Fact]
    public void Sales_gives_it_back_with_a_reason_and_a_day()
    {
        var rejected = new LeadRejectedBySales(Id, Customer, "u-ann", "u-ann", "north", "too-early", new(2026, 6, 1));
        var state = Given<Lead>(HandedOver).When(lead => lead.Reject(new("too-early", new(2026, 6, 1)), Ann, Now)).Then(rejected).State;
        Assert.Equal((LeadStatus.Nurturing, null, null), (state.Status, state.OwnerId, LeadHandover.At(state)));
    }

    [Fact]
    public void When_the_hand_over_time_passes_everybody_sees_it_once()
    {
        var waiting = Given<Lead>(HandedOver);
        Assert.Equal(Now.AddHours(4), LeadHandover.At(waiting.State));
        var after = waiting.When(lead => LeadHandover.Decide(lead, Now.AddHours(4))).Then(new LeadHandoverOverdue(Id, Customer, Now.AddHours(4), "u-ann", "north")).State;
        Assert.Null(LeadHandover.At(after));
        Assert.Null(LeadHandover.At(Given<Lead>([.. HandedOver, Accepted]).State));
    }

    [Fact]
    public void A_new_owner_has_the_whole_time_again() =>
        Assert.Equal(Now.AddHours(9), LeadHandover.At(Given<Lead>([.. HandedOver, Assigned with { OwnerId = "u-bob", DueAt = Now.AddHours(9) }]).State));

    [Fact]
    public void Sales_asks_for_need_budget_authority_and_timing()
    {
        var answers = new QualifyForSales(PersonalData.From("Strong tea"), "10k-50k", "decider", "this-quarter");
        Given<Lead>([.. HandedOver, Accepted]).When(lead => lead.QualifyForSales(answers, Ann)).Then(SalesQualified);
        Given<Lead>(HandedOver).When(lead => lead.QualifyForSales(answers, Ann)).ThenRefused("lead.not-accepted");
        Given<Lead>(Ready).When(lead => lead.QualifyForSales(answers with { Timing = "next-year" }, Ann)).ThenRefused("lead.not-accepted");
    }

    [Fact]
    public void A_person_becomes_an_account_of_his_own() => Given<Lead>(Ready).When(lead => lead.Convert(new(), Ann)).Then(Converted);

    [Fact]
    public void Who_comes_from_a_company_becomes_its_contact_and_a_deal()
    {
        var organisation = Lead.OrganisationOf(Id);
        Given<Lead>([Captured with { Company = His("Tea Ltd") }, .. Ready[1..]])
            .When(lead => lead.Convert(new(Opportunity: new(new(2026, 6, 30), Amount: new(1_000_00, "EUR"), Title: PersonalData.From("Tea for all"))), Ann))
            .Then(Converted with
            {
                AccountCustomerId = organisation,
                AccountKind = AccountKind.Organisation,
                AccountName = PersonalData.From("Tea Ltd").Of(organisation),
                Opportunity = new(Ids.Derive("opportunity", Id), OpportunityKind.New, new(2026, 6, 30), ["tea"], new(1_000_00, "EUR")),
                Title = His("Tea for all"),
            });
    }

    [Fact]
    public void An_account_that_is_there_gets_no_name_and_no_customer() =>
        Given<Lead>(Ready).When(lead => lead.Convert(new(RosterId), Ann)).Then(Converted with { AccountId = RosterId, AccountCustomerId = null, AccountName = null });

    [Fact]
    public void A_lead_is_converted_once() =>
        Given<Lead>([.. Ready, Converted]).When(lead => lead.Convert(new(), Ann)).ThenRefused("lead.converted");

    [Fact]
    public void Before_sales_has_qualified_it_it_is_not_converted() =>
        Given<Lead>([.. HandedOver, Accepted]).When(lead => lead.Convert(new(), Ann)).ThenRefused("lead.not-qualified");

    [Fact]
    public void Only_who_has_it_converts_it() => Given<Lead>(Ready).When(lead => lead.Convert(new(), Bob)).ThenRefused("lead.other-owner");

    [Fact]
    public void Where_nothing_comes_of_it_it_is_disqualified_from_any_open_state()
    {
        Given<Lead>(Captured).When(lead => lead.Disqualify(new("no-need"), Bob)).Then(Disqualified);
        Given<Lead>(Ready).When(lead => lead.Disqualify(new("no-need"), Ann)).Then(Disqualified);
        Given<Lead>(HandedOver).When(lead => lead.Disqualify(new("no-need"), Bob)).ThenRefused("lead.other-owner");
        Given<Lead>([.. Ready, Converted]).When(lead => lead.Disqualify(new("no-need"), Ann)).ThenRefused("lead.not-open");
    }

    [Fact]
    public void A_disqualified_lead_is_taken_up_again_and_nurtured_from_there()
    {
        var recycled = new LeadRecycled(Id, Customer, "asked-again", new(2026, 9, 1));
        Given<Lead>(Captured, Disqualified).When(lead => lead.Recycle(new(new(2026, 9, 1), "asked-again"), Now)).Then(recycled);
        Given<Lead>(Captured).When(lead => lead.Recycle(new(new(2026, 9, 1), "asked-again"), Now)).ThenRefused("lead.not-disqualified");
        Given<Lead>(Captured, Disqualified, recycled).When(lead => lead.Qualify(new("asked-again"), Scores, Idle, Now)).ThenRefused("lead.not-marketing");
        Given<Lead>(Captured, Disqualified, recycled).When(lead => lead.Nurture(new(new(2026, 9, 1), "asked-again"), Ann, Now))
            .Then(new LeadNurtureStarted(Id, Customer, "asked-again", new(2026, 9, 1)));
    }

    [Fact]
    public void What_is_not_there_is_told_so()
    {
        Given<Lead>().When(lead => lead.SetFields(new("AT"), Ann, Scores)).ThenRefused("lead.unknown");
        Given<Lead>().When(lead => lead.Qualify(new(), Scores, Idle, Now)).ThenRefused("lead.unknown");
        Given<Lead>().When(lead => lead.Assign(Idle, Ann, Now)).ThenRefused("lead.unknown");
        Given<Lead>().When(lead => lead.Convert(new(), Ann)).ThenRefused("lead.unknown");
        Given<Lead>().When(lead => lead.Recycle(new(default, "asked-again"), Now)).ThenRefused("lead.unknown");
    }

    static Assignment Choice(Roster roster) => Assignment.Of(new(), Rule, roster, 7, Lead.Evolve(Lead.Initial, Captured));
}
