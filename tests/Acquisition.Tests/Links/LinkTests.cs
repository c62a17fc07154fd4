using CrmSuite.Acquisition.Customers;
using CrmSuite.Acquisition.Links;
using CrmSuite.Contracts;
using CrmSuite.Contracts.Acquisition;
using CrmSuite.Testing;

namespace CrmSuite.Acquisition.Tests.Links;

public sealed class LinkTests : DeciderTests
{
    static readonly DateTime Today = new(2026, 3, 1, 12, 0, 0, DateTimeKind.Utc);
    static readonly Guid Father = Guid.Parse("7d1a4c22-93be-8f10-a6d5-2b8c4e6f7a90");
    static readonly Guid Son = Guid.Parse("9e2b5d33-a4cf-8021-b7e6-3c9d5f708ba1");
    static readonly Guid LinkId = Link.IdOf(Father, Son);
    static readonly LinkCustomers Command = new(Father, Son, "same-person");
    static readonly LinkMade Made = new(LinkId, Father, Son, Today.AddDays(-9), Today.AddDays(-2), "same-person", 80, 2);
    static readonly LinkUndone Undone = new(LinkId, Father, Son, Made.CustomerSince, Made.AbsorbedSince, "father-and-son", Keeper.ByHand);
    static readonly LinkDeclined Declined = new(LinkId, Father, Son, "father-and-son", 80, 2);
    static readonly Match Likely = new(80, 2);

    [Fact]
    public void Two_customers_are_linked_and_the_one_registered_earlier_survives() =>
        Given<Link>().When(link => link.Make(Command, Of(Father, -9), Of(Son, -2), Likely)).Then(Made);

    [Fact]
    public void The_order_in_which_they_are_named_says_nothing()
    {
        Assert.Equal(LinkId, Link.IdOf(Son, Father));
        Given<Link>().When(link => link.Make(new(Son, Father, "same-person"), Of(Son, -2), Of(Father, -9), Likely)).Then(Made);
    }

    [Fact]
    public void Registered_at_the_same_time_the_smaller_id_survives() =>
        Given<Link>().When(link => link.Make(Command, Of(Son, -2), Of(Father, -2), null))
            .Then(new LinkMade(LinkId, Father, Son, Today.AddDays(-2), Today.AddDays(-2), "same-person"));

    [Fact]
    public void A_link_is_undone_and_says_who_keeps_what_was_made_from_the_joint_card() =>
        Given<Link>(Made).When(link => link.Undo(new("father-and-son", Keeper.ByHand))).Then(Undone);

    [Fact]
    public void An_undone_link_is_made_again_in_the_same_stream() =>
        Given<Link>(Made, Undone).When(link => link.Make(Command, Of(Father, -9), Of(Son, -2), Likely)).Then(Made);

    [Fact]
    public void Undoing_twice_adds_nothing() => Given<Link>(Made, Undone).When(link => link.Undo(new("father-and-son", Keeper.ByHand))).ThenNothing();

    [Fact]
    public void Undone_it_does_not_change_who_keeps_what_was_made_from_the_joint_card() =>
        Given<Link>(Made, Undone).When(link => link.Undo(new("father-and-son", Keeper.Survivor))).ThenRefused("link.undone");

    [Fact]
    public void It_says_why_and_what_the_match_rule_gave_the_pair()
    {
        var (made, undone) = (Given<Link>(Made).State, Given<Link>(Made, Undone).State);
        Assert.Equal(("same-person", 80, 2, null), (made.Reason, made.Score, made.RuleVersion, made.Keeps));
        Assert.Equal(("father-and-son", 80, 2, Keeper.ByHand), (undone.Reason, undone.Score, undone.RuleVersion, undone.Keeps));
    }

    [Fact]
    public void What_was_never_linked_cannot_be_undone() => Given<Link>().When(link => link.Undo(new("typo"))).ThenRefused("link.unknown");

    [Fact]
    public void What_was_declined_cannot_be_undone() => Given<Link>(Declined).When(link => link.Undo(new("typo"))).ThenRefused("link.unknown");

    [Fact]
    public void Nobody_is_linked_who_is_not_there() =>
        Given<Link>().When(link => link.Make(Command, Of(Father, -9), new(Customer.Initial, default, []), null)).ThenRefused("customer.unknown");

    [Fact]
    public void A_person_is_not_linked_to_an_organisation() =>
        Given<Link>().When(link => link.Make(Command, Of(Father, -9), Of(Son, -2, kind: CustomerKind.Organisation), null)).ThenRefused("link.kinds");

    [Fact]
    public void Somebody_known_by_hearsay_may_be_either() => Assert.Null(
        Given<Link>().State.Make(Command, Of(Father, -9, provisional: true), Of(Son, -2, kind: CustomerKind.Organisation), null).Refusal);

    [Fact]
    public void Two_who_were_verified_and_were_born_on_different_days_are_two() =>
        Given<Link>().When(link => link.Make(Command, Of(Father, -9, "1950-01-01"), Of(Son, -2, "1980-01-01"), Likely)).ThenRefused("link.conflict");

    [Fact]
    public void Born_on_the_same_day_they_may_be_one() =>
        Assert.Null(Given<Link>().State.Make(Command, Of(Father, -9, "1950-01-01"), Of(Son, -2, "1950-01-01"), Likely).Refusal);

    [Fact]
    public void A_birth_date_that_nobody_verified_says_nothing() =>
        Assert.Null(Given<Link>().State.Make(Command, Of(Father, -9, "1950-01-01"), Of(Son, -2, "1980-01-01", verified: false), Likely).Refusal);

    [Fact]
    public void Whoever_contradicts_one_of_the_group_contradicts_the_group()
    {
        var other = Of(Guid.Parse("a03c6e44-b5d0-8132-88f7-4dae60819cb2"), -5, "1980-01-01").Customer;

        Given<Link>().When(link => link.Make(Command, Of(Father, -9, "1950-01-01"), Of(Son, -2) with { Group = [Of(Son, -2).Customer, other] }, Likely)).ThenRefused("link.conflict");
    }

    [Fact]
    public void Two_organisations_with_verified_register_numbers_are_two() => Given<Link>().When(link =>
        link.Make(Command, Registered(Of(Father, -9, kind: CustomerKind.Organisation), "FN 1"), Registered(Of(Son, -2, kind: CustomerKind.Organisation), "FN 2"), null))
            .ThenRefused("link.conflict");

    [Fact]
    public void A_proposal_is_declined_and_is_so_for_good() =>
        Given<Link>().When(link => link.Decline(new(Son, Father, "father-and-son"), Of(Son, -2), Of(Father, -9), Likely)).Then(Declined);

    [Fact]
    public void What_is_linked_is_not_declined_but_undone() =>
        Given<Link>(Made).When(link => link.Decline(new(Father, Son, "father-and-son"), Of(Father, -9), Of(Son, -2), null)).ThenRefused("link.made");

    [Fact]
    public void A_declined_pair_may_be_linked_after_all() =>
        Given<Link>(Declined).When(link => link.Make(Command, Of(Father, -9), Of(Son, -2), Likely)).Then(Made);

    [Fact]
    public void A_link_is_of_two_and_has_a_reason()
    {
        Assert.Equal("link.pair", new LinkCustomers(Father, Father, "typo").Invalid()?.Code);
        Assert.Equal("link.reason", new LinkCustomers(Father, Son, "They look alike").Invalid()?.Code);
        Assert.Equal("link.reason", new UndoLink("").Invalid()?.Code);
        Assert.Null(Command.Invalid());
    }

    [Fact]
    public void The_list_says_what_was_decided_last()
    {
        LinkList.Row? Row(params Event[] facts) => Entries.Fold<Link, LinkList.Row, LinkList>(LinkId, [.. facts.Select((fact, hour) => (Today.AddHours(hour), fact))]);

        Assert.Equal((LinkStatus.Linked, 80, 2, 1), Row(Made) is { } made ? (made.Status, made.Score, made.RuleVersion, made.Made) : default);
        Assert.Equal((LinkStatus.Undone, "father-and-son", Keeper.ByHand), Row(Made, Undone) is { } undone ? (undone.Status, undone.Reason, undone.Keeps) : default);
        Assert.Equal((LinkStatus.Linked, 2), Row(Made, Undone, Made) is { } again ? (again.Status, again.Made) : default);
        Assert.Equal((LinkStatus.Declined, Son, 0), Row(Declined) is { } declined ? (declined.Status, declined.AbsorbedId, declined.Made) : default);
    }

    static Side Of(Guid id, int day, string? birthDate = null, bool verified = true, CustomerKind kind = CustomerKind.Person, bool provisional = false)
    {
        Event[] facts = [new CustomerRegistered(id, provisional, kind, BirthDate: birthDate is null ? null : PersonalData.From(birthDate).Of(id)),
            .. birthDate is not null && verified ? (Event[])[new CustomerDataVerified(id, [VerifiedField.BirthDate], "identity-card")] : []];
        var customer = facts.Aggregate(Customer.Initial, Customer.Evolve);
        return new(customer, Today.AddDays(day), [customer]);
    }

    static Side Registered(Side side, string number)
    {
        var id = side.Customer.CustomerId;
        var customer = Customer.Evolve(Customer.Evolve(side.Customer, new CustomerIdentifierAdded(id, id, IdentifierKind.RegisterNumber, "firmenbuch", PersonalData.From(number).Of(id))),
            new CustomerDataVerified(id, [VerifiedField.RegisterNumber], "register"));
        return side with { Customer = customer, Group = [customer] };
    }
}
