using CrmSuite.Contracts;
using CrmSuite.Contracts.Service;
using CrmSuite.Service.Cases;
using CrmSuite.Testing;

namespace CrmSuite.Service.Tests.Cases;

public sealed class CaseTests : DeciderTests
{
    static readonly Guid Id = Guid.Parse("2f4e6d8c-0b1a-7c3d-8e5f-6a7b8c9d0e1f");
    static readonly Guid Customer = Guid.Parse("7d1a4c22-93be-8f10-a6d5-2b8c4e6f7a90");
    static readonly Guid ReplyId = Guid.Parse("3e9c1b74-5a2d-5c8e-8f16-9d0b7a6c5e43");
    static readonly OpenCase Command = new(Customer, "phone", CaseKind.Fault, Severity.High, PersonalData.From("It drips."), "en", "85123A", Basis: new("contract", "service"));
    static readonly CaseOpened Opened = new(Id, Customer, "phone", CaseKind.Fault, Severity.High, His("It drips."), "en", "85123A");
    static readonly CaseAssigned Assigned = new(Id, Customer, "u-17");
    static readonly CaseAgentReplied Replied = new(Id, Customer, ReplyId, Replier.Human, His("We come tomorrow."));
    static readonly CaseWaitStarted Waiting = new(Id, Customer, WaitFor.Customer);
    static readonly CaseResolved Resolved = new(Id, Customer, "worn-part", "replaced");
    static readonly CaseClosed Closed = new(Id, Customer, Closer.Customer);

    [Fact]
    public void A_case_is_opened() =>
        Given<Case>().When(c => c.Open(Command, Id)).Then(Opened);

    [Fact]
    public void Opening_it_again_adds_nothing() =>
        Given<Case>(Opened, Assigned).When(c => c.Open(Command, Id)).ThenNothing();

    [Fact]
    public void Its_id_cannot_be_used_for_another_customer() =>
        Given<Case>(Opened).When(c => c.Open(Command with { CustomerId = ReplyId }, Id)).ThenRefused("case.other");

    [Fact]
    public void Somebody_takes_charge() =>
        Given<Case>(Opened).When(c => c.Assign(new("u-17"))).Then(Assigned);

    [Fact]
    public void Who_is_in_charge_already_is_not_assigned_again() =>
        Given<Case>(Opened, Assigned).When(c => c.Assign(new("u-17"))).ThenNothing();

    [Fact]
    public void A_case_goes_from_one_to_another() =>
        Given<Case>(Opened, Assigned).When(c => c.Assign(new("u-23", "holiday"))).Then(new CaseReassigned(Id, Customer, "u-17", "u-23", "holiday"));

    [Fact]
    public void A_resolved_case_is_not_assigned() =>
        Given<Case>(Opened, Resolved).When(c => c.Assign(new("u-23"))).ThenRefused("case.not-open");

    [Fact]
    public void The_company_answers() =>
        Assert.Equal(CaseStatus.InProgress, Given<Case>(Opened, Assigned).When(c => c.Reply(new(PersonalData.From("We come tomorrow.")), ReplyId)).Then(Replied).State.Status);

    [Fact]
    public void A_reply_counts_once() =>
        Given<Case>(Opened, Replied).When(c => c.Reply(new(PersonalData.From("We come tomorrow.")), ReplyId)).ThenNothing();

    [Fact]
    public void A_closed_case_takes_no_reply() =>
        Given<Case>(Opened, Closed).When(c => c.Reply(new(PersonalData.From("Hello?")), ReplyId)).ThenRefused("case.not-open");

    [Fact]
    public void A_closed_case_takes_no_word_of_the_customer() =>
        Given<Case>(Opened, Closed).When(c => c.Hear(new(PersonalData.From("Hello?")), ReplyId)).ThenRefused("case.not-open");

    [Fact]
    public void The_customer_writes_again() =>
        Given<Case>(Opened).When(c => c.Hear(new(PersonalData.From("And now it pours.")), ReplyId)).Then(new CaseCustomerReplied(Id, Customer, ReplyId, His("And now it pours.")));

    [Fact]
    public void A_word_of_the_customer_ends_the_wait_for_him() =>
        Given<Case>(Opened, Waiting).When(c => c.Hear(new(PersonalData.From("Here it is.")), ReplyId))
            .Then(new CaseCustomerReplied(Id, Customer, ReplyId, His("Here it is.")), new CaseWaitEnded(Id, Customer));

    [Fact]
    public void A_word_of_the_customer_does_not_end_the_wait_for_others() =>
        Given<Case>(Opened, Waiting with { For = WaitFor.Third }).When(c => c.Hear(new(PersonalData.From("When?")), ReplyId))
            .Then(new CaseCustomerReplied(Id, Customer, ReplyId, His("When?")));

    [Fact]
    public void The_customer_has_to_answer() =>
        Given<Case>(Opened, Assigned).When(c => c.Wait(new(WaitFor.Customer))).Then(Waiting);

    [Fact]
    public void Waiting_for_the_same_adds_nothing() =>
        Given<Case>(Opened, Waiting).When(c => c.Wait(new(WaitFor.Customer))).ThenNothing();

    [Fact]
    public void The_wait_can_pass_to_somebody_else() =>
        Given<Case>(Opened, Waiting).When(c => c.Wait(new(WaitFor.Third))).Then(Waiting with { For = WaitFor.Third });

    [Fact]
    public void A_resolved_case_waits_for_nobody() =>
        Given<Case>(Opened, Resolved).When(c => c.Wait(new(WaitFor.Third))).ThenRefused("case.not-open");

    [Fact]
    public void The_wait_ends() =>
        Given<Case>(Opened, Waiting).When(c => c.EndWait()).Then(new CaseWaitEnded(Id, Customer));

    [Fact]
    public void No_wait_ends_where_none_was() =>
        Given<Case>(Opened).When(c => c.EndWait()).ThenNothing();

    [Fact]
    public void A_case_is_resolved_with_cause_and_solution() =>
        Given<Case>(Opened, Assigned).When(c => c.Resolve(new("worn-part", "replaced"))).Then(Resolved);

    [Fact]
    public void Resolving_ends_the_wait() =>
        Given<Case>(Opened, Waiting).When(c => c.Resolve(new("worn-part", "replaced"))).Then(new CaseWaitEnded(Id, Customer), Resolved);

    [Fact]
    public void Resolving_it_again_the_same_way_adds_nothing() =>
        Given<Case>(Opened, Resolved, Closed).When(c => c.Resolve(new("worn-part", "replaced"))).ThenNothing();

    [Fact]
    public void Resolving_it_again_in_another_way_needs_reopening() =>
        Given<Case>(Opened, Resolved).When(c => c.Resolve(new("no-fault", "explained"))).ThenRefused("case.not-open");

    [Fact]
    public void A_case_that_was_not_solved_after_all_is_reopened_with_whom_it_was() =>
        Assert.Equal(CaseStatus.Assigned, Given<Case>(Opened, Assigned, Resolved, Closed).When(c => c.Reopen(new("drips-again")))
            .Then(new CaseReopened(Id, Customer, "drips-again")).State.Status);

    [Fact]
    public void An_open_case_is_not_reopened() =>
        Given<Case>(Opened).When(c => c.Reopen(new("why-not"))).ThenNothing();

    [Fact]
    public void The_customer_closes_a_resolved_case() =>
        Given<Case>(Opened, Resolved).When(c => c.Close(new(Closer.Customer))).Then(Closed);

    [Fact]
    public void Closing_twice_adds_nothing() =>
        Given<Case>(Opened, Resolved, Closed).When(c => c.Close(new(Closer.TimeOut))).ThenNothing();

    [Fact]
    public void Only_a_resolved_case_closes_by_time_out() =>
        Given<Case>(Opened).When(c => c.Close(new(Closer.TimeOut))).ThenRefused("case.not-resolved");

    [Fact]
    public void Staff_close_an_open_case_only_with_a_reason() =>
        Given<Case>(Opened).When(c => c.Close(new(Closer.Staff))).ThenRefused("case.no-reason");

    [Fact]
    public void Closing_ends_the_wait() =>
        Given<Case>(Opened, Waiting).When(c => c.Close(new(Closer.Staff, "sold-up"))).Then(new CaseWaitEnded(Id, Customer), new CaseClosed(Id, Customer, Closer.Staff, "sold-up"));

    [Fact]
    public void Nothing_is_done_on_a_case_that_is_not_there()
    {
        Given<Case>().When(c => c.Assign(new("u-17"))).ThenRefused("case.unknown");
        Given<Case>().When(c => c.Reply(new(PersonalData.From("Hello?")), ReplyId)).ThenRefused("case.unknown");
        Given<Case>().When(c => c.Hear(new(PersonalData.From("Hello?")), ReplyId)).ThenRefused("case.unknown");
        Given<Case>().When(c => c.Wait(new(WaitFor.Third))).ThenRefused("case.unknown");
        Given<Case>().When(c => c.EndWait()).ThenRefused("case.unknown");
        Given<Case>().When(c => c.Resolve(new("worn-part", "replaced"))).ThenRefused("case.unknown");
        Given<Case>().When(c => c.Reopen(new("drips-again"))).ThenRefused("case.unknown");
        Given<Case>().When(c => c.Close(new(Closer.Customer))).ThenRefused("case.unknown");
    }

    static PersonalData His(string clear) => PersonalData.From(clear).Of(Customer);
}
