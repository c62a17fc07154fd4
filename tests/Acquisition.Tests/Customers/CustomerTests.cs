using CrmSuite.Acquisition.Customers;
using CrmSuite.Contracts;
using CrmSuite.Contracts.Acquisition;
using CrmSuite.Testing;

namespace CrmSuite.Acquisition.Tests.Customers;

public sealed class CustomerTests : DeciderTests
{
    static readonly Guid Id = Guid.Parse("7d1a4c22-93be-8f10-a6d5-2b8c4e6f7a90");
    static readonly RegisterCustomer Command = new(
        CustomerKind.Person, null, new("shop", "17850"), PersonalData.From("Ann Lee"), PersonalData.From("ann@example.org"), PersonalData.From("+43 316 123456"),
        PersonalData.From("1984-02-29"), null, Gender.Female, "Austria", "Graz", "de-AT", "Europe/Vienna", ["garden", "tea"], new("contract", "orders"));
    static readonly CustomerRegistered Registered = new(
        Id, false, CustomerKind.Person, "shop", Hers("17850"), Hers("Ann Lee"), Hers("ann@example.org"), Hers("+43 316 123456"), Hers("1984-02-29"), 1984, Gender.Female,
        "Austria", "Graz", "de-AT", "Europe/Vienna", ["garden", "tea"]);
    static readonly CustomerRegistered Heard = new(Id, true, CustomerKind.Person, "shop", Country: "Austria");

    [Fact]
    public void An_identifier_that_he_does_not_have_is_not_removed() =>
        Given<Customer>(Registered).When(c => c.Remove(new("not-his"), Id)).ThenRefused("identifier.unknown");

    [Fact]
    public void A_customer_is_registered_and_the_birth_year_follows_from_the_birth_date() =>
        Given<Customer>().When(c => c.Register(Command, Id)).Then(Registered);

    [Fact]
    public void Registering_him_again_adds_nothing() =>
        Given<Customer>(Registered).When(c => c.Register(Command, Id)).ThenNothing();

    [Fact]
    public void Registering_him_again_with_less_adds_nothing() =>
        Given<Customer>(Registered).When(c => c.Register(new(Country: "Austria"), Id)).ThenNothing();

    [Fact]
    public void Registering_him_again_with_another_name_is_refused() =>
        Given<Customer>(Registered).When(c => c.Register(Command with { Name = PersonalData.From("Ann Lea") }, Id)).ThenRefused("customer.registered");

    [Fact]
    public void Registering_him_again_with_other_interests_is_refused() =>
        Given<Customer>(Registered).When(c => c.Register(Command with { Interests = ["tea"] }, Id)).ThenRefused("customer.registered");

    [Fact]
    public void A_provisional_customer_is_confirmed_by_registering_again() =>
        Assert.Equal(CustomerStatus.Confirmed, Given<Customer>(Heard).When(c => c.Register(Command, Id)).Then(Registered).State.Status);

    [Fact]
    public void What_was_not_said_again_stays() =>
        Assert.Equal("Austria", Given<Customer>(Heard).When(c => c.Register(new(CustomerId: Id), Id)).Then(new CustomerRegistered(Id, false, CustomerKind.Person)).State.Country);

    [Fact]
    public void Nobody_is_confirmed_by_an_id_that_nobody_has() =>
        Given<Customer>().When(c => c.Register(new(CustomerId: Id), Id)).ThenRefused("customer.unknown");

    [Fact]
    public void Somebody_heard_of_is_entered_provisionally_with_the_reference_sealed_anew() =>
        Given<Customer>().When(c => c.Hear(Id, "shop", Hers("17850") with { Sealed = "as it came" }, "Austria")).Then(Heard with { Reference = Hers("17850") });

    [Fact]
    public void A_reference_that_cannot_be_opened_is_left_out() =>
        Given<Customer>().When(c => c.Hear(Id, "shop", new() { Person = Id, Sealed = "as it came" }, "Austria")).Then(Heard);

    [Fact]
    public void Somebody_known_is_not_entered_again() =>
        Given<Customer>(Registered).When(c => c.Hear(Id, "shop", null, "France")).ThenNothing();

    [Fact]
    public void Only_what_changes_is_corrected() =>
        Given<Customer>(Registered).When(c => c.Correct(new("moved", PersonalData.From("Ann Lee"), Country: "Germany", City: "Passau")))
            .Then(new CustomerCorrected(Id, "moved", Country: "Germany", City: "Passau"));

    [Fact]
    public void A_corrected_birth_date_corrects_the_year() =>
        Given<Customer>(Registered).When(c => c.Correct(new("typo", BirthDate: PersonalData.From("1985-02-28"))))
            .Then(new CustomerCorrected(Id, "typo", BirthDate: Hers("1985-02-28"), BirthYear: 1985));

    [Fact]
    public void A_correction_to_what_is_known_adds_nothing() =>
        Given<Customer>(Registered).When(c => c.Correct(new("typo", PersonalData.From("Ann Lee"), City: "Graz"))).ThenNothing();

    [Fact]
    public void Nobody_is_corrected_who_is_not_there() =>
        Given<Customer>().When(c => c.Correct(new("typo", City: "Graz"))).ThenRefused("customer.unknown");

    [Fact]
    public void Preferences_are_set_as_a_whole() =>
        Given<Customer>(Registered).When(c => c.Prefer(new("en", Currency: "EUR", Style: Style.Direct)))
            .Then(new CustomerPreferencesSet(Id, "en", null, "EUR", Style.Direct, []));

    [Fact]
    public void Setting_the_same_preferences_adds_nothing() =>
        Given<Customer>(Registered).When(c => c.Prefer(new("de-AT", "Europe/Vienna", Interests: ["garden", "tea"]))).ThenNothing();

    [Fact]
    public void Nobody_has_preferences_who_is_not_there() =>
        Given<Customer>().When(c => c.Prefer(new("en"))).ThenRefused("customer.unknown");

    [Fact]
    public void An_identifier_is_added_once() =>
        Given<Customer>(Registered).When(c => c.Add(new(IdentifierKind.Email, PersonalData.From("ann@work.example")), Guid.Empty))
            .Then(new CustomerIdentifierAdded(Id, Guid.Empty, IdentifierKind.Email, Value: Hers("ann@work.example")));

    [Fact]
    public void There_is_one_register_number_at_most() =>
        Given<Customer>(Registered, new CustomerIdentifierAdded(Id, Id, IdentifierKind.RegisterNumber, "firmenbuch", Hers("FN 1")))
            .When(c => c.Add(new(IdentifierKind.RegisterNumber, PersonalData.From("FN 2"), "firmenbuch"), Guid.Empty)).ThenRefused("customer.register-number");

    [Fact]
    public void An_identifier_is_removed_and_the_register_number_with_it_is_verified_no_longer() => Assert.Empty(
        Given<Customer>(Registered, new CustomerIdentifierAdded(Id, Id, IdentifierKind.RegisterNumber, "firmenbuch", Hers("FN 1")),
                new CustomerDataVerified(Id, [VerifiedField.RegisterNumber], "register"))
            .When(c => c.Remove(new("not-his"), Id)).Then(new CustomerIdentifierRemoved(Id, Id, "not-his")).State.Verified);

    [Fact]
    public void Data_is_verified_once() =>
        Given<Customer>(Registered, new CustomerDataVerified(Id, [VerifiedField.Name], "call-back"))
            .When(c => c.Verify(new([VerifiedField.Name, VerifiedField.BirthDate], "identity-card"))).Then(new CustomerDataVerified(Id, [VerifiedField.BirthDate], "identity-card"));

    [Fact]
    public void What_is_not_there_cannot_be_verified() =>
        Given<Customer>(Registered).When(c => c.Verify(new([VerifiedField.RegisterNumber], "register"))).ThenRefused("customer.field-missing");

    [Fact]
    public void What_is_corrected_is_verified_no_longer() => Assert.Equal([VerifiedField.Name],
        Given<Customer>(Registered, new CustomerDataVerified(Id, [VerifiedField.Name, VerifiedField.BirthDate], "identity-card"))
            .When(c => c.Correct(new("typo", BirthDate: PersonalData.From("1984-02-28")))).Then(new CustomerCorrected(Id, "typo", BirthDate: Hers("1984-02-28"))).State.Verified);

    [Fact]
    public void Registering_a_verified_customer_again_adds_nothing() =>
        Given<Customer>(Registered, new CustomerDataVerified(Id, [VerifiedField.Name], "call-back")).When(c => c.Register(Command, Id)).ThenNothing();

    [Theory]
    [InlineData(IdentifierKind.Email, "ann", null, "customer.email")]
    [InlineData(IdentifierKind.Phone, "12", null, "customer.phone")]
    [InlineData(IdentifierKind.Social, "ann", null, "customer.source")]
    [InlineData(IdentifierKind.Social, "ann", "The Network", "customer.source")]
    [InlineData(IdentifierKind.Device, " ", null, "customer.identifier")]
    [InlineData(IdentifierKind.Device, "a1b2", null, null)]
    public void An_identifier_has_the_form_of_its_kind(IdentifierKind kind, string value, string? source, string? code) =>
        Assert.Equal(code, new AddIdentifier(kind, PersonalData.From(value), source).Invalid()?.Code);

    static PersonalData Hers(string clear) => PersonalData.From(clear).Of(Id);
}
