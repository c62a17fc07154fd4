using CrmSuite.Contracts;
using CrmSuite.Contracts.Sales;
using CrmSuite.Sales.Accounts;
using CrmSuite.Sales.Affiliations;
using CrmSuite.Sales.Contacts;
using CrmSuite.Testing;

namespace CrmSuite.Sales.Tests.Affiliations;

public sealed class AffiliationTests : DeciderTests
{
    static readonly Guid Where = Guid.Parse("1a2b3c4d-5e6f-5a7b-8c9d-0e1f2a3b4c5d");
    static readonly Guid Who = Guid.Parse("3e9c1b74-5a2d-5c8e-8f16-9d0b7a6c5e43");
    static readonly Account Shop = Account.Initial with { AccountId = Where, Status = AccountStatus.Open };
    static readonly Contact Ann = Contact.Initial with { CustomerId = Who };
    static readonly StartAffiliation Command = new(Where, Who, "purchasing", new(2026, 1, 1), PersonalData.From("Head of Purchasing"));
    static readonly Guid Id = Command.AffiliationId;
    static readonly AffiliationStarted Started = new(Id, Where, Who, "purchasing", new(2026, 1, 1), PersonalData.From("Head of Purchasing").Of(Who));
    static readonly AffiliationEnded Ended = new(Id, Where, Who, "left");

    [Fact]
    public void The_pair_names_the_relation() =>
        Assert.Equal((Id, false), ((Command with { Role = "other" }).AffiliationId, Id == (Command with { AccountId = Who, ContactId = Where }).AffiliationId));

    [Fact]
    public void A_person_begins_to_work_for_an_account() => Given<Affiliation>().When(a => a.Start(Command, Shop, Ann)).Then(Started);

    [Fact]
    public void Account_and_person_must_be_known()
    {
        Given<Affiliation>().When(a => a.Start(Command, Account.Initial, Ann)).ThenRefused("account.unknown");
        Given<Affiliation>().When(a => a.Start(Command, Shop, Contact.Initial)).ThenRefused("contact.unknown");
    }

    [Fact]
    public void The_same_again_adds_nothing_and_another_role_is_a_change()
    {
        Given<Affiliation>(Started).When(a => a.Start(Command, Shop, Ann)).ThenNothing();
        Given<Affiliation>(Started).When(a => a.Start(Command with { Role = "sales" }, Shop, Ann)).ThenRefused("affiliation.current");
        Given<Affiliation>(Started).When(a => a.Change(new("sales", PersonalData.From("Head of Purchasing"))))
            .Then(new AffiliationChanged(Id, Where, Who, "sales"));
        Given<Affiliation>(Started).When(a => a.Change(new("purchasing"))).ThenNothing();
    }

    [Fact]
    public void Who_has_left_can_come_back() =>
        Given<Affiliation>(Started).When(a => a.End(new("left"))).Then(Ended).When(a => a.Start(Command, Shop, Ann)).Then(Started);

    [Fact]
    public void What_has_ended_does_not_change_or_end_again()
    {
        Given<Affiliation>(Started, Ended).When(a => a.Change(new("sales"))).ThenRefused("affiliation.ended");
        Given<Affiliation>(Started, Ended).When(a => a.End(new("left"))).ThenNothing();
        Given<Affiliation>().When(a => a.Change(new("sales"))).ThenRefused("affiliation.unknown");
        Given<Affiliation>().When(a => a.End(new("left"))).ThenRefused("affiliation.unknown");
    }

    [Fact]
    public void A_command_with_a_bad_value_says_which()
    {
        Assert.Null(Command.Invalid());
        Assert.Equal("affiliation.role", (Command with { Role = "Head of Purchasing" }).Invalid()?.Code);
        Assert.Equal("affiliation.title", (Command with { Title = PersonalData.From("") }).Invalid()?.Code);
        Assert.Equal("reason.form", new EndAffiliation("").Invalid()?.Code);
    }

    [Fact]
    public void Its_row_says_since_when_and_until_when()
    {
        var today = new DateTime(2026, 3, 1, 12, 0, 0, DateTimeKind.Utc);
        Assert.Equal(new AffiliationList.Row(Id, Where, Who, AffiliationStatus.Ended, "sales", new(2026, 1, 1), today, today.AddHours(2)),
            Entries.Fold<Affiliation, AffiliationList.Row, AffiliationList>(Id,
                (today, Started), (today.AddHours(1), new AffiliationChanged(Id, Where, Who, "sales")), (today.AddHours(2), Ended)));
    }
}
