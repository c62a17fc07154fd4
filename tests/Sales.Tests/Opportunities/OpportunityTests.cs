using CrmSuite.Contracts;
using CrmSuite.Contracts.Sales;
using CrmSuite.Sales.Accounts;
using CrmSuite.Sales.Contacts;
using CrmSuite.Sales.Opportunities;
using CrmSuite.Sales.Orders;
using CrmSuite.Sales.Quotes;
using CrmSuite.Sales.Rates;
using CrmSuite.Sales.StageTables;
using CrmSuite.Sales.Tests.Quotes;
using CrmSuite.Testing;
using static CrmSuite.Sales.Tests.Opportunities.Deals;

namespace CrmSuite.Sales.Tests.Opportunities;

public sealed class OpportunityTests : DeciderTests
{
    static readonly Guid Customer = Shop.CustomerId;
    static readonly Guid Person = Guid.Parse("3e9c1b74-5a2d-5c8e-8f16-9d0b7a6c5e43");
    static readonly WinEvidence Contract = new(EvidenceKind.Contract, "sales.contract-8e7d6c5b-4a39-5b28-9c17-0d1e2f3a4b5c", 3);
    static readonly OpportunityContactAdded Decider = new(Id, Customer, Person, ContactRole.Decider);
    static readonly OpportunityStageMoved Proposed = Moved("qualify", "propose", 5_000, ForecastCategory.Best, "decider-known", "worth-it");
    static readonly OpportunityCriterionTicked Ticked = new(Id, Customer, "budget-confirmed", true);
    static readonly Event[] Ready = [Opened, Decider, Proposed, Ticked];
    static readonly OpportunityWon Won = new(Id, Shop.AccountId, Customer, 1, Dollar(1_000_00), Dollar(1_000_00), Contract, "u-ann", "north", RateId);
    static readonly OpportunityLost Lost = new(Id, Customer, "price", "acme");

    [Fact]
    public void A_deal_opens_at_the_first_stage_and_belongs_to_who_opens_it() => Given<Opportunity>().When(o => o.Open(Command, Id, Shop, Usual, Now))
        .Then(Opened);

    [Fact]
    public void Its_title_is_a_personal_field_of_the_accounts_customer() =>
        Given<Opportunity>().When(o => o.Open(Command with { Title = PersonalData.From("Tea for all") }, Id, Shop, Usual, Now))
            .Then(Opened with { Title = PersonalData.From("Tea for all").Of(Customer) });

    [Fact]
    public void Opening_it_again_adds_nothing_and_with_another_amount_is_refused()
    {
        Given<Opportunity>(Opened).When(o => o.Open(Command, Id, Shop, Usual, Now)).ThenNothing();
        Given<Opportunity>(Opened).When(o => o.Open(Command with { Amount = Dollar(1) }, Id, Shop, Usual, Now)).ThenRefused("opportunity.other");
    }

    [Fact]
    public void It_needs_an_open_account_and_a_stage_table()
    {
        Given<Opportunity>().When(o => o.Open(Command, Id, Account.Initial, Usual, Now)).ThenRefused("account.unknown");
        Given<Opportunity>().When(o => o.Open(Command, Id, Shop with { Status = AccountStatus.Closed }, Usual, Now)).ThenRefused("account.closed");
        Given<Opportunity>().When(o => o.Open(Command, Id, Shop, Usual with { Stages = StageTable.Initial }, Now)).ThenRefused("stages.unknown");
        Given<Opportunity>().When(o => o.Open(Command with { Stage = "negotiate" }, Id, Shop, Usual, Now)).ThenRefused("opportunity.no-such-stage");
    }

    [Fact]
    public void Only_an_import_opens_it_beyond_a_stage_that_must_be_passed()
    {
        Given<Opportunity>().When(o => o.Open(Command with { Stage = "propose" }, Id, Shop, Usual, Now)).ThenRefused("opportunity.stage-skipped");
        Given<Opportunity>().When(o => o.Open(Command with { Stage = "propose" }, Id, Shop, Usual, Now, isImported: true))
            .Then(Opened with { Stage = "propose", ProbabilityBp = 5_000, Category = ForecastCategory.Best });
    }

    [Fact]
    public void In_the_reporting_currency_it_names_no_rate() => Given<Opportunity>()
        .When(o => o.Open(Command with { Amount = new(5, "EUR") }, Id, Shop, Usual, Now))
        .Then(Opened with { Amount = new(5, "EUR"), RateId = null });

    [Fact]
    public void A_stage_is_left_when_its_exit_criteria_are_met()
    {
        Given<Opportunity>(Opened).When(o => o.Move(new("propose"), Usual, Now)).ThenRefused("opportunity.criterion-missing");
        Given<Opportunity>(Opened, Decider).When(o => o.Move(new("propose"), Usual, Now)).Then(Proposed);
        Given<Opportunity>(Opened, Decider, new OpportunityContactRemoved(Id, Customer, Person)).When(o => o.Move(new("propose"), Usual, Now))
            .ThenRefused("opportunity.criterion-missing");
    }

    [Fact]
    public void What_is_missing_is_said_in_the_refusal()
    {
        var refusal = Given<Opportunity>(Opened with { Amount = Dollar(0) }).State.Move(new("discover"), Usual, Now).Refusal!;
        Assert.Equal("Before the deal leaves 'qualify': add a contact in the role 'decider'; set an amount over zero.", refusal.Reason);
    }

    [Fact]
    public void What_tasks_and_quotes_prove_is_looked_at_where_the_stage_asks_for_it()
    {
        SalesStage[] stages = [new("qualify", 1_000, Exit: [new("called", CriterionKind.Task, "call"), new("offered", CriterionKind.QuoteSent),
            new("agreed", CriterionKind.QuoteAccepted)]), new("close", 9_000)];
        var asked = Usual with { Stages = Stages with { Stages = [.. stages] } };
        var refusal = Given<Opportunity>(Opened).State.Move(new("close"), asked with { Proofs = new(["visit"]) }, Now).Refusal!;
        Assert.Equal("Before the deal leaves 'qualify': have a task of the kind 'call' done; send a quote; have a quote accepted.", refusal.Reason);
        Given<Opportunity>(Opened).When(o => o.Move(new("close"), asked with { Proofs = new(["call"], true, true) }, Now))
            .Then(Moved("qualify", "close", 9_000, ForecastCategory.Pipeline, "called", "offered", "agreed"));
    }

    [Fact]
    public void A_stage_is_passed_over_only_where_the_table_says_so()
    {
        var strict = Usual with { Stages = Stages with { Stages = Stages.Stages.SetItem(1, Stages.Stages[1] with { MaySkip = false }) } };
        Given<Opportunity>(Opened, Decider).When(o => o.Move(new("propose"), strict, Now)).ThenRefused("opportunity.stage-skipped");
        Given<Opportunity>(Opened, Decider).When(o => o.Win(new(Contract), Usual, Now)).ThenRefused("opportunity.stage-skipped");
    }

    [Fact]
    public void A_deal_comes_back_only_where_the_table_says_so_and_is_asked_for_nothing_then()
    {
        Given<Opportunity>(Opened, Decider, Proposed).When(o => o.Move(new("qualify"), Usual, Now))
            .Then(Moved("propose", "qualify", 1_000, ForecastCategory.Pipeline));
        Given<Opportunity>(Opened, Decider, Proposed).When(o => o.Move(new("discover"), Usual, Now)).ThenRefused("opportunity.no-way-back");
        Given<Opportunity>(Opened).When(o => o.Move(new("qualify"), Usual, Now)).ThenNothing();
        Given<Opportunity>(Opened).When(o => o.Move(new("negotiate"), Usual, Now)).ThenRefused("opportunity.no-such-stage");
    }

    [Fact]
    public void A_move_ends_a_probability_that_is_not_pinned()
    {
        var (free, pinned) = (new OpportunityProbabilityOverridden(Id, Customer, 1_000, 8_000, false, "verbal-yes"),
            new OpportunityProbabilityOverridden(Id, Customer, 1_000, 8_000, true, "verbal-yes"));
        Given<Opportunity>(Opened).When(o => o.Override(new("verbal-yes", 8_000), Ann)).Then(free);
        Assert.Equal((5_000, 8_000), (Given<Opportunity>(Opened, free, Proposed).State.ProbabilityBp, Given<Opportunity>(Opened, pinned, Proposed)
            .State.ProbabilityBp));
        Given<Opportunity>(Opened, pinned).When(o => o.Override(new("over"), Ann))
            .Then(new OpportunityProbabilityOverridden(Id, Customer, 8_000, null, false, "over"));
    }

    [Fact]
    public void The_category_follows_the_table_until_a_person_sets_it()
    {
        var set = new OpportunityCategorised(Id, Customer, ForecastCategory.Pipeline, ForecastCategory.Commit);
        Assert.Equal(ForecastCategory.Best, Given<Opportunity>(Opened, Proposed).State.Forecast);
        Given<Opportunity>(Opened).When(o => o.Categorise(new(ForecastCategory.Commit), Ann)).Then(set);
        Assert.Equal(ForecastCategory.Commit, Given<Opportunity>(Opened, set, Proposed).State.Forecast);
    }

    [Fact]
    public void Amount_and_close_date_change_each_by_an_event_of_its_own_with_a_reason()
    {
        Given<Opportunity>(Opened).When(o => o.ChangeAmount(new(Dollar(900_00), "fewer-seats"), Usual, Now))
            .Then(new OpportunityAmountChanged(Id, Customer, Dollar(1_000_00), Dollar(900_00), "fewer-seats", RateId));
        Given<Opportunity>(Opened).When(o => o.MoveCloseDate(new(new(2026, 7, 31), "budget"), Ann))
            .Then(new OpportunityCloseDateMoved(Id, Customer, new(2026, 6, 30), new(2026, 7, 31), "budget"));
        Given<Opportunity>(Opened).When(o => o.ChangeAmount(new(Dollar(1_000_00), "same"), Usual, Now)).ThenNothing();
        Given<Opportunity>(Opened).When(o => o.MoveCloseDate(new(new(2026, 6, 30), "same"), Ann)).ThenNothing();
    }

    [Fact]
    public void A_deal_has_one_currency()
    {
        Given<Opportunity>(Opened).When(o => o.ChangeAmount(new(new(1, "EUR"), "euro"), Usual, Now)).ThenRefused("opportunity.other-currency");
        Given<Opportunity>(Ready).When(o => o.Win(new(Contract, new(1, "EUR")), Usual, Now)).ThenRefused("opportunity.other-currency");
        Given<Opportunity>(Ready).When(o => o.Win(new(Contract, null, new(1, "EUR")), Usual, Now)).ThenRefused("opportunity.other-currency");
        Given<Opportunity>(Opened, Lost).When(o => o.Reopen(new("again", Amount: new(1, "EUR")), Usual, Order.Initial, Now))
            .ThenRefused("opportunity.other-currency");
    }

    [Fact]
    public void Contacts_needs_rivals_and_ticks_are_kept()
    {
        var need = PersonalData.From("Strong tea");
        Given<Opportunity>(Opened).When(o => o.AddContact(new(Person, ContactRole.Decider), Contact.Initial with { CustomerId = Person }, Ann)).Then(Decider);
        Given<Opportunity>(Opened).When(o => o.AddContact(new(Person, ContactRole.Decider), Contact.Initial, Ann)).ThenRefused("contact.unknown");
        Given<Opportunity>(Opened, Decider).When(o => o.RemoveContact(Person, Ann)).Then(new OpportunityContactRemoved(Id, Customer, Person));
        Given<Opportunity>(Opened).When(o => o.RemoveContact(Person, Ann)).ThenNothing();
        Given<Opportunity>(Opened).When(o => o.RecordNeed(new(need, "pot"), Ann)).Then(new OpportunityNeedRecorded(Id, Customer, need.Of(Customer), "pot"));
        Given<Opportunity>(Opened).When(o => o.NameRival(new("acme"), Ann)).Then(new OpportunityCompetitorNamed(Id, Customer, "acme"));
        Given<Opportunity>(Opened).When(o => o.Tick(new("budget-confirmed"), Usual)).Then(Ticked);
        Given<Opportunity>(Opened, Ticked).When(o => o.Tick(new("budget-confirmed", false), Usual)).Then(Ticked with { IsMet = false });
        Given<Opportunity>(Opened).When(o => o.Tick(new("worth-it"), Usual)).ThenRefused("opportunity.no-such-criterion");
    }

    [Fact]
    public void A_deal_is_won_at_the_value_agreed_which_is_told_first_where_it_differs()
    {
        Given<Opportunity>(Ready).When(o => o.Win(new(Contract), Usual, Now)).Then(Won);
        Given<Opportunity>(Ready).When(o => o.Win(new(Contract, Dollar(900_00), Dollar(1_080_00)), Usual, Now)).Then(
            new OpportunityAmountChanged(Id, Customer, Dollar(1_000_00), Dollar(900_00), "agreed", RateId),
                Won with { Value = Dollar(900_00), Total = Dollar(1_080_00) });
        Given<Opportunity>([.. Ready, Won]).When(o => o.Win(new(Contract), Usual, Now)).ThenNothing();
        Given<Opportunity>([.. Ready, Won]).When(o => o.Win(new(Contract with { Version = 4 }), Usual, Now)).ThenRefused("opportunity.not-open");
        Given<Opportunity>([.. Ready, Won]).When(o => o.Win(new(Contract, Total: Dollar(2_000_00)), Usual, Now)).ThenRefused("opportunity.not-open");
    }

    [Fact]
    public void An_accepted_quote_proves_a_win_and_says_what_it_is_worth()
    {
        WinEvidence evidence = new(EvidenceKind.Quote, $"sales.quote-{Offers.Id}", 1);
        var grounds = Usual with { Stages = Stages with { Evidence = [EvidenceKind.Quote] } };
        var terms = Offers.Terms with { Currency = "USD", Net = Dollar(900_00), Gross = Dollar(1_080_00) };
        var sent = Given<Quote>(Offers.Drafted with { OpportunityId = Id, Terms = terms }, Offers.Sent with { OpportunityId = Id }).State;
        var accepted = sent with { Status = QuoteStatus.Accepted };
        Given<Opportunity>(Ready).When(o => o.Win(new(evidence), grounds, Now, accepted)).Then(
            new OpportunityAmountChanged(Id, Customer, Dollar(1_000_00), Dollar(900_00), "agreed", RateId),
            Won with { Value = Dollar(900_00), Total = Dollar(1_080_00), Evidence = evidence });
        Given<Opportunity>(Ready).When(o => o.Win(new(evidence), grounds, Now, sent)).ThenRefused("opportunity.evidence-unknown");
        Given<Opportunity>(Ready).When(o => o.Win(new(evidence), grounds, Now)).ThenRefused("opportunity.evidence-unknown");
        Given<Opportunity>(Ready).When(o => o.Win(new(evidence with { Version = 2 }), grounds, Now, accepted)).ThenRefused("opportunity.evidence-unknown");
        Given<Opportunity>(Ready).When(o => o.Win(new(evidence), grounds, Now, accepted with { OpportunityId = Offers.Id }))
            .ThenRefused("opportunity.evidence-unknown");
    }

    [Fact]
    public void Its_primary_quote_sets_the_amount_when_it_is_sent_and_a_deal_that_has_ended_stays_as_it_was()
    {
        var heard = Entries.Heard(Offers.Sent with { OpportunityId = Id, IsPrimary = true, Net = Dollar(900_00), RateId = RateId }, Now);
        Given<Opportunity>(Opened).When(o => WhenQuoteSent.Decide(o, heard))
            .Then(new OpportunityAmountChanged(Id, Customer, Dollar(1_000_00), Dollar(900_00), "quote-sent", RateId));
        Given<Opportunity>(Opened, Lost).When(o => WhenQuoteSent.Decide(o, heard)).ThenNothing();
        Assert.Equal((Id, null), (WhenQuoteSent.Target(heard.Event), WhenQuoteSent.Target(heard.Event with { IsPrimary = false })));
    }

    [Fact]
    public void A_win_needs_a_value_evidence_and_a_rate_of_the_day()
    {
        Given<Opportunity>(Ready).When(o => o.Win(new(Contract, Dollar(0)), Usual, Now)).ThenRefused("opportunity.no-value");
        Given<Opportunity>(Ready).When(o => o.Win(new(new(EvidenceKind.None)), Usual, Now)).ThenRefused("opportunity.evidence");
        Given<Opportunity>(Ready).When(o => o.Win(new(Contract, Dollar(100), Dollar(1)), Usual, Now)).ThenRefused("opportunity.total");
        Given<Opportunity>(Ready).When(o => o.Win(new(Contract, Total: Dollar(1)), Usual, Now)).ThenRefused("opportunity.total");
        Assert.Equal("The stage table asks for other evidence of a win: contract, customer-order.",
            Given<Opportunity>(Ready).State.Win(new(new(EvidenceKind.None)), Usual, Now).Refusal?.Reason);
        Given<Opportunity>(Ready).When(o => o.Win(new(Contract), Usual, Now.AddDays(7))).ThenRefused("rate.missing");
        Given<Opportunity>(Ready).When(o => o.Win(new(Contract), Usual with { Rate = Rate.Initial, Books = Sales.Books.Books.Initial }, Now))
            .Then(Won with { RateId = null });
        Given<Opportunity>(Opened, Decider, Proposed).When(o => o.Win(new(Contract), Usual, Now)).ThenRefused("opportunity.criterion-missing");
        Given<Opportunity>(Ready).When(o => o.Win(new(Contract), Usual, new(2026, 7, 1, 0, 0, 0, DateTimeKind.Utc)))
            .ThenRefused("opportunity.criterion-missing");
    }

    [Fact]
    public void A_deal_is_lost_with_reason_and_rival_or_withdrawn()
    {
        Given<Opportunity>(Opened).When(o => o.Lose(new("price", "acme", PersonalData.From("Too dear")), Ann))
            .Then(Lost with { Words = PersonalData.From("Too dear").Of(Customer) });
        Given<Opportunity>(Opened).When(o => o.Withdraw(new(WithdrawalReason.Duplicate), Ann))
            .Then(new OpportunityWithdrawn(Id, Customer, WithdrawalReason.Duplicate));
        Given<Opportunity>(Opened, Lost).When(o => o.Lose(new("price", "acme"), Ann)).ThenNothing();
        Given<Opportunity>(Opened, Lost).When(o => o.Lose(new("price"), Ann)).ThenRefused("opportunity.not-open");
        Given<Opportunity>(Opened, Lost).When(o => o.Lose(new("delay", "acme"), Ann)).ThenRefused("opportunity.not-open");
    }

    [Fact]
    public void What_has_ended_changes_no_more_until_it_is_reopened()
    {
        Given<Opportunity>(Opened, Lost).When(o => o.Move(new("discover"), Usual, Now)).ThenRefused("opportunity.not-open");
        Given<Opportunity>(Opened, Lost).When(o => o.ChangeAmount(new(Dollar(1), "more"), Usual, Now)).ThenRefused("opportunity.not-open");
        Given<Opportunity>(Opened, Lost).When(o => o.Win(new(Contract), Usual, Now)).ThenRefused("opportunity.not-open");
        Given<Opportunity>(Opened, Lost).When(o => o.Reopen(new("changed-mind", Stage: "discover", Amount: Dollar(5)), Usual, Order.Initial, Now))
            .Then(new OpportunityReopened(
            Id, Customer, 0, "changed-mind", "discover", 2, 2_500, ForecastCategory.Pipeline, Dollar(5), new(2026, 6, 30), "u-ann", "north", RateId))
            .When(o => o.Lose(new("price"), Ann)).Then(new OpportunityLost(Id, Customer, "price"));
        Given<Opportunity>(Opened).When(o => o.Reopen(new("changed-mind"), Usual, Order.Initial, Now)).ThenNothing();
    }

    [Fact]
    public void A_won_deal_is_reopened_only_while_its_order_is_not_paid()
    {
        var order = Order.Initial with { Status = OrderStatus.Placed, Received = Dollar(0) };
        Given<Opportunity>([.. Ready, Won]).When(o => o.Reopen(new("cancelled"), Usual, order with { Received = Dollar(1) }, Now))
            .ThenRefused("opportunity.order-paid");
        Given<Opportunity>([.. Ready, Won]).When(o => o.Reopen(new("cancelled"), Usual, order with { Status = OrderStatus.Paid }, Now))
            .ThenRefused("opportunity.order-paid");
        Given<Opportunity>([.. Ready, Won]).When(o => o.Reopen(new("cancelled"), Usual, order, Now))
            .Then(new OpportunityReopened(Id, Customer, 1, "cancelled", "propose", 2, 5_000,
            ForecastCategory.Best, Dollar(1_000_00), new(2026, 6, 30), "u-ann", "north", RateId)).When(o => o.Win(new(Contract), Usual, Now))
                .Then(Won with { Win = 2 });
    }

    [Fact]
    public void Only_its_owner_or_a_manager_changes_it()
    {
        Given<Opportunity>(Opened).When(o => o.MoveCloseDate(new(new(2026, 7, 31), "budget"), Bob)).ThenRefused("opportunity.other-owner");
        Given<Opportunity>(Opened, Lost).When(o => o.Reopen(new("mine"), Usual with { Seller = Bob }, Order.Initial, Now))
            .ThenRefused("opportunity.other-owner");
        Given<Opportunity>(Opened).When(o => o.ChangeOwner(new("u-bob", "mine"), Bob)).ThenRefused("opportunity.other-owner");
        Given<Opportunity>(Opened).When(o => o.ChangeOwner(new("u-bob", "left", "south"), Manager))
            .Then(new OpportunityOwnerChanged(Id, Customer, "u-ann", "north", "u-bob", "south", "left"));
        Given<Opportunity>(Opened).When(o => o.ChangeOwner(new("u-bob", "left"), Ann))
            .Then(new OpportunityOwnerChanged(Id, Customer, "u-ann", "north", "u-bob", null, "left"));
    }

    [Fact]
    public void What_is_not_there_is_unknown()
    {
        Given<Opportunity>().When(o => o.Move(new("discover"), Usual, Now)).ThenRefused("opportunity.unknown");
        Given<Opportunity>().When(o => o.ChangeOwner(new("u-bob", "left"), Ann)).ThenRefused("opportunity.unknown");
        Given<Opportunity>().When(o => o.Reopen(new("again"), Usual, Order.Initial, Now)).ThenRefused("opportunity.unknown");
        Given<Opportunity>().When(o => o.Win(new(Contract), Usual, Now)).ThenRefused("opportunity.unknown");
    }

    [Fact]
    public void A_command_with_a_bad_value_says_which()
    {
        Assert.Null(Command.Invalid());
        Assert.Equal("opportunity.amount", (Command with { Amount = Dollar(-1) }).Invalid()?.Code);
        Assert.Equal("opportunity.stage", (Command with { Stage = "In talks" }).Invalid()?.Code);
        Assert.Equal("opportunity.title", (Command with { Title = PersonalData.From("") }).Invalid()?.Code);
        Assert.Equal("opportunity.products", (Command with { Products = [""] }).Invalid()?.Code);
        Assert.Equal("opportunity.number", (Command with { Source = null }).Invalid()?.Code);
        Assert.Equal("opportunity.amount", new ChangeAmount(new(1, "euro"), "more").Invalid()?.Code);
        Assert.Equal("reason.form", new ChangeAmount(Dollar(1), "He said so").Invalid()?.Code);
        Assert.Equal("opportunity.probability", new OverrideProbability("sure", 10_001).Invalid()?.Code);
        Assert.Equal("opportunity.probability", new OverrideProbability("sure", null, true).Invalid()?.Code);
        Assert.Equal("opportunity.need", new RecordNeed(PersonalData.From(" ")).Invalid()?.Code);
        Assert.Equal("opportunity.rival", new LoseOpportunity("price", "Acme Inc.").Invalid()?.Code);
        Assert.Equal("opportunity.evidence-form", new WinOpportunity(new(EvidenceKind.Contract)).Invalid()?.Code);
        Assert.Equal("opportunity.evidence-form", new WinOpportunity(new(EvidenceKind.CustomerOrder, "whatever text", 0)).Invalid()?.Code);
        Assert.Null(new WinOpportunity(new(EvidenceKind.None)).Invalid());
    }
}
