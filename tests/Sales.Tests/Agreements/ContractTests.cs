using CrmSuite.Contracts;
using CrmSuite.Contracts.Sales;
using CrmSuite.Journal;
using CrmSuite.Sales.Accounts;
using CrmSuite.Sales.Agreements;
using CrmSuite.Sales.Approvals;
using CrmSuite.Sales.Opportunities;
using CrmSuite.Sales.Quotes;
using CrmSuite.Sales.Tasks;
using CrmSuite.Testing;
using static CrmSuite.Sales.Tests.Opportunities.Deals;

namespace CrmSuite.Sales.Tests.Agreements;

public sealed class ContractTests : DeciderTests
{
    static readonly Guid Ref = Guid.Parse("8e7d6c5b-4a39-5b28-9c17-0d1e2f3a4b5c");
    static readonly Guid Customer = Shop.CustomerId;
    static readonly ContractGrounds Ground = new(Ann, Shop, Opportunity.Evolve(Opportunity.Initial, Opened), null, []);

    static readonly WrittenContract Text = new(new(2026, 4, 1),
        [new("subject", Words("Tea for all")), new("early-end", Words("Leaving costs <a month>"), LockInKind.Penalty)], new(2027, 3, 31), 90, Zone: "Europe/Vienna");

    static readonly ContractMatter Matter = new(Shop.AccountId, Dollar(1_000_00), Id);
    static readonly IReadOnlyList<Event> First = Contract.Initial.Draft(new(Text, OpportunityId: Id), Ref, Ground).Events;
    static readonly string Hash = ((ContractDrafted)First[0]).Hash;
    static readonly ContractSubmitted Submitted = new(Ref, Customer, Matter, 1, Hash, "contract");
    static readonly ContractApproved Approved = new(Ref, Customer, Matter, 1, Hash, Approval.IdOf("contract", Ref));
    static readonly ContractSigned Signed = new(Ref, Customer, Matter, 1, Hash, ["seller", "buyer"]);
    static readonly ContractActivated Activated = new(Ref, Customer, Matter, new(2026, 4, 1), new(2027, 3, 31), new(2026, 12, 31));
    static readonly Event[] Ready = [.. First, Submitted, Approved];
    static readonly Event[] Running = [.. Ready, Signature("seller"), Signature("buyer"), Signed, Activated];

    // The days begin in Vienna: an hour before midnight UTC in winter, two in summer.
    static readonly DateTime FirstDay = new(2026, 3, 31, 22, 0, 0, DateTimeKind.Utc);
    static readonly DateTime NoticeDay = new(2026, 12, 30, 23, 0, 0, DateTimeKind.Utc);

    [Fact]
    public void It_is_drafted_for_a_deal_with_its_words_sealed_and_what_binds_the_customer_flagged()
    {
        Given<Contract>().When(c => c.Draft(new(Text, OpportunityId: Id), Ref, Ground)).Then(
            new ContractDrafted(Ref, Customer, Matter, new(Dollar(1_000_00), "en", "Europe/Vienna", new(2026, 4, 1), new(2027, 3, 31), 90, ["seller", "buyer"],
                [new("subject"), new("early-end", LockInKind.Penalty)]), "u-ann", "u-ann", "north", Hash, 1),
            new ContractClauseWorded(Ref, Customer, 1, "subject", Words("Tea for all").Of(Customer)),
            new ContractClauseWorded(Ref, Customer, 1, "early-end", Words("Leaving costs <a month>").Of(Customer)));
        Given<Contract>(Running).When(c => c.Draft(new(Text, OpportunityId: Id), Ref, Ground)).ThenNothing();
    }

    [Fact]
    public void It_needs_an_open_account_a_known_deal_that_is_ones_own_and_a_value()
    {
        Given<Contract>().When(c => Draft(c, Ground with { Account = Account.Initial })).ThenRefused("account.unknown");
        Given<Contract>().When(c => Draft(c, Ground with { Account = Shop with { Status = AccountStatus.Closed } })).ThenRefused("account.closed");
        Given<Contract>().When(c => Draft(c, Ground with { Deal = Opportunity.Initial })).ThenRefused("opportunity.unknown");
        Given<Contract>().When(c => Draft(c, Ground with { Seller = Bob })).ThenRefused("contract.other-owner");
        Given<Contract>().When(c => Draft(c, Ground with { Deal = null })).ThenRefused("contract.no-value");
    }

    [Fact]
    public void It_follows_a_quote_when_that_is_accepted_and_is_worth_what_was_accepted()
    {
        var terms = Samples.Events.OfType<QuoteDrafted>().Single().Terms;
        var quote = Quote.Initial with
        {
            QuoteId = Ref,
            Status = QuoteStatus.Accepted,
            OwnerId = "u-ann",
            OwnerTeam = "north",
            Versions = [new(1, terms with { Net = Dollar(1) }, "u-ann", "", 1, null, null), new(2, terms with { Net = Dollar(900_00) }, "u-ann", "", 1, null, null)],
            Sent = 2,
        };
        var drafted = (ContractDrafted)Draft(Contract.Initial, Ground with { Deal = null, Quote = quote }).Events[0];
        Assert.Equal(new ContractMatter(Shop.AccountId, Dollar(900_00), null, Ref, 2), drafted.Matter);
        Assert.Equal(Dollar(900_00), drafted.Terms.Value);
        Given<Contract>().When(c => Draft(c, Ground with { Quote = quote with { Status = QuoteStatus.Sent } })).ThenRefused("contract.quote-not-accepted");
        Given<Contract>().When(c => Draft(c, Ground with { Quote = Quote.Initial })).ThenRefused("quote.unknown");
    }

    [Fact]
    public void Another_text_is_another_version_with_another_hash_and_goes_back_to_the_draft()
    {
        var other = Text with { NoticeDays = 30 };
        var state = Given<Contract>(Ready).State;
        var changed = state.Change(new(other), Ann).Events;
        Assert.Equal(["ContractChanged", "ContractClauseWorded", "ContractClauseWorded"], changed.Select(fact => fact.GetType().Name));
        var after = changed.Aggregate(state, Contract.Evolve);
        Assert.Equal((2, ContractStatus.Draft, after.Document().Hash()), (after.Version, after.Status, after.Hash));
        Assert.NotEqual(Hash, after.Hash);
        Given<Contract>(Ready).When(c => c.Change(new(other), Ann)).Then([.. changed]);
        Given<Contract>(Ready).When(c => c.Change(new(Text), Ann)).ThenNothing();
        Given<Contract>(Ready).When(c => c.Change(new(other), Bob)).ThenRefused("contract.other-owner");
        Given<Contract>([.. Ready, Signature("seller")]).When(c => c.Change(new(other), Ann)).ThenRefused("contract.signed");
    }

    [Fact]
    public void An_approval_of_exactly_this_text_lets_it_be_signed_and_a_no_gives_it_back()
    {
        ApprovalTarget target = new("contract", Ref, 1, Hash);
        Given<Contract>([.. First]).When(c => c.Submit(Hash, "contract")).Then(Submitted);
        Given<Contract>([.. First]).When(c => c.Submit("other", "contract")).ThenNothing();
        Given<Contract>([.. First, Submitted]).When(c => c.Hear(target, Approved.ApprovalId, null)).Then(Approved);
        Given<Contract>([.. First, Submitted]).When(c => c.Hear(target, Approved.ApprovalId, "refused"))
            .Then(new ContractReturned(Ref, Customer, Matter, 1, Hash, "refused"));
        Given<Contract>([.. First, Submitted]).When(c => c.Hear(target with { Hash = "other" }, Approved.ApprovalId, null)).ThenNothing();
        Given<Contract>(Running).When(c => c.Hear(target, Approved.ApprovalId, null)).ThenNothing();
        Assert.Null(Given<Contract>([.. First]).State.AskApproval(Ann).Refusal);
        Given<Contract>(Running).When(c => c.AskApproval(Ann)).ThenRefused("contract.not-open");
        Given<Contract>().When(c => c.AskApproval(Ann)).ThenRefused("contract.unknown");
    }

    [Fact]
    public void The_last_party_that_signs_the_approved_text_concludes_it_and_its_first_day_begins_it()
    {
        Given<Contract>(Ready).When(c => c.Sign(new("seller", Hash), Ann, true, Now)).Then(Signature("seller"));
        Given<Contract>([.. Ready, Signature("seller")]).When(c => c.Sign(new("buyer", Hash), Ann, true, Now)).Then(Signature("buyer"), Signed);
        Given<Contract>([.. Ready, Signature("seller")]).When(c => c.Sign(new("buyer", Hash), Ann, true, FirstDay)).Then(Signature("buyer"), Signed, Activated);
        Given<Contract>([.. Ready, Signature("seller"), Signature("buyer"), Signed]).When(c => ContractTerm.Decide(c, FirstDay)).Then(Activated);
    }

    [Fact]
    public void Nobody_signs_another_text_one_that_is_not_approved_or_for_a_party_that_is_not_named()
    {
        Given<Contract>(Ready).When(c => c.Sign(new("seller", Hash.Replace(Hash[0], 'f')), Ann, true, Now)).ThenRefused("contract.other-text");
        Given<Contract>([.. First]).When(c => c.Sign(new("seller", Hash), Ann, false, Now)).ThenRefused("contract.not-approved");
        Given<Contract>(Ready).When(c => c.Sign(new("witness", Hash), Ann, true, Now)).ThenRefused("contract.no-such-party");
        Given<Contract>(Ready).When(c => c.Sign(new("seller", Hash), Bob, true, Now)).ThenRefused("contract.other-owner");
        Given<Contract>([.. Ready, Signature("seller")]).When(c => c.Sign(new("seller", Hash), Ann, true, Now)).ThenNothing();
        Given<Contract>([.. Ready, Signature("seller")]).When(c => c.Sign(new("seller", Hash, Words("Bea")), Ann, true, Now))
            .ThenRefused("contract.signed-otherwise");
    }

    [Fact]
    public void Its_owner_is_told_two_weeks_before_the_last_day_for_a_notice_and_it_ends_after_its_last_day()
    {
        var told = new ContractNoticeDue(Ref, Customer, Matter, new(2026, 12, 31), NoticeDay, "u-ann", "north");
        var over = new DateTime(2027, 3, 31, 22, 0, 0, DateTimeKind.Utc);
        Assert.Equal(NoticeDay.AddDays(-14), ContractTerm.At(Given<Contract>(Running).State));
        Given<Contract>(Running).When(c => ContractTerm.Decide(c, NoticeDay.AddDays(-14))).Then(told);
        Given<Contract>(Running).When(c => ContractTerm.Decide(c, NoticeDay.AddDays(-15))).ThenNothing();
        Assert.Equal(over, ContractTerm.At(Given<Contract>([.. Running, told]).State));
        var ended = Given<Contract>([.. Running, told]).When(c => ContractTerm.Decide(c, over)).Then(new ContractExpired(Ref, Customer, Matter, new(2027, 3, 31))).State;
        Assert.Null(ContractTerm.At(ended));
    }

    [Fact]
    public void The_notice_makes_one_task_for_its_owner()
    {
        var heard = Entries.Heard(new ContractNoticeDue(Ref, Customer, Matter, new(2026, 12, 31), NoticeDay, "u-ann", "north"), NoticeDay.AddDays(-14));
        Assert.Equal(WhenContractNoticeDue.TaskOf(Ref), WhenContractNoticeDue.Target(heard.Event));
        Given<WorkTask>().When(task => WhenContractNoticeDue.Decide(task, heard)).Then(
            new TaskOpened(WhenContractNoticeDue.TaskOf(Ref), TaskKind.ToDo, new("contract", Ref), Customer, "u-ann", "north", NoticeDay, null));
    }

    [Fact]
    public void It_is_given_to_somebody_else_by_its_owner_or_a_manager_until_it_is_over()
    {
        var given = new ContractOwnerChanged(Ref, Customer, Matter, "u-ann", "u-bob", "south", "left");
        Given<Contract>(Running).When(c => c.ChangeOwner(new("u-bob", "left", "south"), Manager)).Then(given);
        Given<Contract>([.. First]).When(c => c.ChangeOwner(new("u-bob", "left", "south"), Ann)).Then(given);
        Given<Contract>([.. First]).When(c => c.ChangeOwner(new("u-bob", "left", "south"), Bob)).ThenRefused("contract.other-owner");
        Given<Contract>([.. First]).When(c => c.ChangeOwner(new("u-ann", "left"), Bob)).ThenNothing();
        Given<Contract>([.. First, new ContractWithdrawn(Ref, Customer, Matter, "lost")])
            .When(c => c.ChangeOwner(new("u-bob", "left", "south"), Manager)).ThenRefused("contract.not-open");
        Given<Contract>().When(c => c.ChangeOwner(new("u-bob", "left"), Manager)).ThenRefused("contract.unknown");
        var row = Entries.Fold<Contract, ContractHistory.Row, ContractHistory>(
            Ref, [.. First.Append(given).Select((fact, hour) => (Now.AddHours(hour), fact))])!;
        Assert.Equal(("u-bob", "south"), (row.OwnerId, row.OwnerTeam));
    }

    [Fact]
    public void Without_clauses_it_is_not_put_up_for_approval()
    {
        var bare = Contract.Initial.Draft(new(Text with { Clauses = [] }, OpportunityId: Id), Ref, Ground).Events;
        Given<Contract>([.. bare]).When(c => c.AskApproval(Ann)).ThenRefused("contract.no-clauses");
    }

    [Fact]
    public void It_is_withdrawn_before_it_is_signed_and_terminated_after()
    {
        Given<Contract>(Ready).When(c => c.Withdraw(new("lost"), Ann)).Then(new ContractWithdrawn(Ref, Customer, Matter, "lost"));
        Given<Contract>(Running).When(c => c.Withdraw(new("lost"), Ann)).ThenRefused("contract.not-open");
        Given<Contract>(Ready).When(c => c.Terminate(new(ContractEnder.Customer, "moved"), Ann, Now)).ThenRefused("contract.not-in-force");
        Given<Contract>(Running).When(c => c.Terminate(new(ContractEnder.Customer, "moved", new(2026, 9, 30)), Ann, Now))
            .Then(new ContractTerminated(Ref, Customer, Matter, ContractEnder.Customer, "moved", new(2026, 9, 30)));
        Given<Contract>(Running).When(c => c.Terminate(new(ContractEnder.Us, "unpaid"), Ann, FirstDay))
            .Then(new ContractTerminated(Ref, Customer, Matter, ContractEnder.Us, "unpaid", new(2026, 4, 1)));
    }

    [Fact]
    public void Ended_it_holds_until_a_day_of_its_term_and_is_not_ended_otherwise_again()
    {
        TerminateContract ends = new(ContractEnder.Customer, "moved", new(2026, 9, 30));
        var ended = new ContractTerminated(Ref, Customer, Matter, ContractEnder.Customer, "moved", new(2026, 9, 30));
        Given<Contract>(Running).When(c => c.Terminate(ends with { LastDay = new(2026, 3, 31) }, Ann, FirstDay)).ThenRefused("contract.last-day");
        Given<Contract>(Running).When(c => c.Terminate(ends with { LastDay = new(2027, 4, 1) }, Ann, FirstDay)).ThenRefused("contract.last-day");
        Given<Contract>([.. Ready, Signed]).When(c => c.Terminate(ends with { LastDay = null }, Ann, Now)).Then(ended with { LastDay = new(2026, 4, 1) });
        Given<Contract>([.. Running, ended]).When(c => c.Terminate(ends, Ann, FirstDay.AddDays(9))).ThenNothing();
        Given<Contract>([.. Running, ended]).When(c => c.Terminate(ends with { LastDay = null }, Ann, FirstDay.AddDays(9))).ThenNothing();
        Given<Contract>([.. Running, ended]).When(c => c.Terminate(ends with { By = ContractEnder.Us }, Ann, FirstDay)).ThenRefused("contract.ended-otherwise");
        Given<Contract>([.. Running, ended]).When(c => c.Terminate(ends with { LastDay = new(2026, 10, 1) }, Ann, FirstDay))
            .ThenRefused("contract.ended-otherwise");
    }

    [Fact]
    public void Its_value_is_in_the_currency_of_its_deal()
    {
        var other = Text with { Value = new(1_000_00, "EUR") };
        Given<Contract>().When(c => c.Draft(new(other, OpportunityId: Id), Ref, Ground)).ThenRefused("contract.other-currency");
        Given<Contract>(Ready).When(c => c.Change(new(other), Ann)).ThenRefused("contract.other-currency");
    }

    [Theory]
    [InlineData("0001-01-01", "0001-01-02")]
    [InlineData("9999-12-30", "9999-12-31")]
    public void A_term_at_the_end_of_time_that_stands_in_the_log_breaks_no_list(string from, string to)
    {
        var drafted = (ContractDrafted)First[0];
        drafted = drafted with { Terms = drafted.Terms with { From = DateOnly.Parse(from), To = DateOnly.Parse(to), NoticeDays = 730, Zone = "Asia/Tokyo" } };
        var row = Entries.Fold<Contract, ContractHistory.Row, ContractHistory>(Ref, (Now, drafted))!;
        Assert.NotNull(row.NoticeOn);
        foreach (var fact in (Event[])[Approved, Signed, Activated, new ContractNoticeDue(Ref, Customer, Matter, new(2026, 12, 31), NoticeDay, "u-ann", null)])
        {
            _ = Given<Contract>([drafted, .. Running.TakeWhile(before => before != fact), fact]).State.NextDay();
        }
    }

    [Fact]
    public void What_happens_to_it_ends_or_invalidates_its_approval()
    {
        ApprovalTarget target = new("contract", Ref, 1, Hash);
        var asked = new ApprovalStarted(Approved.ApprovalId, Customer, 1, target, Ref, "contract", 1, [], "u-ann", "u-ann");
        var changed = (ContractChanged)Given<Contract>(Ready).State.Change(new(Text with { NoticeDays = 1 }), Ann).Events[0];
        Assert.Equal(Approved.ApprovalId, WhenContractChanged.Target(changed));
        Given<Approval>(asked).When(a => WhenContractChanged.Decide(a, Entries.Heard(changed, Now)))
            .Then(new ApprovalInvalidated(Approved.ApprovalId, Customer, 1, target, changed.Hash));
        Given<Approval>(asked with { Target = target with { Version = 2, Hash = changed.Hash } }).When(a => WhenContractChanged.Decide(a, Entries.Heard(changed, Now))).ThenNothing();
        Given<Approval>(asked).When(a => WhenContractWithdrawn.Decide(a, Entries.Heard(new ContractWithdrawn(Ref, Customer, Matter, "lost"), Now)))
            .Then(new ApprovalWithdrawn(Approved.ApprovalId, Customer, 1, target, "WhenContractWithdrawn", "lost"));
        Given<Contract>([.. First, Submitted]).When(c => WhenApprovalCompleted.Decide(c, Entries.Heard(
            new ApprovalCompleted(Approved.ApprovalId, Customer, 1, target, ApprovalResult.Approved, ["u-max"]), Now))).Then(Approved);
        Given<Contract>([.. First, Submitted]).When(c => WhenApprovalWithdrawn.Decide(c, Entries.Heard(
            new ApprovalWithdrawn(Approved.ApprovalId, Customer, 1, target, "u-ann", "not-yet"), Now))).Then(new ContractReturned(Ref, Customer, Matter, 1, Hash, "not-yet"));
        Assert.Null(WhenApprovalCompleted.Target(new(Ref, Customer, 1, target with { Noun = "quote" }, ApprovalResult.Approved, [])));
    }

    [Fact]
    public void Signed_by_all_it_proves_the_win_of_its_deal_and_of_no_other()
    {
        var signed = Given<Contract>(Running).State;
        Assert.Null(Evidence.Problem(signed, Id, Shop.AccountId));
        Assert.Equal("opportunity.evidence-other", Evidence.Problem(signed, Ref, Shop.AccountId)?.Code);
        Assert.Equal("opportunity.evidence-unsigned", Evidence.Problem(Given<Contract>(Ready).State, Id, Shop.AccountId)?.Code);
        Assert.Equal("opportunity.evidence-missing", Evidence.Problem(Contract.Initial, Id, Shop.AccountId)?.Code);
    }

    [Fact]
    public void A_command_with_a_bad_value_says_which()
    {
        Assert.Null(new DraftContract(Text, AccountId: Ref).Invalid());
        Assert.Equal("contract.about", new DraftContract(Text).Invalid()?.Code);
        Assert.Equal("contract.about", new DraftContract(Text, AccountId: Ref, OpportunityId: Ref).Invalid()?.Code);
        Assert.Equal("contract.clauses", (Text with { Clauses = [] }).Invalid()?.Code);
        Assert.Equal("contract.clause", (Text with { Clauses = [Text.Clauses[0], Text.Clauses[0]] }).Invalid()?.Code);
        Assert.Equal("contract.words", (Text with { Clauses = [new("subject", Words(" "))] }).Invalid()?.Code);
        Assert.Equal("contract.term", (Text with { To = new(2026, 3, 31) }).Invalid()?.Code);
        Assert.Equal("contract.notice", (Text with { NoticeDays = -1 }).Invalid()?.Code);
        Assert.Equal("contract.notice", (Text with { NoticeDays = 365 }).Invalid()?.Code);
        Assert.Equal("contract.value", (Text with { Value = Dollar(-1) }).Invalid()?.Code);
        Assert.Equal("contract.language", (Text with { Language = "tlh" }).Invalid()?.Code);
        Assert.Equal("contract.zone", (Text with { Zone = "Europe/Nowhere" }).Invalid()?.Code);
        Assert.Equal("contract.parties", (Text with { Parties = ["seller", "seller"] }).Invalid()?.Code);
        Assert.Equal("contract.recipient", (Text with { Recipient = Words(new('a', 501)) }).Invalid()?.Code);
        Assert.Equal("flow.form", new SubmitContract("Our flow").Invalid()?.Code);
        Assert.Equal("contract.party", new SignContract("The buyer", Hash).Invalid()?.Code);
        Assert.Equal("contract.by", new SignContract("buyer", Hash, Words("")).Invalid()?.Code);
        Assert.Equal("contract.evidence", new SignContract("buyer", Hash, Evidence: " ").Invalid()?.Code);
        Assert.Equal("contract.evidence", new SignContract("buyer", Hash, Evidence: "Mail of max@firma.de").Invalid()?.Code);
        Assert.Equal("owner.form", new ChangeContractOwner("", "left").Invalid()?.Code);
        Assert.Equal("reason.form", new TerminateContract(ContractEnder.Us, "").Invalid()?.Code);
    }

    static Decision Draft(Contract contract, ContractGrounds grounds) => contract.Draft(new(Text, OpportunityId: Id), Ref, grounds);

    static ContractSignatureRecorded Signature(string party) => new(Ref, Customer, Matter, 1, Hash, party);

    static PersonalData Words(string text) => PersonalData.From(text);
}
