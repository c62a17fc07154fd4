using CrmSuite.Contracts;
using CrmSuite.Contracts.Service;
using CrmSuite.Service.Cases;
using CrmSuite.Testing;

namespace CrmSuite.Service.Tests.Cases;

public sealed class CaseBoardTests
{
    static readonly DateTime Today = new(2026, 3, 1, 12, 0, 0, DateTimeKind.Utc);
    static readonly Guid Id = Guid.Parse("2f4e6d8c-0b1a-7c3d-8e5f-6a7b8c9d0e1f");
    static readonly Guid Customer = Guid.Parse("7d1a4c22-93be-8f10-a6d5-2b8c4e6f7a90");
    static readonly CaseOpened Opened = new(Id, Customer, "phone", CaseKind.Fault, Severity.High);

    [Fact]
    public void An_opened_case_is_new_and_has_no_times_yet()
    {
        var row = Fold((0, Opened))!;

        Assert.Equal((CaseStatus.New, Today, null, null, 0), (row.Status, row.OpenedAt, row.FirstResponseSeconds, row.ResolutionSeconds, row.WaitingSeconds));
    }

    [Fact]
    public void The_first_answer_of_a_person_ends_the_first_response_time() =>
        Assert.Equal((300L, Today.AddSeconds(300)), Fold((0, Opened), (60, Reply(Replier.Bot)), (300, Reply(Replier.Human)), (900, Reply(Replier.Human))) is { } row
            ? (row.FirstResponseSeconds, row.FirstResponseAt) : default);

    [Fact]
    public void The_resolution_time_is_the_one_of_the_first_resolution() =>
        Assert.Equal((600, 2, 40, CaseStatus.Resolved), Fold((0, Opened), (600, Resolved), (700, Reopened), (800, Resolved), (900, Reopened), (940, Resolved)) is { } row
            ? (row.ResolutionSeconds, row.Reopenings, row.ReopenedSeconds, row.Status) : default);

    [Fact]
    public void Waits_add_up() =>
        Assert.Equal((150L, null), Fold((0, Opened), (100, Wait), (150, new CaseWaitEnded(Id, Customer)), (200, Wait), (250, Wait), (300, new CaseWaitEnded(Id, Customer))) is { } row
            ? (row.WaitingSeconds, row.WaitingSince) : default);

    [Fact]
    public void The_board_shows_who_is_in_charge_and_who_spoke_last() =>
        Assert.Equal(("u-23", Today.AddSeconds(30), CaseStatus.Assigned), Fold(
            (0, Opened), (10, new CaseAssigned(Id, Customer, "u-17")), (20, new CaseReassigned(Id, Customer, "u-17", "u-23")),
            (30, new CaseCustomerReplied(Id, Customer, Id, PersonalData.From("Hello?").Of(Customer)))) is { } row ? (row.AgentId, row.CustomerSpokeAt, row.Status) : default);

    [Fact]
    public void A_closed_case_stays_on_the_board_and_reopening_opens_it() =>
        Assert.Equal((Today.AddSeconds(20), CaseStatus.Closed, null, CaseStatus.New),
            (Fold((0, Opened), (20, Closed))!.ClosedAt, Fold((0, Opened), (20, Closed))!.Status,
                Fold((0, Opened), (20, Closed), (30, Reopened))!.ClosedAt, Fold((0, Opened), (20, Closed), (30, Reopened))!.Status));

    static readonly CaseWaitStarted Wait = new(Id, Customer, WaitFor.Customer);
    static readonly CaseResolved Resolved = new(Id, Customer, "worn-part", "replaced");
    static readonly CaseReopened Reopened = new(Id, Customer, "drips-again");
    static readonly CaseClosed Closed = new(Id, Customer, Closer.Staff, "sold-up");

    static CaseAgentReplied Reply(Replier by) => new(Id, Customer, Id, by, PersonalData.From("Hello.").Of(Customer));

    static CaseBoard.Row? Fold(params (int Seconds, Event Fact)[] facts) =>
        Entries.Fold<Case, CaseBoard.Row, CaseBoard>(Id, [.. facts.Select(fact => (Today.AddSeconds(fact.Seconds), fact.Fact))]);
}
