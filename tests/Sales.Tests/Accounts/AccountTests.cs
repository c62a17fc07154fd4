using CrmSuite.Contracts;
using CrmSuite.Contracts.Sales;
using CrmSuite.Sales.Accounts;
using CrmSuite.Sales.FieldTables;
using CrmSuite.Testing;

namespace CrmSuite.Sales.Tests.Accounts;

public sealed class AccountTests : DeciderTests
{
    static readonly Guid Customer = Guid.Parse("7d1a4c22-93be-8f10-a6d5-2b8c4e6f7a90");
    static readonly Guid Parent = Guid.Parse("0c1d2e3f-4a5b-5c6d-8e7f-9a0b1c2d3e4f");
    static readonly Seller Ann = new("u-ann", "north", IsForAll: false);
    static readonly Seller Bob = new("u-bob", "south", IsForAll: false);
    static readonly Seller Manager = new("u-max", "north", IsForAll: true);
    static readonly OpenAccount Command = new(Customer, Name: PersonalData.From("Tea & Co"), Industry: "retail", Source: "erp", Number: "A-100");
    static readonly Guid Id = OpenAccount.IdOf("erp", "A-100");
    static readonly AccountOpened Opened = new(Id, Customer, AccountKind.Organisation, "u-ann", "north", PersonalData.From("Tea & Co").Of(Customer),
        Industry: "retail", Source: "erp", Number: "A-100");
    static readonly AccountClosed Closed = new(Id, Customer, "bankrupt");

    static readonly FieldTable Fields = FieldTable.Evolve(FieldTable.Initial, new FieldsPublished(FieldTable.IdOf("account"), "account", 1,
        [new("rating", FieldType.Choice, "Rating", Choices: ["a", "b"]), new("seats", FieldType.Number, "Seats")]));

    [Fact]
    public void An_account_belongs_to_who_opens_it() =>
        Given<Account>().When(a => a.Open(Command, Id, Customer, Ann, null)).Then(Opened);

    [Fact]
    public void It_can_be_opened_for_somebody_else_whose_team_is_said_then() =>
        Given<Account>().When(a => a.Open(Command with { OwnerId = "u-bob" }, Id, Customer, Ann, null))
            .Then(Opened with { OwnerId = "u-bob", OwnerTeam = null });

    [Fact]
    public void The_reference_that_named_the_customer_is_kept_as_a_personal_field_of_his() =>
        Given<Account>().When(a => a.Open(Command with { CustomerId = null, Customer = new("erp", "17850") }, Id, Customer, Ann, null))
            .Then(Opened with { CustomerReference = PersonalData.From("17850").Of(Customer) });

    [Fact]
    public void Opening_it_again_adds_nothing() => Given<Account>(Opened).When(a => a.Open(Command, Id, Customer, Bob, null)).ThenNothing();

    [Fact]
    public void Its_number_for_another_customer_is_refused() => Given<Account>(Opened).When(a => a.Open(Command, Id, Parent, Ann, null))
        .ThenRefused("account.other");

    [Fact]
    public void A_parent_that_is_not_there_is_refused() =>
        Given<Account>().When(a => a.Open(Command with { ParentId = Parent }, Id, Customer, Ann, Account.Initial)).ThenRefused("account.parent-unknown");

    [Fact]
    public void What_is_known_of_it_changes_as_far_as_it_is_named() =>
        Given<Account>(Opened).When(a => a.SetFields(new(Name: PersonalData.From("Tea & Sons"), Industry: "retail", Country: "AT"), Ann, Fields))
            .Then(new AccountFieldsSet(Id, Customer, PersonalData.From("Tea & Sons").Of(Customer), Country: "AT"));

    [Fact]
    public void Extra_fields_are_filled_and_emptied_as_the_business_has_published_them()
    {
        var rated = new AccountFieldsSet(Id, Customer, Fields: [new("rating", "a"), new("seats", "12")]);
        Given<Account>(Opened).When(a => a.SetFields(new(Fields: rated.Fields), Ann, Fields)).Then(rated);
        Given<Account>(Opened, rated).When(a => a.SetFields(new(Fields: [new("rating", "b"), new("seats", "12")]), Ann, Fields))
            .Then(new AccountFieldsSet(Id, Customer, Fields: [new("rating", "b")]));
        Given<Account>(Opened, rated).When(a => a.SetFields(new(Industry: "wholesale", Fields: [new("rating")]), Ann, Fields))
            .Then(new AccountFieldsSet(Id, Customer, Industry: "wholesale", Fields: [new("rating")]));
        Given<Account>(Opened, rated).When(a => a.SetFields(new(Fields: rated.Fields), Bob, Fields)).ThenNothing();
        Given<Account>(Opened).When(a => a.SetFields(new(Fields: [new("rating", "z")]), Ann, Fields)).ThenRefused("account.field-form");
        Given<Account>(Opened).When(a => a.SetFields(new(Fields: [new("colour", "red")]), Ann, Fields)).ThenRefused("account.no-such-field");
        Given<Account>(Opened).When(a => a.SetFields(new(Fields: [new("rating", "a")]), Bob, Fields)).ThenRefused("account.other-owner");
        Assert.Equal("account.fields", new SetAccountFields(Fields: [new("rating", "a"), new("rating", "b")]).Invalid()?.Code);
        Assert.Equal("account.fields", new SetAccountFields(Fields: []).Invalid()?.Code);
    }

    [Fact]
    public void It_goes_to_another_owner_and_then_the_first_one_may_change_nothing() =>
        Given<Account>(Opened).When(a => a.ChangeOwner(new("u-bob", "left", "south"), Ann))
            .Then(new AccountOwnerChanged(Id, Customer, "u-ann", "u-bob", "south", "left"))
            .When(a => a.Close(new("bankrupt"), Ann)).ThenRefused("account.other-owner");

    [Fact]
    public void Only_its_owner_or_a_manager_changes_it()
    {
        Given<Account>(Opened).When(a => a.SetFields(new(Industry: "wholesale"), Bob, Fields)).ThenRefused("account.other-owner");
        Given<Account>(Opened).When(a => a.ChangeOwner(new("u-bob", "mine"), Bob)).ThenRefused("account.other-owner");
        Given<Account>(Opened).When(a => a.SetParent(new(Parent), Bob, [Parent])).ThenRefused("account.other-owner");
        Given<Account>(Opened, Closed).When(a => a.Reopen(new("mine"), Bob)).ThenRefused("account.other-owner");
        Given<Account>(Opened).When(a => a.Close(new("bankrupt"), Manager)).Then(Closed);
    }

    [Fact]
    public void It_belongs_to_another_account_and_to_none_again() =>
        Given<Account>(Opened).When(a => a.SetParent(new(Parent), Ann, [Parent])).Then(new AccountParentChanged(Id, Customer, null, Parent))
            .When(a => a.SetParent(new(null), Ann, [])).Then(new AccountParentChanged(Id, Customer, Parent, null));

    [Fact]
    public void Accounts_never_belong_to_each_other_in_a_circle()
    {
        Given<Account>(Opened).When(a => a.SetParent(new(Parent), Ann, [Parent, Id])).ThenRefused("account.circle");
        Given<Account>(Opened).When(a => a.SetParent(new(Parent), Ann, [])).ThenRefused("account.parent-unknown");
    }

    [Fact]
    public void A_closed_account_is_reopened() => Given<Account>(Opened, Closed).When(a => a.Reopen(new("new-owner"), Ann))
        .Then(new AccountReopened(Id, Customer, "new-owner"));

    [Fact]
    public void What_is_so_already_adds_nothing()
    {
        Given<Account>(Opened, Closed).When(a => a.Close(new("bankrupt"), Ann)).ThenNothing();
        Given<Account>(Opened).When(a => a.Reopen(new("new-owner"), Ann)).ThenNothing();
        Given<Account>(Opened).When(a => a.SetFields(new(Name: PersonalData.From("Tea & Co")), Ann, Fields)).ThenNothing();
    }

    [Fact]
    public void What_is_not_there_is_unknown()
    {
        Given<Account>().When(a => a.Close(new("bankrupt"), Ann)).ThenRefused("account.unknown");
        Given<Account>().When(a => a.Reopen(new("bankrupt"), Ann)).ThenRefused("account.unknown");
        Given<Account>().When(a => a.SetFields(new(Industry: "retail"), Ann, Fields)).ThenRefused("account.unknown");
        Given<Account>().When(a => a.ChangeOwner(new("u-bob", "left"), Ann)).ThenRefused("account.unknown");
        Given<Account>().When(a => a.SetParent(new(Parent), Ann, [Parent])).ThenRefused("account.unknown");
    }

    [Fact]
    public void A_command_with_a_bad_value_says_which()
    {
        Assert.Null(Command.Invalid());
        Assert.Equal("account.customer", (Command with { CustomerId = null }).Invalid()?.Code);
        Assert.Equal("account.customer", (Command with { Customer = new("erp", "1") }).Invalid()?.Code);
        Assert.Equal("account.customer", (Command with { CustomerId = null, Customer = new("erp", "ann@example.org") }).Invalid()?.Code);
        Assert.Equal("account.number", (Command with { Number = null }).Invalid()?.Code);
        Assert.Equal("account.number", (Command with { Number = new string('1', AccountForm.TextMax + 1) }).Invalid()?.Code);
        Assert.Equal("account.source", (Command with { Source = "ERP" }).Invalid()?.Code);
        Assert.Equal("account.name", (Command with { Name = PersonalData.From("two\nlines") }).Invalid()?.Code);
        Assert.Equal("account.industry", (Command with { Industry = "Retail trade" }).Invalid()?.Code);
        Assert.Equal("account.size-band", (Command with { SizeBand = "50 to 249" }).Invalid()?.Code);
        Assert.Equal("account.country", (Command with { Country = "" }).Invalid()?.Code);
        Assert.Equal("owner.form", (Command with { OwnerId = "" }).Invalid()?.Code);
        Assert.Equal("basis.form", (Command with { Basis = new("because", "x") }).Invalid()?.Code);
        Assert.Equal("reason.form", new CloseAccount("He was angry").Invalid()?.Code);
        Assert.Equal("reason.form", new ChangeAccountOwner("u-bob", "").Invalid()?.Code);
    }
}
